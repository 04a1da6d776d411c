// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The fortune client: see `fortune-client --help`.

use std::process::ExitCode;

use local_fortune::app::{self, Program};

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    app::run(Program::Client)
}
