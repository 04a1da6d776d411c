// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Typed messages.

use std::io::{ErrorKind, Write};

use crate::stage::Stage;

/// "Oslo" measured 1 and 2.5 degrees.
const MEASURED: &[u8] = b"\
    \x00\x00\x00\x20\
    \x00\x00\x00\x08\x00O\x00s\x00l\x00o\
    \x00\x00\x00\x02\x3f\xf0\x00\x00\x00\x00\x00\x00\x40\x04\x00\x00\x00\x00\x00\x00";

/// That is 2 measurements and a mean of 1.75 degrees.
const SUMMARY: &[u8] = b"\
    \x00\x00\x00\x18\
    \x00\x00\x00\x08\x00O\x00s\x00l\x00o\
    \x00\x00\x00\x02\x3f\xfc\x00\x00\x00\x00\x00\x00";

#[test]
pub fn measurements_are_answered_with_a_summary() {
    let stage = Stage::new();
    let _server = stage.start("messages", &[], "weather");
    stage.works(
        "messages",
        &["weather", "Oslo", "1", "2.5"],
        "Oslo: 2 measurements, 1.75 degrees on average\n",
    );
    stage.works(
        "messages",
        &["weather", "Łódź", "-0.5"],
        "Łódź: 1 measurements, -0.50 degrees on average\n",
    );
    assert_eq!(stage.log("messages"), "");
}

#[test]
fn messages_have_the_bytes_that_other_languages_expect() {
    let stage = Stage::new();
    let _server = stage.start("messages", &[], "weather");
    let mut peer = stage.connect("weather");
    peer.says(MEASURED);
    peer.hears(SUMMARY);
}

#[test]
fn messages_may_come_in_pieces_or_several_at_once() {
    let stage = Stage::new();
    let _server = stage.start("messages", &[], "weather");
    let mut peer = stage.connect("weather");
    for byte in MEASURED {
        peer.says(&[*byte]);
    }
    peer.hears(SUMMARY);
    peer.says(&[MEASURED, MEASURED, &MEASURED[..9]].concat());
    peer.hears(&[SUMMARY, SUMMARY].concat());
    peer.says(&MEASURED[9..]);
    peer.hears(SUMMARY);
}

#[test]
fn who_sends_what_is_no_message_is_sent_away_and_harms_nobody() {
    let stage = Stage::new();
    let mut server = stage.start("messages", &[], "weather");
    let mut other = stage.connect("weather");
    other.says(&MEASURED[..20]);
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
            "there is more in the message than one value",
        ),
    ];
    let mut log = String::new();
    for (bytes, reason) in wrong {
        let mut peer = stage.connect("weather");
        peer.says(bytes);
        peer.is_sent_away();
        log += &format!("messages: a client was sent away: {reason}\n");
        assert_eq!(stage.log("messages"), log);
    }
    other.says(&MEASURED[20..]);
    other.hears(SUMMARY);
    server.assert_alive();
}

#[test]
fn a_client_that_asks_and_does_not_listen_is_sent_away() {
    let stage = Stage::new();
    let mut server = stage.start("messages", &[], "weather");
    let mut peer = stage.connect("weather");
    let mut write = || peer.0.write_all(MEASURED).err();
    // Far more than any queue on the way may hold.
    let end = (0..500_000).find_map(|_| write()).map(|error| error.kind());
    // At once, and not when it has read what waits for it.
    let ends = [ErrorKind::BrokenPipe, ErrorKind::ConnectionReset];
    assert!(end.is_some_and(|end| ends.contains(&end)), "{end:?}");
    assert_eq!(
        stage.log("messages"),
        "messages: a client was sent away: it does not listen\n"
    );
    server.assert_alive();
}
