#!/usr/bin/python3
"""A desktop's portal for mail: writes down what it is given, and what is in the files, as JSON.

Like the real one it takes addresses alone, without names.
"""
import json
import os
import re
import sys

from gi.repository import Gio, GLib

EMAIL = """<node><interface name="org.freedesktop.portal.Email">
<method name="ComposeEmail"><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
<arg type="o" direction="out"/></method>
<property name="version" type="u" access="read"/></interface></node>"""


def called(_bus, _sender, _path, _interface, _method, words, invocation):
    _window, options = words.unpack()
    for address in [*options.get("addresses", []), *options.get("cc", []), *options.get("bcc", [])]:
        if not re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", address, re.ASCII):
            invocation.return_dbus_error("org.freedesktop.portal.Error.InvalidArgument", f"{address} is no address")
            return
    descriptors = invocation.get_message().get_unix_fd_list()
    files = [os.fdopen(descriptors.get(at)).read() for at in options.pop("attachment_fds", [])]
    with open(sys.argv[1], "w") as given:
        json.dump({**options, "files": files}, given)
    invocation.return_value(GLib.Variant("(o)", ("/org/freedesktop/portal/desktop/request/1",)))


def has(_bus, _sender, _path, _interface, _property):
    return GLib.Variant("u", int(sys.argv[2]))


bus = Gio.bus_get_sync(Gio.BusType.SESSION)
email = Gio.DBusNodeInfo.new_for_xml(EMAIL).interfaces[0]
bus.register_object("/org/freedesktop/portal/desktop", email, called, has, None)
Gio.bus_own_name_on_connection(bus, "org.freedesktop.portal.Desktop", Gio.BusNameOwnerFlags.NONE,
                               lambda *_: print("ready", flush=True), None)
GLib.MainLoop().run()
