// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtTest

import LocalFortune

Item {
    id: root

    width: 300
    height: 100

    BuddyLabel {
        id: label

        caption: "Server &name:"
        buddy: edit
    }

    TextInput {
        id: edit
    }

    TestCase {
        name: "BuddyLabel"
        when: windowShown

        function cleanup(): void {
            edit.enabled = true;
            root.forceActiveFocus();
        }

        function test_the_letter_after_the_ampersand_is_underlined(): void {
            compare(label.text, "Server <u>n</u>ame:");
        }

        function test_its_accessible_name_has_no_ampersand(): void {
            compare(label.Accessible.name, "Server name:");
        }

        function test_alt_and_the_letter_focus_the_buddy(): void {
            verify(!edit.activeFocus);
            keyClick(Qt.Key_N, Qt.AltModifier);
            verify(edit.activeFocus);
        }

        function test_a_disabled_buddy_is_not_focused(): void {
            edit.enabled = false;
            keyClick(Qt.Key_N, Qt.AltModifier);
            verify(!edit.focus);
        }
    }
}
