# SPDX-FileCopyrightText: 2026 local-fortune contributors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""What a screen reader learns of a program's windows through AT-SPI.

Asks D-Bus itself: the libraries for it keep copies, which are old at times. Reads the id of a
process from each line, and writes a line of JSON with its windows; first, the bus of AT-SPI.
"""

import json
import sys

from gi.repository import Gio, GLib

ATSPI = "org.a11y.atspi."
ROOT = "/org/a11y/atspi/accessible/root"
# Those states that the tests speak of, by their numbers in AT-SPI.
STATES = {
    1: "active",
    4: "checked",
    12: "focused",
    25: "showing",
    39: "default",
    43: "read-only",
}


def call(bus, name, path, interface, method, signature=None, *arguments):
    packed = GLib.Variant(signature, arguments) if signature else None
    no_flags = Gio.DBusCallFlags.NONE
    return bus.call_sync(name, path, interface, method, packed, None, no_flags, 5000, None).unpack()


def ask(ref, interface, method, signature=None, *arguments):
    return call(accessibility, *ref, ATSPI + interface, method, signature, *arguments)[0]


def text(ref, name):
    interface = "org.freedesktop.DBus.Properties"
    return call(accessibility, *ref, interface, "Get", "(ss)", ATSPI + "Accessible", name)[0]


def node(ref):
    low, high = ask(ref, "Accessible", "GetState")
    states = [name for bit, name in STATES.items() if (low | high << 32) >> bit & 1]
    rect = [0, 0, 0, 0]
    if "showing" in states:
        rect = ask(ref, "Component", "GetExtents", "(u)", 0)
    return {
        "role": ask(ref, "Accessible", "GetRoleName"),
        "name": text(ref, "Name"),
        "description": text(ref, "Description"),
        "states": states,
        "rect": rect,
        "children": [node(child) for child in ask(ref, "Accessible", "GetChildren")],
    }


def windows(process):
    bus = "org.freedesktop.DBus"
    for program in ask((ATSPI + "Registry", ROOT), "Accessible", "GetChildren"):
        owner = call(
            accessibility, bus, "/" + bus.replace(".", "/"), bus,
            "GetConnectionUnixProcessID", "(s)", program[0],
        )
        if owner[0] == process:
            return node(program)["children"]
    return []


session = Gio.bus_get_sync(Gio.BusType.SESSION, None)
(address,) = call(session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
client = (
    Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
    | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
)
accessibility = Gio.DBusConnection.new_for_address_sync(address, client, None, None)
ask((ATSPI + "Registry", ROOT), "Accessible", "GetChildren")
print(address, flush=True)
for line in sys.stdin:
    try:
        seen = windows(int(line))
    except GLib.Error as error:
        # What was there a moment ago is gone: whoever asks asks again.
        print(error, file=sys.stderr, flush=True)
        seen = []
    print(json.dumps(seen), flush=True)
