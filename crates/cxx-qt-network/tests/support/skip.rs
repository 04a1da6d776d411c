// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Tests that not every user can run.

use std::io::{self, Write};
use std::thread;

/// Says that this test is skipped, and why.
///
/// # Panics
///
/// On CI, where no test may be skipped: if the environment variable `CI` is set.
pub fn skip(reason: &str) {
    let thread = thread::current();
    let test = thread.name().unwrap_or("a test");
    assert!(
        std::env::var_os("CI").is_none(),
        "{test} cannot run: {reason}"
    );
    // Not by `eprintln!`, whose output of a test that passes is not shown.
    let _ = writeln!(io::stderr(), "SKIPPED {test}: {reason}");
}
