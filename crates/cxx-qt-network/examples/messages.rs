// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Typed messages between two programs:
//!
//!     messages [NAME]                       the server
//!     messages NAME STATION CELSIUS...      sends the measurements of a weather station
//!
//! The server answers with a summary. Either program can be written in C++: a message is a
//! `QByteArray` that holds the output of another `QDataStream`.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use cxx_qt_lib::{QByteArray, QCoreApplication};
use cxx_qt_network::{
    FromStream, LengthDelimited, QBox, QCoreApplicationExt, QDataStream, QDataStreamVersion,
    QIODeviceExt, QLocalServer, QLocalServerSocketOption, QLocalSocket, QLocalSocketState,
    StreamError, ToStream,
};

/// Both sides use the same version. The default is the newest version of each Qt.
const VERSION: QDataStreamVersion = QDataStreamVersion::QT_5_10;

/// The longest message and the limit of unsent answers to a client, in bytes.
const LIMIT: usize = 64 * 1024;

const FRAMING: LengthDelimited = LengthDelimited::byte_array().limit(LIMIT);

const TIMEOUT: Option<Duration> = Some(Duration::from_secs(5));

#[derive(ToStream)]
struct Measured {
    station: String,
    celsius: Vec<f64>,
}

/// Implemented by hand, to validate the values.
impl FromStream for Measured {
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        let station = stream.read()?;
        let celsius: Vec<f64> = stream.read()?;
        // Values that are well-formed can still be invalid.
        if celsius.is_empty() || celsius.iter().any(|it| !it.is_finite()) {
            return Err(stream.set_status(StreamError::ReadCorruptData));
        }
        Ok(Self { station, celsius })
    }
}

/// The station, the number of measurements and the mean. Tuples implement both traits.
type Summary = (String, u32, f64);

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let arguments = env::args_os().skip(1);
    let arguments: Vec<String> = arguments.map(|it| it.to_string_lossy().into()).collect();
    let result = match arguments.as_slice() {
        [] => serve("weather"),
        [name] => serve(name),
        [_, _] => Err("usage: messages [NAME] | messages NAME STATION CELSIUS...".into()),
        [name, station, celsius @ ..] => send(name, station, celsius),
    };
    if let Err(error) = result {
        eprintln!("messages: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn send(name: &str, station: &str, celsius: &[String]) -> Result<(), Box<dyn Error>> {
    let number = |it: &String| it.parse().map_err(|_| format!("{it:?} is not a number"));
    let measured = Measured {
        station: station.into(),
        celsius: celsius.iter().map(number).collect::<Result<_, _>>()?,
    };
    let socket = QLocalSocket::new();
    socket.connect_to_server(name);
    socket
        .wait_for_connected(TIMEOUT)
        .map_err(|error| format!("cannot connect to {error}"))?;
    write(&socket, &measured)?;
    let (station, count, mean): Summary = loop {
        if let Some(summary) = read(&socket)? {
            break summary;
        }
        socket
            .wait_for_ready_read(TIMEOUT)
            .map_err(|error| format!("there is no answer: {error}"))?;
    };
    writeln!(
        io::stdout(),
        "{station}: {count} measurements, {mean:.2} degrees on average"
    )?;
    Ok(())
}

fn serve(name: &str) -> Result<(), Box<dyn Error>> {
    let application = QCoreApplication::new();
    let server = QLocalServer::new();
    server.set_socket_options(QLocalServerSocketOption::UserAccessOption);
    server.listen_exclusive(name)?;
    let mut clients = Vec::new();
    server.on_new_connection(move |server| {
        clients.retain(|client: &QBox<QLocalSocket>| {
            client.state() == QLocalSocketState::ConnectedState
        });
        while let Some(client) = server.next_pending_connection() {
            // Enough for one message with its length.
            client.set_read_buffer_size(Some(LIMIT + 4));
            client.on_ready_read(answer);
            answer(&client);
            clients.push(client);
        }
    });
    writeln!(io::stdout(), "listening on {}", server.full_server_name())?;
    application.exec();
    Ok(())
}

/// Answers each complete message.
fn answer(client: &QLocalSocket) {
    if let Err(error) = try_answer(client) {
        eprintln!("messages: a client was disconnected: {error}");
        // `close` would block until the client has read all answers.
        client.abort();
    }
}

fn try_answer(client: &QLocalSocket) -> Result<(), Box<dyn Error>> {
    while let Some(Measured { station, celsius }) = read(client)? {
        let mean = celsius.iter().sum::<f64>() / celsius.len() as f64;
        let summary: Summary = (station, celsius.len() as u32, mean);
        write(client, &summary)?;
        if client.bytes_to_write() > LIMIT {
            return Err("it does not read its answers".into());
        }
    }
    Ok(())
}

fn write(socket: &QLocalSocket, message: &impl ToStream) -> Result<(), Box<dyn Error>> {
    let mut stream = QDataStream::to_bytes();
    stream.set_version(VERSION);
    stream.write(message)?;
    Ok(FRAMING.write(socket, stream.into_bytes().as_slice())?)
}

/// The next message, or `None` if it is incomplete.
fn read<T: FromStream>(socket: &QLocalSocket) -> Result<Option<T>, Box<dyn Error>> {
    let Some(message) = FRAMING.read(socket)? else {
        return Ok(None);
    };
    let mut stream = QDataStream::from_bytes(&QByteArray::from(message.as_slice()));
    stream.set_version(VERSION);
    // The message is complete, so an incomplete value is an error.
    let value = stream.read()?;
    if stream.at_end() {
        Ok(Some(value))
    } else {
        Err("the message is longer than its value".into())
    }
}
