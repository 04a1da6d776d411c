# SPDX-FileCopyrightText: 2026 local-fortune contributors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""The four message formats by their names on the command line, with PySide6's QDataStream."""

from PySide6.QtCore import QByteArray, QDataStream, QIODevice

FORMATS = {
    "qt4": QDataStream.Version.Qt_4_0,
    "qt5.6": QDataStream.Version.Qt_4_0,
    "qt5.10": QDataStream.Version.Qt_5_10,
    "qt6.8": QDataStream.Version.Qt_6_0,
}


def units(text):
    return len(text.encode("utf-16-be")) // 2


def message(name, fortune):
    block = QByteArray()
    out = QDataStream(block, QIODevice.OpenModeFlag.WriteOnly)
    out.setVersion(FORMATS[name])
    if name == "qt4":
        out.writeUInt16(4 + 2 * units(fortune))
    elif name == "qt5.6":
        out.writeUInt32(4 + 2 * units(fortune))
    elif name == "qt5.10":
        out.writeUInt32(units(fortune))
    out.writeQString(fortune)
    return block


def fortune(name, block):
    """The text of a complete message, or None."""
    stream = QDataStream(block)
    stream.setVersion(FORMATS[name])
    stream.skipRawData({"qt4": 2, "qt6.8": 0}.get(name, 4))
    text = stream.readQString()
    # Also checks the prefix and trailing bytes.
    whole = stream.status() == QDataStream.Status.Ok and message(name, text) == block
    return text if whole else None
