// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A single-instance program: a second instance passes its arguments to the first and exits.
//!
//!     single_instance [NAME [ARGUMENT]...]
//!
//! The socket file that a crash leaves behind is reused.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use cxx_qt_lib::{QByteArray, QCoreApplication};
use cxx_qt_network::{
    LengthDelimited, ListenError, QCoreApplicationExt, QDataStream, QDataStreamVersion,
    QIODeviceExt, QLocalServer, QLocalServerSocketOption, QLocalSocket, QLocalSocketError,
};

const VERSION: QDataStreamVersion = QDataStreamVersion::QT_5_10;
const FRAMING: LengthDelimited = LengthDelimited::byte_array().limit(64 * 1024);
const TIMEOUT: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let arguments = env::args_os().skip(1);
    let mut arguments = arguments.map(|it| it.to_string_lossy().into_owned());
    let name = arguments.next().unwrap_or_else(default_name);
    if let Err(error) = run(&name, &arguments.collect::<Vec<_>>()) {
        eprintln!("single_instance: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// A path in the user's runtime directory. The directory for temporary files is shared by all users.
fn default_name() -> String {
    match env::var("XDG_RUNTIME_DIR") {
        Ok(directory) if !directory.is_empty() => format!("{directory}/single_instance"),
        _ => "single_instance".into(),
    }
}

fn run(name: &str, arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let application = QCoreApplication::new();
    let server = QLocalServer::new();
    server.set_socket_options(QLocalServerSocketOption::UserAccessOption);
    // The first instance can exit between the two steps: retry.
    for _ in 0..3 {
        match server.listen_exclusive(name) {
            Ok(()) => {
                serve(&server);
                writeln!(io::stdout(), "listening on {}", server.full_server_name())?;
                open(arguments);
                application.exec();
                return Ok(());
            }
            Err(ListenError::InUse { .. }) if send(name, arguments)? => {
                writeln!(io::stdout(), "sent to the first instance")?;
                return Ok(());
            }
            Err(ListenError::InUse { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err("other instances start and exit".into())
}

/// Sends the arguments to the first instance. `false` if it has exited.
fn send(name: &str, arguments: &[String]) -> Result<bool, Box<dyn Error>> {
    let socket = QLocalSocket::new();
    socket.connect_to_server(name);
    match socket.wait_for_connected(Some(TIMEOUT)) {
        Ok(()) => {}
        Err(error)
            if error.kind == QLocalSocketError::ServerNotFoundError
                || error.kind == QLocalSocketError::ConnectionRefusedError =>
        {
            return Ok(false);
        }
        Err(error) => return Err(error.into()),
    }
    let mut stream = QDataStream::to_bytes();
    stream.set_version(VERSION);
    // The same bytes as a QStringList.
    stream.write(arguments)?;
    FRAMING.write(&*socket, stream.into_bytes().as_slice())?;
    // Only the answer proves that the first instance got them.
    socket
        .wait_for_ready_read(Some(TIMEOUT))
        .map_err(|error| format!("the first instance does not answer: {error}"))?;
    Ok(true)
}

/// Opens what other instances send.
fn serve(server: &QLocalServer) {
    let mut clients = Vec::new();
    server.on_new_connection(move |server| {
        // Drops the clients that are done or too slow.
        clients.retain(|(since, _): &(Instant, _)| since.elapsed() < TIMEOUT);
        while let Some(client) = server.next_pending_connection() {
            client.on_ready_read(receive);
            receive(&client);
            clients.push((Instant::now(), client));
        }
    });
}

/// Receives one message, acknowledges it and closes the connection.
fn receive(client: &QLocalSocket) {
    match read(client) {
        Ok(Some(arguments)) => {
            open(&arguments);
            let _ = client.write(b"opened");
        }
        Ok(None) => return,
        Err(error) => eprintln!("single_instance: a client was disconnected: {error}"),
    }
    client.close();
}

/// The arguments of another instance, or `None` if they are incomplete.
fn read(client: &QLocalSocket) -> Result<Option<Vec<String>>, Box<dyn Error>> {
    let Some(message) = FRAMING.read(client)? else {
        return Ok(None);
    };
    let mut stream = QDataStream::from_bytes(&QByteArray::from(message.as_slice()));
    stream.set_version(VERSION);
    Ok(Some(stream.read()?))
}

fn open(arguments: &[String]) {
    let _ = writeln!(io::stdout(), "to open: {arguments:?}");
}
