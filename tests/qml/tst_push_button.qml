// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtTest

import LocalFortune

Item {
    id: root

    width: 300
    height: 100

    Row {
        PushButton {
            id: defaultButton

            text: "Default"
            isDefault: true
        }

        PushButton {
            id: otherButton

            text: "Other"
        }

        PushButton {
            id: modestButton

            text: "Modest"
            autoDefault: false
        }
    }

    SignalSpy {
        id: clicks

        signalName: "clicked"
    }

    TestCase {
        name: "PushButton"
        when: windowShown

        function cleanup(): void {
            root.forceActiveFocus();
            clicks.target = null;
        }

        function spyOn(button: PushButton): void {
            clicks.target = button;
            clicks.clear();
            button.forceActiveFocus(Qt.TabFocusReason);
        }

        function test_return_enter_and_space_press_the_focused_button_data() {
            return [{tag: "Return", key: Qt.Key_Return}, {tag: "Enter", key: Qt.Key_Enter}, {tag: "Space", key: Qt.Key_Space}];
        }

        function test_return_enter_and_space_press_the_focused_button(row) {
            spyOn(otherButton);
            keyClick(row.key);
            compare(clicks.count, 1);
        }

        function test_return_does_not_press_a_button_without_auto_default(): void {
            spyOn(modestButton);
            keyClick(Qt.Key_Return);
            compare(clicks.count, 0);
            keyClick(Qt.Key_Space);
            compare(clicks.count, 1);
        }

        function test_the_default_button_is_highlighted(): void {
            verify(defaultButton.highlighted);
            verify(!otherButton.highlighted);
        }

        function test_a_focused_button_takes_the_highlight_over(): void {
            otherButton.forceActiveFocus();
            verify(otherButton.highlighted);
            verify(!defaultButton.highlighted);
        }

        function test_a_focused_button_without_auto_default_leaves_the_highlight(): void {
            modestButton.forceActiveFocus();
            verify(!modestButton.highlighted);
            verify(defaultButton.highlighted);
        }

        function test_it_has_its_text_as_accessible_name(): void {
            compare(otherButton.Accessible.name, "Other");
        }
    }
}
