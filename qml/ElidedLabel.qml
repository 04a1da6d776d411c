// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts

// One line, shortened in its middle if it is longer than usual; a tool tip has the whole of it.
Label {
    id: root

    textFormat: Text.PlainText
    elide: Text.ElideMiddle
    // A path reads from left to right, but stands next to its caption all the same.
    horizontalAlignment: Text.AlignLeft

    Accessible.role: Accessible.StaticText
    Accessible.name: root.text

    Layout.preferredWidth: Math.min(root.implicitWidth, 40 * metrics.averageCharacterWidth)

    ToolTip.text: root.text
    // Qt leaves an empty text truncated if the text before was.
    ToolTip.visible: hover.hovered && root.truncated && root.text !== ""

    HoverHandler {
        id: hover
    }

    FontMetrics {
        id: metrics

        font: root.font
    }
}
