// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls

// A fortune as it is, never as markup: wrapped, to be selected and copied, and scrolled if it is long.
Flickable {
    id: root

    property alias text: area.text

    // A text with line breaks of its own keeps them: fortune files are up to 80 columns wide.
    readonly property int columns: root.text.includes("\n") ? 80 : 40
    readonly property real minimumHeight: Math.ceil(2 * metrics.lineSpacing)
    readonly property real maximumHeight: root.Screen.height / 2
    readonly property real scrollBarWidth: root.scrolls ? scrollBar.width : 0
    readonly property bool scrolls: measure.contentHeight > root.maximumHeight

    implicitWidth: Math.min(measure.implicitWidth, root.columns * metrics.averageCharacterWidth)
    implicitHeight: Math.max(root.minimumHeight, Math.min(measure.contentHeight, root.maximumHeight))
    contentHeight: area.height
    boundsBehavior: Flickable.StopAtBounds
    clip: root.contentHeight > root.height
    activeFocusOnTab: root.scrolls || root.activeFocus

    // A text area says that it could be edited.
    Accessible.role: Accessible.StaticText
    Accessible.name: root.text

    onTextChanged: root.contentY = 0

    Keys.onUpPressed: scrollBar.decrease()
    Keys.onDownPressed: scrollBar.increase()

    ScrollBar.vertical: ScrollBar {
        id: scrollBar

        stepSize: scrollBar.size / 2
        policy: root.scrolls ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff

        Accessible.name: qsTr("Scroll the fortune")
    }

    FontMetrics {
        id: metrics

        font: area.font
    }

    Text {
        id: measure

        visible: false
        width: root.width
        wrapMode: Text.Wrap
        text: root.text
        textFormat: Text.PlainText
        font: area.font
    }

    TextArea {
        id: area

        objectName: "fortuneText"
        anchors.left: parent?.left
        width: root.width - root.scrollBarWidth
        height: Math.max(area.implicitHeight, root.height)
        topPadding: 0
        bottomPadding: 0
        leftPadding: 0
        rightPadding: 0
        background: null
        color: root.palette.windowText
        textFormat: TextEdit.PlainText
        wrapMode: TextEdit.Wrap
        verticalAlignment: TextEdit.AlignVCenter
        readOnly: true
        selectByMouse: true
        activeFocusOnTab: false

        Accessible.ignored: true
    }
}
