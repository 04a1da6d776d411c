// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#![no_main]

use cxx_qt_lib::QCoreApplication;
use libfuzzer_sys::fuzz_target;
use local_fortune_fuzz::stream;

/// What sockets need, for as long as the process lives.
fn start() {
    cxx_qt::init_crate!(cxx_qt_network);
    std::mem::forget(QCoreApplication::new());
}

fuzz_target!(init: start(), |data: &[u8]| stream::check(data));
