// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Asks a running KeePassXC to open databases, or to lock all that are open:
//!
//!     keepassxc open FILE...
//!     keepassxc lock
//!
//! KeePassXC accepts requests from a second instance of itself. This program sends the same ones.
//! Exit status: 0 done, 1 failed, 2 wrong usage.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::path::{self, Path};
use std::process::ExitCode;
use std::time::Duration;

use cxx_qt_lib::QByteArray;
use cxx_qt_network::{
    FrameError, LengthDelimited, LengthPrefix, QDataStream, QDataStreamVersion, QLocalSocket,
    StreamError, ToStream,
};

const USAGE: &str = "usage: keepassxc [--socket NAME] open FILE...
       keepassxc [--socket NAME] lock

Asks the KeePassXC of this user to open databases, or to lock all that are open.
  --socket NAME  where KeePassXC listens; a path, or a name in the folder for temporary files";

/// The time-out of each step.
const TIMEOUT: Option<Duration> = Some(Duration::from_secs(10));

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
    if let Err(error) = send(&socket.unwrap_or_else(socket_name), request) {
        eprintln!("keepassxc: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The name given with `--socket`, and the request.
fn parse(arguments: Vec<OsString>) -> Result<(Option<String>, Request), String> {
    let words = arguments.into_iter().map(into_string);
    let mut words = words.collect::<Result<Vec<_>, _>>()?.into_iter().peekable();
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

fn into_string(argument: OsString) -> Result<String, String> {
    let result = argument.into_string();
    result.map_err(|argument| format!("{argument:?} is not Unicode"))
}

/// KeePassXC's own name for its socket.
fn socket_name() -> String {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    match set("USER").or_else(|| set("USERNAME")) {
        Some(user) => format!("keepassxc-{user}.socket"),
        None => "keepassxc.socket".into(),
    }
}

/// Sends the request and waits until KeePassXC has handled it.
fn send(name: &str, request: Request) -> Result<(), Box<dyn Error>> {
    let message = match request {
        Request::Open(files) => {
            let files: Result<Vec<_>, _> = files.iter().map(|file| database(file)).collect();
            message(&(1u32, files?))?
        }
        Request::Lock => message(&2u32)?,
    };
    let socket = QLocalSocket::new();
    socket.connect_to_server(name);
    socket
        .wait_for_connected(TIMEOUT)
        .map_err(|error| format!("no KeePassXC listens: {error}"))?;
    let framing = LengthDelimited::new(LengthPrefix::U32);
    framing.write_blocking(&*socket, message.as_slice(), TIMEOUT)?;
    // There is no answer: KeePassXC closes the connection when it is done.
    match framing.read_blocking(&*socket, TIMEOUT) {
        Err(FrameError::TimedOut) => {
            Err("KeePassXC was asked, but is not done yet: it may have a question".into())
        }
        result => Ok(result.map(drop)?),
    }
}

/// The absolute path of a database.
fn database(file: &str) -> Result<String, Box<dyn Error>> {
    // KeePassXC ignores files that it cannot open.
    if !Path::new(file).is_file() {
        return Err(format!("there is no file {file:?}").into());
    }
    let extension = Path::new(file).extension().unwrap_or_default();
    if !extension.eq_ignore_ascii_case("kdbx") {
        return Err(format!("KeePassXC opens only files named *.kdbx, not {file:?}").into());
    }
    Ok(into_string(path::absolute(file)?.into_os_string())?)
}

fn message(request: &impl ToStream) -> Result<QByteArray, StreamError> {
    let mut stream = QDataStream::to_bytes();
    stream.set_version(QDataStreamVersion::QT_5_0);
    stream.write(request)?;
    Ok(stream.into_bytes())
}
