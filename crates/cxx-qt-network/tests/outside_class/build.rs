// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Generates and compiles the C++ side of the bridge; no logic.

use cxx_qt_build::CxxQtBuilder;

fn main() {
    CxxQtBuilder::new()
        .crate_include_root(None)
        .file("src/main.rs")
        .build();
}
