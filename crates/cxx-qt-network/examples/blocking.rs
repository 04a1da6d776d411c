// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Says lines to a server and prints the answer to each, with neither an event loop nor an
//! application:
//!
//!     blocking [NAME [LINE]...]

use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::ExitCode;
use std::time::Duration;

use cxx_qt_lib::QString;
use cxx_qt_network::{OpenMode, QLocalServer, QLocalSocket};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest answer, in bytes.
const ANSWER: u64 = 64 * 1024;

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let mut arguments = env::args_os().skip(1);
    let name = arguments.next().unwrap_or_else(|| "lines".into());
    let mut lines: Vec<_> = arguments.collect();
    if lines.is_empty() {
        lines.push("Hello".into());
    }
    let lines = lines.iter().map(|it| it.to_string_lossy());
    match talk(&name.to_string_lossy(), lines) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("blocking: {error}");
            ExitCode::FAILURE
        }
    }
}

fn talk(name: &str, lines: impl Iterator<Item = impl AsRef<str>>) -> Result<(), Box<dyn Error>> {
    let name = QString::from(name);
    let mut socket = QLocalSocket::new();
    socket
        .pin_mut()
        .connect_to_server(&name, OpenMode::READ_WRITE);
    socket
        .pin_mut()
        .wait_for_connected(Some(PATIENCE))
        .map_err(|error| format!("no server at {}: {error}", QLocalServer::path_of(&name)))?;

    let mut server = BufReader::new(socket.pin_mut().blocking(Some(PATIENCE)));
    for line in lines {
        writeln!(server.get_mut(), "{}", line.as_ref())?;
        server.get_mut().flush()?;
        let mut answer = String::new();
        server.by_ref().take(ANSWER).read_line(&mut answer)?;
        if !answer.ends_with('\n') {
            return Err("the server has left without a whole answer".into());
        }
        io::stdout().write_all(answer.as_bytes())?;
    }
    Ok(())
}
