// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Replays the corpus of the fuzzer without the fuzzer; `make fuzz` extends it.

#[path = "../fuzz/src/decode.rs"]
mod decode;
#[path = "../fuzz/src/input.rs"]
mod input;
#[path = "../fuzz/src/stream.rs"]
mod stream;

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use crate::support::qt;

/// Checks every input in the corpus of a target.
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
        assert!(checked.is_ok(), "failed for {}", input.display());
    }
}

#[test]
fn decoder_corpus_is_replayed() {
    replay("decode", decode::check);
}

#[test]
fn stream_corpus_is_replayed() {
    replay("stream", stream::check);
}
