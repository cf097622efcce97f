#!/usr/bin/env python3
"""Somebody before the screen: does in a dialog what PERSON says, in Python.

Everything that the library says is written down in the file PERSON_HEARD, a line each.
"""
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time

library = socket.socket(fileno=0)


def raw(data):
    library.sendall(data)


def say(kind, **more):
    words = json.dumps({"type": kind, **more}).encode()
    raw(struct.pack(">I", len(words)) + words)


def exactly(length):
    data = b""
    while len(data) < length:
        more = library.recv(length - len(data))
        if not more:
            sys.exit(0)
        data += more
    return data


def hear():
    (length,) = struct.unpack(">I", exactly(4))
    words = exactly(length)
    with open(os.environ["PERSON_HEARD"], "ab") as heard:
        heard.write(words + b"\n")
    return json.loads(words)


def begin():
    say("hello", version=1)
    return hear()


def propose(dialog, **more):
    say("propose", dialog=dialog, **more)
    return hear()


def to(name, kind="to"):
    return {"class": kind, "name": name}


def note(draft, letter):
    """Writes down what the person has so far."""
    with open(draft + "/letter.json", "w") as file:
        json.dump(letter, file)


def wait_until_locked(path):
    with open(path) as file:
        for _ in range(500):
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return
            fcntl.flock(file, fcntl.LOCK_UN)
            time.sleep(0.02)


exec(os.environ["PERSON"])
