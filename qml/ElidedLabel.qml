// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls

// One line, shortened in its middle; a tool tip has the whole of it.
Label {
    id: root

    textFormat: Text.PlainText
    elide: Text.ElideMiddle
    // A path reads from left to right, but stands next to its caption all the same.
    horizontalAlignment: Text.AlignLeft

    Accessible.role: Accessible.StaticText
    Accessible.name: root.text

    ToolTip.text: root.text
    ToolTip.visible: hover.hovered && root.truncated

    HoverHandler {
        id: hover
    }
}
