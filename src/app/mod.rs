// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the programs do from start to end, with and without a window.

mod window;

use std::cell::RefCell;
use std::env;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::rc::Rc;

use cxx_qt_lib::QCoreApplication;
use cxx_qt_network::{
    QCoreApplicationExt, QEventLoop, QtMsgType, exit_application_later, qt_version,
    set_message_handler,
};
use serde::Serialize;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub use window::{Window, run_window};

use crate::cli::{self, ClientArgs, ServerArgs, UsageError};
use crate::client::{Answer, Client, Request, RequestError};
use crate::fortunes::Fortunes;
use crate::server::{Address, Server, ServerError};
use crate::service::{self, Inherited};
use crate::wire::WireFormat;

/// The programs of this package that people start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Program {
    /// `fortune-server`.
    Server,
    /// `fortune-client`.
    Client,
}

impl Program {
    fn name(self) -> &'static str {
        match self {
            Self::Server => "fortune-server",
            Self::Client => "fortune-client",
        }
    }
}

/// Why a program ended with exit status 1; `Display` is what it says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The server does not run.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// No fortune came.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A window has nowhere to be; the option that does without one.
    #[error("There is no display for the window; with {0} the program needs none.")]
    NoDisplay(&'static str),
    /// The window is not what it should be; Qt has said why in its log.
    #[error("The window could not be loaded.")]
    NoWindow,
    /// The program that shows the windows is not there, or not to be run.
    #[error("The window is a program of its own, {program}, which cannot be started: {source}.")]
    NoWindowProgram {
        /// Where it should be.
        program: String,
        /// Why it is not started.
        source: io::Error,
    },
    /// The program would not end cleanly.
    #[error("Signals of the system cannot be handled: {0}.")]
    Signals(#[from] ctrlc::Error),
    /// Whoever reads the output is gone, or there is no more room for it.
    #[error("Standard output cannot be written: {0}.")]
    Output(#[from] io::Error),
}

/// Runs the program with the arguments of the process, and returns its exit status.
///
/// Its window, if it is to have one, is shown by `fortune-window`, which takes this process's place:
/// a program without a window has nothing of Qt's GUI in its memory.
pub fn run(program: Program) -> ExitCode {
    let args = env::args_os();
    match program {
        Program::Server => end(
            program,
            cli::parse_server(args, &qt_version()).map(|(args, _)| run_server(&args)),
        ),
        Program::Client => end(
            program,
            cli::parse_client(args, &qt_version()).map(|(args, _)| run_client(&args)),
        ),
    }
}

/// The exit status of a program that came to this end, which it says if it is a bad one.
fn end(program: Program, result: Result<Result<ExitCode, Failure>, UsageError>) -> ExitCode {
    match result {
        Ok(Ok(status)) => status,
        // Who reads our output has seen enough.
        Ok(Err(Failure::Output(error))) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Ok(Err(failure)) => {
            say(program, &failure);
            ExitCode::FAILURE
        }
        Err(usage) => {
            let _ = usage.print();
            ExitCode::from(usage.exit_status())
        }
    }
}

fn say(program: Program, what: impl Display) {
    let _ = writeln!(io::stderr(), "{}: {what}", program.name());
}

fn run_server(args: &ServerArgs) -> Result<ExitCode, Failure> {
    if !args.headless {
        return window::go_on_as_window(Program::Server);
    }
    log_to_stderr();
    serve(args)?;
    Ok(ExitCode::SUCCESS)
}

/// What the arguments of the server come to.
fn what_to_serve(args: &ServerArgs) -> Result<(Fortunes, WireFormat, Address), ServerError> {
    let fortunes = match args.fortunes.as_slice() {
        [] => Fortunes::built_in(),
        paths => Fortunes::load(paths)?,
    };
    let format = args.wire.unwrap_or_else(WireFormat::of_this_qt);
    let address = Address {
        name: args.name.clone(),
        access: args.access,
        abstract_namespace: args.abstract_namespace,
    };
    Ok((fortunes, format, address))
}

/// The server without a window: until a signal of the system ends it.
fn serve(args: &ServerArgs) -> Result<(), Failure> {
    let (fortunes, format, address) = what_to_serve(args)?;
    let inherited = Inherited::take()?;
    let application = QCoreApplication::new();
    end_cleanly_on_signals()?;
    let mut server = Server::new(fortunes, format, |event| tracing::debug!("{event:?}"))?;
    inherited.listen(&mut server, address)?;
    if let Err(error) = say_listening(&server) {
        tracing::warn!("standard output cannot be written: {error}");
    }
    service::say_ready();
    application.exec();
    service::say_stopping();
    Ok(())
}

/// The line that tells whoever started the server that it is ready.
fn say_listening(server: &Server) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(
        output,
        "listening on {} ({})",
        server.full_server_name(),
        server.format()
    )?;
    output.flush()
}

fn run_client(args: &ClientArgs) -> Result<ExitCode, Failure> {
    if !args.print {
        return window::go_on_as_window(Program::Client);
    }
    log_to_stderr();
    print(args)?;
    Ok(ExitCode::SUCCESS)
}

/// The client without a window: asks as often as it is told and prints each answer.
fn print(args: &ClientArgs) -> Result<(), Failure> {
    let _application = QCoreApplication::new();
    let request = Request {
        format: args.wire,
        timeout: args.timeout,
        abstract_namespace: args.abstract_namespace,
        ..Request::new(args.name())
    };
    let event_loop = QEventLoop::new();
    let outcome = Rc::new(RefCell::new(None));
    let client = {
        let (arrived, quit) = (outcome.clone(), event_loop.downgrade());
        Client::new(move |outcome| {
            *arrived.borrow_mut() = Some(outcome);
            quit.with(QEventLoop::quit);
        })
    };
    for _ in 0..args.count {
        client.request(request.clone());
        event_loop.exec();
        if let Some(outcome) = outcome.take() {
            write_answer(&outcome?, args.json)?;
        }
    }
    Ok(())
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

fn write_answer(answer: &Answer, json: bool) -> io::Result<()> {
    let mut output = io::stdout().lock();
    if json {
        let line = Line {
            fortune: &answer.text,
            wire: answer.format.as_str(),
            server: &answer.server,
            ms: (answer.elapsed.as_secs_f64() * 100_000.0).round() / 100.0,
        };
        serde_json::to_writer(&mut output, &line)?;
        writeln!(output)?;
    } else {
        writeln!(output, "{}", answer.text)?;
    }
    output.flush()
}

/// Ends the event loop, and so the program with status 0, when the system asks for it.
///
/// # Errors
///
/// The system does not let signals be handled.
pub fn end_cleanly_on_signals() -> Result<(), Failure> {
    Ok(ctrlc::set_handler(|| exit_application_later(0))?)
}

/// Logs to standard error what `RUST_LOG` asks for, else warnings; Qt's messages too, chosen by
/// `QT_LOGGING_RULES` before.
fn log_to_stderr() {
    let asked = env::var("RUST_LOG").unwrap_or_default();
    let (filter, wrong) = match asked.parse::<Targets>() {
        Ok(filter) if !asked.is_empty() => (filter, None),
        Ok(_) => (Targets::new().with_default(Level::WARN), None),
        Err(error) => (Targets::new().with_default(Level::WARN), Some(error)),
    };
    let log = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_writer(io::stderr)
        .finish()
        .with(filter);
    // Whoever runs this as a library may log already.
    if log.try_init().is_err() {
        return;
    }
    if let Some(error) = wrong {
        tracing::warn!("RUST_LOG is not understood, so warnings are logged: {error}");
    }
    set_message_handler(|kind, category, text| match kind {
        QtMsgType::QtDebugMsg => tracing::debug!(target: "qt", category, "{text}"),
        QtMsgType::QtInfoMsg => tracing::info!(target: "qt", category, "{text}"),
        QtMsgType::QtWarningMsg => tracing::warn!(target: "qt", category, "{text}"),
        _ => {
            tracing::error!(target: "qt", category, "{text}");
        }
    });
}
