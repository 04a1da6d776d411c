// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls
import QtTest

import LocalFortune

TestCase {
    id: root

    name: "ErrorDialog"
    when: windowShown

    Component {
        id: component

        ApplicationWindow {
            id: window

            property alias dialog: dialog

            title: "Local Fortune Test"
            width: 300
            height: 200
            visible: true

            ErrorDialog {
                id: dialog

                title: window.title
            }
        }
    }

    function open(message: string): ErrorDialog {
        const window = createTemporaryObject(component, null);
        window.dialog.report(message);
        tryCompare(findChild(window.dialog, "okButton"), "activeFocus", true);
        return window.dialog;
    }

    function test_it_shows_the_message_under_the_title_of_the_window(): void {
        const dialog = open("It failed.");
        compare(dialog.title, "Local Fortune Test");
        compare(findChild(dialog, "errorLabel").text, "It failed.");
        compare(findChild(dialog, "okButton").text, "OK");
    }

    function test_it_is_a_modal_dialog_window_of_its_own(): void {
        const dialog = open("It failed.");
        compare(dialog.modality, Qt.WindowModal);
        compare(dialog.flags & Qt.Dialog, Qt.Dialog);
        compare(dialog.transientParent.title, "Local Fortune Test");
    }

    function test_ok_is_drawn_as_the_default_button(): void {
        const ok = findChild(open("It failed."), "okButton");
        verify(ok.highlighted);
    }

    function test_it_closes_by_key_data() {
        return [
            {tag: "Return", key: Qt.Key_Return},
            {tag: "Enter", key: Qt.Key_Enter},
            {tag: "Space", key: Qt.Key_Space},
            {tag: "Escape", key: Qt.Key_Escape}
        ];
    }

    function test_it_closes_by_key(row): void {
        const dialog = open("It failed.");
        keyClick(row.key);
        verify(!dialog.visible);
        verify(dialog.transientParent.visible);
    }

    function test_a_click_on_ok_closes_it(): void {
        const dialog = open("It failed.");
        mouseClick(findChild(dialog, "okButton"));
        verify(!dialog.visible);
    }

    function test_it_can_be_shown_again(): void {
        const dialog = open("It failed.");
        keyClick(Qt.Key_Return);
        dialog.report("It failed again.");
        tryCompare(findChild(dialog, "okButton"), "activeFocus", true);
        compare(findChild(dialog, "errorLabel").text, "It failed again.");
    }

    function test_it_shrinks_for_a_shorter_message(): void {
        const dialog = open("It failed for a long reason. ".repeat(20));
        const width = dialog.width;
        const height = dialog.height;
        dialog.close();
        dialog.report("It failed.");
        tryVerify(() => dialog.width < width && dialog.height < height);
    }

    function test_markup_in_a_message_is_shown_as_it_is(): void {
        compare(findChild(open("<b>/tmp</b>"), "errorLabel").textFormat, Text.PlainText);
    }

    function test_a_long_message_is_shown_whole(): void {
        const dialog = open("/a-path-without-a-space".repeat(20));
        const label = findChild(dialog, "errorLabel");
        verify(!label.truncated);
        verify(label.lineCount > 3);
        tryVerify(() => label.mapToItem(null, label.width, 0).x <= dialog.width);
        tryVerify(() => label.mapToItem(null, 0, label.height).y <= dialog.height);
    }

    function test_a_message_longer_than_the_screen_is_shortened_data() {
        return [
            {tag: "one word", text: "w".repeat(500000)},
            {tag: "lines", text: "line\n".repeat(1000)}
        ];
    }

    function test_a_message_longer_than_the_screen_is_shortened(row): void {
        const dialog = open(row.text);
        const label = findChild(dialog, "errorLabel");
        verify(label.truncated);
        verify(dialog.width < dialog.Screen.width && dialog.height < dialog.Screen.height);
        verify(label.parent.Accessible.name === row.text);
        const ok = findChild(dialog, "okButton");
        verify(ok.mapToItem(null, 0, ok.height).y <= dialog.height);
    }

    function test_the_message_has_a_name_for_assistive_technology(): void {
        compare(findChild(open("It failed."), "errorLabel").Accessible.name, "It failed.");
    }
}
