// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls
import QtTest

import LocalFortune

TestCase {
    id: root

    name: "DialogWindow"
    when: windowShown

    Component {
        id: component

        DialogWindow {
            visible: true
            defaultButton: button

            TextField {
                focus: true
            }

            PushButton {
                id: button

                text: "Default"
            }

            PushButton {
                objectName: "otherButton"

                text: "Other"
            }

            Item {
                objectName: "part"

                visible: false
                implicitWidth: 500
                implicitHeight: 200
            }
        }
    }

    SignalSpy {
        id: clicks

        signalName: "clicked"
    }

    function open(): DialogWindow {
        const window = createTemporaryObject(component, null);
        window.requestActivate();
        tryCompare(window, "active", true);
        clicks.target = window.defaultButton;
        clicks.clear();
        return window;
    }

    function test_return_presses_the_default_button(): void {
        open();
        keyClick(Qt.Key_Return);
        compare(clicks.count, 1);
    }

    function test_enter_presses_the_default_button(): void {
        open();
        keyClick(Qt.Key_Enter);
        compare(clicks.count, 1);
    }

    function test_return_presses_the_focused_button_instead(): void {
        const window = open();
        findChild(window, "otherButton").forceActiveFocus();
        keyClick(Qt.Key_Return);
        compare(clicks.count, 0);
    }

    function test_return_does_not_press_a_disabled_default_button(): void {
        const window = open();
        window.defaultButton.enabled = false;
        keyClick(Qt.Key_Return);
        compare(clicks.count, 0);
    }

    function test_it_grows_in_width_alone(): void {
        const window = open();
        findChild(window, "otherButton").text = "A button that needs more width than all of this window had until now";
        tryVerify(() => window.width === window.minimumWidth && window.width > 400);
    }

    function test_it_is_no_larger_than_the_screen(): void {
        const window = open();
        const part = findChild(window, "part");
        part.implicitWidth = 5000;
        part.implicitHeight = 5000;
        part.visible = true;
        tryCompare(window, "width", window.Screen.width);
        tryCompare(window, "height", window.Screen.height);
    }

    function test_return_without_a_default_button_does_nothing(): void {
        const window = open();
        failOnWarning(/Error/);
        window.defaultButton = null;
        keyClick(Qt.Key_Return);
        verify(window.visible);
    }

    function test_escape_closes(): void {
        const window = open();
        keyClick(Qt.Key_Escape);
        verify(!window.visible);
    }

    function test_it_is_as_large_as_its_content(): void {
        const window = open();
        compare(window.width, window.minimumWidth);
        compare(window.height, window.minimumHeight);
    }

    function test_it_grows_with_its_content_and_fits_again(): void {
        const window = open();
        const width = window.width;
        const height = window.height;
        const part = findChild(window, "part");
        part.visible = true;
        tryVerify(() => window.width >= 500 && window.height >= height + 200);
        part.visible = false;
        window.fit();
        tryCompare(window, "width", width);
        tryCompare(window, "height", height);
    }
}
