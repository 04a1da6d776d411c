// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Compiles the bridge to Qt Quick Test.

use cxx_qt_build::CxxQtBuilder;

fn main() {
    CxxQtBuilder::new()
        .crate_include_root(Some("src".into()))
        .qt_module("QuickTest")
        .file("src/lib.rs")
        .build();
}
