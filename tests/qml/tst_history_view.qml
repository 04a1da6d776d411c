// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls
import QtTest

import LocalFortune

Item {
    id: root

    width: 300
    height: 300

    HistoryView {
        id: view

        width: 250
    }

    TestCase {
        name: "HistoryView"
        when: windowShown

        readonly property ListView list: findChild(view, "historyList")

        function init(): void {
            root.forceActiveFocus();
            view.model = ["first", "<b>second</b>"];
            waitForRendering(view);
        }

        function item(index: int): Label {
            return list.itemAtIndex(index) as Label;
        }

        function test_it_lists_the_oldest_first(): void {
            compare(view.count, 2);
            compare(item(0).text, "first");
        }

        function test_markup_is_shown_as_it_is(): void {
            compare(item(1).text, "<b>second</b>");
            compare(item(1).textFormat, Text.PlainText);
        }

        function test_the_newest_is_in_view(): void {
            view.model = Array.from({length: 100}, (unused, i) => "Fortune " + i);
            tryVerify(() => list.itemAtIndex(99) !== null);
            tryCompare(list, "atYEnd", true);
            view.model = Array.from({length: 101}, (unused, i) => "Fortune " + i);
            tryVerify(() => list.itemAtIndex(100) !== null);
            tryCompare(list, "atYEnd", true);
        }

        function test_the_arrow_keys_walk_through_it(): void {
            keyClick(Qt.Key_Tab);
            verify(list.activeFocus);
            keyClick(Qt.Key_Up);
            compare(list.currentIndex, 0);
            compare(item(0).color, item(0).palette.highlightedText);
            compare(item(1).color, item(1).palette.windowText);
        }

        function test_a_long_fortune_is_wrapped(): void {
            view.model = ["word ".repeat(40)];
            tryVerify(() => item(0)?.lineCount > 2);
            verify(item(0).contentWidth <= list.width);
        }

        function test_a_very_long_fortune_is_shortened_data() {
            return [
                {tag: "one word", text: "w".repeat(520000)},
                {tag: "lines", text: "line\n".repeat(100000)}
            ];
        }

        function test_a_very_long_fortune_is_shortened(row): void {
            view.model = [row.text, "next"];
            tryVerify(() => item(0)?.truncated);
            compare(item(0).lineCount, 6);
            verify(item(0).text.length <= 10000);
            verify(item(0).Accessible.name === row.text);
        }

        function test_its_parts_have_names_for_assistive_technology(): void {
            compare(list.Accessible.name, "Fortunes so far:");
            compare(item(0).Accessible.name, "first");
        }
    }
}
