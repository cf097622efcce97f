"""Looks at a Maildir, and changes it, as a stranger would: with Python's mailbox module.

usage: maildir.py PATH COMMAND [ARGUMENT...]

list                every message: key, folder, flags, subject, Bcc, body
folders             the names of the folders of Maildir++
add COUNT           puts that many messages in, numbered from 0
fill COUNT          the same, quickly: all in new/, one second apart
set KEY FLAGS       changes flags
remove KEY          deletes
churn SECONDS       changes flags, and moves between new/ and cur/, as fast as it can
time                how long it takes to list all subjects

Prints JSON.
"""

import email
import email.message
import json
import mailbox
import os
import re
import sys
import time


def told(key, message):
    return {
        "key": key,
        "folder": message.get_subdir(),
        "flags": message.get_flags(),
        "subject": message["Subject"],
        "bcc": message["Bcc"],
        "class": message["X-MAPI-Message-Class"],
        "body": message.get_payload() if not message.is_multipart() else None,
    }


def age(message):
    """Numbers in names count as numbers: this module writes microseconds without zeros before."""
    parts = re.split(r"(\d+)", message["key"])
    return [int(part) if part.isdigit() else part for part in parts]


def listed(box):
    return sorted((told(key, box[key]) for key in box.keys()), key=age)


def numbered(number):
    message = email.message.Message()
    message["Subject"] = f"number {number}"
    message["From"] = "python@example.org"
    message.set_payload(f"text of {number}\n")
    return message


def fill(path, count):
    """Many messages as a delivery agent would have left them."""
    for number in range(count):
        name = f"{1_600_000_000 + number}.M{number % 1_000_000}P1Q{number}.python"
        with open(os.path.join(path, "new", name), "w") as file:
            file.write(numbered(number).as_string() + "x" * 2000 + "\n")


def churn(path, seconds):
    """What a busy mail program does to messages that it does not delete. The module itself would
    delete each message and write it anew."""
    end = time.monotonic() + seconds
    changes = 0
    while time.monotonic() < end:
        for old, new in (("new", "cur"), ("cur", "new")):
            for name in os.listdir(os.path.join(path, old)):
                base, _, flags = name.partition(":2,")
                flags = flags.replace("F", "") if "F" in flags else "F" + flags
                _rename(os.path.join(path, old, name), os.path.join(path, old, f"{base}:2,{flags}"))
                _rename(os.path.join(path, old, f"{base}:2,{flags}"), os.path.join(path, new, f"{base}:2,{flags}"))
                changes += 1
    return changes


def _rename(old, new):
    try:
        os.rename(old, new)
    except FileNotFoundError:
        pass  # somebody was quicker


def timed(path):
    """The usual way to list subjects with this module, reading heads alone."""
    begin = time.monotonic()
    box = mailbox.Maildir(path, factory=lambda file: email.message_from_bytes(_head(file)))
    subjects = [box[key]["Subject"] for key in box.keys()]
    return {"seconds": time.monotonic() - begin, "count": len(subjects)}


def _head(file):
    lines = []
    for line in iter(file.readline, b""):
        lines.append(line)
        if line in (b"\n", b"\r\n"):
            break
    file.close()
    return b"".join(lines)


def main(path, command, *arguments):
    box = mailbox.Maildir(path, create=True)
    if command == "list":
        return listed(box)
    if command == "folders":
        return {name: listed(box.get_folder(name)) for name in box.list_folders()}
    if command == "add":
        return [box.add(numbered(number)) for number in range(int(arguments[0]))]
    if command == "fill":
        return fill(path, int(arguments[0]))
    if command == "set":
        message = box[arguments[0]]
        message.set_subdir("cur")
        message.set_flags(arguments[1])
        box[arguments[0]] = message
        return None
    if command == "remove":
        return box.remove(arguments[0])
    if command == "churn":
        return churn(path, float(arguments[0]))
    if command == "time":
        return timed(path)
    raise SystemExit(__doc__)


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout)
