// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Generates and compiles the QML module and its objects; no logic.

use cxx_qt_build::{CxxQtBuilder, QmlModule};

fn main() {
    CxxQtBuilder::new_qml_module(QmlModule::new("LocalFortune").qml_files([
        "qml/BuddyLabel.qml",
        "qml/ChoiceBox.qml",
        "qml/ClientWindow.qml",
        "qml/DetailsButton.qml",
        "qml/DialogWindow.qml",
        "qml/ElidedLabel.qml",
        "qml/ErrorDialog.qml",
        "qml/FortuneLabel.qml",
        "qml/HistoryView.qml",
        "qml/PushButton.qml",
        "qml/ServerNameField.qml",
        "qml/ServerWindow.qml",
        "qml/SystemColors.qml",
        "qml/WireFormatBox.qml",
    ]))
    .crate_include_root(Some("src".into()))
    .qt_module("Quick")
    // All in one folder, which is what QML needs to find the headers of each (QTBUG-93443).
    .files([
        "src/application.rs",
        "src/enums.rs",
        "src/fortune_client.rs",
        "src/fortune_server.rs",
        "src/thread_change.rs",
    ])
    .cpp_file("src/application.cpp")
    .qrc("qml/style.qrc")
    .build();
}
