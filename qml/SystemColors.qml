// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick

// Gives a window the colours of the desktop, as widgets have them. On Linux, the Fusion style of the
// controls knows only its own, and stays light on a dark desktop.
QtObject {
    id: root

    required property Palette target

    readonly property list<string> roles: [
        "window", "windowText", "base", "alternateBase", "text", "placeholderText", "button",
        "buttonText", "highlight", "highlightedText", "light", "midlight", "mid", "dark", "shadow"
    ]
    readonly property SystemPalette active: SystemPalette {
        onPaletteChanged: root.apply()
    }
    readonly property SystemPalette inactive: SystemPalette {
        colorGroup: SystemPalette.Inactive
    }
    readonly property SystemPalette disabled: SystemPalette {
        colorGroup: SystemPalette.Disabled
    }

    // Not as bindings: one for a role alone would set it in all groups.
    function apply(): void {
        for (const role of root.roles) {
            root.target.active[role] = root.active[role];
            root.target.inactive[role] = root.inactive[role];
            root.target.disabled[role] = root.disabled[role];
        }
    }

    Component.onCompleted: root.apply()
}
