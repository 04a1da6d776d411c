// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Errors of the examples.

use std::fs;
use std::io::Read;
use std::os::unix::net::UnixListener;
use std::thread;

use super::test_dir::TestDir;

#[test]
fn missing_server_is_an_error() {
    let dir = TestDir::new();
    let path = dir.path("none");
    for name in ["none", &path] {
        let reason = format!("echo_client: no server listens on {name}\n");
        dir.fails("echo_client", &[name], &reason);
        let reason = format!("messages: cannot connect to {path}: ");
        dir.fails("messages", &[name, "Oslo", "1"], &reason);
        let reason = format!("blocking: cannot connect to {path}: ");
        dir.fails("blocking", &[name], &reason);
    }
}

#[test]
fn stale_socket_file_is_no_server() {
    let dir = TestDir::new();
    let path = dir.path("left");
    drop(UnixListener::bind(&path).unwrap());
    let reason = "echo_client: no server listens on left\n";
    dir.fails("echo_client", &["left"], reason);
    let reason = format!("messages: cannot connect to {path}: ");
    dir.fails("messages", &["left", "Oslo", "1"], &reason);
    let reason = format!("blocking: cannot connect to {path}: ");
    dir.fails("blocking", &["left"], &reason);
}

/// Arguments that connect an example to the server "other", the error after a time-out, and the error
/// when the server closes the connection.
const TALKS: [(&str, &[&str], &str, &str); 3] = [
    (
        "blocking",
        &["other"],
        "blocking: timed out\n",
        "blocking: the server sent no complete answer\n",
    ),
    (
        "echo_client",
        &["other"],
        "echo_client: the server does not answer\n",
        "echo_client: the server sent no complete answer\n",
    ),
    (
        "messages",
        &["other", "Oslo", "1"],
        "messages: there is no answer: ",
        "messages: there is no answer: ",
    ),
];

#[test]
fn silent_server_times_out() {
    let dir = TestDir::new();
    let _listener = dir.listen("other");
    thread::scope(|scope| {
        for (example, args, silent, _) in TALKS {
            let dir = &dir;
            scope.spawn(move || dir.fails(example, args, silent));
        }
    });
}

#[test]
fn closed_connection_is_an_error() {
    for (example, args, _, leaves) in TALKS {
        let dir = TestDir::new();
        let listener = dir.listen("other");
        thread::scope(|scope| {
            scope.spawn(|| dir.fails(example, args, leaves));
            // A connection that only tests whether a server listens sends nothing.
            while matches!(listener.accept().0.read(&mut [0; 256]), Ok(0)) {}
        });
    }
}

#[test]
fn name_in_use_is_an_error() {
    let dir = TestDir::new();
    let _server = dir.start("echo_server", &["name"], "name");
    for example in ["echo_server", "messages", "threads"] {
        let path = dir.path("name");
        let reason = format!("{example}: another server is already listening on {path}\n");
        dir.fails(example, &["name"], &reason);
    }
    dir.works("echo_client", &["name", "still here"], "still here\n");
}

#[test]
fn unusable_name_is_an_error() {
    let dir = TestDir::new();
    let (missing, file) = (dir.path("missing"), dir.path("file"));
    fs::write(&file, "data").unwrap();
    for example in ["echo_server", "messages", "threads"] {
        let reason = format!("{example}: the directory {missing} does not exist\n");
        dir.fails(example, &[&format!("{missing}/name")], &reason);
        let reason =
            format!("{example}: {file} exists and is not a socket, so it was left alone\n");
        dir.fails(example, &["file"], &reason);
    }
    assert_eq!(fs::read(&file).unwrap(), b"data");
}

#[test]
fn wrong_arguments_are_an_error() {
    let dir = TestDir::new();
    dir.fails(
        "messages",
        &["weather", "Oslo"],
        "messages: usage: messages [NAME] | messages NAME STATION CELSIUS...\n",
    );
    dir.fails(
        "messages",
        &["weather", "Oslo", "1", "warm"],
        "messages: \"warm\" is not a number\n",
    );
}
