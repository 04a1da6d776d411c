# SPDX-FileCopyrightText: 2026 local-fortune contributors
# SPDX-License-Identifier: MIT OR Apache-2.0

"""Presses Get Fortune in PyQt5's unmodified client and prints the fortunes it shows.

Usage: pyqt5_client.py PATH_OF_THE_CLIENT SERVER_NAME COUNT
"""

import importlib.util
import sys
import time

from PyQt5.QtWidgets import QApplication, QMessageBox

path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
spec = importlib.util.spec_from_file_location("localfortuneclient", path)
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)


def dialog(parent, title, text):
    sys.exit(f"a dialog appeared: {text}")


QMessageBox.information = dialog

application = QApplication(sys.argv[:1])
client = example.Client()
client.show()
client.hostLineEdit.setText(name)

for _ in range(count):
    client.getFortuneButton.click()
    deadline = time.monotonic() + 10
    # Enabled again once a fortune is shown that differs from the one before.
    while not client.getFortuneButton.isEnabled():
        application.processEvents()
        if time.monotonic() > deadline:
            sys.exit("no fortune was shown")
    print(client.statusLabel.text())
