// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick

import LocalFortune

// A choice of wire format.
ChoiceBox {
    id: root

    property bool offersAuto: false
    property int format: Fortune.WireFormat.Qt4

    readonly property list<int> formats: [
        ...(root.offersAuto ? [Fortune.WireFormat.Auto] : []),
        Fortune.WireFormat.Qt4,
        Fortune.WireFormat.Qt5_6,
        Fortune.WireFormat.Qt5_10,
        Fortune.WireFormat.Qt6_8
    ]

    signal chosen(int format)

    function choose(index: int): void {
        root.chosen(root.formats[index]);
        // Where the choice was refused, the format has not changed, and the box has.
        root.currentIndex = Qt.binding(() => [...root.formats].indexOf(root.format));
    }

    function nameOf(format: int): string {
        switch (format) {
        case Fortune.WireFormat.Qt4:
            return qsTr("Qt 4.4 to 5.5");
        case Fortune.WireFormat.Qt5_6:
            return qsTr("Qt 5.6");
        case Fortune.WireFormat.Qt5_10:
            return qsTr("Qt 5.10 to 6.4");
        case Fortune.WireFormat.Qt6_8:
            return qsTr("Qt 6.8 to 6.11");
        default:
            return qsTr("Detect");
        }
    }

    objectName: "wireFormatBox"
    model: [...root.formats].map(format => root.nameOf(format))
    currentIndex: [...root.formats].indexOf(root.format)

    Accessible.name: qsTr("Wire format:")

    onActivated: index => root.choose(index)
}
