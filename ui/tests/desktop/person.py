#!/usr/bin/python3
"""Somebody before a screen: does what PERSON says, in Python. Finds things as a screen reader does."""
import os
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE = 40


def everything(within=None):
    """All that is on the screen, from above to below."""
    stack = [within or Atspi.get_desktop(0)]
    while stack:
        one = stack.pop()
        if one is None:
            continue
        try:
            yield one
            stack.extend(one.get_child_at_index(at) for at in reversed(range(one.get_child_count())))
        except GLib.Error:
            pass  # It went away meanwhile.


def until(what, look):
    """Waits for something, and has it."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            found = look()
            if found:
                return found
        except GLib.Error:
            pass
        if time.monotonic() > end:
            for one in everything():
                print(one.get_role_name(), repr(one.get_name()), file=sys.stderr)
            sys.exit(f"not so: {what() if callable(what) else what}")
        time.sleep(0.1)


def seen(role, name):
    # GTK 4.8 says the label of a button twice.
    names = (name, f"{name} {name}")

    def fits(one):
        return one.get_role_name() == role and one.get_name() in names

    return next((one for one in everything() if fits(one)), None)


def find(role, name):
    return until(f"there is a {role} {name!r}", lambda: seen(role, name))


def gone(role, name):
    until(f"there is no {role} {name!r}", lambda: not seen(role, name))


def press(name, role="push button"):
    """Presses a button, as a screen reader has it pressed."""
    button = find(role, name)
    until(f"{name!r} can be pressed", lambda: button.get_state_set().contains(Atspi.StateType.SENSITIVE))
    Atspi.Action.do_action(button, 0)


def key(*keys):
    subprocess.run(["xdotool", "key", "--delay", "50", *keys], check=True)


def typed(text):
    subprocess.run(["xdotool", "type", "--delay", "30", text], check=True)


def focused(role, name):
    def has_focus():
        return find(role, name).get_state_set().contains(Atspi.StateType.FOCUSED)

    until(f"the keyboard is at {name!r}", has_focus)


def go(by, role, name):
    """Goes somewhere by its key."""
    find(role, name)
    key(by)
    focused(role, name)


def text(role, name):
    field = find(role, name)
    return Atspi.Text.get_text(field, 0, Atspi.Text.get_character_count(field))


def fill(by, name, what, role="text"):
    """Goes to a field by its key, and writes something in the place of what is there."""
    go(by, role, name)
    key("ctrl+a", "BackSpace")
    typed(what)


def says(part):
    """Waits for a text anywhere in the windows."""
    until(f"a window says {part!r}", lambda: any(part in one.get_name() for one in everything()))


def shows(role, name, expected):
    last = []

    def fits():
        last[:] = [text(role, name)]
        return last == [expected]

    until(lambda: f"{name!r} is {expected!r}, but {last}", fits)


exec(os.environ["PERSON"])
