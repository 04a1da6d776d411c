// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls

// A combo box as QComboBox in a dialog: while its list is closed, Return is left to the default button.
ComboBox {
    id: root

    function pressDefaultButton(): void {
        (root.Window.window as DialogWindow)?.pressDefaultButton();
    }

    implicitContentWidthPolicy: ComboBox.WidestText
    // The style knows only a height of its own, which is too low for a large font.
    implicitHeight: Math.max(root.implicitBackgroundHeight, Math.ceil(metrics.height) + 8)

    // The name says what is chosen, this which one; without it, a part without a name would.
    Accessible.description: root.displayText
    Component.onCompleted: root.contentItem.Accessible.ignored = true

    Keys.enabled: !root.popup.visible
    Keys.onReturnPressed: root.pressDefaultButton()
    Keys.onEnterPressed: root.pressDefaultButton()

    FontMetrics {
        id: metrics

        font: root.font
    }
}
