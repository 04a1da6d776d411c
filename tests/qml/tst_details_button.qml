// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtTest

import LocalFortune

Item {
    width: 300
    height: 100

    DetailsButton {
        id: button
    }

    TestCase {
        name: "DetailsButton"
        when: windowShown

        function init(): void {
            button.checked = false;
        }

        function test_space_opens_and_closes(): void {
            button.forceActiveFocus();
            keyClick(Qt.Key_Space);
            verify(button.checked);
            keyClick(Qt.Key_Space);
            verify(!button.checked);
        }

        function test_a_click_opens(): void {
            mouseClick(button);
            verify(button.checked);
        }

        function test_its_arrow_shows_the_state_and_its_name_stays(): void {
            compare(button.text, "Details ▾");
            compare(button.Accessible.name, "Details");
            verify(!button.Accessible.checked);
            button.checked = true;
            compare(button.text, "Details ▴");
            compare(button.Accessible.name, "Details");
            verify(button.Accessible.checked);
        }
    }
}
