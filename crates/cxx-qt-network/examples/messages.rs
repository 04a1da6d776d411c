// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Typed messages between two programs, each whole or not at all:
//!
//!     messages [NAME]                       serves
//!     messages NAME STATION CELSIUS...      tells what a weather station has measured
//!
//! The one that serves answers with a summary. A program in C++ can be either of them: a message is
//! a `QByteArray`, and what is in it another `QDataStream` has written.

use std::borrow::Cow;
use std::cell::RefCell;
use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::pin::Pin;
use std::process::ExitCode;
use std::time::Duration;

use cxx_qt_lib::{QByteArray, QCoreApplication, QString};
use cxx_qt_network::{
    Framing, FromStream, LocalSocketState, OpenMode, QBox, QDataStream, QIODeviceExt, QLocalServer,
    QLocalSocket, SocketOptions, StreamError, ToStream, Version,
};

/// Both sides have to agree on it: without it, each Qt writes its own newest version.
const VERSION: Version = Version::QT_5_10;

/// The longest message, and the most that is kept for a client that does not listen; in bytes.
const LIMIT: usize = 64 * 1024;

const FRAMING: Framing = Framing::byte_array().limit(LIMIT);

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

struct Measured {
    station: String,
    celsius: Vec<f64>,
}

impl ToStream for Measured {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        stream.write(&self.station)?;
        stream.write(&self.celsius)
    }
}

impl FromStream for Measured {
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        let station = stream.read()?;
        let celsius: Vec<f64> = stream.read()?;
        // Numbers that cannot be are as corrupt as bytes that make no sense.
        if celsius.is_empty() || celsius.iter().any(|it| !it.is_finite()) {
            return Err(stream.set_status(StreamError::ReadCorruptData));
        }
        Ok(Self { station, celsius })
    }
}

/// The station, how often it has measured, and the mean. A tuple needs no code of its own.
type Summary = (String, u32, f64);

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(|it| it.to_string_lossy()).collect();
    let result = match arguments.as_slice() {
        [] => serve("weather"),
        [name] => serve(name),
        [_, _] => Err("usage: messages [NAME] | messages NAME STATION CELSIUS...".into()),
        [name, station, celsius @ ..] => send(name, station, celsius),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("messages: {error}");
            ExitCode::FAILURE
        }
    }
}

fn send(name: &str, station: &str, celsius: &[Cow<str>]) -> Result<(), Box<dyn Error>> {
    let number = |it: &Cow<str>| it.parse().map_err(|_| format!("{it:?} is not a number"));
    let measured = Measured {
        station: station.into(),
        celsius: celsius.iter().map(number).collect::<Result<_, _>>()?,
    };
    let name = QString::from(name);
    let mut socket = QLocalSocket::new();
    socket
        .pin_mut()
        .connect_to_server(&name, OpenMode::READ_WRITE);
    socket
        .pin_mut()
        .wait_for_connected(Some(PATIENCE))
        .map_err(|error| format!("no server at {}: {error}", QLocalServer::path_of(&name)))?;
    write(socket.pin_mut(), &measured)?;
    let (station, count, mean): Summary = loop {
        if let Some(summary) = read(socket.pin_mut())? {
            break summary;
        }
        socket
            .pin_mut()
            .wait_for_ready_read(Some(PATIENCE))
            .map_err(|error| format!("there is no answer: {error}"))?;
    };
    writeln!(
        io::stdout(),
        "{station}: {count} measurements, {mean:.2} degrees on average"
    )?;
    Ok(())
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
            while let Some(mut client) = server.as_mut().next_pending_connection() {
                // Room for one message and its length.
                client.pin_mut().set_read_buffer_size(Some(LIMIT + 4));
                let socket = client.downgrade();
                client
                    .pin_mut()
                    .on_ready_read(move |_| {
                        socket.with(answer);
                    })
                    .release();
                answer(client.pin_mut());
                clients.push(client);
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

/// Answers all messages that are there whole.
fn answer(mut client: Pin<&mut QLocalSocket>) {
    if let Err(error) = try_answer(client.as_mut()) {
        eprintln!("messages: a client was sent away: {error}");
        // To close would be to wait until it has read everything.
        client.abort();
    }
}

fn try_answer(mut client: Pin<&mut QLocalSocket>) -> Result<(), Box<dyn Error>> {
    while let Some(Measured { station, celsius }) = read(client.as_mut())? {
        let mean = celsius.iter().sum::<f64>() / celsius.len() as f64;
        let summary: Summary = (station, celsius.len() as u32, mean);
        write(client.as_mut(), &summary)?;
        if client.bytes_to_write() > LIMIT {
            return Err("it does not listen".into());
        }
    }
    Ok(())
}

fn write(
    device: Pin<&mut impl QIODeviceExt>,
    message: &impl ToStream,
) -> Result<(), Box<dyn Error>> {
    let mut stream = QDataStream::to_bytes();
    stream.set_version(VERSION);
    stream.write(message)?;
    Ok(FRAMING.write(device, stream.into_bytes().as_slice())?)
}

/// The next message, or `None` if not all of it is there yet.
fn read<T: FromStream>(device: Pin<&mut impl QIODeviceExt>) -> Result<Option<T>, Box<dyn Error>> {
    let Some(message) = FRAMING.read(device)? else {
        return Ok(None);
    };
    let mut stream = QDataStream::from_bytes(&QByteArray::from(message.as_slice()));
    stream.set_version(VERSION);
    // The message is whole, so a value that is not is an error here.
    let value = stream.read()?;
    if stream.at_end() {
        Ok(Some(value))
    } else {
        Err("there is more in the message than one value".into())
    }
}
