// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtQuick.Controls
import QtQuick.Layouts

// One message in a dialog window of its own, as QMessageBox.
DialogWindow {
    id: root

    property string text
    property alias sign: sign.text

    function report(message: string): void {
        root.text = message;
        root.fit();
        root.visible = true;
    }

    objectName: "errorDialog"
    flags: Qt.Dialog
    modality: Qt.WindowModal
    x: Math.max(root.Screen.virtualX, root.transientParent?.x + (root.transientParent?.width - root.width) / 2)
    y: Math.max(root.Screen.virtualY, root.transientParent?.y + (root.transientParent?.height - root.height) / 2)
    maximumWidth: root.minimumWidth
    maximumHeight: root.minimumHeight

    FontMetrics {
        id: metrics

        font: label.font
    }

    RowLayout {
        spacing: 17

        Rectangle {
            color: root.palette.highlight
            radius: height / 2
            implicitWidth: 2 * metrics.height
            implicitHeight: implicitWidth

            Layout.alignment: Qt.AlignTop

            Label {
                id: sign

                anchors.centerIn: parent
                text: "i"
                font.bold: true
                font.pixelSize: metrics.height
                color: root.palette.highlightedText

                Accessible.ignored: true
            }
        }

        Item {
            implicitWidth: label.width
            implicitHeight: label.height

            // A label cannot be anything but a static text.
            Accessible.role: Accessible.AlertMessage
            Accessible.name: root.text

            Label {
                id: label

                objectName: "errorLabel"
                width: Math.min(label.implicitWidth, 60 * metrics.averageCharacterWidth)
                // More than is shown, but Qt would look at all of the text before it shortens it.
                text: root.text.slice(0, 5000)
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
                maximumLineCount: root.Screen.height / 2 / metrics.lineSpacing
                elide: Text.ElideRight

                Accessible.ignored: true
            }
        }
    }

    PushButton {
        objectName: "okButton"
        text: qsTr("OK")
        focus: true

        Layout.alignment: Qt.AlignRight

        onClicked: root.close()
    }
}
