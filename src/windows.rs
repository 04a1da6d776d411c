// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The programs with a window, from their arguments to their exit status.

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser};
use cxx_qt_lib::{QString, QStringList, QVariant};
use cxx_qt_network::qt_version;

use local_fortune_cli::args::{ClientArgs, ServerArgs, UsageError, parse};
use local_fortune_cli::{Error, log_to_stderr, quit_on_signals, report};

use crate::application::{Properties, WindowApplication};
use crate::enums::{Access, WireFormat};
use crate::qt_options;

const SERVER: &str = "fortune-server";
const CLIENT: &str = "fortune-client";

#[derive(Debug, Clone, Parser)]
#[command(
    name = SERVER,
    about = "Sends a fortune to every program that connects to a Qt local socket.",
    after_help = "\
Qt's own options (-platform, -style, -qwindowgeometry, ...) work too.
Without a display, use fortuned.

Examples:
  fortune-server                      open the window, listen on \"fortune\"
  fortune-server --wire qt4 old       serve programs written for Qt 4, on \"old\"
  fortune-server --fortunes /usr/share/games/fortunes"
)]
struct ServerWindowArgs {
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Debug, Clone, Parser)]
#[command(
    name = CLIENT,
    about = "Gets a fortune from a server on a Qt local socket.",
    after_help = "\
Qt's own options (-platform, -style, -qwindowgeometry, ...) work too.
Without a display, use fortune-get.

Examples:
  fortune-client                      open the window for the server \"fortune\"
  fortune-client abstract:fortune     look in Linux's abstract namespace"
)]
struct ClientWindowArgs {
    #[command(flatten)]
    client: ClientArgs,
}

/// Runs `fortune-server` with the arguments of the process, and returns its exit status.
pub fn server() -> ExitCode {
    report(SERVER, run_server())
}

/// Runs `fortune-client` with the arguments of the process, and returns its exit status.
pub fn client() -> ExitCode {
    report(CLIENT, run_client())
}

fn run_server() -> Result<(), Error> {
    let (args, qt_args) = parse_with_qt::<ServerWindowArgs>()?;
    let args = args.server;
    log_to_stderr();
    // What is wrong with the fortunes is printed before a window opens.
    let (fortunes, format) = args.fortunes()?;
    let texts: QStringList = fortunes.iter().map(QString::from).collect();
    let mut properties = Properties::default();
    insert(&mut properties, "address", &text(&args.address.to_string()));
    insert(
        &mut properties,
        "wireFormat",
        &WireFormat::from(format).repr,
    );
    insert(&mut properties, "access", &Access::from(args.access).repr);
    insert(&mut properties, "fortunes", &texts);
    show("ServerWindow", &properties, &qt_args, "fortuned")
}

fn run_client() -> Result<(), Error> {
    let (args, qt_args) = parse_with_qt::<ClientWindowArgs>()?;
    let args = args.client;
    log_to_stderr();
    // The command line has the same range.
    let timeout = i32::try_from(args.timeout.as_millis()).unwrap_or(i32::MAX);
    let mut properties = Properties::default();
    insert(&mut properties, "address", &text(&args.address.to_string()));
    insert(
        &mut properties,
        "wireFormat",
        &args.wire.map_or(WireFormat::Auto, WireFormat::from).repr,
    );
    insert(&mut properties, "timeout", &timeout);
    show("ClientWindow", &properties, &qt_args, "fortune-get")
}

/// The arguments of the process: the program's, and those for Qt's application with the program's name
/// first.
fn parse_with_qt<A: CommandFactory + FromArgMatches>() -> Result<(A, Vec<OsString>), UsageError> {
    let mut args = env::args_os();
    let program = args
        .next()
        .unwrap_or_else(|| A::command().get_name().into());
    let (own, qt) = qt_options::split(args).map_err(UsageError::missing_value::<A>)?;
    let parsed = parse(own, &qt_version())?;
    Ok((parsed, [program].into_iter().chain(qt).collect()))
}

fn text(text: &str) -> QString {
    QString::from(text)
}

fn insert<T>(properties: &mut Properties, name: &str, value: &T)
where
    T: cxx_qt_lib::QVariantValue,
{
    properties.insert(text(name), QVariant::from(value));
}

/// Shows a window until it is closed. `instead` is the program that needs no display.
fn show(
    window: &str,
    properties: &Properties,
    qt_args: &[OsString],
    instead: &str,
) -> Result<(), Error> {
    let mut application = WindowApplication::new(qt_args, instead)
        .map_err(|error| Error::Window(error.to_string()))?;
    quit_on_signals()?;
    application
        .load(window, properties)
        .map_err(|error| Error::Window(error.to_string()))?;
    application.exec();
    Ok(())
}
