// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls

// A label as QLabel with a buddy: Alt and the letter after the "&" move the focus to the buddy.
Label {
    id: root

    required property string caption
    required property Item buddy

    readonly property string plainCaption: root.caption.replace("&", "")
    readonly property string mnemonic: root.caption.charAt(root.caption.indexOf("&") + 1)

    text: root.caption.replace("&" + root.mnemonic, "<u>" + root.mnemonic + "</u>")
    textFormat: Text.StyledText

    Accessible.role: Accessible.StaticText
    Accessible.name: root.plainCaption

    Shortcut {
        sequence: "Alt+" + root.mnemonic
        enabled: root.buddy.enabled
        onActivated: root.buddy.forceActiveFocus(Qt.ShortcutFocusReason)
    }
}
