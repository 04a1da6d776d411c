// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Tests that run in their own process.

use std::any::type_name;
use std::env;
use std::process::Command;

use crate::support::programs::{Finished, finish};

/// The name of the test, if `in_process` started this process.
const TEST: &str = "CXX_QT_NETWORK_TEST";

/// Runs `body`, a closure of a test, in a child process, and returns its result. In the child
/// process, calls `body` and returns `None`.
pub fn in_process<F: FnOnce()>(body: F) -> Option<Finished> {
    // `program::module::test::{{closure}}`
    let closure = type_name::<F>();
    let (_, path) = closure.split_once("::").unwrap();
    let test = path.split("::{{").next().unwrap();
    if env::var(TEST).is_ok_and(|name| name == test) {
        body();
        return None;
    }
    let mut program = Command::new(env::current_exe().unwrap());
    program
        .args([test, "--exact", "--nocapture"])
        .env(TEST, test);
    let finished = finish(program, "of this test");
    assert!(
        finished.stdout.contains("running 1 test"),
        "{test} is not the name of a test: {finished:?}"
    );
    Some(finished)
}

/// Runs a closure of a test in a child process, which must succeed.
pub fn succeed_in_process(body: impl FnOnce()) {
    if let Some(finished) = in_process(body) {
        assert_eq!(finished.status, Some(0), "{finished:?}");
    }
}
