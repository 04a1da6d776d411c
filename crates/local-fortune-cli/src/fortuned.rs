// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `fortuned`: the server without a window.

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use cxx_qt_lib::QCoreApplication;
use cxx_qt_network::{QCoreApplicationExt, qt_version};

use local_fortune_core::server::Server;
use local_fortune_core::wire::WireFormat;

use crate::args::{ServerArgs, parse};
use crate::systemd::{SocketActivation, notify_ready, notify_stopping};
use crate::{Error, log_to_stderr, quit_on_signals, report};

const PROGRAM: &str = "fortuned";

/// Arguments of `fortuned`.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(
    name = PROGRAM,
    about = "Sends a fortune to every program that connects to a Qt local socket.",
    after_help = "\
Examples:
  fortuned                       listen on \"fortune\"; Ctrl+C ends it
  fortuned --wire qt4 old        serve programs written for Qt 4, on \"old\"
  fortuned abstract:fortune      use Linux's abstract namespace
  fortuned --fortunes /usr/share/games/fortunes"
)]
#[non_exhaustive]
pub struct FortunedArgs {
    #[command(flatten)]
    #[allow(missing_docs, reason = "its type says it")]
    pub server: ServerArgs,
}

/// Runs the program with the arguments of the process, and returns its exit status.
pub fn main() -> ExitCode {
    let args = parse(env::args_os().skip(1), &qt_version());
    report(PROGRAM, args.map_err(Error::from).and_then(run))
}

/// Serves until a signal of the system ends it.
fn run(args: FortunedArgs) -> Result<(), Error> {
    log_to_stderr();
    let args = args.server;
    let (fortunes, format) = args.fortunes()?;
    let activation = SocketActivation::take()?;
    let application = QCoreApplication::new();
    quit_on_signals()?;
    let mut server = Server::new(&fortunes, format, |event| tracing::debug!("{event:?}"))?;
    activation.listen(&mut server, args.address, args.access)?;
    if let Err(error) = print_listening(&server, format) {
        tracing::warn!("standard output cannot be written: {error}");
    }
    notify_ready();
    application.exec();
    notify_stopping();
    Ok(())
}

/// The line that tells the program that started this one that it is ready.
fn print_listening(server: &Server, format: WireFormat) -> io::Result<()> {
    let mut output = io::stdout().lock();
    let line = format!("listening on {} ({format})", server.full_address());
    writeln!(output, "{}", crate::escape::for_terminal(&line, &output))?;
    output.flush()
}
