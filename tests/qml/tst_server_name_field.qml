// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtTest

import LocalFortune

Item {
    id: root

    width: 300
    height: 100

    ServerNameField {
        id: part

        anchors.left: root.left
        anchors.right: root.right
        text: "fortune"
    }

    SignalSpy {
        id: edits

        target: part
        signalName: "edited"
    }

    TestCase {
        name: "ServerNameField"
        when: windowShown

        readonly property TextInput field: findChild(part, "serverNameField")

        function init(): void {
            edits.clear();
            part.text = "fortune";
            root.forceActiveFocus();
        }

        function test_its_name_for_assistive_technology_is_that_of_the_label(): void {
            compare(field.Accessible.name, "Server name:");
            compare(findChild(part, "serverNameLabel").Accessible.name, "Server name:");
        }

        function test_alt_s_focuses_and_selects_the_name(): void {
            keyClick(Qt.Key_S, Qt.AltModifier);
            verify(field.activeFocus);
            compare(field.selectedText, "fortune");
        }

        function test_tab_selects_the_name(): void {
            keyClick(Qt.Key_Tab);
            verify(field.activeFocus);
            compare(field.selectedText, "fortune");
        }

        function test_a_click_does_not_select_the_name(): void {
            mouseClick(field);
            verify(field.activeFocus);
            compare(field.selectedText, "");
        }

        function test_typing_tells_the_new_name(): void {
            field.forceActiveFocus(Qt.TabFocusReason);
            keyClick("a");
            keyClick("b");
            compare(edits.count, 2);
            compare(edits.signalArguments[1][0], "ab");
        }

        function test_a_name_set_by_the_program_is_no_edit(): void {
            part.text = "other";
            compare(field.text, "other");
            compare(edits.count, 0);
        }

        function test_the_field_takes_the_width_that_the_label_leaves(): void {
            compare(field.mapToItem(root, field.width, 0).x, root.width);
        }
    }
}
