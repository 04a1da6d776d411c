// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts

import LocalFortune

DialogWindow {
    id: root

    property alias address: fortuneServer.address
    property alias wireFormat: fortuneServer.wireFormat
    property alias access: fortuneServer.access
    property alias fortunes: fortuneServer.fortunes

    readonly property FortuneServer server: FortuneServer {
        id: fortuneServer

        onFailed: (error, detail) => errorDialog.report(root.errorText(error, detail))
    }

    function errorText(error: int, detail: string): string {
        const interruption = root.interruption(error);
        if (interruption !== "")
            return qsTr("The server was interrupted: %1.").arg(interruption);
        return qsTr("Unable to start the server: %1.").arg(root.reason(error, detail));
    }

    function interruption(error: int): string {
        switch (error) {
        case Fortune.ServerError.NoDescriptors:
            return qsTr("no file descriptors are left, trying again");
        case Fortune.ServerError.NameTaken:
            return qsTr("something else has taken the name, waiting until it is free");
        case Fortune.ServerError.NameLost:
            return qsTr("the socket's file was removed, trying again");
        default:
            return "";
        }
    }

    function reason(error: int, detail: string): string {
        switch (error) {
        case Fortune.ServerError.NameInUse:
            return qsTr("another server is already listening on %1").arg(detail);
        case Fortune.ServerError.NotASocket:
            return qsTr("%1 exists and is not a socket, so it was left alone").arg(detail);
        case Fortune.ServerError.NotYours:
            return qsTr("%1 belongs to another user, so it was left alone").arg(detail);
        case Fortune.ServerError.NameTooLong:
            return qsTr("the name is too long (%1)").arg(detail);
        case Fortune.ServerError.DirectoryMissing:
            return qsTr("the directory %1 does not exist").arg(detail);
        case Fortune.ServerError.DirectoryForbidden:
            return qsTr("the directory %1 does not allow to create a socket in it").arg(detail);
        default:
            return detail;
        }
    }

    objectName: "serverWindow"
    title: qsTr("Local Fortune Server")
    visible: true
    defaultButton: listenButton

    onClosing: root.server.close()
    Component.onCompleted: root.server.listen()

    ErrorDialog {
        id: errorDialog

        title: root.title
        sign: "×"
    }

    ServerNameField {
        text: root.address
        enabled: !root.server.listening
        editing: !root.server.listening

        onEdited: address => root.address = address
    }

    Label {
        objectName: "statusLabel"
        text: root.server.listening
            ? qsTr("The server is running.\nRun the Local Fortune Client example now.")
            : qsTr("Press \"Listen\" to start the server")
        textFormat: Text.PlainText
        wrapMode: Text.Wrap

        Accessible.role: Accessible.StaticText
        Accessible.name: text

        // Two lines want the width of one with all words, so the buttons alone decide.
        Layout.preferredWidth: 0
        Layout.fillWidth: true
        Layout.fillHeight: true
    }

    GridLayout {
        columnSpacing: 6

        PushButton {
            id: listenButton

            objectName: "listenButton"
            text: qsTr("Listen")
            enabled: !root.server.listening && root.address !== ""
            isDefault: true

            Layout.column: 2

            onClicked: root.server.listen()
        }

        PushButton {
            objectName: "stopListeningButton"
            text: qsTr("Stop Listening")
            enabled: root.server.listening
            focus: root.server.listening
            autoDefault: false

            Layout.column: 3

            onClicked: root.server.close()
        }

        PushButton {
            objectName: "quitButton"
            text: qsTr("Quit")
            autoDefault: false

            Layout.column: 4

            onClicked: root.close()
        }

        DetailsButton {
            id: detailsButton

            Layout.row: 0
            Layout.column: 0

            onToggled: root.fit()
        }

        Item {
            Layout.row: 0
            Layout.column: 1
            Layout.fillWidth: true
        }
    }

    GridLayout {
        objectName: "details"
        visible: detailsButton.checked
        columns: 2
        columnSpacing: 6
        rowSpacing: 6

        Label {
            text: qsTr("Wire format:")
        }

        WireFormatBox {
            format: root.wireFormat

            Layout.fillWidth: true

            onChosen: format => root.wireFormat = format
        }

        Label {
            text: qsTr("Who may connect:")
        }

        ChoiceBox {
            objectName: "accessBox"
            model: [qsTr("Only you"), qsTr("Your group"), qsTr("Others"), qsTr("Everybody")]
            currentIndex: root.access
            enabled: !root.server.listening

            Accessible.name: qsTr("Who may connect:")

            Layout.fillWidth: true

            onActivated: index => root.access = index
        }

        Label {
            text: qsTr("Listens on:")
        }

        ElidedLabel {
            objectName: "fullAddressLabel"
            text: root.server.listening ? root.server.fullAddress : qsTr("nothing")

            Layout.fillWidth: true
        }

        Label {
            text: qsTr("Fortunes served:")
        }

        Label {
            objectName: "servedLabel"
            text: root.server.served

            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }
}
