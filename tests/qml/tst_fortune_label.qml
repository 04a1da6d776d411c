// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtTest

import LocalFortune

Item {
    id: root

    width: 300
    height: 400

    FortuneLabel {
        id: label

        width: 200
        height: label.implicitHeight
    }

    TextEdit {
        id: clipboard
    }

    TestCase {
        name: "FortuneLabel"
        when: windowShown

        readonly property TextEdit area: findChild(label, "fortuneText")

        function init(): void {
            label.text = "You might have mail.";
            label.contentY = 0;
            clipboard.clear();
        }

        function lines(count: int): string {
            return Array.from({length: count}, (unused, i) => "Line " + i).join("\n");
        }

        function test_markup_is_shown_as_it_is(): void {
            label.text = "<b>bold</b> &amp; <img src='x'>";
            compare(area.getText(0, area.length), "<b>bold</b> &amp; <img src='x'>");
        }

        function test_its_accessible_name_is_the_fortune(): void {
            compare(label.Accessible.name, "You might have mail.");
            compare(label.Accessible.role, Accessible.StaticText);
            verify(area.Accessible.ignored);
        }

        function test_a_long_line_is_wrapped(): void {
            label.text = "word ".repeat(60);
            verify(area.lineCount > 3);
            verify(area.contentWidth <= label.width);
        }

        function test_a_word_wider_than_the_label_is_wrapped(): void {
            label.text = "w".repeat(200);
            verify(area.contentWidth <= label.width);
        }

        // Milliseconds to lay out a text.
        function time(text: string): real {
            const start = Date.now();
            label.text = text;
            verify(label.contentHeight > 0);
            return Date.now() - start;
        }

        function test_a_long_word_takes_no_longer_than_as_many_letters_in_words(): void {
            const words = time("word ".repeat(16000));
            const word = time("w".repeat(80000));
            verify(word < 500 + 10 * words, "%1 ms, %2 ms for words".arg(word).arg(words));
            compare(area.length, 80000);
            verify(area.contentWidth <= label.width);
        }

        function test_after_a_long_word_lines_break_between_words_again(): void {
            label.text = "w".repeat(2000);
            label.text = "word ".repeat(60);
            compare(area.wrapMode, TextEdit.Wrap);
        }

        function test_a_text_of_the_greatest_length_is_shortened(): void {
            const text = "w".repeat(520000);
            label.text = text;
            compare(area.length, label.maximumLength + 1);
            compare(area.getText(area.length - 2, area.length), "w…");
            verify(label.Accessible.name === text);
        }

        function test_a_text_with_lines_of_its_own_wants_them_whole(): void {
            label.text = "x".repeat(70) + "\n" + "x".repeat(70);
            const wide = label.implicitWidth;
            label.text = "x ".repeat(70);
            verify(wide > 1.5 * label.implicitWidth);
        }

        function test_a_short_text_needs_no_scrolling(): void {
            verify(!label.scrolls);
            verify(!label.activeFocusOnTab);
            compare(label.implicitHeight, label.minimumHeight);
        }

        function test_one_and_two_lines_have_the_same_height(): void {
            const height = label.implicitHeight;
            label.text = "one\ntwo";
            compare(label.implicitHeight, height);
        }

        function test_it_grows_with_the_text_up_to_half_the_screen(): void {
            label.text = lines(10);
            compare(label.implicitHeight, area.contentHeight);
            label.text = lines(500);
            compare(label.implicitHeight, label.Screen.height / 2);
        }

        function test_the_last_line_is_reached_with_the_keyboard(): void {
            label.text = lines(500);
            verify(label.activeFocusOnTab);
            label.forceActiveFocus();
            for (let i = 0; i < 100 && !label.atYEnd; ++i)
                keyClick(Qt.Key_Down);
            verify(label.atYEnd);
            compare(label.contentHeight, area.contentHeight);
            keyClick(Qt.Key_Up);
            verify(!label.atYEnd);
        }

        function test_one_press_of_a_key_scrolls_by_less_than_what_is_seen(): void {
            label.text = lines(500);
            label.forceActiveFocus();
            keyClick(Qt.Key_Down);
            verify(label.contentY > 0);
            verify(label.contentY < label.height);
        }

        function test_what_is_scrolled_away_is_not_drawn(): void {
            label.text = lines(500);
            verify(label.clip);
        }

        function test_the_scroll_bar_covers_no_text(): void {
            label.text = lines(500);
            verify(area.width + label.scrollBarWidth <= label.width);
        }

        function test_a_new_text_is_shown_from_its_start(): void {
            label.text = lines(500);
            label.contentY = 1000;
            label.text = lines(400);
            compare(label.contentY, 0);
        }

        function test_it_can_be_selected_and_copied_but_not_changed(): void {
            mouseDoubleClickSequence(area, 10, area.height / 2);
            compare(area.selectedText, "You");
            keySequence("Ctrl+C");
            clipboard.paste();
            compare(clipboard.text, "You");
            keyClick("x");
            compare(label.text, "You might have mail.");
        }
    }
}
