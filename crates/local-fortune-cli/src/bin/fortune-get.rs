// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Prints fortunes: see `fortune-get --help`.

use std::process::ExitCode;

use local_fortune_cli::fortune_get;

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    fortune_get::main()
}
