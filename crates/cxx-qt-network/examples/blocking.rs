// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Sends lines to a server and prints the answer to each, with neither an event loop nor an
//! application:
//!
//!     blocking [NAME [LINE]...]

use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::ExitCode;
use std::time::Duration;

use cxx_qt_network::QLocalSocket;

/// The time-out of each blocking call.
const TIMEOUT: Option<Duration> = Some(Duration::from_secs(5));

/// The longest answer, in bytes.
const MAX_ANSWER: u64 = 64 * 1024;

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let arguments = env::args_os().skip(1);
    let arguments: Vec<String> = arguments.map(|it| it.to_string_lossy().into()).collect();
    let result = match arguments.as_slice() {
        [] => talk("lines", &["Hello".into()]),
        [name] => talk(name, &["Hello".into()]),
        [name, lines @ ..] => talk(name, lines),
    };
    if let Err(error) = result {
        eprintln!("blocking: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn talk(name: &str, lines: &[String]) -> Result<(), Box<dyn Error>> {
    let socket = QLocalSocket::new();
    socket.connect_to_server(name);
    socket
        .wait_for_connected(TIMEOUT)
        .map_err(|error| format!("cannot connect to {error}"))?;
    let mut server = BufReader::new(socket.blocking(TIMEOUT));
    for line in lines {
        writeln!(server.get_mut(), "{line}")?;
        server.get_mut().flush()?;
        let mut answer = String::new();
        server.by_ref().take(MAX_ANSWER).read_line(&mut answer)?;
        if !answer.ends_with('\n') {
            return Err("the server sent no complete answer".into());
        }
        io::stdout().write_all(answer.as_bytes())?;
    }
    Ok(())
}
