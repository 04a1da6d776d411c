// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What both programs do from start to end, with and without a window.

use std::cell::RefCell;
use std::env;
use std::io::{self, Write};
use std::num::NonZero;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cxx_qt_lib::{
    QCoreApplication, QGuiApplication, QMap, QMapPair_QString_QVariant, QQmlApplicationEngine,
    QString, QStringList, QUrl, QVariant,
};
use cxx_qt_network::{
    MessageKind, QEventLoop, exit_application_later, qt_version, set_message_handler,
};
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use crate::cli::{self, ClientArgs, ServerArgs, UsageError};
use crate::client::{Answer, Client, Request, RequestError};
use crate::fortunes::Fortunes;
use crate::server::{Address, Server, ServerError};
use crate::service::{self, Inherited};
use crate::wire::WireFormat;

/// The programs of this package.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Program {
    /// `fortune-server`.
    Server,
    /// `fortune-client`.
    Client,
}

/// Why a program ended with exit status 1; `Display` is what it says.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("There is no display for the window; with {0} the program needs none.")]
    NoDisplay(&'static str),
    #[error("The window could not be loaded.")]
    NoWindow,
    #[error("Signals of the system cannot be handled: {0}.")]
    Signals(#[from] ctrlc::Error),
    #[error("Standard output cannot be written: {0}.")]
    Output(#[from] io::Error),
}

/// Runs the program with the arguments of the process, and returns its exit status.
pub fn run(program: Program) -> ExitCode {
    let (name, result) = match program {
        Program::Server => {
            let args = cli::parse_server(env::args_os(), &qt_version());
            ("fortune-server", args.map(|(args, _)| run_server(&args)))
        }
        Program::Client => {
            let args = cli::parse_client(env::args_os(), &qt_version());
            ("fortune-client", args.map(|(args, _)| run_client(&args)))
        }
    };
    match result {
        Ok(Ok(())) => ExitCode::SUCCESS,
        // Who reads our output has seen enough.
        Ok(Err(Failure::Output(error))) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Ok(Err(failure)) => {
            let _ = writeln!(io::stderr(), "{name}: {failure}");
            ExitCode::FAILURE
        }
        Err(usage) => explain(&usage),
    }
}

fn explain(usage: &UsageError) -> ExitCode {
    let _ = usage.print();
    ExitCode::from(usage.exit_status())
}

fn run_server(args: &ServerArgs) -> Result<(), Failure> {
    log_to_stderr();
    let fortunes = match args.fortunes.as_slice() {
        [] => Fortunes::built_in(),
        paths => Fortunes::load(paths).map_err(ServerError::from)?,
    };
    let format = args.wire.unwrap_or_else(WireFormat::of_this_qt);
    let address = Address {
        name: args.name.clone(),
        access: args.access,
        abstract_namespace: args.abstract_namespace,
    };
    if args.headless {
        return serve(fortunes, format, address, args.workers);
    }
    // What the window would have to say of the fortunes is said before it opens.
    for text in fortunes.iter() {
        format.encode(text).map_err(ServerError::from)?;
    }
    let mut texts = QStringList::default();
    fortunes
        .iter()
        .for_each(|text| texts.append(QString::from(text)));
    let workers = i32::try_from(args.workers.get()).unwrap_or(i32::MAX);
    show(
        "ServerWindow",
        "--headless",
        &[
            (
                "serverName",
                QVariant::from(&QString::from(address.name.as_str())),
            ),
            ("wireFormat", QVariant::from(&(format as i32))),
            ("access", QVariant::from(&(address.access as i32))),
            (
                "abstractNamespace",
                QVariant::from(&address.abstract_namespace),
            ),
            ("fortunes", QVariant::from(&texts)),
            ("workers", QVariant::from(&workers)),
        ],
    )
}

/// The server without a window: until a signal of the system ends it.
fn serve(
    fortunes: Fortunes,
    format: WireFormat,
    address: Address,
    workers: NonZero<usize>,
) -> Result<(), Failure> {
    let inherited = Inherited::take()?;
    let mut application = QCoreApplication::new();
    end_cleanly_on_signals()?;
    let mut server = Server::new(fortunes, format, |event| tracing::debug!("{event:?}"))?;
    server.set_workers(workers);
    inherited.listen(&mut server, address)?;
    if let Err(error) = say_listening(&server) {
        tracing::warn!("standard output cannot be written: {error}");
    }
    service::say_ready();
    if let Some(application) = application.as_mut() {
        application.exec();
    }
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

fn run_client(args: &ClientArgs) -> Result<(), Failure> {
    log_to_stderr();
    if args.print {
        return print(args);
    }
    // Milliseconds, as far as QML can count them.
    let timeout = i32::try_from(args.timeout.as_millis()).unwrap_or(i32::MAX);
    show(
        "ClientWindow",
        "--print",
        &[
            ("serverName", QVariant::from(&QString::from(args.name()))),
            (
                "wire",
                QVariant::from(&args.wire.map_or(0, |format| format as i32 + 1)),
            ),
            ("timeout", QVariant::from(&timeout)),
            (
                "abstractNamespace",
                QVariant::from(&args.abstract_namespace),
            ),
        ],
    )
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
    let mut event_loop = QEventLoop::new();
    let outcome = Rc::new(RefCell::new(None));
    let client = {
        let (arrived, quit) = (outcome.clone(), event_loop.downgrade());
        Client::new(move |outcome| {
            *arrived.borrow_mut() = Some(outcome);
            quit.with(QEventLoop::quit);
        })
    };
    for _ in 0..args.count {
        client.ask(request.clone());
        event_loop.pin_mut().exec();
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

/// Opens a window of the QML module and runs it to its end.
fn show(
    window: &str,
    without: &'static str,
    properties: &[(&str, QVariant)],
) -> Result<(), Failure> {
    if !has_display() {
        return Err(Failure::NoDisplay(without));
    }
    let mut application = QGuiApplication::new();
    end_cleanly_on_signals()?;
    let mut engine = QQmlApplicationEngine::new();
    let (Some(mut application), Some(mut engine)) = (application.as_mut(), engine.as_mut()) else {
        return Err(Failure::NoWindow);
    };
    let failed = Arc::new(AtomicBool::new(false));
    let fail = failed.clone();
    engine
        .as_mut()
        .on_object_creation_failed(move |_, _| fail.store(true, Ordering::Relaxed))
        .release();
    let mut initial = QMap::<QMapPair_QString_QVariant>::default();
    for (name, value) in properties {
        initial.insert(QString::from(*name), value.clone());
    }
    engine.as_mut().set_initial_properties(&initial);
    // Before Qt 6.5, engines do not look for modules there by themselves.
    engine
        .as_mut()
        .add_import_path(&QString::from("qrc:/qt/qml"));
    engine.load(&QUrl::from(&format!(
        "qrc:/qt/qml/LocalFortune/qml/{window}.qml"
    )));
    if failed.load(Ordering::Relaxed) {
        return Err(Failure::NoWindow);
    }
    application.as_mut().exec();
    Ok(())
}

/// Whether Qt can be asked for a window; without a display it would end the program.
fn has_display() -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let chosen = |arg: std::ffi::OsString| {
        let arg = arg.to_string_lossy().into_owned();
        arg == "-platform" || arg == "--platform"
    };
    cfg!(not(all(unix, not(target_os = "macos"))))
        || ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"]
            .into_iter()
            .any(is_set)
        || env::args_os().any(chosen)
}

/// Ends the event loop, and so the program with status 0, when the system asks for it.
fn end_cleanly_on_signals() -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(|| exit_application_later(0))
}

/// Logs to standard error what `RUST_LOG` asks for, else warnings; Qt's messages too, chosen by
/// `QT_LOGGING_RULES` before.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    // Whoever runs this as a library may log already.
    if log.try_init().is_err() {
        return;
    }
    set_message_handler(|kind, category, text| match kind {
        MessageKind::Debug => tracing::debug!(target: "qt", category, "{text}"),
        MessageKind::Info => tracing::info!(target: "qt", category, "{text}"),
        MessageKind::Warning => tracing::warn!(target: "qt", category, "{text}"),
        MessageKind::Critical | MessageKind::Fatal => {
            tracing::error!(target: "qt", category, "{text}");
        }
    });
}
