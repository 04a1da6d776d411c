// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The fortune server without a window: see `fortuned --help`.

use std::process::ExitCode;

use local_fortune_cli::fortuned;

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    fortuned::main()
}
