// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The echo server and client.

use std::io::{ErrorKind, Write};
use std::net::Shutdown;
use std::thread;
use std::time::Duration;

use crate::programs::eventually;
use crate::stage::{Peer, Stage};

#[test]
pub fn what_a_client_says_comes_back() {
    let stage = Stage::new();
    let _server = stage.start("echo_server", &[], "echo");
    stage.works("echo_client", &[], "Hello\n");
    stage.works(
        "echo_client",
        &["echo", "Grüße, 世界 🦀"],
        "Grüße, 世界 🦀\n",
    );
    stage.works("echo_client", &["echo", ""], "\n");

    let name = stage.path("other");
    let _other = stage.start("echo_server", &[&name], "other");
    stage.works("echo_client", &[&name, "there"], "there\n");
    assert_eq!(stage.log("echo_server"), "");
}

#[test]
fn an_echo_in_pieces_is_printed_whole() {
    let stage = Stage::new();
    let listener = stage.listen("echo");
    thread::scope(|scope| {
        scope.spawn(|| stage.works("echo_client", &["echo", "pieces"], "pieces\n"));
        let mut client = listener.accept();
        client.hears(b"pieces\n");
        for byte in b"pieces\n" {
            client.says(&[*byte]);
        }
        client.is_sent_away();
    });
}

#[test]
fn a_part_of_an_echo_is_no_answer() {
    let stage = Stage::new();
    let listener = stage.listen("echo");
    thread::scope(|scope| {
        let reason = "echo_client: the server has left without an answer\n";
        scope.spawn(|| stage.fails("echo_client", &["echo", "pieces"], reason));
        let mut client = listener.accept();
        client.hears(b"pieces\n");
        client.says(b"pie");
    });
}

#[test]
fn the_echo_server_survives_clients_that_leave() {
    let stage = Stage::new();
    let mut server = stage.start("echo_server", &[], "echo");
    drop(stage.connect("echo"));
    stage.connect("echo").says(b"never read");
    let mut client = stage.connect("echo");
    client.says(b"last words");
    client.0.shutdown(Shutdown::Write).unwrap();
    client.hears(b"last words");
    client.is_sent_away();
    stage.works("echo_client", &[], "Hello\n");
    server.assert_alive();
    assert_eq!(stage.log("echo_server"), "");
}

#[test]
fn the_echo_server_keeps_only_so_much_for_a_client_and_loses_nothing() {
    let stage = Stage::new();
    let _server = stage.start("echo_server", &[], "echo");
    let mut client = stage.connect("echo");
    // Nobody reads meanwhile, so it stops to take bytes long before 16 MiB.
    let limit = Some(Duration::from_millis(300));
    client.0.set_write_timeout(limit).unwrap();
    let bytes: Vec<u8> = (0..16 << 20).map(|index| (index % 251) as u8).collect();
    let mut sent = 0;
    let stopped = loop {
        match client.0.write(&bytes[sent..]) {
            Ok(count) if sent + count < bytes.len() => sent += count,
            other => break other,
        }
    };
    assert_eq!(stopped.unwrap_err().kind(), ErrorKind::WouldBlock);
    client.hears(&bytes[..sent]);
    client.says(b"and again");
    client.hears(b"and again");
}

#[test]
fn an_echo_client_too_many_is_sent_away_until_another_leaves() {
    let stage = Stage::new();
    let _server = stage.start("echo_server", &[], "echo");
    let mut clients: Vec<Peer> = (0..100).map(|_| stage.connect("echo")).collect();
    for client in &mut clients {
        client.says(b"hi");
        client.hears(b"hi");
    }
    stage.connect("echo").is_sent_away();
    clients.pop();
    eventually(|| {
        let ended = stage.run("echo_client", &[]);
        ended.stdout.eq("Hello\n").then_some(()).ok_or(ended.stderr)
    });
}
