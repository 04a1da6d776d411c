// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the fuzzer found worth keeping, without the fuzzer: `make fuzz` looks for more.

#![cfg(unix)]

mod support;

#[path = "../fuzz/src/decode.rs"]
mod decode;
#[path = "../fuzz/src/input.rs"]
mod input;
#[path = "../fuzz/src/stream.rs"]
mod stream;

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use support::qt;

/// Checks every input that is kept for a target.
fn replay(target: &str, check: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut inputs: Vec<_> = fs::read_dir(corpus.join(target))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    inputs.sort();
    assert!(inputs.len() > 20, "only {} inputs", inputs.len());
    for input in inputs {
        let bytes = fs::read(&input).unwrap();
        let checked = catch_unwind(|| qt::qt(move || check(&bytes)));
        assert!(checked.is_ok(), "it was {}", input.display());
    }
}

#[test]
fn the_decoder_keeps_its_promises_on_all_that_was_found() {
    replay("decode", decode::check);
}

#[test]
fn streams_and_frames_keep_their_promises_on_all_that_was_found() {
    replay("stream", stream::check);
}
