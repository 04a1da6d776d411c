// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Echoes the data of each client until it is stopped:
//!
//!     echo_server [NAME]

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use cxx_qt_lib::QCoreApplication;
use cxx_qt_network::{
    QBox, QCoreApplicationExt, QIODeviceExt, QLocalServer, QLocalServerSocketOption, QLocalSocket,
    QLocalSocketState,
};

/// The number of simultaneous clients.
const MAX_CLIENTS: usize = 100;

/// The size of each of a client's two buffers, in bytes.
const BUFFER_SIZE: usize = 64 * 1024;

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let name = env::args_os().nth(1).unwrap_or_else(|| "echo".into());
    if let Err(error) = serve(&name.to_string_lossy()) {
        eprintln!("echo_server: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn serve(name: &str) -> Result<(), Box<dyn Error>> {
    let application = QCoreApplication::new();
    let server = QLocalServer::new();
    server.set_socket_options(QLocalServerSocketOption::UserAccessOption);
    server.listen_exclusive(name)?;

    let mut clients = Vec::new();
    server.on_new_connection(move |server| {
        clients.retain(|client: &QBox<QLocalSocket>| is_connected(client));
        // One signal can announce several clients. A client past the limit is dropped, which closes
        // its connection.
        while let Some(client) = server.next_pending_connection() {
            if clients.len() < MAX_CLIENTS {
                client.set_read_buffer_size(Some(BUFFER_SIZE));
                client.on_ready_read(echo);
                client.on_bytes_written(|client, _| echo(client));
                // `ready_read` is not emitted for data that has arrived already.
                echo(&client);
                clients.push(client);
            }
        }
    });

    writeln!(io::stdout(), "listening on {}", server.full_server_name())?;
    application.exec();
    Ok(())
}

fn is_connected(client: &QLocalSocket) -> bool {
    client.state() == QLocalSocketState::ConnectedState
}

/// Writes back what can be read, until the write buffer is full. `bytes_written` continues it.
fn echo(client: &QLocalSocket) {
    let mut buffer = [0; 4096];
    while is_connected(client) && client.bytes_to_write() < BUFFER_SIZE {
        match client.read(&mut buffer) {
            Ok(count) if count > 0 && client.write(&buffer[..count]).is_ok() => {
                // Flush now: Qt closes the connection of a client that shuts down its writing half.
                client.flush();
            }
            _ => return,
        }
    }
}
