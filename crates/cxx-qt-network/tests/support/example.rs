// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where the crate's examples are.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

/// The example of that name. `cargo test` builds the examples before it runs the tests, but with
/// `--test` only what it is told to.
pub fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    // From the folder with the tests to the one beside it.
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let path = profile.join("examples").join(format!("{name}{EXE_SUFFIX}"));
    assert!(
        path.is_file(),
        "{} is missing: build it with `cargo build --workspace --examples`",
        path.display()
    );
    path
}
