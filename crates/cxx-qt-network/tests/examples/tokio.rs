// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The server that answers from tokio tasks.

use super::test_dir::TestDir;

#[test]
pub fn lines_are_answered_by_tasks() {
    let dir = TestDir::new();
    let _server = dir.start("tokio", &["name"], "name");
    let mut peers: Vec<_> = (0..20).map(|_| dir.connect("name")).collect();
    // Some disconnect before their answer.
    for (number, peer) in peers.iter_mut().enumerate() {
        peer.send(format!("line {number}\n").as_bytes());
    }
    let stay = peers.split_off(10);
    drop(peers);
    for (number, mut peer) in stay.into_iter().enumerate() {
        peer.expect(format!("LINE {}\n", number + 10).as_bytes());
        peer.send(b"more\n");
        peer.expect(b"MORE\n");
    }
    assert_eq!(dir.log("tokio"), "");
}
