// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Runs every `tst_*.qml` in this directory, in real windows without a display.

use std::process::ExitCode;

fn main() -> ExitCode {
    cxx_qt::init_crate!(local_fortune);
    cxx_qt::init_qml_module!("LocalFortune");
    match local_fortune_qml_tests::run_tests(env!("CARGO_MANIFEST_DIR")) {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

// Links the QML module.
extern crate local_fortune;
