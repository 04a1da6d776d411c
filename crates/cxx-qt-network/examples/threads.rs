// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Clients that are served by threads, each with calls that block:
//!
//!     threads [NAME]
//!
//! The answer to a line is the line in capitals. Only where there are descriptors: on Unix.

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

use cxx_qt_lib::{QCoreApplication, QString};
use cxx_qt_network::{QEventLoop, QLocalServer, QLocalSocket, SocketOptions};

/// How many clients are served at the same time, and how many more may wait for that.
const WORKERS: usize = 4;
const WAITING: usize = 16;

/// How long a client may say nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest line, in bytes.
const LINE: u64 = 4096;

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let name = env::args_os().nth(1).unwrap_or_else(|| "lines".into());
    match serve(&name.to_string_lossy()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("threads: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(unix))]
fn serve(_name: &str) -> Result<(), Box<dyn Error>> {
    Err("there are no descriptors here".into())
}

#[cfg(unix)]
fn serve(name: &str) -> Result<(), Box<dyn Error>> {
    let mut application = QCoreApplication::new();
    let (queue, accepted) = sync_channel(WAITING);
    // A socket cannot leave its thread, so there is none yet: only a descriptor. One that finds no
    // place in the queue is closed.
    let mut server = QLocalServer::with_incoming_connection(move |_, descriptor| {
        if queue.try_send(descriptor).is_err() {
            eprintln!("threads: a client was sent away: there are too many");
        }
    });
    server
        .pin_mut()
        .set_socket_options(SocketOptions::USER_ACCESS);
    server.pin_mut().claim(&QString::from(name))?;
    let accepted = Arc::new(Mutex::new(accepted));
    for _ in 0..WORKERS {
        let accepted = Arc::clone(&accepted);
        thread::Builder::new().spawn(move || work(&accepted))?;
    }
    writeln!(io::stdout(), "listening on {}", server.full_server_name())?;
    application.pin_mut().exec();
    Ok(())
}

#[cfg(unix)]
fn work(accepted: &Mutex<Receiver<OwnedFd>>) {
    // A place for Qt's events, which a thread of the standard library does not have by itself. What
    // blocks can do without; signals, timers and servers in this thread could not.
    let _events = QEventLoop::new();
    let next = || accepted.lock().ok()?.recv().ok();
    while let Some(descriptor) = next() {
        if let Err(error) = talk(descriptor) {
            eprintln!("threads: a client was sent away: {error}");
        }
    }
}

/// Answers a client for as long as it stays.
#[cfg(unix)]
fn talk(descriptor: OwnedFd) -> io::Result<()> {
    let mut socket = QLocalSocket::new();
    socket
        .pin_mut()
        .set_socket_descriptor(descriptor)
        .map_err(|_| io::Error::other("Qt does not take the descriptor"))?;
    let mut client = BufReader::new(socket.pin_mut().blocking(Some(PATIENCE)));
    loop {
        let mut line = String::new();
        match client.by_ref().take(LINE).read_line(&mut line)? {
            0 => return Ok(()),
            _ if line.ends_with('\n') => {}
            _ => return Err(io::Error::other("its line has no end")),
        }
        client.get_mut().write_all(line.to_uppercase().as_bytes())?;
        client.get_mut().flush()?;
    }
}
