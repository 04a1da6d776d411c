// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Tells the tests which Qt this is; there is no C++ to compile.

use cxx_qt_build::CxxQtBuilder;

fn main() {
    // No headers: else every change anywhere below would run this again.
    CxxQtBuilder::new().crate_include_root(None).build();
}
