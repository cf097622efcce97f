"""Reads a Maildir as a stranger would and prints what is in it.

usage: read_maildir.py MAILDIR [FOLDER]

One line of JSON a message, in the order of their delivery as their names tell
it. FOLDER is one of its Maildir++ folders, such as Sent; a folder that is not
there is empty.
"""

import json
import mailbox
import os
import re
import sys
from email import policy
from email.parser import BytesParser


def delivered(key):
    seconds, micros = re.match(r"(\d+)\.(?:[^.]*M(\d+))?", key).groups()
    return int(seconds), int(micros or 0)


def plain(message):
    body = message.get_body(("plain",))
    return None if body is None else body.get_content().replace("\r\n", "\n")


def describe(box, key):
    kept = box[key]
    message = BytesParser(policy=policy.default).parsebytes(box.get_bytes(key))
    return {
        "subdirectory": kept.get_subdir(),
        "flags": kept.get_flags(),
        "subject": message["Subject"],
        "from": message["From"],
        "to": message["To"],
        "class": message["X-MAPI-Message-Class"],
        "conversation": message["X-MAPI-Conversation-ID"],
        "text": plain(message),
        "files": [part.get_filename() for part in message.iter_attachments()],
    }


path, name = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
if name:
    path = os.path.join(path, "." + name)
if os.path.isdir(path):
    box = mailbox.Maildir(path, create=False)
    for key in sorted(box.keys(), key=delivered):
        print(json.dumps(describe(box, key)))
