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
    // No headers of our own: else every change anywhere below would build the C++ again.
    .crate_include_root(None)
    .qt_module("Quick")
    .files(["src/qml/fortune_client.rs", "src/qml/fortune_server.rs"])
    .qrc("qml/style.qrc")
    .build();
}
