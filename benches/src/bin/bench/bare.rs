// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A server that only accepts, sends and closes: measures the cost of the system calls of a
//! request. It blocks in `accept` while there is no client.

use std::io::{self, Write};
use std::os::unix::net::UnixListener;

use local_fortune_bench::answers::Answers;
use local_fortune_bench::server::NAME;

/// Serves until the process is killed.
pub fn serve() -> io::Result<()> {
    let answers = Answers::new();
    let listener = UnixListener::bind(std::env::temp_dir().join(NAME))?;
    for (client, answer) in listener.incoming().zip(answers.iter().cycle()) {
        // The client may have disconnected.
        let _ = client?.write_all(answer);
    }
    Ok(())
}
