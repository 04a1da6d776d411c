// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How programs end.

use std::fmt::Display;
use std::io::{self, Write, stderr, stdout};
use std::process::ExitCode;

use local_fortune_core::client::RequestError;
use local_fortune_core::server::ServerError;

use crate::args::UsageError;
use crate::escape::for_terminal;

/// Why a program ends with exit status 1 or 2; `Display` is the text that it prints.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The command line is wrong, or asks for help.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// The server did not start.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// No fortune arrived.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The window could not be opened.
    #[error("The window could not be opened: {0}.")]
    Window(String),
    /// The program could not be ended by signals.
    #[error("Signals of the system cannot be handled: {0}.")]
    Signals(io::Error),
    /// Standard output is closed or full.
    #[error("Standard output cannot be written: {0}.")]
    Output(#[from] io::Error),
}

/// Prints why a program ends, if it does not end well, and returns its exit status.
pub fn report(program: &str, result: Result<(), Error>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has closed the pipe.
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Error::Usage(usage)) if !usage.is_error() => {
            report(program, write!(stdout(), "{usage}").map_err(Error::from))
        }
        Err(Error::Usage(usage)) => {
            print_error(usage.to_string().trim_end());
            ExitCode::from(2)
        }
        Err(error) => {
            print_error(format_args!("{program}: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn print_error(text: impl Display) {
    let _ = writeln!(stderr(), "{}", for_terminal(&text.to_string(), &stderr()));
}
