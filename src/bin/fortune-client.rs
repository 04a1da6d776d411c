// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The window of the fortune client: see `fortune-client --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    cxx_qt::init_crate!(local_fortune);
    cxx_qt::init_qml_module!("LocalFortune");
    local_fortune::windows::client()
}
