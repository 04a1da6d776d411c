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

    Keys.enabled: !root.popup.visible
    Keys.onReturnPressed: root.pressDefaultButton()
    Keys.onEnterPressed: root.pressDefaultButton()
}
