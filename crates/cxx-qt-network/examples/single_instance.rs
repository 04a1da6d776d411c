// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A program that runs once: started again, it hands its arguments to the one that runs.
//!
//!     single_instance [NAME [ARGUMENT]...]
//!
//! After a crash there is nothing to tidy up: a socket that nobody answers on is used again.

use std::cell::RefCell;
use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::pin::Pin;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use cxx_qt_lib::{QByteArray, QCoreApplication, QString};
use cxx_qt_network::{
    Framing, ListenError, LocalSocketError, OpenMode, QDataStream, QIODeviceExt, QLocalServer,
    QLocalSocket, SocketOptions, Version,
};

const VERSION: Version = Version::QT_5_10;
const FRAMING: Framing = Framing::byte_array().limit(64 * 1024);

/// How long the other instance may take.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let mut arguments = env::args_os()
        .skip(1)
        .map(|it| it.to_string_lossy().into_owned());
    let name = arguments.next().unwrap_or_else(default_name);
    let arguments: Vec<String> = arguments.collect();
    match run(&QString::from(name.as_str()), &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("single_instance: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A path in the user's own folder if there is one: a name in the folder for temporary files is
/// everybody's.
fn default_name() -> String {
    let folder = env::var("XDG_RUNTIME_DIR").unwrap_or_default();
    if folder.is_empty() {
        "single_instance".into()
    } else {
        format!("{folder}/single_instance")
    }
}

fn run(name: &QString, arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let mut application = QCoreApplication::new();
    let mut server = QLocalServer::new();
    server
        .pin_mut()
        .set_socket_options(SocketOptions::USER_ACCESS);
    // Again if the other instance ends between the two steps.
    for _ in 0..3 {
        match server.pin_mut().claim(name) {
            Ok(()) => {
                serve(server.pin_mut());
                writeln!(io::stdout(), "listening on {}", server.full_server_name())?;
                open(arguments);
                application.pin_mut().exec();
                return Ok(());
            }
            Err(ListenError::InUse { .. }) if hand_over(name, arguments)? => {
                writeln!(io::stdout(), "handed over")?;
                return Ok(());
            }
            Err(ListenError::InUse { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err("the other instance comes and goes".into())
}

/// Tells the instance that runs to open these. `false` if there is none any more.
fn hand_over(name: &QString, arguments: &[String]) -> Result<bool, Box<dyn Error>> {
    let mut socket = QLocalSocket::new();
    socket
        .pin_mut()
        .connect_to_server(name, OpenMode::READ_WRITE);
    match socket.pin_mut().wait_for_connected(Some(PATIENCE)) {
        Ok(()) => {}
        Err(error)
            if error.kind == LocalSocketError::ServerNotFoundError
                || error.kind == LocalSocketError::ConnectionRefusedError =>
        {
            return Ok(false);
        }
        Err(error) => return Err(error.into()),
    }
    let mut stream = QDataStream::to_bytes();
    stream.set_version(VERSION);
    // The same bytes as a QStringList.
    stream.write(arguments)?;
    FRAMING.write(socket.pin_mut(), stream.into_bytes().as_slice())?;
    // It may hang, or may have crashed just now: only its answer counts.
    match socket.pin_mut().wait_for_ready_read(Some(PATIENCE)) {
        Ok(()) => Ok(true),
        Err(error) => Err(format!("the other instance does not answer: {error}").into()),
    }
}

/// Opens what later instances hand over.
fn serve(server: Pin<&mut QLocalServer>) {
    let others = RefCell::new(Vec::new());
    server
        .on_new_connection(move |mut server| {
            let mut others = others.borrow_mut();
            // Those that are done, and those that take too long.
            others.retain(|(since, _): &(Instant, _)| since.elapsed() < PATIENCE);
            while let Some(mut other) = server.as_mut().next_pending_connection() {
                other.pin_mut().on_ready_read(receive).release();
                receive(other.pin_mut());
                others.push((Instant::now(), other));
            }
        })
        .release();
}

/// Each of them says one thing and is told that it was done.
fn receive(mut device: Pin<&mut impl QIODeviceExt>) {
    match read(device.as_mut()) {
        Ok(Some(arguments)) => {
            open(&arguments);
            let _ = device.as_mut().write(b"opened");
        }
        Ok(None) => return,
        Err(error) => eprintln!("single_instance: somebody was sent away: {error}"),
    }
    device.close();
}

/// The arguments of another instance, or `None` if not all of them are there yet.
fn read(device: Pin<&mut impl QIODeviceExt>) -> Result<Option<Vec<String>>, Box<dyn Error>> {
    let Some(message) = FRAMING.read(device)? else {
        return Ok(None);
    };
    let mut stream = QDataStream::from_bytes(&QByteArray::from(message.as_slice()));
    stream.set_version(VERSION);
    Ok(Some(stream.read()?))
}

fn open(arguments: &[String]) {
    let _ = writeln!(io::stdout(), "to open: {arguments:?}");
}
