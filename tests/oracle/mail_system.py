"""The programs of other people in a test of one Maildir: who sends mail to it, and who reads it by IMAP.

usage: mail_system.py send PORT ADDRESS             sends each message of standard input, ended by a NUL
       mail_system.py work PORT CA USER PASSWORD STOP
                              until the file STOP is there, marks as read and flags what has the subject
                              "... flag", and deletes what has "... expunge"
       mail_system.py list PORT CA USER PASSWORD    prints every message: subject, read, flagged

Prints JSON.
"""

import imaplib
import json
import os
import re
import smtplib
import ssl
import sys
import time

# Seconds that a server may take for an answer, and all the work may take, on a busy machine.
PATIENCE, DAY = 60, 300


def send(port, address):
    with smtplib.SMTP("127.0.0.1", int(port), timeout=PATIENCE) as server:
        for message in sys.stdin.buffer.read().split(b"\0"):
            if message:
                server.sendmail("mail-system@example.org", [address], message)


def connected(port, authority, user, password):
    context = ssl.create_default_context(cafile=authority)
    server = imaplib.IMAP4_SSL("localhost", int(port), ssl_context=context, timeout=PATIENCE)
    server.login(user, password)
    done(server.select("INBOX"))
    return server


def done(answer):
    status, data = answer
    assert status == "OK", answer
    return data


def messages(server):
    """Every message: its UID, its subject and its flags."""
    done(server.noop())
    answer = done(server.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])"))
    for item in answer:
        if isinstance(item, tuple):
            uid = re.search(rb"UID (\d+)", item[0]).group(1).decode()
            flags = re.search(rb"FLAGS \(([^)]*)\)", item[0]).group(1).decode().split()
            subject = item[1].decode().strip().removeprefix("Subject: ")
            yield uid, subject, flags


def work(port, authority, user, password, stop):
    server = connected(port, authority, user, password)
    begin = time.monotonic()
    while True:
        assert time.monotonic() - begin < DAY, "nobody ends this"
        stopping = os.path.exists(stop)
        for uid, subject, flags in list(messages(server)):
            if subject.endswith("flag") and "\\Flagged" not in flags:
                done(server.uid("STORE", uid, "+FLAGS", "(\\Seen \\Flagged)"))
            elif subject.endswith("expunge"):
                done(server.uid("STORE", uid, "+FLAGS", "(\\Deleted)"))
                done(server.uid("EXPUNGE", uid))
        if stopping:
            break
        time.sleep(0.05)
    server.logout()


def listed(port, authority, user, password):
    server = connected(port, authority, user, password)
    found = [
        [subject, "\\Seen" in flags, "\\Flagged" in flags]
        for _, subject, flags in messages(server)
        if "\\Deleted" not in flags
    ]
    server.logout()
    return found


command = {"send": send, "work": work, "list": listed}[sys.argv[1]]
json.dump(command(*sys.argv[2:]), sys.stdout)
