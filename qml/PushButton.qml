// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls

// A button as QPushButton in a dialog: while it has the focus, Return presses it.
Button {
    id: root

    // Return presses this button as long as no other button claims it.
    property bool isDefault: false
    // Return presses this button while it has the focus.
    property bool autoDefault: true
    readonly property PushButton focusedButton: root.Window.activeFocusItem as PushButton

    highlighted: root.focusedButton?.autoDefault ? root.activeFocus : root.isDefault

    leftPadding: 14
    rightPadding: 14

    Accessible.name: root.text
    Accessible.defaultButton: root.highlighted

    Keys.enabled: root.autoDefault
    Keys.onReturnPressed: root.clicked()
    Keys.onEnterPressed: root.clicked()
}
