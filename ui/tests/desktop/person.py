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


def windows():
    """The programs that ask. The one that calls cannot answer meanwhile, and is not spoken to."""
    screen = Atspi.get_desktop(0)
    programs = [screen.get_child_at_index(at) for at in reversed(range(screen.get_child_count()))]
    return [one for one in programs if one and is_ours(one.get_process_id())]


def window(title):
    """The number of a window, of whatever program, by its title."""
    search = ["xdotool", "search", "--onlyvisible", "--name", title]
    numbers = until(f"there is a window {title!r}", lambda: subprocess.run(search, capture_output=True).stdout.split())
    return numbers[0].decode()


def is_ours(process):
    try:
        return os.readlink(f"/proc/{process}/exe").endswith("/simplemapi-ui")
    except OSError:
        return False


def everything(within=None):
    """All that is in the windows, from above to below."""
    stack = [within] if within else windows()
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
        except (GLib.Error, AttributeError, OSError):
            pass  # What was there a moment ago is not any more.
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


def warns(part):
    """Waits for a reason why something could not be done."""
    until(f"a warning says {part!r}", lambda: any(part in alert.get_name() for alert in everything()
                                                  if alert.get_role_name() == "alert"))


def shows(role, name, expected):
    last = []

    def fits():
        last[:] = [text(role, name)]
        return last == [expected]

    until(lambda: f"{name!r} is {expected!r}, but {last}", fits)


def tab_to(role, name, back=False):
    """Goes somewhere by Tab alone."""
    for _ in range(60):
        if find(role, name).get_state_set().contains(Atspi.StateType.FOCUSED):
            return
        before = focus()
        key("shift+Tab" if back else "Tab")
        until("Tab leads on", lambda: focus() not in (None, before))
    sys.exit(f"Tab does not lead to {name!r}")


def focus():
    """What has the keyboard."""
    return next((one for one in everything() if one.get_state_set().contains(Atspi.StateType.FOCUSED)), None)


def labels(within):
    return [one.get_name() for one in everything(within) if one.get_role_name() == "label"]


def choose(by, name, choice):
    """Has something in a combo box, which is opened by its key."""
    find("combo box", name)
    key(by)
    until("its list is open", lambda: focus().get_role_name() == "list item")
    while choice not in labels(focus()):
        before = focus()
        key("Down")
        until(f"{choice!r} comes", lambda: focus() not in (None, before))
    key("Return")
    until(f"{choice!r} is chosen", lambda: focus().get_role_name() != "list item")


def stuck_in(process, what):
    """Whether one of its threads has waited in this function of the kernel's for a while."""
    tasks = f"/proc/{process}/task"

    def waiting():
        return {task for task in os.listdir(tasks) if what in open(f"{tasks}/{task}/wchan").read()}

    threads = waiting()
    for _ in range(20):
        time.sleep(0.1)
        threads &= waiting()
    return threads


exec(os.environ["PERSON"])
