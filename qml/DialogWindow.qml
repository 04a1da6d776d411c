// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts

// A window as QDialog: Return presses its default button, Escape closes it, and it is never smaller
// than what it shows, nor larger than the screen because of that.
ApplicationWindow {
    id: root

    default property alias content: column.data
    property Button defaultButton: null

    readonly property SystemColors systemColors: SystemColors {
        target: root.palette
    }

    function pressDefaultButton(): void {
        if (root.defaultButton?.enabled)
            root.defaultButton.clicked();
    }

    // Gives the window the size of its content, for when that became smaller.
    function fit(): void {
        column.ensurePolished();
        root.width = root.minimumWidth;
        root.height = root.minimumHeight;
    }

    // Not every platform keeps a window at its minimum size.
    function grow(): void {
        root.width = Math.max(root.width, root.minimumWidth);
        root.height = Math.max(root.height, root.minimumHeight);
    }

    minimumWidth: Math.min(Math.ceil(pane.implicitWidth), root.Screen.width)
    minimumHeight: Math.min(Math.ceil(pane.implicitHeight), root.Screen.height)

    onMinimumWidthChanged: root.grow()
    onMinimumHeightChanged: root.grow()

    Pane {
        id: pane

        anchors.fill: parent
        padding: 11
        focus: true

        Accessible.ignored: true

        LayoutMirroring.enabled: Application.layoutDirection === Qt.RightToLeft
        LayoutMirroring.childrenInherit: true

        Keys.onReturnPressed: root.pressDefaultButton()
        Keys.onEnterPressed: root.pressDefaultButton()
        Keys.onEscapePressed: root.close()

        ColumnLayout {
            id: column

            anchors.fill: parent
            spacing: 6
        }
    }
}
