# SPDX-FileCopyrightText: 2026 local-fortune contributors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A fortune client on PySide6's QLocalSocket, which accepts only a complete message of one format.

Usage: pyside6_client.py FORMAT NAME COUNT
"""

import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QLocalSocket

from pyside6_formats import fortune

LIMIT_MS = 5000

wire, name, count = sys.argv[1:]
application = QCoreApplication(sys.argv[:1])
for _ in range(int(count)):
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(LIMIT_MS):
        sys.exit(f"pyside6_client: {socket.errorString()}")
    # The server closes after its message.
    unconnected = QLocalSocket.LocalSocketState.UnconnectedState
    if socket.state() != unconnected and not socket.waitForDisconnected(LIMIT_MS):
        sys.exit("pyside6_client: the server does not close")
    block = socket.readAll()
    text = fortune(wire, block)
    if text is None:
        sys.exit(f"pyside6_client: {bytes(block).hex()} is not a fortune")
    print(text)
