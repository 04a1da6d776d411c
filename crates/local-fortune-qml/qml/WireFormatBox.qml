// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick

// A choice of wire format; its index is the value of the WireFormat in question.
ChoiceBox {
    id: root

    property bool offersAuto: false

    objectName: "wireFormatBox"
    model: [
        ...(root.offersAuto ? [qsTr("Detect")] : []),
        qsTr("Qt 4.4 to 5.5"),
        qsTr("Qt 5.6"),
        qsTr("Qt 5.10 to 6.4"),
        qsTr("Qt 6.8 to 6.11")
    ]

    Accessible.name: qsTr("Wire format:")
}
