// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The paths of the crate's examples.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

/// The program of an example. `cargo test` builds the examples before it runs the tests, but not
/// with `--test`.
pub fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    // From the directory of the tests to that of the examples.
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let path = profile.join("examples").join(format!("{name}{EXE_SUFFIX}"));
    assert!(
        path.is_file(),
        "{} is missing: build it with `cargo build --workspace --examples`",
        path.display()
    );
    path
}
