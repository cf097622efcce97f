"""Lists a Maildir with Python's mailbox, and says how long that took.

usage: listing.py MAILDIR whole|head

"whole" is what everybody writes: a loop over the mailbox, which parses every
message. "head" spares the bodies: it hands the parser what is before the first
empty line. Prints the number of messages, the seconds until the first key is
known and those of all.
"""

import mailbox
import sys
import time
from email.parser import BytesParser


def whole(box, key):
    return box[key]


def head(box, key):
    with box.get_file(key) as file:
        lines = iter(file.readline, b"\n")
        return BytesParser().parsebytes(b"".join(lines), headersonly=True)


read = {"whole": whole, "head": head}[sys.argv[2]]
began = time.monotonic()
box = mailbox.Maildir(sys.argv[1], create=False)
keys = sorted(box.keys())
first = time.monotonic() - began
complete = 0
for key in keys:
    message = read(box, key)
    complete += bool(message["Subject"]) and bool(message["Date"])
assert complete == len(keys), "a message without subject or date"
print(complete, first, time.monotonic() - began)
