// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `fortune-get`: the client without a window.

use std::cell::{Cell, RefCell};
use std::env;
use std::io::{self, Write};
use std::process::ExitCode;
use std::rc::Rc;

use clap::{Parser, value_parser};
use cxx_qt_lib::QCoreApplication;
use cxx_qt_network::{QEventLoop, qt_version};
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::CompactFormatter;

use local_fortune_core::client::{Client, Outcome, Request};

use crate::args::{ClientArgs, parse};
use crate::escape::{EscapingFormatter, for_terminal};
use crate::{Error, log_to_stderr, report};

const PROGRAM: &str = "fortune-get";

/// Arguments of `fortune-get`.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(
    name = PROGRAM,
    about = "Gets fortunes from a server on a Qt local socket and prints them.",
    after_help = "\
Examples:
  fortune-get                       print one fortune
  fortune-get --count 100 --json    request 100 fortunes, print JSON lines
  fortune-get -- -odd-              a name that starts with a dash"
)]
#[non_exhaustive]
pub struct FortuneGetArgs {
    #[command(flatten)]
    #[allow(missing_docs, reason = "its type says it")]
    pub client: ClientArgs,

    /// How many requests to make, at least 1.
    #[arg(long, value_name = "N", default_value = "1", value_parser = value_parser!(u64).range(1..))]
    #[arg(help = "Request this many fortunes")]
    pub count: u64,

    /// Whether to print JSON lines instead of the texts alone.
    #[arg(long, help = "Print each fortune as one line of JSON")]
    pub json: bool,
}

/// Runs the program with the arguments of the process, and returns its exit status.
pub fn main() -> ExitCode {
    let args = parse(env::args_os().skip(1), &qt_version());
    report(PROGRAM, args.map_err(Error::from).and_then(run))
}

fn run(args: FortuneGetArgs) -> Result<(), Error> {
    log_to_stderr();
    let _application = QCoreApplication::new();
    let request = Request {
        format: args.client.wire,
        timeout: args.client.timeout,
        ..Request::new(args.client.address)
    };
    let event_loop = QEventLoop::new();
    let failure = Rc::new(RefCell::new(None));
    let client = {
        let (failure, event_loop) = (failure.clone(), event_loop.downgrade());
        let (request, left) = (request.clone(), Cell::new(args.count));
        Client::new(move |client, outcome| {
            left.set(left.get() - 1);
            match print(outcome, args.json) {
                Ok(()) if left.get() > 0 => return client.request(request.clone()),
                Ok(()) => {}
                Err(error) => *failure.borrow_mut() = Some(error),
            }
            event_loop.with(QEventLoop::quit);
        })
    };
    client.request(request);
    event_loop.exec();
    failure.take().map_or(Ok(()), Err)
}

/// A line of `--json`.
#[derive(Serialize)]
struct Line<'a> {
    fortune: &'a str,
    wire: &'static str,
    server: &'a str,
    /// Milliseconds, to the hundredth.
    ms: f64,
}

fn print(outcome: Outcome, json: bool) -> Result<(), Error> {
    let answer = outcome?;
    let mut output = io::stdout().lock();
    if json {
        let line = Line {
            fortune: &answer.text,
            wire: answer.format.as_str(),
            server: &answer.server,
            ms: (answer.elapsed.as_secs_f64() * 100_000.0).round() / 100.0,
        };
        let formatter = EscapingFormatter(CompactFormatter);
        line.serialize(&mut Serializer::with_formatter(&mut output, formatter))
            .map_err(io::Error::from)?;
        writeln!(output)?;
    } else {
        let text = for_terminal(&answer.text, &output);
        writeln!(output, "{text}")?;
    }
    Ok(output.flush()?)
}
