// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The echo server and client.

use std::io::{ErrorKind, Write};
use std::net::Shutdown;
use std::thread;
use std::time::Duration;

use super::test_dir::{Peer, TestDir};
use crate::support::programs::eventually;

#[test]
pub fn echo_returns_the_message() {
    let dir = TestDir::new();
    let _server = dir.start("echo_server", &[], "echo");
    dir.works("echo_client", &[], "Hello\n");
    dir.works(
        "echo_client",
        &["echo", "Grüße, 世界 🦀"],
        "Grüße, 世界 🦀\n",
    );
    dir.works("echo_client", &["echo", ""], "\n");

    let name = dir.path("other");
    let _other = dir.start("echo_server", &[&name], "other");
    dir.works("echo_client", &[&name, "there"], "there\n");
    assert_eq!(dir.log("echo_server"), "");
}

#[test]
fn echo_in_pieces_is_printed_whole() {
    let dir = TestDir::new();
    let listener = dir.listen("echo");
    thread::scope(|scope| {
        scope.spawn(|| dir.works("echo_client", &["echo", "pieces"], "pieces\n"));
        let mut client = listener.accept();
        client.expect(b"pieces\n");
        for byte in b"pieces\n" {
            client.send(&[*byte]);
        }
        client.expect_eof();
    });
}

#[test]
fn partial_echo_is_an_error() {
    let dir = TestDir::new();
    let listener = dir.listen("echo");
    thread::scope(|scope| {
        let reason = "echo_client: the server sent no complete answer\n";
        scope.spawn(|| dir.fails("echo_client", &["echo", "pieces"], reason));
        let mut client = listener.accept();
        client.expect(b"pieces\n");
        client.send(b"pie");
    });
}

#[test]
fn echo_server_survives_disconnected_clients() {
    let dir = TestDir::new();
    let mut server = dir.start("echo_server", &[], "echo");
    drop(dir.connect("echo"));
    dir.connect("echo").send(b"never read");
    let mut client = dir.connect("echo");
    client.send(b"last words");
    client.0.shutdown(Shutdown::Write).unwrap();
    client.expect(b"last words");
    client.expect_eof();
    dir.works("echo_client", &[], "Hello\n");
    server.assert_alive();
    assert_eq!(dir.log("echo_server"), "");
}

#[test]
fn echo_server_limits_buffers_without_loss() {
    let dir = TestDir::new();
    let _server = dir.start("echo_server", &[], "echo");
    let mut client = dir.connect("echo");
    // Nothing reads the echo, so the server stops reading long before 16 MiB.
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
    client.expect(&bytes[..sent]);
    client.send(b"and again");
    client.expect(b"and again");
}

#[test]
fn echo_server_limits_clients() {
    let dir = TestDir::new();
    let _server = dir.start("echo_server", &[], "echo");
    let mut clients: Vec<Peer> = (0..100).map(|_| dir.connect("echo")).collect();
    for client in &mut clients {
        client.send(b"hi");
        client.expect(b"hi");
    }
    dir.connect("echo").expect_eof();
    clients.pop();
    eventually(|| {
        let ended = dir.run("echo_client", &[]);
        ended.stdout.eq("Hello\n").then_some(()).ok_or(ended.stderr)
    });
}
