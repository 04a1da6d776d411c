// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The server with a thread pool, and the client without an event loop.

use super::test_dir::{Peer, TestDir};

#[test]
pub fn lines_are_answered_by_threads() {
    let dir = TestDir::new();
    let _server = dir.start("threads", &[], "lines");
    dir.works("blocking", &[], "HELLO\n");
    dir.works(
        "blocking",
        &["lines", "straße", "", "two words"],
        "STRASSE\n\nTWO WORDS\n",
    );
    // No warning of Qt.
    assert_eq!(dir.log("threads"), "");
}

/// Clients that each occupy a thread.
fn busy(dir: &TestDir, count: usize) -> Vec<Peer> {
    let talk = |_| {
        let mut client = dir.connect("lines");
        client.send(b"a line\n");
        client.expect(b"A LINE\n");
        client
    };
    (0..count).map(talk).collect()
}

#[test]
fn silent_client_blocks_no_other() {
    let dir = TestDir::new();
    let _server = dir.start("threads", &[], "lines");
    let mut silent = busy(&dir, 3);
    dir.works("blocking", &["lines", "here"], "HERE\n");
    silent[0].send(b"still");
    dir.works("blocking", &["lines", "there"], "THERE\n");
    silent[0].send(b" there\n");
    silent[0].expect(b"STILL THERE\n");
    assert_eq!(dir.log("threads"), "");
}

#[test]
fn full_queue_disconnects_clients() {
    let dir = TestDir::new();
    let _server = dir.start("threads", &[], "lines");
    let mut served = busy(&dir, 4);
    let mut waiting: Vec<Peer> = (0..16).map(|_| dir.connect("lines")).collect();
    dir.connect("lines").expect_eof();
    dir.logs(
        "threads",
        "threads: a client was disconnected: the queue is full\n",
    );
    waiting[0].send(b"now\n");
    drop(served.pop());
    waiting[0].expect(b"NOW\n");
    drop(served);
    waiting[1].send(b"and now\n");
    waiting[1].expect(b"AND NOW\n");
}

#[test]
fn invalid_line_disconnects_client() {
    let dir = TestDir::new();
    let mut server = dir.start("threads", &[], "lines");
    let sent_away = |bytes: &[u8], reason: &str| {
        let mut client = dir.connect("lines");
        client.send(bytes);
        client.expect_eof();
        let reason = format!("threads: a client was disconnected: {reason}\n");
        dir.logs("threads", &reason);
    };
    sent_away(&[b'x'; 4096], "its line is too long or has no end");
    sent_away(b"\xff\n", "stream did not contain valid UTF-8");
    dir.works("blocking", &[], "HELLO\n");
    server.assert_alive();
}

#[cfg(target_os = "linux")]
#[test]
fn client_waits_for_full_backlog_and_qt_warns() {
    let dir = TestDir::new();
    let listener = dir.listen("lines");
    rustix::net::listen(&listener.0, 0).unwrap();
    let _first = dir.connect("lines");
    let mut second = dir.begin("blocking", &["lines", "a line"]);
    // Followed by "Can only be used with threads started with QThread", or by other words in Qt 6.11.
    dir.logs("blocking", "QSocketNotifier: ");
    let _first = listener.accept();
    let mut client = listener.accept();
    client.expect(b"a line\n");
    client.send(b"the answer\n");
    assert_eq!(second.line(), "the answer");
}
