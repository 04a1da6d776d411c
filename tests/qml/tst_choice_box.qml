// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtTest

import LocalFortune

TestCase {
    id: root

    name: "ChoiceBox"
    when: windowShown

    Component {
        id: component

        DialogWindow {
            visible: true
            defaultButton: button

            ChoiceBox {
                objectName: "box"
                focus: true
                model: ["one", "two", "three"]
            }

            PushButton {
                id: button

                text: "Default"
            }
        }
    }

    SignalSpy {
        id: clicks

        signalName: "clicked"
    }

    function open(): ChoiceBox {
        const window = createTemporaryObject(component, null);
        window.requestActivate();
        tryCompare(window, "active", true);
        clicks.target = window.defaultButton;
        clicks.clear();
        return findChild(window, "box");
    }

    function test_return_and_enter_press_the_default_button(): void {
        open();
        keyClick(Qt.Key_Return);
        keyClick(Qt.Key_Enter);
        compare(clicks.count, 2);
    }

    function test_return_in_the_open_list_only_chooses(): void {
        const box = open();
        keyClick(Qt.Key_Space);
        tryCompare(box.popup, "opened", true);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Return);
        tryCompare(box.popup, "visible", false);
        compare(box.currentText, "two");
        compare(clicks.count, 0);
    }

    function test_it_is_high_enough_for_a_large_font(): void {
        const box = open();
        box.font.pixelSize = 60;
        tryVerify(() => box.height >= 60);
    }

    function test_its_accessible_description_is_the_choice(): void {
        const box = open();
        box.currentIndex = 2;
        compare(box.Accessible.description, "three");
        verify(box.contentItem.Accessible.ignored);
    }

    function test_it_is_wide_enough_for_each_choice(): void {
        const box = open();
        const width = box.implicitWidth;
        box.model = ["one", "a much longer choice than the others"];
        tryVerify(() => box.implicitWidth > width);
    }
}
