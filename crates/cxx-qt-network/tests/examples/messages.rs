// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Typed messages.

use std::io::{ErrorKind, Write};

use super::test_dir::TestDir;

/// 1 and 2.5 degrees in "Oslo".
const MEASURED: &[u8] = b"\
    \x00\x00\x00\x20\
    \x00\x00\x00\x08\x00O\x00s\x00l\x00o\
    \x00\x00\x00\x02\x3f\xf0\x00\x00\x00\x00\x00\x00\x40\x04\x00\x00\x00\x00\x00\x00";

/// The answer: 2 measurements with a mean of 1.75 degrees.
const SUMMARY: &[u8] = b"\
    \x00\x00\x00\x18\
    \x00\x00\x00\x08\x00O\x00s\x00l\x00o\
    \x00\x00\x00\x02\x3f\xfc\x00\x00\x00\x00\x00\x00";

#[test]
pub fn measurements_are_answered_with_summary() {
    let dir = TestDir::new();
    let _server = dir.start("messages", &[], "weather");
    dir.works(
        "messages",
        &["weather", "Oslo", "1", "2.5"],
        "Oslo: 2 measurements, 1.75 degrees on average\n",
    );
    dir.works(
        "messages",
        &["weather", "Łódź", "-0.5"],
        "Łódź: 1 measurements, -0.50 degrees on average\n",
    );
    assert_eq!(dir.log("messages"), "");
}

#[test]
fn messages_have_expected_bytes() {
    let dir = TestDir::new();
    let _server = dir.start("messages", &[], "weather");
    let mut peer = dir.connect("weather");
    peer.send(MEASURED);
    peer.expect(SUMMARY);
}

#[test]
fn messages_in_pieces_or_several_at_once() {
    let dir = TestDir::new();
    let _server = dir.start("messages", &[], "weather");
    let mut peer = dir.connect("weather");
    for byte in MEASURED {
        peer.send(&[*byte]);
    }
    peer.expect(SUMMARY);
    peer.send(&[MEASURED, MEASURED, &MEASURED[..9]].concat());
    peer.expect(&[SUMMARY, SUMMARY].concat());
    peer.send(&MEASURED[9..]);
    peer.expect(SUMMARY);
}

#[test]
fn invalid_messages_disconnect_only_their_client() {
    let dir = TestDir::new();
    let mut server = dir.start("messages", &[], "weather");
    let mut other = dir.connect("weather");
    other.send(&MEASURED[..20]);
    let wrong: [(&[u8], &str); 5] = [
        (
            b"\x00\x01\x00\x01",
            "the message has 65537 bytes, but only 65536 are allowed",
        ),
        (
            b"\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00",
            "the data is corrupt",
        ),
        (
            b"\x00\x00\x00\x08\x00\x00\x00\x00\xff\xff\xff\xf0",
            "the data ends too early",
        ),
        (
            b"\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00\x01\x7f\xf0\x00\x00\x00\x00\x00\x00",
            "the data is corrupt",
        ),
        (
            b"\x00\x00\x00\x11\x00\x00\x00\x00\x00\x00\x00\x01\x3f\xf0\x00\x00\x00\x00\x00\x00!",
            "the message is longer than its value",
        ),
    ];
    let mut log = String::new();
    for (bytes, reason) in wrong {
        let mut peer = dir.connect("weather");
        peer.send(bytes);
        peer.expect_eof();
        log += &format!("messages: a client was disconnected: {reason}\n");
        assert_eq!(dir.log("messages"), log);
    }
    other.send(&MEASURED[20..]);
    other.expect(SUMMARY);
    server.assert_alive();
}

#[test]
fn client_that_does_not_read_is_disconnected() {
    let dir = TestDir::new();
    let mut server = dir.start("messages", &[], "weather");
    let mut peer = dir.connect("weather");
    let mut write = || peer.0.write_all(MEASURED).err();
    // More than all buffers hold together.
    let end = (0..500_000).find_map(|_| write()).map(|error| error.kind());
    // Before it has read its answers.
    let ends = [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset];
    assert!(end.is_some_and(|end| ends.contains(&end)), "{end:?}");
    assert_eq!(
        dir.log("messages"),
        "messages: a client was disconnected: it does not read its answers\n"
    );
    server.assert_alive();
}
