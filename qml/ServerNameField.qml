// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts

// The address of the server with its label; selected when the keyboard brings the focus.
RowLayout {
    id: root

    property alias text: field.text
    property alias editing: field.focus

    signal edited(string address)

    function selectUnlessClicked(): void {
        if (field.activeFocus && field.focusReason !== Qt.MouseFocusReason)
            field.selectAll();
    }

    spacing: 6

    BuddyLabel {
        objectName: "serverNameLabel"
        caption: qsTr("&Server name:")
        buddy: field
    }

    TextField {
        id: field

        objectName: "serverNameField"
        selectByMouse: true

        Accessible.name: qsTr("Server name:")

        Layout.fillWidth: true

        onActiveFocusChanged: root.selectUnlessClicked()
        onTextEdited: root.edited(field.text)
    }
}
