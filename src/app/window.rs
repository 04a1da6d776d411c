// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The way to a window: from the program that was started to `fortune-window`, and what that shows.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::{Command, ExitCode};

use cxx_qt_lib::{QMap, QMapPair_QString_QVariant, QString, QStringList, QVariant};
use cxx_qt_network::qt_version;

use super::{Failure, Program, end, log_to_stderr, what_to_serve};
use crate::cli::{self, ClientArgs, ServerArgs};
use crate::server::ServerError;

/// The first argument of `fortune-window`: whose window it shows.
const SERVER: &str = "server";
const CLIENT: &str = "client";

/// What is to be shown.
pub struct Window {
    /// Which of the QML module's windows.
    pub name: &'static str,
    /// What its properties begin with.
    pub properties: QMap<QMapPair_QString_QVariant>,
    /// Arguments for Qt's application: the name of the program, and Qt's own options.
    pub arguments: Vec<OsString>,
}

/// Goes on as the window of this program, with the same arguments: on Unix in the same process.
pub(super) fn go_on_as_window(program: Program) -> Result<ExitCode, Failure> {
    let file = format!("fortune-window{}", env::consts::EXE_SUFFIX);
    let path = env::current_exe().map(|here| here.with_file_name(&file));
    let failed = |source| Failure::NoWindowProgram {
        program: match &path {
            Ok(path) => path.display().to_string(),
            Err(_) => file.clone(),
        },
        source,
    };
    let mut args = env::args_os();
    let name = args.next();
    let mut window = Command::new(path.as_ref().map_or(file.as_ref(), |path| path.as_os_str()));
    window
        .arg(match program {
            Program::Server => SERVER,
            Program::Client => CLIENT,
        })
        .args(args);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // The name that it was started by is the one that desktops show.
        window.arg0(name.unwrap_or_else(|| program.name().into()));
        Err(failed(window.exec()))
    }
    #[cfg(not(unix))]
    {
        drop(name);
        let status = window.status().map_err(failed)?;
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
    }
}

/// Runs `fortune-window` with the arguments of the process, and returns its exit status.
///
/// The first argument says whose window it is, and the rest are that program's; `show` opens the
/// window and runs until it is closed.
pub fn run_window(show: impl FnOnce(Window) -> Result<(), Failure>) -> ExitCode {
    let mut args = env::args_os();
    let (name, whose) = (args.next(), args.next());
    let args = name.into_iter().chain(args);
    let show = |window: Result<Window, Failure>| {
        show(window?)?;
        Ok(ExitCode::SUCCESS)
    };
    match whose.as_ref().and_then(|whose| whose.to_str()) {
        Some(SERVER) => end(
            Program::Server,
            cli::parse_server(args, &qt_version())
                .map(|(args, qts)| show(server_window(&args, qts))),
        ),
        Some(CLIENT) => end(
            Program::Client,
            cli::parse_client(args, &qt_version())
                .map(|(args, qts)| show(client_window(&args, qts))),
        ),
        _ => {
            let _ = writeln!(
                io::stderr(),
                "fortune-window shows the windows of fortune-server and fortune-client, and is \
                 started by them."
            );
            ExitCode::from(2)
        }
    }
}

fn server_window(args: &ServerArgs, arguments: Vec<OsString>) -> Result<Window, Failure> {
    log_to_stderr();
    let (fortunes, format, address) = what_to_serve(args)?;
    // What the window would have to say of the fortunes is said before it opens.
    for text in fortunes.iter() {
        format.encode(text).map_err(ServerError::from)?;
    }
    let texts: QStringList = fortunes.iter().map(QString::from).collect();
    need_display("--headless")?;
    Ok(Window {
        name: "ServerWindow",
        properties: properties([
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
        ]),
        arguments,
    })
}

fn client_window(args: &ClientArgs, arguments: Vec<OsString>) -> Result<Window, Failure> {
    log_to_stderr();
    // Milliseconds, as far as QML can count them.
    let timeout = i32::try_from(args.timeout.as_millis()).unwrap_or(i32::MAX);
    need_display("--print")?;
    Ok(Window {
        name: "ClientWindow",
        properties: properties([
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
        ]),
        arguments,
    })
}

fn properties<const N: usize>(values: [(&str, QVariant); N]) -> QMap<QMapPair_QString_QVariant> {
    let mut properties = QMap::default();
    for (name, value) in values {
        properties.insert(QString::from(name), value);
    }
    properties
}

/// Whether Qt can be asked for a window; without a display it would end the program. `without` is
/// the option that needs none.
fn need_display(without: &'static str) -> Result<(), Failure> {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let chosen = |arg: OsString| {
        let arg = arg.to_string_lossy().into_owned();
        arg == "-platform" || arg == "--platform"
    };
    let has_display = cfg!(not(all(unix, not(target_os = "macos"))))
        || ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"]
            .into_iter()
            .any(is_set)
        || env::args_os().any(chosen);
    match has_display {
        true => Ok(()),
        false => Err(Failure::NoDisplay(without)),
    }
}
