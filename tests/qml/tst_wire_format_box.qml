// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

import QtQuick
import QtTest

import LocalFortune

Item {
    width: 300
    height: 100

    WireFormatBox {
        id: serverBox

        property bool refuses: false

        onChosen: format => {
            if (!serverBox.refuses)
                serverBox.format = format;
        }
    }

    WireFormatBox {
        id: clientBox

        offersAuto: true
    }

    SignalSpy {
        id: spy

        target: serverBox
        signalName: "chosen"
    }

    TestCase {
        name: "WireFormatBox"
        when: windowShown

        function test_it_names_the_four_formats(): void {
            compare(serverBox.model, ["Qt 4.4 to 5.5", "Qt 5.6", "Qt 5.10 to 6.4", "Qt 6.8 to 6.11"]);
        }

        function test_detection_comes_first_where_it_is_offered(): void {
            compare(clientBox.count, 5);
            compare(clientBox.textAt(0), "Detect");
            compare(clientBox.textAt(1), "Qt 4.4 to 5.5");
        }

        function test_it_has_a_name_for_assistive_technology(): void {
            compare(serverBox.Accessible.name, "Wire format:");
        }

        function init(): void {
            spy.clear();
            serverBox.refuses = false;
        }

        function test_a_refused_choice_is_not_shown(): void {
            serverBox.format = Fortune.WireFormat.Qt5_10;
            serverBox.refuses = true;
            serverBox.forceActiveFocus();
            keyClick(Qt.Key_Home);
            compare(spy.count, 1);
            compare(serverBox.currentText, "Qt 5.10 to 6.4");
            serverBox.format = Fortune.WireFormat.Qt5_6;
            compare(serverBox.currentText, "Qt 5.6");
        }

        function test_the_arrow_keys_choose(): void {
            serverBox.format = Fortune.WireFormat.Qt5_10;
            serverBox.forceActiveFocus();
            keyClick(Qt.Key_Down);
            compare(serverBox.currentText, "Qt 6.8 to 6.11");
            compare(spy.count, 1);
            compare(spy.signalArguments[0][0], Fortune.WireFormat.Qt6_8);
        }
    }
}
