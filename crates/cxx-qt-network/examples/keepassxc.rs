// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Asks a running KeePassXC to open databases, or to lock all that are open:
//!
//!     keepassxc open FILE...
//!     keepassxc lock
//!
//! KeePassXC listens for a second instance of itself, which tells it what it was started for and
//! leaves. This program speaks in its place. Exit status: 0 done, 1 failed, 2 wrong usage.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::path::{self, Path};
use std::process::ExitCode;
use std::time::Duration;

use cxx_qt_lib::{QByteArray, QString};
use cxx_qt_network::{
    Framing, OpenMode, Prefix, QDataStream, QIODeviceExt, QLocalSocket, StreamError, Version,
};

const USAGE: &str = "usage: keepassxc [--socket NAME] open FILE...
       keepassxc [--socket NAME] lock

Asks the KeePassXC of this user to open databases, or to lock all that are open.
  --socket NAME  where KeePassXC listens; a path, or a name in the folder for temporary files";

/// How long KeePassXC may take for anything.
const PATIENCE: Duration = Duration::from_secs(10);

/// What KeePassXC can be asked for.
enum Request {
    Open(Vec<String>),
    Lock,
}

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    if arguments.iter().any(|it| it == "--help" || it == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let (socket, request) = match parse(arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            eprintln!("keepassxc: {error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match ask(&socket.unwrap_or_else(socket_name), request) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("keepassxc: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The name given with `--socket`, and the request.
fn parse(arguments: Vec<OsString>) -> Result<(Option<String>, Request), String> {
    let mut words = Vec::new();
    for argument in arguments {
        words.push(
            argument
                .into_string()
                .map_err(|it| format!("{it:?} is not Unicode"))?,
        );
    }
    let mut words = words.into_iter().peekable();
    let socket = match words.next_if_eq("--socket") {
        Some(_) => Some(words.next().ok_or("--socket needs a name")?),
        None => None,
    };
    let command = words.next().ok_or("nothing to do")?;
    let rest: Vec<String> = words.collect();
    let request = match (command.as_str(), rest.first()) {
        ("open", Some(_)) => Request::Open(rest),
        ("open", None) => return Err("open needs a file".into()),
        ("lock", None) => Request::Lock,
        ("lock", Some(_)) => return Err("lock takes no files".into()),
        _ => return Err(format!("there is no command {command:?}")),
    };
    Ok((socket, request))
}

/// The name of the socket, made as KeePassXC makes it.
fn socket_name() -> String {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    match set("USER").or_else(|| set("USERNAME")) {
        Some(user) => format!("keepassxc-{user}.socket"),
        None => "keepassxc.socket".into(),
    }
}

/// Sends the request and waits until KeePassXC has acted on it.
fn ask(name: &str, request: Request) -> Result<(), Box<dyn Error>> {
    let message = match request {
        Request::Open(files) => {
            let files: Result<Vec<_>, _> = files.iter().map(|file| database(file)).collect();
            open_message(&files?)?
        }
        Request::Lock => lock_message()?,
    };
    let mut socket = QLocalSocket::new();
    socket
        .pin_mut()
        .connect_to_server(&QString::from(name), OpenMode::READ_WRITE);
    socket
        .pin_mut()
        .wait_for_connected(Some(PATIENCE))
        .map_err(|error| format!("no KeePassXC listens on {name:?} ({error})"))?;
    Framing::new(Prefix::U32).write(socket.pin_mut(), message.as_slice())?;
    socket.pin_mut().wait_for_bytes_written(Some(PATIENCE))?;
    // There is no answer, but KeePassXC closes the connection when it is done.
    socket
        .pin_mut()
        .wait_for_disconnected(Some(PATIENCE))
        .map_err(|_| "KeePassXC was asked, but is not done yet: it may have a question".into())
}

/// The path of a database as another program finds it.
fn database(file: &str) -> Result<String, Box<dyn Error>> {
    // KeePassXC says nothing about a file that it does not open.
    if !Path::new(file).is_file() {
        return Err(format!("there is no file {file:?}").into());
    }
    let extension = Path::new(file).extension().unwrap_or_default();
    if !extension.eq_ignore_ascii_case("kdbx") {
        return Err(format!("KeePassXC opens only files named *.kdbx, not {file:?}").into());
    }
    let path = path::absolute(file)?.into_os_string();
    path.into_string()
        .map_err(|it| format!("{it:?} is not Unicode").into())
}

fn open_message(files: &[String]) -> Result<QByteArray, StreamError> {
    let mut stream = QDataStream::to_bytes();
    stream.set_version(Version::QT_5_0);
    stream.write(&1u32)?;
    stream.write(files)?;
    Ok(stream.into_bytes())
}

fn lock_message() -> Result<QByteArray, StreamError> {
    let mut stream = QDataStream::to_bytes();
    stream.set_version(Version::QT_5_0);
    stream.write(&2u32)?;
    Ok(stream.into_bytes())
}
