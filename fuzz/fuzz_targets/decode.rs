// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#![no_main]

use libfuzzer_sys::fuzz_target;
use local_fortune_fuzz::decode;

fuzz_target!(init: cxx_qt::init_crate!(cxx_qt_network), |data: &[u8]| decode::check(data));
