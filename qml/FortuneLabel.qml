// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls

// A fortune as it is, never as markup: wrapped, to be selected and copied, and scrolled if it is long.
Flickable {
    id: root

    property string text

    // Qt takes seconds to show some texts that are as long as a message can be.
    readonly property int maximumLength: 100000
    readonly property string shownText: root.text.length > root.maximumLength
        ? root.text.slice(0, root.maximumLength) + "…" : root.text

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

    // Where lines break at the ends of words alone, Qt takes time with the square of a word's length.
    // Not as bindings, since the text has to be set after the mode that it is laid out in.
    function show(): void {
        const wrapMode = /[^ \t\n]{1000}/.test(root.shownText) ? Text.WrapAnywhere : Text.Wrap;
        for (const item of [measure, area]) {
            item.text = "";
            item.wrapMode = wrapMode;
            item.text = root.shownText;
        }
        root.contentY = 0;
    }

    onShownTextChanged: root.show()

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
        verticalAlignment: TextEdit.AlignVCenter
        readOnly: true
        selectByMouse: true
        activeFocusOnTab: false

        Accessible.ignored: true
    }
}
