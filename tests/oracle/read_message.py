"""Reads messages as a stranger would and prints what they say.

usage: read_message.py FILE...

One line of JSON a file. Python's own e-mail package is the reader; what it had
to forgive on the way stands under "defects", so that a test can insist on none.
"""

import base64
import json
import sys
from email import policy
from email.parser import BytesParser


def people(message, field):
    header = message[field]
    if header is None:
        return None
    return [[a.display_name, a.addr_spec] for a in header.addresses]


def content(part):
    """The bytes of a part, in a form that JSON can carry."""
    if part.get_content_type() == "message/rfc822":
        raw = part.get_payload(0).as_bytes(policy=policy.SMTP)
    else:
        raw = part.get_payload(decode=True)
    return base64.b64encode(raw).decode("ascii")


def describe(part):
    return {
        "type": part.get_content_type(),
        "encoding": part["Content-Transfer-Encoding"],
        "charset": part.get_param("charset"),
        "disposition": part.get_content_disposition(),
        "filename": part.get_filename(),
        "name": dict(part["Content-Type"].params).get("name"),
        "text": part.get_content() if part.get_content_maintype() == "text" else None,
        "base64": content(part),
    }


def leaves(part):
    if part.get_content_type() == "multipart/mixed":
        for child in part.iter_parts():
            yield from leaves(child)
    else:
        yield part


def defects(part):
    found = [type(defect).__name__ for defect in part.defects]
    for name, value in part.items():
        found += [f"{name}: {type(defect).__name__}" for defect in value.defects]
    if part.get_content_type() == "multipart/mixed":
        for child in part.iter_parts():
            found += defects(child)
    return sorted(set(found))


def read(path):
    with open(path, "rb") as file:
        message = BytesParser(policy=policy.default).parse(file)
    return {
        "fields": message.keys(),
        "subject": message["Subject"],
        "from": people(message, "From"),
        "to": people(message, "To"),
        "cc": people(message, "Cc"),
        "bcc": people(message, "Bcc"),
        "message-id": message["Message-ID"],
        "date": message["Date"].datetime.isoformat(),
        "class": message["X-MAPI-Message-Class"],
        "conversation": message["X-MAPI-Conversation-ID"],
        "receipt-to": message["Disposition-Notification-To"],
        "type": message.get_content_type(),
        "parts": [describe(part) for part in leaves(message)],
        "defects": defects(message),
    }


for path in sys.argv[1:]:
    print(json.dumps(read(path)))
