// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The examples as processes: their output, their exit status and hostile peers.

mod echo;
mod failures;
mod messages;
mod single_instance;
mod test_dir;
mod threads;
#[path = "examples/tokio.rs"]
mod tokio;

use std::collections::BTreeSet;
use std::fs;

use echo::echo_returns_the_message;
use messages::measurements_are_answered_with_summary;
use single_instance::second_instance_sends_its_arguments;
use threads::lines_are_answered_by_threads;
use tokio::lines_are_answered_by_tasks;

/// A test of each example.
const TESTED: &[(&str, fn())] = &[
    ("blocking", lines_are_answered_by_threads),
    ("echo_client", echo_returns_the_message),
    ("echo_server", echo_returns_the_message),
    ("messages", measurements_are_answered_with_summary),
    ("single_instance", second_instance_sends_its_arguments),
    ("threads", lines_are_answered_by_threads),
    ("tokio", lines_are_answered_by_tasks),
];

/// The examples that another test program tests.
const ELSEWHERE: &[&str] = &["keepassxc", "qbittorrent"];

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
