"""Reads stored messages of every kind as a stranger would and prints what they say.

usage: read_stored.py FILE...

One line of JSON a file. Python's own e-mail package is the reader; unlike
read_message.py, this forgives whatever the package forgives.
"""

import base64
import json
import sys
from email import policy
from email.header import decode_header, make_header
from email.parser import BytesParser
from email.utils import getaddresses


AS_IT_IS = policy.compat32.clone(max_line_length=0)


def clean(text):
    """Text without the surrogates that stand for bytes of no known charset."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def header(message, field):
    """A header decoded, or None where the package cannot make sense of it."""
    try:
        value = message[field]
        return None if value is None else clean(str(value))
    except Exception:  # The package itself stumbles over some of its own test messages.
        return "unreadable"


def people(raw, field):
    """Everybody in the fields of this name, by the package's older reader, which knows that a name
    may stand in a comment."""
    found = []
    fields = [clean(value) for name, value in raw.raw_items() if name.lower() == field.lower()]
    for name, address in getaddresses(fields):
        if name or address:
            found.append([str(make_header(decode_header(name))), address])
    return found


def date(message):
    try:
        return int(message["Date"].datetime.timestamp())
    except Exception:
        return None


def content(part):
    if part.get_content_maintype() == "message" and part.is_multipart():
        raw = b"".join(inner.as_bytes(policy=AS_IT_IS) for inner in part.get_payload())
    elif part.is_multipart():
        raw = b""
    else:
        raw = part.get_payload(decode=True)
    return base64.b64encode(raw).decode("ascii")


def leaves(part, within):
    """The parts that have none of their own, with the kinds of multipart around each."""
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        for child in part.get_payload():
            yield from leaves(child, within + [part.get_content_subtype()])
    else:
        yield part, within


def is_broken(part):
    """Whether it calls itself a multipart and has no parts, because its boundary never comes."""
    return part.get_content_maintype() == "multipart" and not part.is_multipart()


def text(part):
    if is_broken(part):
        return clean(part.get_payload())
    if part.get_content_maintype() != "text":
        return None
    try:
        return clean(part.get_content())
    except Exception:
        return None


def describe(raw, shown, within):
    return {
        "type": "text/plain" if is_broken(raw) else raw.get_content_type(),
        "within": within,
        "disposition": raw.get_content_disposition(),
        "filename": raw.get_filename() and shown.get_filename(),
        "text": text(shown),
        "base64": content(raw),
    }


def read(path):
    with open(path, "rb") as file:
        stored = file.read()
    # The old policy keeps the bytes of a message inside as they are, the new one decodes.
    raw = BytesParser(policy=policy.compat32).parsebytes(stored)
    message = BytesParser(policy=policy.default).parsebytes(stored)
    parts = zip(leaves(raw, []), leaves(message, []), strict=True)
    return {
        "subject": header(message, "Subject"),
        "from": people(raw, "From"),
        "to": people(raw, "To"),
        "cc": people(raw, "Cc"),
        "bcc": people(raw, "Bcc"),
        "date": date(message),
        "class": header(message, "X-MAPI-Message-Class"),
        "parts": [describe(raw, shown, within) for (raw, within), (shown, _) in parts],
    }


for path in sys.argv[1:]:
    print(json.dumps(read(path)))
