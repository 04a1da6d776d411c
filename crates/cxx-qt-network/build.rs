// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Generates and compiles the C++ side of the bridges; no logic.

use cxx_qt_build::CxxQtBuilder;

fn main() {
    CxxQtBuilder::new()
        .crate_include_root(Some("src".into()))
        .qt_module("Network")
        .files([
            "src/core/qcoreapplication.rs",
            "src/core/qdatastream.rs",
            "src/core/qeventloop.rs",
            "src/core/qiodevice.rs",
            "src/core/qlogging.rs",
            "src/core/qsocketnotifier.rs",
            "src/core/qtimer.rs",
            "src/network/socket/qlocalserver.rs",
            "src/network/socket/qlocalsocket.rs",
            "src/object/qobject.rs",
        ])
        .cpp_files([
            "src/classes.cpp",
            "src/core/qcoreapplication.cpp",
            "src/core/qdatastream.cpp",
            "src/core/qlogging.cpp",
            "src/network/socket/qlocalserver.cpp",
            "src/network/socket/qlocalsocket.cpp",
            "src/object/qobject.cpp",
        ])
        .build()
        .reexport_dependency("cxx-qt-lib")
        .export();
}
