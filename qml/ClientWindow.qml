// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts

import LocalFortune

DialogWindow {
    id: root

    property alias address: fortuneClient.address
    property alias wireFormat: fortuneClient.wireFormat
    property alias timeout: fortuneClient.timeout

    readonly property FortuneClient client: FortuneClient {
        id: fortuneClient

        onFailed: (error, detail) => errorDialog.report(root.errorText(error, detail))
    }

    function errorText(error: int, detail: string): string {
        switch (error) {
        case Fortune.ClientError.NotFound:
            return qsTr("The host was not found. Please make sure that the server is running and that the server name is correct.");
        case Fortune.ClientError.Refused:
            return qsTr("The connection was refused by the peer. Make sure the fortune server is running, and check that the server name is correct.");
        case Fortune.ClientError.ClosedEarly:
            return qsTr("The server closed the connection before a whole fortune arrived.");
        default:
            return qsTr("The following error occurred: %1.").arg(detail);
        }
    }

    objectName: "clientWindow"
    title: qsTr("Local Fortune Client")
    visible: true
    defaultButton: getFortuneButton

    onClosing: root.client.cancel()

    ErrorDialog {
        id: errorDialog

        title: root.title
    }

    ServerNameField {
        text: root.address
        editing: true

        onEdited: address => root.address = address
    }

    FortuneLabel {
        objectName: "statusLabel"
        text: root.client.history.length > 0
            ? root.client.fortune
            : qsTr("This examples requires that you run the Local Fortune Server example as well.")

        Layout.fillWidth: true
        Layout.fillHeight: true
    }

    GridLayout {
        columnSpacing: 6

        PushButton {
            id: getFortuneButton

            objectName: "getFortuneButton"
            text: qsTr("Get Fortune")
            enabled: !root.client.busy && root.address !== ""
            isDefault: true

            Layout.column: 2

            onClicked: root.client.requestFortune()
        }

        PushButton {
            objectName: "quitButton"
            text: qsTr("Quit")

            Layout.column: 3

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
            id: wireFormatBox

            offersAuto: true
            format: root.wireFormat

            Layout.fillWidth: true

            onChosen: format => root.wireFormat = format
        }

        Label {
            text: qsTr("Detected format:")
        }

        Label {
            objectName: "detectedLabel"
            text: root.client.detectedFormat === Fortune.WireFormat.Auto
                ? qsTr("none yet") : wireFormatBox.nameOf(root.client.detectedFormat)

            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }

        Label {
            text: qsTr("Time limit (ms):")
        }

        SpinBox {
            objectName: "timeoutBox"
            from: 1
            to: 2147483647
            stepSize: 500
            editable: true
            value: root.timeout

            Accessible.name: qsTr("Time limit (ms):")

            Layout.fillWidth: true

            onValueModified: root.timeout = value
        }

        Label {
            text: qsTr("Connects to:")
        }

        ElidedLabel {
            objectName: "fullAddressLabel"
            text: root.client.fullAddress

            Layout.fillWidth: true
        }

        Label {
            text: qsTr("Fortunes so far:")

            Layout.columnSpan: 2
        }

        HistoryView {
            model: root.client.history

            Layout.columnSpan: 2
            Layout.fillWidth: true
        }
    }
}
