// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtTest

import LocalFortune

TestCase {
    id: root

    name: "ServerWindow"
    when: windowShown

    Component {
        id: serverComponent

        ServerWindow {}
    }

    Component {
        id: clientComponent

        ClientWindow {}
    }

    function init(): void {
        failOnWarning(/Error|loop/);
    }

    function uniqueName(): string {
        return "tst-%1-%2".arg(Date.now().toString(36)).arg(Math.floor(Math.random() * 1e9).toString(36));
    }

    function activate(window): void {
        window.requestActivate();
        tryCompare(window, "active", true);
    }

    function open(): ServerWindow {
        const window = createTemporaryObject(serverComponent, null, {address: uniqueName()});
        activate(window);
        return window;
    }

    function openIdle(): ServerWindow {
        const window = open();
        mouseClick(findChild(window, "stopListeningButton"));
        verify(!window.server.listening);
        return window;
    }

    function openWithDetails(): ServerWindow {
        const window = open();
        mouseClick(findChild(window, "detailsButton"));
        tryVerify(() => findChild(window, "wireFormatBox").height > 0);
        return window;
    }

    function type(text: string): void {
        for (const letter of text)
            keyClick(letter);
    }

    function test_it_has_the_words_of_the_example(): void {
        const window = open();
        compare(window.title, "Local Fortune Server");
        compare(findChild(window, "serverNameLabel").Accessible.name, "Server name:");
        compare(findChild(window, "statusLabel").text, "The server is running.\nRun the Local Fortune Client example now.");
        compare(findChild(window, "listenButton").text, "Listen");
        compare(findChild(window, "stopListeningButton").text, "Stop Listening");
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

    function test_it_listens_at_once(): void {
        const window = open();
        verify(window.server.listening);
        verify(window.server.fullAddress.endsWith(window.address));
    }

    function test_the_program_can_set_its_options_before_the_window_is_complete(): void {
        const name = uniqueName();
        const window = createTemporaryObject(serverComponent, null, {
            address: name,
            wireFormat: Fortune.WireFormat.Qt4,
            access: Fortune.Access.Group,
            fortunes: ["one", "two"]
        });
        compare(findChild(window, "serverNameField").text, name);
        compare(findChild(window, "wireFormatBox").currentText, "Qt 4.4 to 5.5");
        compare(findChild(window, "accessBox").currentText, "Your group");
        compare(window.server.address, name);
        compare(window.server.wireFormat, Fortune.WireFormat.Qt4);
        compare(window.server.access, Fortune.Access.Group);
        compare(window.server.fortunes.length, 2);
        compare(window.server.fortunes[1], "two");
        verify(window.server.listening);
    }

    function test_the_abstract_namespace_can_be_set_before_the_window_is_complete(): void {
        const window = createTemporaryObject(serverComponent, null, {address: "abstract:" + uniqueName()});
        verify(window.server.listening);
        compare(window.server.fullAddress, window.address);
    }

    function test_while_it_listens_the_name_and_listen_are_off(): void {
        const window = open();
        verify(!findChild(window, "serverNameField").enabled);
        verify(!findChild(window, "listenButton").enabled);
        verify(findChild(window, "stopListeningButton").enabled);
        verify(findChild(window, "stopListeningButton").activeFocus);
    }

    function test_stop_listening_stops(): void {
        const window = open();
        mouseClick(findChild(window, "stopListeningButton"));
        verify(!window.server.listening);
        compare(window.server.fullAddress, "");
        compare(findChild(window, "statusLabel").text, "Press \"Listen\" to start the server");
        verify(!findChild(window, "stopListeningButton").enabled);
        verify(findChild(window, "listenButton").enabled);
    }

    function test_when_it_stops_the_name_is_focused_and_selected(): void {
        const window = openIdle();
        const field = findChild(window, "serverNameField");
        verify(field.activeFocus);
        compare(field.selectedText, window.address);
    }

    function test_listen_listens_on_the_name_that_was_typed(): void {
        const window = openIdle();
        const name = uniqueName();
        type(name);
        mouseClick(findChild(window, "listenButton"));
        verify(window.server.listening);
        verify(window.server.fullAddress.endsWith(name));
        compare(findChild(window, "statusLabel").text, "The server is running.\nRun the Local Fortune Client example now.");
    }

    function test_return_presses_listen_while_it_is_idle(): void {
        const window = openIdle();
        verify(findChild(window, "listenButton").highlighted);
        keyClick(Qt.Key_Return);
        verify(window.server.listening);
    }

    function test_return_neither_stops_nor_quits_while_it_listens_data() {
        return [{tag: "on Stop Listening", focus: "stopListeningButton"}, {tag: "on Quit", focus: "quitButton"}];
    }

    function test_return_neither_stops_nor_quits_while_it_listens(row): void {
        const window = open();
        findChild(window, row.focus).forceActiveFocus();
        keyClick(Qt.Key_Return);
        verify(window.server.listening);
        verify(window.visible);
    }

    function test_listen_is_off_without_a_name(): void {
        const window = openIdle();
        keyClick(Qt.Key_Delete);
        compare(window.address, "");
        verify(!findChild(window, "listenButton").enabled);
        keyClick(Qt.Key_Return);
        verify(!window.server.listening);
        keyClick("a");
        verify(findChild(window, "listenButton").enabled);
    }

    function test_tab_goes_from_stop_listening_to_quit_and_details(): void {
        const window = open();
        for (const name of ["quitButton", "detailsButton", "stopListeningButton"]) {
            keyClick(Qt.Key_Tab);
            compare(window.activeFocusItem.objectName, name);
        }
    }

    function test_tab_goes_from_the_name_through_everything_while_it_is_idle(): void {
        const window = openWithDetails();
        mouseClick(findChild(window, "stopListeningButton"));
        for (const name of ["listenButton", "quitButton", "detailsButton", "wireFormatBox", "accessBox", "serverNameField"]) {
            keyClick(Qt.Key_Tab);
            compare(window.activeFocusItem.objectName, name);
        }
    }

    function test_alt_s_moves_the_focus_to_the_name(): void {
        const window = openIdle();
        findChild(window, "quitButton").forceActiveFocus();
        keyClick(Qt.Key_S, Qt.AltModifier);
        verify(findChild(window, "serverNameField").activeFocus);
    }

    function test_a_client_gets_one_of_the_fortunes(): void {
        const window = open();
        const client = createTemporaryObject(clientComponent, null, {address: window.address});
        activate(client);
        keyClick(Qt.Key_Return);
        tryVerify(() => client.client.fortune !== "");
        verify(window.fortunes.includes(client.client.fortune));
        tryVerify(() => window.server.served >= 1);
    }

    function test_a_client_finds_nobody_after_stop_listening(): void {
        const window = openIdle();
        const client = createTemporaryObject(clientComponent, null, {address: window.address});
        activate(client);
        keyClick(Qt.Key_Return);
        tryCompare(findChild(client, "errorDialog"), "visible", true);
        compare(client.client.fortune, "");
    }

    function test_a_second_server_on_the_name_opens_the_error_dialog(): void {
        const first = open();
        const second = createTemporaryObject(serverComponent, null, {address: first.address});
        const dialog = findChild(second, "errorDialog");
        tryCompare(findChild(dialog, "okButton"), "activeFocus", true);
        compare(dialog.title, "Local Fortune Server");
        compare(findChild(dialog, "errorLabel").text, "Unable to start the server: another server is already listening on %1.".arg(first.server.fullAddress));
        verify(!second.server.listening);
        verify(first.server.listening);
    }

    function test_an_error_right_at_the_start_stays_on_the_screen(): void {
        const window = createTemporaryObject(serverComponent, null, {address: uniqueName()});
        window.server.failed(Fortune.ServerError.Unexpected, "at the start");
        const dialog = findChild(window, "errorDialog");
        tryCompare(findChild(dialog, "okButton"), "activeFocus", true);
        verify(dialog.visible);
        compare(dialog.transientParent, window);
    }

    function test_after_an_error_the_window_is_usable(): void {
        const first = open();
        const second = createTemporaryObject(serverComponent, null, {address: first.address});
        const dialog = findChild(second, "errorDialog");
        tryCompare(findChild(dialog, "okButton"), "activeFocus", true);
        keyClick(Qt.Key_Return);
        verify(!dialog.visible);
        activate(second);
        compare(findChild(second, "statusLabel").text, "Press \"Listen\" to start the server");
        verify(findChild(second, "serverNameField").activeFocus);
        type(uniqueName());
        keyClick(Qt.Key_Return);
        verify(second.server.listening);
    }

    function test_each_error_has_its_text_data() {
        return [
            {tag: "name in use", error: Fortune.ServerError.NameInUse, text: "Unable to start the server: another server is already listening on /tmp/%1."},
            {tag: "not a socket", error: Fortune.ServerError.NotASocket, text: "Unable to start the server: /tmp/%1 exists and is not a socket, so it was left alone."},
            {tag: "name too long", error: Fortune.ServerError.NameTooLong, text: "Unable to start the server: the name is too long (/tmp/%1)."},
            {tag: "directory missing", error: Fortune.ServerError.DirectoryMissing, text: "Unable to start the server: the directory /tmp/%1 does not exist."},
            {tag: "directory forbidden", error: Fortune.ServerError.DirectoryForbidden, text: "Unable to start the server: the directory /tmp/%1 does not allow to create a socket in it."},
            {tag: "fortune too long", error: Fortune.ServerError.FortuneTooLong, text: "Unable to start the server: /tmp/%1."},
            {tag: "not yours", error: Fortune.ServerError.NotYours, text: "Unable to start the server: /tmp/%1 belongs to another user, so it was left alone."},
            {tag: "no descriptors", error: Fortune.ServerError.NoDescriptors, text: "The server was interrupted: no file descriptors are left, trying again."},
            {tag: "name taken", error: Fortune.ServerError.NameTaken, text: "The server was interrupted: something else has taken the name, waiting until it is free."},
            {tag: "name lost", error: Fortune.ServerError.NameLost, text: "The server was interrupted: the socket's file was removed, trying again."},
            {tag: "other", error: Fortune.ServerError.Unexpected, text: "Unable to start the server: /tmp/%1."}
        ];
    }

    function test_each_error_has_its_text(row): void {
        const window = open();
        window.server.failed(row.error, "/tmp/%1");
        const dialog = findChild(window, "errorDialog");
        verify(dialog.visible);
        compare(findChild(dialog, "errorLabel").text, row.text);
    }

    function test_quit_closes_the_window_and_the_server(): void {
        const window = open();
        mouseClick(findChild(window, "quitButton"));
        verify(!window.visible);
        verify(!window.server.listening);
    }

    function test_escape_closes_the_window_and_the_server(): void {
        const window = open();
        keyClick(Qt.Key_Escape);
        verify(!window.visible);
        verify(!window.server.listening);
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
        tryVerify(() => window.height > height + 50);
        keyClick(Qt.Key_Space);
        verify(!findChild(window, "details").visible);
        tryCompare(window, "height", height);
    }

    function test_the_details_tell_where_it_listens(): void {
        const window = openWithDetails();
        compare(findChild(window, "fullAddressLabel").text, window.server.fullAddress);
        window.server.close();
        compare(findChild(window, "fullAddressLabel").text, "nothing");
    }

    function test_a_long_name_leaves_the_window_as_wide_as_it_was(): void {
        const window = openWithDetails();
        window.server.close();
        const widths = [50, 65, 300, 32000].map(length => {
            window.address = uniqueName() + "w".repeat(length - uniqueName().length);
            window.server.listen();
            compare(window.server.listening, length < 100);
            waitForRendering(window.contentItem);
            window.server.close();
            return window.width;
        });
        verify(widths.every(width => width === widths[0]), widths.join());
        verify(findChild(window, "errorDialog").width <= window.Screen.width);
    }

    function test_the_details_tell_how_many_fortunes_were_served(): void {
        const window = openWithDetails();
        compare(findChild(window, "servedLabel").text, "0");
        const client = createTemporaryObject(clientComponent, null, {address: window.address});
        client.client.requestFortune();
        tryVerify(() => window.server.served > 0);
        compare(findChild(window, "servedLabel").text, window.server.served.toString());
    }

    function test_the_wire_format_can_be_changed_while_it_listens(): void {
        const window = openWithDetails();
        const box = findChild(window, "wireFormatBox");
        box.forceActiveFocus();
        keyClick(Qt.Key_Home);
        compare(window.server.wireFormat, Fortune.WireFormat.Qt4);
        const client = createTemporaryObject(clientComponent, null, {address: window.address});
        client.client.requestFortune();
        tryCompare(client.client, "detectedFormat", Fortune.WireFormat.Qt4);
    }

    function test_a_refused_wire_format_is_not_kept(): void {
        const window = openWithDetails();
        const box = findChild(window, "wireFormatBox");
        window.server.wireFormat = Fortune.WireFormat.Qt5_6;
        window.server.fortunes = ["x".repeat(40000)];
        box.forceActiveFocus();
        keyClick(Qt.Key_Home);
        verify(findChild(window, "errorDialog").visible);
        compare(window.server.wireFormat, Fortune.WireFormat.Qt5_6);
        compare(box.currentText, "Qt 5.6");
    }

    function test_what_waits_for_the_next_listen_is_off_while_it_listens(): void {
        const window = openWithDetails();
        verify(findChild(window, "wireFormatBox").enabled);
        verify(!findChild(window, "accessBox").enabled);
    }

    function test_access_can_be_chosen_while_it_is_idle(): void {
        const window = openWithDetails();
        window.server.close();
        findChild(window, "accessBox").forceActiveFocus();
        keyClick(Qt.Key_Down);
        compare(window.server.access, Fortune.Access.Group);
    }

    function test_every_control_has_a_name_for_assistive_technology(): void {
        const window = openWithDetails();
        for (const name of ["serverNameField", "statusLabel", "listenButton", "stopListeningButton", "quitButton", "detailsButton", "wireFormatBox", "accessBox", "fullAddressLabel", "servedLabel"])
            verify(findChild(window, name).Accessible.name !== "", name);
    }

    function test_nothing_is_cut_off_at_twice_the_font_size(): void {
        const window = openWithDetails();
        window.font.pixelSize = 2 * findChild(window, "quitButton").font.pixelSize;
        const label = findChild(window, "statusLabel");
        tryVerify(() => label.width >= label.contentWidth && label.height >= label.contentHeight);
        for (const name of ["serverNameField", "listenButton", "stopListeningButton", "quitButton", "detailsButton", "wireFormatBox", "accessBox"]) {
            const item = findChild(window, name);
            tryVerify(() => item.width >= item.implicitWidth && item.height >= item.implicitHeight, 5000, name);
            tryVerify(() => item.mapToItem(null, item.width, 0).x <= window.width, 5000, name);
            tryVerify(() => item.mapToItem(null, 0, item.height).y <= window.height, 5000, name);
        }
    }
}
