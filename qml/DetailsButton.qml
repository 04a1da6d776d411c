// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick

// Shows and hides what a user seldom needs.
PushButton {
    id: root

    objectName: "detailsButton"
    text: root.checked ? qsTr("Details ▴") : qsTr("Details ▾")
    checkable: true
    autoDefault: false

    Accessible.name: qsTr("Details")
    Accessible.checkable: true
    Accessible.checked: root.checked
}
