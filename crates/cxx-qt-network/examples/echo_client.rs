// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Sends a text to a server and prints the echo:
//!
//!     echo_client [NAME [TEXT]]

use std::env;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use cxx_qt_lib::QCoreApplication;
use cxx_qt_network::{
    QCoreApplicationExt, QIODeviceExt, QLocalSocket, QLocalSocketError, QTimer,
    exit_application_later,
};

/// The time-out of the whole exchange.
const TIMEOUT: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let mut arguments = env::args_os().skip(1);
    let name = arguments.next().unwrap_or_else(|| "echo".into());
    let text = arguments.next().unwrap_or_else(|| "Hello".into());
    let name = name.to_string_lossy();
    let message = format!("{}\n", text.to_string_lossy());

    let application = QCoreApplication::new();
    let socket = QLocalSocket::new();
    let expected = message.len();
    socket.on_connected(move |socket| {
        // If the connection is lost already, `error_occurred` follows.
        let _ = socket.write(message.as_bytes());
    });
    socket.on_ready_read(move |socket| {
        // The echo can arrive in several pieces.
        if socket.bytes_available() >= expected {
            match io::stdout().write_all(socket.read_all().as_slice()) {
                Ok(()) => exit_application_later(0),
                Err(error) => fail(error),
            }
        }
    });
    let server = name.clone().into_owned();
    socket.on_error_occurred(move |_, error| match error.kind {
        QLocalSocketError::ServerNotFoundError | QLocalSocketError::ConnectionRefusedError => {
            fail(format!("no server listens on {server}"));
        }
        QLocalSocketError::PeerClosedError => fail("the server sent no complete answer"),
        _ => fail(error),
    });
    let timer = QTimer::new();
    timer.on_timeout(|_| fail("the server does not answer"));
    timer.start(TIMEOUT);

    socket.connect_to_server(&*name);
    match application.exec() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn fail(error: impl Display) {
    eprintln!("echo_client: {error}");
    exit_application_later(1);
}
