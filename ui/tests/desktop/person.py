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
        except (GLib.Error, AttributeError, OSError, StopIteration):
            pass  # It is not there yet, or has gone away.
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


def leave():
    """Presses the button that ends a window without doing anything."""
    press(until("there is a way out", lambda: next(one for one in ("Cancel", "Close") if seen("push button", one))))


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
        tab("shift+Tab" if back else "Tab")
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


USED = ("push button", "toggle button", "check box", "combo box", "text", "password text", "entry", "spin button", "list")


def plain(one):
    """What a control is and is called, once."""
    name = one.get_name()
    half = name[:len(name) // 2]
    return one.get_role_name(), half if name == f"{half} {half}" else name


def controls():
    """Everything in the window that can be used."""
    def can_be_used(one):
        here = Atspi.Component.get_extents(one, Atspi.CoordType.WINDOW)
        focusable = one.get_state_set().contains(Atspi.StateType.FOCUSABLE) or one.get_role_name() == "combo box"
        return focusable and here.width > 0 and here.height > 0

    return [one for one in everything() if one.get_role_name() in USED and can_be_used(one)]


def tab(keys="Tab"):
    """Goes on by Tab, and says where to."""
    before = focus()
    key(keys)
    until("Tab leads on", lambda: focus() not in (None, before))
    return focus()


def walk():
    """Everything has a name of its own, and Tab leads to everything and round."""
    until("the keyboard is somewhere", focus)
    names = [(*plain(one), one.get_description()) for one in controls()]
    nameless = [one for one in names if not one[1] or one[1].startswith(("Gtk", "Adw", "_"))]
    twice = {one for one in names if names.count(one) > 1}
    order = [focus()]
    while (there := tab()) not in order:
        order.append(there)
    assert there == order[0], f"Tab leads from {plain(order[-1])} to {plain(there)}, and not round"
    there = tab("shift+Tab")
    # A list in which nothing is chosen is entered from its end.
    lists = plain(there)[0] == plain(order[-1])[0] == "list item"
    assert there == order[-1] or lists, f"Shift+Tab does not lead from {plain(order[0])} to {plain(order[-1])} but {plain(there)}"
    tab()

    def is_reached(one):
        # In a list the keyboard is at one of its items, in a combo box at its button.
        inside = list(everything(one)) if one.get_role_name() in ("list", "combo box") else [one]
        return any(there in inside for there in order)

    missed = [plain(one) for one in controls() if not is_reached(one)]
    assert not (nameless or twice or missed), f"nameless: {nameless}\ntwice: {twice}\nnot reached: {missed}"
    print([plain(one) for one in order])


exec(os.environ["PERSON"])
