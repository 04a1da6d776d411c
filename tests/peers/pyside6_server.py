# SPDX-FileCopyrightText: 2026 local-fortune contributors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""A fortune server on PySide6's QLocalServer.

Usage: pyside6_server.py FORMAT NAME
"""

import random
import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QLocalServer

from pyside6_formats import message

FORTUNES = [
    "You've been leading a dog's life. Stay off the furniture.",
    "You've got to think about tomorrow.",
    "You will be surprised by a loud noise.",
    "You will feel hungry again in another hour.",
    "You might have mail.",
    "You cannot kill time without injuring eternity.",
    "Computers are not intelligent. They only think they are.",
]

wire, name = sys.argv[1:]
application = QCoreApplication(sys.argv[:1])
server = QLocalServer()


def serve():
    while client := server.nextPendingConnection():
        client.disconnected.connect(client.deleteLater)
        client.write(message(wire, random.choice(FORTUNES)))
        client.disconnectFromServer()


server.newConnection.connect(serve)
if not server.listen(name):
    sys.exit(f"pyside6_server: {server.errorString()}")
sys.exit(application.exec())
