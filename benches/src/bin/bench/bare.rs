// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A server that does nothing but accept, send and close: what the system itself takes for a
//! request, where the server sleeps whenever nobody waits.

use std::io::{self, Write};
use std::os::unix::net::UnixListener;

use local_fortune_bench::answers::Answers;
use local_fortune_bench::server::NAME;

/// Serves until the process is killed.
pub fn serve() -> io::Result<()> {
    let answers = Answers::new();
    let listener = UnixListener::bind(std::env::temp_dir().join(NAME))?;
    for (client, answer) in listener.incoming().zip(answers.iter().cycle()) {
        // Who has left wants no answer.
        let _ = client?.write_all(answer);
    }
    Ok(())
}
