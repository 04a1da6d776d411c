// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A server and a client written in Rust, and a window that shows the received fortune.
import QtQuick
import QtQuick.Window

import LocalFortune

Window {
    id: root

    property string address: "fortune-qml"

    readonly property FortuneServer server: FortuneServer {
        fortunes: ["QML and Rust share a module."]
        address: root.address
        onFailed: (error, detail) => root.fail(detail)
    }

    readonly property FortuneClient client: FortuneClient {
        address: root.address
        onFailed: (error, detail) => root.fail(detail)
        onFortuneChanged: {
            console.log(fortune);
            Qt.quit();
        }
    }

    function fail(detail: string): void {
        console.error(detail);
        Qt.exit(1);
    }

    title: qsTr("A fortune from Rust")
    width: text.implicitWidth + 40
    height: text.implicitHeight + 40
    visible: true

    Component.onCompleted: {
        server.listen();
        client.requestFortune();
    }

    Text {
        id: text

        anchors.centerIn: parent
        text: root.client.fortune
    }
}
