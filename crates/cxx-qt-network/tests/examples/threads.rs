// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A server with threads, and the client without an event loop.

use crate::stage::{Peer, Stage};

#[test]
pub fn each_line_is_answered_by_a_thread() {
    let stage = Stage::new();
    let _server = stage.start("threads", &[], "lines");
    stage.works("blocking", &[], "HELLO\n");
    stage.works(
        "blocking",
        &["lines", "straße", "", "two words"],
        "STRASSE\n\nTWO WORDS\n",
    );
    // Neither says anything, so Qt has nothing against the threads either.
    assert_eq!(stage.log("threads"), "");
}

/// Clients that each keep a thread busy.
fn busy(stage: &Stage, count: usize) -> Vec<Peer> {
    let talk = |_| {
        let mut client = stage.connect("lines");
        client.says(b"a line\n");
        client.hears(b"A LINE\n");
        client
    };
    (0..count).map(talk).collect()
}

#[test]
fn a_silent_client_holds_up_nobody() {
    let stage = Stage::new();
    let _server = stage.start("threads", &[], "lines");
    let mut silent = busy(&stage, 3);
    stage.works("blocking", &["lines", "here"], "HERE\n");
    silent[0].says(b"still");
    stage.works("blocking", &["lines", "there"], "THERE\n");
    silent[0].says(b" there\n");
    silent[0].hears(b"STILL THERE\n");
    assert_eq!(stage.log("threads"), "");
}

#[test]
fn clients_without_a_thread_wait_and_those_without_a_place_are_sent_away() {
    let stage = Stage::new();
    let _server = stage.start("threads", &[], "lines");
    let mut served = busy(&stage, 4);
    let mut waiting: Vec<Peer> = (0..16).map(|_| stage.connect("lines")).collect();
    stage.connect("lines").is_sent_away();
    stage.logs(
        "threads",
        "threads: a client was sent away: there are too many\n",
    );
    waiting[0].says(b"now\n");
    drop(served.pop());
    waiting[0].hears(b"NOW\n");
    drop(served);
    waiting[1].says(b"and now\n");
    waiting[1].hears(b"AND NOW\n");
}

#[test]
fn a_client_whose_line_makes_no_sense_is_sent_away() {
    let stage = Stage::new();
    let mut server = stage.start("threads", &[], "lines");
    let sent_away = |bytes: &[u8], reason: &str| {
        let mut client = stage.connect("lines");
        client.says(bytes);
        client.is_sent_away();
        let reason = format!("threads: a client was sent away: {reason}\n");
        stage.logs("threads", &reason);
    };
    sent_away(&[b'x'; 4096], "its line has no end");
    sent_away(b"\xff\n", "stream did not contain valid UTF-8");
    stage.works("blocking", &[], "HELLO\n");
    server.assert_alive();
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_without_an_application_waits_in_the_queue_and_qt_warns() {
    let stage = Stage::new();
    let listener = stage.listen("lines");
    rustix::net::listen(&listener.0, 0).unwrap();
    let _first = stage.connect("lines");
    let mut second = stage.begin("blocking", &["lines", "a line"]);
    let warning = "QSocketNotifier: Can only be used with threads started with QThread\n";
    stage.logs("blocking", warning);
    let _first = listener.accept();
    let mut client = listener.accept();
    client.hears(b"a line\n");
    client.says(b"the answer\n");
    assert_eq!(second.line(), "the answer");
}
