// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls
import QtTest

import LocalFortune

TestCase {
    id: root

    name: "ClientWindow"
    when: windowShown

    Component {
        id: clientComponent

        ClientWindow {}
    }

    Component {
        id: serverComponent

        ServerWindow {}
    }

    function init(): void {
        failOnWarning(/Error|loop/);
    }

    function uniqueName(): string {
        return "tst-%1-%2".arg(Date.now().toString(36)).arg(Math.floor(Math.random() * 1e9).toString(36));
    }

    function open(properties): ClientWindow {
        const window = createTemporaryObject(clientComponent, null, properties);
        activate(window);
        return window;
    }

    function activate(window): void {
        window.requestActivate();
        tryCompare(window, "active", true);
    }

    // A client whose server listens, with these fortunes or the built-in ones.
    function openWithServer(fortunes): ClientWindow {
        const name = uniqueName();
        const server = createTemporaryObject(serverComponent, null, fortunes ? {address: name, fortunes: fortunes} : {address: name});
        verify(server.server.listening);
        return open({address: name});
    }

    function openWithDetails(): ClientWindow {
        const window = openWithServer();
        mouseClick(findChild(window, "detailsButton"));
        tryVerify(() => findChild(window, "historyView").height > 0);
        return window;
    }

    function getFortune(window: ClientWindow): void {
        const count = window.client.history.length;
        findChild(window, "getFortuneButton").clicked();
        tryVerify(() => window.client.history.length === count + 1);
    }

    function type(text: string): void {
        for (const letter of text)
            keyClick(letter);
    }

    function test_it_has_the_words_of_the_example(): void {
        const window = open();
        compare(window.title, "Local Fortune Client");
        compare(findChild(window, "serverNameLabel").Accessible.name, "Server name:");
        compare(findChild(window, "serverNameField").text, "fortune");
        compare(findChild(window, "statusLabel").text, "This examples requires that you run the Local Fortune Server example as well.");
        compare(findChild(window, "getFortuneButton").text, "Get Fortune");
        compare(findChild(window, "quitButton").text, "Quit");
    }

    function test_it_is_as_large_as_its_content(): void {
        const window = open();
        compare(window.width, window.minimumWidth);
        compare(window.height, window.minimumHeight);
    }

    function test_a_larger_window_gives_its_room_to_the_text(): void {
        const window = open();
        const label = findChild(window, "statusLabel");
        const height = label.height;
        window.height += 200;
        tryCompare(label, "height", height + 200);
    }

    function test_the_name_is_focused_and_selected_at_start(): void {
        const field = findChild(open(), "serverNameField");
        verify(field.activeFocus);
        compare(field.selectedText, "fortune");
    }

    function test_the_program_can_set_its_options_before_the_window_is_complete(): void {
        const window = open({address: "other", wireFormat: Fortune.WireFormat.Qt5_6, timeout: 1234});
        compare(findChild(window, "serverNameField").text, "other");
        compare(findChild(window, "wireFormatBox").currentText, "Qt 5.6");
        compare(findChild(window, "timeoutBox").value, 1234);
        compare(window.client.address, "other");
        compare(window.client.wireFormat, Fortune.WireFormat.Qt5_6);
        compare(window.client.timeout, 1234);
    }

    function test_tab_goes_from_the_name_to_get_fortune_quit_and_details(): void {
        const window = open();
        for (const name of ["getFortuneButton", "quitButton", "detailsButton", "serverNameField"]) {
            keyClick(Qt.Key_Tab);
            compare(window.activeFocusItem.objectName, name);
        }
    }

    function test_tab_goes_through_the_open_details(): void {
        const window = openWithDetails();
        findChild(window, "detailsButton").forceActiveFocus();
        for (const name of ["wireFormatBox", "timeoutBox", "historyList", "serverNameField"]) {
            keyClick(Qt.Key_Tab);
            verify(findChild(window, name).activeFocus, name);
        }
    }

    function test_get_fortune_is_the_default_button(): void {
        const window = open();
        verify(findChild(window, "getFortuneButton").highlighted);
        verify(!findChild(window, "quitButton").highlighted);
    }

    function test_return_presses_get_fortune_data() {
        return [
            {tag: "in the name", focus: "serverNameField"},
            {tag: "on the button", focus: "getFortuneButton"},
            {tag: "on Details", focus: "detailsButton"},
            {tag: "on the wire format", focus: "wireFormatBox"},
            {tag: "in the time limit", focus: "timeoutBox"},
            {tag: "in the history", focus: "historyList"}
        ];
    }

    function test_return_presses_get_fortune(row): void {
        const window = openWithDetails();
        findChild(window, row.focus).forceActiveFocus(Qt.TabFocusReason);
        keyClick(Qt.Key_Return);
        tryVerify(() => window.client.fortune !== "");
        compare(findChild(window, "statusLabel").text, window.client.fortune);
        compare(window.client.history.length, 1);
    }

    function test_a_click_gets_a_fortune(): void {
        const window = openWithServer(["You might have mail."]);
        mouseClick(findChild(window, "getFortuneButton"));
        tryCompare(findChild(window, "statusLabel"), "text", "You might have mail.");
    }

    function test_the_button_is_off_while_asking(): void {
        const window = openWithServer();
        const button = findChild(window, "getFortuneButton");
        const states = [];
        button.enabledChanged.connect(() => states.push(button.enabled));
        keyClick(Qt.Key_Return);
        tryVerify(() => window.client.fortune !== "");
        tryCompare(button, "enabled", true);
        compare(states, [false, true]);
    }

    function test_the_focus_stays_on_the_button_that_was_pressed(): void {
        const window = openWithServer();
        const button = findChild(window, "getFortuneButton");
        button.forceActiveFocus();
        keyClick(Qt.Key_Space);
        tryVerify(() => window.client.fortune !== "");
        tryCompare(button, "activeFocus", true);
    }

    function test_the_button_is_off_without_a_name(): void {
        const window = open();
        const button = findChild(window, "getFortuneButton");
        keyClick(Qt.Key_Delete);
        verify(!button.enabled);
        keyClick(Qt.Key_Return);
        verify(!window.client.busy);
        verify(!findChild(window, "errorDialog").visible);
        keyClick("a");
        verify(button.enabled);
        compare(window.client.address, "a");
    }

    function test_a_fortune_is_never_taken_for_markup(): void {
        const window = openWithServer(["<b>bold</b> &amp; <i>more</i>"]);
        getFortune(window);
        const text = findChild(window, "fortuneText");
        compare(text.getText(0, text.length), "<b>bold</b> &amp; <i>more</i>");
    }

    function test_a_long_fortune_is_wholly_readable(): void {
        const lines = Array.from({length: 300}, (unused, i) => "Line %1 of a fortune that is longer than the screen.".arg(i));
        const window = openWithServer([lines.join("\n")]);
        getFortune(window);
        const label = findChild(window, "statusLabel");
        tryVerify(() => label.height > 300);
        verify(window.height < label.Screen.height);
        label.forceActiveFocus();
        for (let i = 0; i < 100 && !label.atYEnd; ++i)
            keyClick(Qt.Key_Down);
        verify(label.atYEnd);
        compare(label.contentHeight, findChild(window, "fortuneText").contentHeight);
    }

    function test_the_window_grows_so_that_a_fortune_of_twenty_lines_is_seen_at_once(): void {
        const window = openWithServer([Array.from({length: 20}, (unused, i) => "Line " + i).join("\n")]);
        getFortune(window);
        const label = findChild(window, "statusLabel");
        tryVerify(() => label.height >= label.contentHeight);
    }

    function test_a_name_where_nobody_listens_opens_the_not_found_dialog(): void {
        const window = open({address: uniqueName()});
        keyClick(Qt.Key_Return);
        const dialog = findChild(window, "errorDialog");
        tryCompare(findChild(dialog, "okButton"), "activeFocus", true);
        compare(dialog.title, "Local Fortune Client");
        compare(findChild(dialog, "errorLabel").text, "The host was not found. Please make sure that the server is running and that the server name is correct.");
    }

    function test_after_an_error_the_window_is_usable(): void {
        const name = uniqueName();
        const server = createTemporaryObject(serverComponent, null, {address: name});
        verify(server.server.listening);
        const window = open({address: uniqueName()});
        keyClick(Qt.Key_Return);
        const dialog = findChild(window, "errorDialog");
        tryCompare(findChild(dialog, "okButton"), "activeFocus", true);
        keyClick(Qt.Key_Return);
        verify(!dialog.visible);
        activate(window);
        verify(findChild(window, "getFortuneButton").enabled);
        keySequence("Ctrl+A");
        type(name);
        keyClick(Qt.Key_Return);
        tryVerify(() => window.client.fortune !== "");
        compare(findChild(window, "statusLabel").text, window.client.fortune);
    }

    function test_each_error_has_its_text_data() {
        return [
            {tag: "not found", error: Fortune.ClientError.NotFound, text: "The host was not found. Please make sure that the server is running and that the server name is correct."},
            {tag: "refused", error: Fortune.ClientError.Refused, text: "The connection was refused by the peer. Make sure the fortune server is running, and check that the server name is correct."},
            {tag: "closed early", error: Fortune.ClientError.ClosedEarly, text: "The server closed the connection before a whole fortune arrived."},
            {tag: "timed out", error: Fortune.ClientError.TimedOut, text: "The following error occurred: 100 %1 detail."},
            {tag: "bad message", error: Fortune.ClientError.BadMessage, text: "The following error occurred: 100 %1 detail."},
            {tag: "other", error: Fortune.ClientError.UnknownError, text: "The following error occurred: 100 %1 detail."}
        ];
    }

    function test_each_error_has_its_text(row): void {
        const window = open();
        window.client.failed(row.error, "100 %1 detail");
        const dialog = findChild(window, "errorDialog");
        verify(dialog.visible);
        compare(findChild(dialog, "errorLabel").text, row.text);
    }

    function test_quit_closes_the_window(): void {
        const window = open();
        mouseClick(findChild(window, "quitButton"));
        verify(!window.visible);
    }

    function test_return_on_quit_closes_the_window(): void {
        const window = open();
        findChild(window, "quitButton").forceActiveFocus();
        keyClick(Qt.Key_Return);
        verify(!window.visible);
    }

    function test_escape_closes_the_window(): void {
        const window = open();
        keyClick(Qt.Key_Escape);
        verify(!window.visible);
    }

    function test_closing_the_window_cancels_the_request(): void {
        const window = openWithServer();
        window.client.requestFortune();
        window.close();
        verify(!window.client.busy);
    }

    function test_alt_s_moves_the_focus_to_the_name(): void {
        const window = open();
        findChild(window, "quitButton").forceActiveFocus();
        keyClick(Qt.Key_S, Qt.AltModifier);
        verify(findChild(window, "serverNameField").activeFocus);
        compare(findChild(window, "serverNameField").selectedText, "fortune");
    }

    function test_the_details_are_closed_at_start(): void {
        verify(!findChild(open(), "details").visible);
    }

    function test_the_details_open_and_close_with_the_keyboard(): void {
        const window = open();
        const height = window.height;
        findChild(window, "detailsButton").forceActiveFocus();
        keyClick(Qt.Key_Space);
        verify(findChild(window, "details").visible);
        tryVerify(() => window.height > height + 100);
        keyClick(Qt.Key_Space);
        verify(!findChild(window, "details").visible);
        tryCompare(window, "height", height);
    }

    function test_escape_closes_an_open_list_before_the_window(): void {
        const window = openWithDetails();
        const box = findChild(window, "wireFormatBox");
        box.forceActiveFocus();
        keyClick(Qt.Key_Space);
        tryCompare(box.popup, "opened", true);
        keyClick(Qt.Key_Escape);
        tryCompare(box.popup, "visible", false);
        verify(window.visible);
    }

    function test_return_in_an_open_list_chooses_and_asks_nothing(): void {
        const window = openWithDetails();
        const box = findChild(window, "wireFormatBox");
        box.forceActiveFocus();
        keyClick(Qt.Key_Space);
        tryCompare(box.popup, "opened", true);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Return);
        tryCompare(box.popup, "visible", false);
        compare(window.client.wireFormat, Fortune.WireFormat.Qt4);
        verify(!window.client.busy);
        compare(window.client.fortune, "");
    }

    function test_detection_is_the_first_choice_of_wire_format(): void {
        const box = findChild(open(), "wireFormatBox");
        compare(box.currentIndex, 0);
        compare(box.currentText, "Detect");
        compare(box.count, 5);
    }

    function test_the_time_limit_is_that_of_the_client(): void {
        const window = openWithDetails();
        const box = findChild(window, "timeoutBox");
        compare(box.value, 5000);
        box.forceActiveFocus();
        keyClick(Qt.Key_Up);
        compare(window.client.timeout, 5500);
    }

    function test_a_typed_time_limit_holds_for_the_request_that_return_starts(): void {
        const window = openWithDetails();
        findChild(window, "timeoutBox").forceActiveFocus(Qt.TabFocusReason);
        keySequence("Ctrl+A");
        type("750");
        keyClick(Qt.Key_Return);
        compare(window.client.timeout, 750);
        tryVerify(() => window.client.fortune !== "");
    }

    function test_a_long_name_leaves_the_window_as_wide_as_it_was_data() {
        return [{tag: "80", length: 80}, {tag: "300", length: 300}, {tag: "32000", length: 32000}];
    }

    function test_a_long_name_leaves_the_window_as_wide_as_it_was(row): void {
        const window = openWithDetails();
        window.address = "w".repeat(60);
        waitForRendering(window.contentItem);
        const width = window.width;
        verify(width < 500);
        window.address = "w".repeat(row.length);
        compare(findChild(window, "serverNameField").text.length, row.length);
        waitForRendering(window.contentItem);
        compare(window.width, width);
        // A name that no socket can have has no full address.
        compare(findChild(window, "fullAddressLabel").text.length > 0, row.length === 80);
    }

    function test_a_fortune_of_the_greatest_length_leaves_the_window_alive(): void {
        const window = openWithServer(["w".repeat(520000)]);
        const start = Date.now();
        getFortune(window);
        verify(findChild(window, "statusLabel").text === window.client.fortune);
        compare(window.client.history[0].length, 520000);
        keyClick(Qt.Key_Escape);
        verify(!window.visible);
        verify(Date.now() - start < 10000);
    }

    function test_the_details_tell_the_detected_format(): void {
        const window = openWithDetails();
        const label = findChild(window, "detectedLabel");
        compare(label.text, "none yet");
        getFortune(window);
        verify(window.client.detectedFormat !== Fortune.WireFormat.Auto);
        compare(label.text, findChild(window, "wireFormatBox").nameOf(window.client.detectedFormat));
    }

    function test_the_details_tell_where_the_client_connects(): void {
        const window = openWithDetails();
        verify(window.client.fullAddress.endsWith(window.address));
        compare(findChild(window, "fullAddressLabel").text, window.client.fullAddress);
    }

    function test_the_details_list_the_fortunes_so_far(): void {
        const window = openWithDetails();
        const list = findChild(window, "historyList");
        getFortune(window);
        const first = window.client.fortune;
        getFortune(window);
        compare(list.count, 2);
        tryVerify(() => list.itemAtIndex(1) !== null);
        compare((list.itemAtIndex(0) as Label).text, first);
        compare((list.itemAtIndex(1) as Label).text, window.client.fortune);
    }

    function test_every_control_has_a_name_for_assistive_technology(): void {
        const window = openWithDetails();
        for (const name of ["serverNameField", "statusLabel", "getFortuneButton", "quitButton", "detailsButton", "wireFormatBox", "detectedLabel", "timeoutBox", "fullAddressLabel", "historyList"])
            verify(findChild(window, name).Accessible.name !== "", name);
    }

    function test_nothing_is_cut_off_at_twice_the_font_size(): void {
        const window = openWithDetails();
        window.font.pixelSize = 2 * findChild(window, "quitButton").font.pixelSize;
        for (const name of ["serverNameField", "statusLabel", "getFortuneButton", "quitButton", "detailsButton", "wireFormatBox", "timeoutBox", "historyView"]) {
            const item = findChild(window, name);
            tryVerify(() => item.width >= item.implicitWidth && item.height >= item.implicitHeight, 5000, name);
            tryVerify(() => item.mapToItem(null, item.width, 0).x <= window.width, 5000, name);
            tryVerify(() => item.mapToItem(null, 0, item.height).y <= window.height, 5000, name);
        }
    }
}
