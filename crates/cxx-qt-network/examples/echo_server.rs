// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Says back to everybody what they say, until it is stopped:
//!
//!     echo_server [NAME]

use std::cell::RefCell;
use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::pin::Pin;
use std::process::ExitCode;

use cxx_qt_lib::{QCoreApplication, QString};
use cxx_qt_network::{
    LocalSocketState, QBox, QIODeviceExt, QLocalServer, QLocalSocket, SocketOptions,
};

/// How many clients there may be at a time.
const CLIENTS: usize = 100;

/// How many bytes are kept for a client that talks and does not listen.
const BYTES: usize = 64 * 1024;

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let name = env::args_os().nth(1).unwrap_or_else(|| "echo".into());
    match serve(&name.to_string_lossy()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("echo_server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(name: &str) -> Result<(), Box<dyn Error>> {
    let mut application = QCoreApplication::new();
    let mut server = QLocalServer::new();
    server
        .pin_mut()
        .set_socket_options(SocketOptions::USER_ACCESS);
    server.pin_mut().claim(&QString::from(name))?;

    let clients = RefCell::new(Vec::new());
    server
        .pin_mut()
        .on_new_connection(move |mut server| {
            let mut clients = clients.borrow_mut();
            clients.retain(|client: &QBox<QLocalSocket>| is_connected(client));
            // One signal can stand for several clients. Who is one too many is dropped here, and a
            // socket that is dropped ends its connection.
            while let Some(client) = server.as_mut().next_pending_connection() {
                if clients.len() < CLIENTS {
                    clients.push(welcome(client));
                }
            }
        })
        .release();

    writeln!(io::stdout(), "listening on {}", server.full_server_name())?;
    application.pin_mut().exec();
    Ok(())
}

fn is_connected(client: &QLocalSocket) -> bool {
    client.state() == LocalSocketState::ConnectedState
}

/// Echoes what the client says from now on.
fn welcome(mut client: QBox<QLocalSocket>) -> QBox<QLocalSocket> {
    let (talking, listening) = (client.downgrade(), client.downgrade());
    let mut socket = client.pin_mut();
    socket.as_mut().set_read_buffer_size(Some(BYTES));
    socket
        .as_mut()
        .on_ready_read(move |_| {
            talking.with(echo);
        })
        .release();
    socket
        .as_mut()
        .on_bytes_written(move |_, _| {
            listening.with(echo);
        })
        .release();
    // What has come already is not announced again.
    echo(socket);
    client
}

/// Writes back what there is to read, unless too much waits to be written: then the client has to
/// wait too, until that has gone out.
fn echo(mut client: Pin<&mut QLocalSocket>) {
    let mut buffer = [0; 4096];
    while is_connected(&client) && client.bytes_to_write() < BYTES {
        match client.as_mut().read(&mut buffer) {
            Ok(count) if count > 0 && client.as_mut().write(&buffer[..count]).is_ok() => {
                // At once, for who has said all and only listens: to Qt that client has left.
                client.as_mut().flush();
            }
            _ => return,
        }
    }
}
