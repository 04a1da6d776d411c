// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The examples, as programs: what they say, how they end, and what a hostile peer gets.

#![cfg(unix)]

#[path = "support/examples.rs"]
mod examples;
#[path = "support/programs.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod programs;
mod support;

#[path = "examples/echo.rs"]
mod echo;
#[path = "examples/failures.rs"]
mod failures;
#[path = "examples/messages.rs"]
mod messages;
#[path = "examples/single_instance.rs"]
mod single_instance;
#[path = "examples/stage.rs"]
mod stage;
#[path = "examples/threads.rs"]
mod threads;

use std::collections::BTreeSet;
use std::fs;

use echo::what_a_client_says_comes_back;
use messages::measurements_are_answered_with_a_summary;
use single_instance::a_second_instance_hands_its_arguments_over;
use threads::each_line_is_answered_by_a_thread;

/// A test of each example here; a new example needs one too.
const TESTED: &[(&str, fn())] = &[
    ("blocking", each_line_is_answered_by_a_thread),
    ("echo_client", what_a_client_says_comes_back),
    ("echo_server", what_a_client_says_comes_back),
    ("messages", measurements_are_answered_with_a_summary),
    (
        "single_instance",
        a_second_instance_hands_its_arguments_over,
    ),
    ("threads", each_line_is_answered_by_a_thread),
];

/// The examples that have a test of their own.
const ELSEWHERE: &[&str] = &["keepassxc"];

#[test]
fn every_example_is_tested() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let there: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|file| !ELSEWHERE.iter().any(|name| *file == format!("{name}.rs")))
        .collect();
    let tested = TESTED.iter().map(|(name, _)| format!("{name}.rs"));
    assert_eq!(there, tested.collect());
}
