// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A server with a thread pool, whose threads use blocking calls:
//!
//!     threads [NAME]
//!
//! It answers each line with the line in upper case. Unix only, since it passes file descriptors.

#![cfg_attr(not(unix), allow(dead_code, unused_imports, reason = "for Unix"))]

use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
#[cfg(unix)]
use std::os::fd::OwnedFd;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use cxx_qt_lib::QCoreApplication;
use cxx_qt_network::{
    QCoreApplicationExt, QEventLoop, QLocalServer, QLocalServerSocketOption, QLocalSocket,
};

/// The number of threads, and of clients that are served simultaneously.
const THREADS: usize = 4;

/// The maximum number of clients that wait for a thread.
const QUEUE: usize = 16;

/// The time-out of a client, in each read and write.
const TIMEOUT: Option<Duration> = Some(Duration::from_secs(60));

/// The longest line, in bytes.
const MAX_LINE: u64 = 4096;

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let name = env::args_os().nth(1).unwrap_or_else(|| "lines".into());
    if let Err(error) = serve(&name.to_string_lossy()) {
        eprintln!("threads: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

#[cfg(not(unix))]
fn serve(_name: &str) -> Result<(), Box<dyn Error>> {
    Err("this example needs Unix".into())
}

#[cfg(unix)]
fn serve(name: &str) -> Result<(), Box<dyn Error>> {
    let application = QCoreApplication::new();
    let (queue, accepted) = sync_channel(QUEUE);
    // A socket belongs to its thread, a descriptor does not. A descriptor that is not queued is
    // closed.
    let server = QLocalServer::with_incoming_connection(move |_, descriptor| {
        if queue.try_send(descriptor).is_err() {
            eprintln!("threads: a client was disconnected: the queue is full");
        }
    });
    server.set_socket_options(QLocalServerSocketOption::UserAccessOption);
    server.listen_exclusive(name)?;
    let accepted = Arc::new(Mutex::new(accepted));
    for _ in 0..THREADS {
        let accepted = Arc::clone(&accepted);
        thread::Builder::new().spawn(move || work(&accepted))?;
    }
    writeln!(io::stdout(), "listening on {}", server.full_server_name())?;
    application.exec();
    Ok(())
}

#[cfg(unix)]
fn work(accepted: &Mutex<Receiver<OwnedFd>>) {
    // Creates the thread's event dispatcher, without which Qt warns.
    let _events = QEventLoop::new();
    let next = || accepted.lock().ok()?.recv().ok();
    while let Some(descriptor) = next() {
        if let Err(error) = talk(descriptor) {
            eprintln!("threads: a client was disconnected: {error}");
        }
    }
}

/// Answers a client until it closes the connection.
#[cfg(unix)]
fn talk(descriptor: OwnedFd) -> io::Result<()> {
    let socket = QLocalSocket::new();
    socket
        .set_socket_descriptor(descriptor)
        .map_err(|_| io::Error::other("Qt refuses the descriptor"))?;
    let mut client = BufReader::new(socket.blocking(TIMEOUT));
    loop {
        let mut line = String::new();
        match client.by_ref().take(MAX_LINE).read_line(&mut line)? {
            0 => return Ok(()),
            _ if line.ends_with('\n') => {}
            _ => return Err(io::Error::other("its line is too long or has no end")),
        }
        client.get_mut().write_all(line.to_uppercase().as_bytes())?;
        client.get_mut().flush()?;
    }
}
