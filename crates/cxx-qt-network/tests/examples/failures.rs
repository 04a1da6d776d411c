// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the examples say when they fail.

use std::fs;
use std::io::Read;
use std::os::unix::net::UnixListener;
use std::thread;

use crate::stage::Stage;

#[test]
fn without_a_server_a_client_says_so_and_fails() {
    let stage = Stage::new();
    let path = stage.path("none");
    for name in ["none", &path] {
        let reason = format!("echo_client: nobody listens on {path}\n");
        stage.fails("echo_client", &[name], &reason);
        let reason = format!("messages: no server at {path}: ");
        stage.fails("messages", &[name, "Oslo", "1"], &reason);
        let reason = format!("blocking: no server at {path}: ");
        stage.fails("blocking", &[name], &reason);
    }
}

#[test]
fn what_a_crash_left_behind_is_no_server() {
    let stage = Stage::new();
    let path = stage.path("left");
    drop(UnixListener::bind(&path).unwrap());
    let reason = format!("echo_client: nobody listens on {path}\n");
    stage.fails("echo_client", &["left"], &reason);
    let reason = format!("messages: no server at {path}: ");
    stage.fails("messages", &["left", "Oslo", "1"], &reason);
    let reason = format!("blocking: no server at {path}: ");
    stage.fails("blocking", &["left"], &reason);
}

/// Arguments that let an example talk to the server "other", and what it then says of a server that
/// does not answer, and of one that leaves.
const TALKS: [(&str, &[&str], &str, &str); 4] = [
    (
        "blocking",
        &["other"],
        "blocking: timed out\n",
        "blocking: the server has left without a whole answer\n",
    ),
    (
        "echo_client",
        &["other"],
        "echo_client: the server does not answer\n",
        "echo_client: the server has left without an answer\n",
    ),
    (
        "messages",
        &["other", "Oslo", "1"],
        "messages: there is no answer: ",
        "messages: there is no answer: ",
    ),
    (
        "single_instance",
        &["other"],
        "single_instance: the other instance does not answer: ",
        "single_instance: the other instance does not answer: ",
    ),
];

#[test]
fn a_server_that_does_not_answer_is_not_waited_for_without_end() {
    let stage = Stage::new();
    let _listener = stage.listen("other");
    thread::scope(|scope| {
        for (example, args, silent, _) in TALKS {
            let stage = &stage;
            scope.spawn(move || stage.fails(example, args, silent));
        }
    });
}

#[test]
fn a_server_that_leaves_is_no_answer() {
    for (example, args, _, leaves) in TALKS {
        let stage = Stage::new();
        let listener = stage.listen("other");
        thread::scope(|scope| {
            scope.spawn(|| stage.fails(example, args, leaves));
            // Nothing is said in a connection that only asks whether somebody is there.
            while matches!(listener.accept().0.read(&mut [0; 256]), Ok(0)) {}
        });
    }
}

#[test]
fn a_name_that_is_taken_is_left_to_its_owner() {
    let stage = Stage::new();
    let _server = stage.start("echo_server", &["name"], "name");
    for example in ["echo_server", "messages", "threads"] {
        let path = stage.path("name");
        let reason = format!("{example}: another server is already listening on {path}\n");
        stage.fails(example, &["name"], &reason);
    }
    stage.works("echo_client", &["name", "still here"], "still here\n");
}

#[test]
fn a_name_that_cannot_be_had_is_explained() {
    let stage = Stage::new();
    let (missing, file) = (stage.path("missing/name"), stage.path("file"));
    fs::write(&file, "of the user").unwrap();
    for example in ["echo_server", "messages", "single_instance", "threads"] {
        let folder = stage.path("missing");
        let reason = format!("{example}: the folder {folder} does not exist\n");
        stage.fails(example, &[&missing], &reason);
        let reason =
            format!("{example}: {file} exists and is not a socket, so it was left alone\n");
        stage.fails(example, &["file"], &reason);
    }
    assert_eq!(fs::read(&file).unwrap(), b"of the user");
}

#[test]
fn arguments_that_make_no_sense_are_explained() {
    let stage = Stage::new();
    stage.fails(
        "messages",
        &["weather", "Oslo"],
        "messages: usage: messages [NAME] | messages NAME STATION CELSIUS...\n",
    );
    stage.fails(
        "messages",
        &["weather", "Oslo", "1", "warm"],
        "messages: \"warm\" is not a number\n",
    );
}
