// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import QtTest

import LocalFortune

Pane {
    width: 300
    height: 200

    ElidedLabel {
        id: label

        y: 100
        width: 100
    }

    TestCase {
        name: "ElidedLabel"
        when: windowShown

        function init(): void {
            mouseMove(label, 0, -50);
        }

        function test_a_long_text_keeps_both_ends(): void {
            label.text = "/a/very/long/path/that/does/not/fit/fortune";
            verify(label.truncated);
            compare(label.elide, Text.ElideMiddle);
            compare(label.Accessible.name, "/a/very/long/path/that/does/not/fit/fortune");
        }

        function test_only_a_usual_text_decides_how_wide_it_wants_to_be(): void {
            label.text = "/tmp/fortune";
            compare(label.Layout.preferredWidth, label.implicitWidth);
            label.text = "x".repeat(60);
            const width = label.Layout.preferredWidth;
            verify(width < label.implicitWidth);
            label.text = "x".repeat(30000);
            compare(label.Layout.preferredWidth, width);
        }

        function test_pointing_at_a_long_text_shows_the_whole_of_it(): void {
            label.text = "/a/very/long/path/that/does/not/fit/fortune";
            mouseMove(label);
            tryCompare(label.ToolTip, "visible", true);
            compare(label.ToolTip.text, "/a/very/long/path/that/does/not/fit/fortune");
        }

        function test_pointing_at_an_empty_text_shows_nothing(): void {
            label.text = "/a/very/long/path/that/does/not/fit/fortune";
            label.text = "";
            mouseMove(label);
            verify(!label.ToolTip.visible);
        }

        function test_pointing_at_a_short_text_shows_nothing(): void {
            label.text = "/tmp";
            mouseMove(label);
            verify(!label.ToolTip.visible);
        }
    }
}
