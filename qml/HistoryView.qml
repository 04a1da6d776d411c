// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls

// The fortunes so far, the newest last and in view.
Frame {
    id: root

    property alias model: list.model
    readonly property alias count: list.count

    objectName: "historyView"
    padding: 4
    contentHeight: 6 * metrics.lineSpacing

    Accessible.ignored: true

    FontMetrics {
        id: metrics

        font: root.font
    }

    ListView {
        id: list

        objectName: "historyList"
        anchors.fill: parent
        contentWidth: list.width - scrollBar.width
        clip: true
        currentIndex: list.count - 1
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: true

        Accessible.role: Accessible.List
        Accessible.name: qsTr("Fortunes so far:")

        ScrollBar.vertical: ScrollBar {
            id: scrollBar

            policy: scrollBar.size < 1 ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff

            Accessible.name: qsTr("Scroll the fortunes")
        }

        delegate: Label {
            id: fortune

            required property string modelData

            readonly property bool selected: fortune.ListView.isCurrentItem && fortune.ListView.view.activeFocus

            width: fortune.ListView.view.contentWidth
            // More than is shown, but Qt would look at all of the text before it shortens it.
            text: fortune.modelData.slice(0, 10000)
            textFormat: Text.PlainText
            wrapMode: Text.Wrap
            maximumLineCount: 6
            elide: Text.ElideRight
            color: fortune.selected ? fortune.palette.highlightedText : fortune.palette.windowText
            background: Rectangle {
                color: fortune.palette.highlight
                visible: fortune.selected
            }

            Accessible.role: Accessible.ListItem
            Accessible.name: fortune.modelData
        }
    }
}
