// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Says something to a server and prints what comes back:
//!
//!     echo_client [NAME [TEXT]]

use std::env;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use cxx_qt_lib::{QCoreApplication, QString};
use cxx_qt_network::{
    LocalSocketError, OpenMode, QIODeviceExt, QLocalServer, QLocalSocket, QTimer,
    exit_application_later,
};

/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let mut arguments = env::args_os().skip(1);
    let name = arguments.next().unwrap_or_else(|| "echo".into());
    let text = arguments.next().unwrap_or_else(|| "Hello".into());
    let name = QString::from(name.to_string_lossy().as_ref());
    let message = format!("{}\n", text.to_string_lossy()).into_bytes();

    let mut application = QCoreApplication::new();
    let mut socket = QLocalSocket::new();
    let expected = message.len();
    socket
        .pin_mut()
        .on_connected(move |socket| {
            if let Err(error) = socket.write(&message) {
                fail(error);
            }
        })
        .release();
    socket
        .pin_mut()
        .on_ready_read(move |device| {
            // An answer may come in pieces.
            if device.bytes_available() >= expected {
                match io::stdout().write_all(device.read_all().as_slice()) {
                    Ok(()) => exit_application_later(0),
                    Err(error) => fail(error),
                }
            }
        })
        .release();
    let path = QLocalServer::path_of(&name);
    socket
        .pin_mut()
        .on_error_occurred(move |_, error| match error.kind {
            LocalSocketError::ServerNotFoundError | LocalSocketError::ConnectionRefusedError => {
                fail(format!("nobody listens on {path}"));
            }
            LocalSocketError::PeerClosedError => fail("the server has left without an answer"),
            _ => fail(error),
        })
        .release();
    let mut limit = QTimer::new();
    limit
        .pin_mut()
        .on_timeout(|_| fail("the server does not answer"))
        .release();
    limit.pin_mut().start(PATIENCE);

    socket
        .pin_mut()
        .connect_to_server(&name, OpenMode::READ_WRITE);
    match application.pin_mut().exec() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Ends the program once the loop runs, which it may not do yet: nobody there is known at once.
fn fail(error: impl Display) {
    eprintln!("echo_client: {error}");
    exit_application_later(1);
}
