// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A program of its own on cxx-qt-network: three clients talk to a server whose class derives from
//! `QLocalServer` in this package's bridge. Prints what it saw; fails if it is not what it should be.

mod counting_server;

use std::error::Error;
use std::pin::Pin;
use std::time::Duration;

use cxx_qt::casting::{Downcast, Upcast};
use cxx_qt_lib::{QCoreApplication, QString};
use cxx_qt_network::{LocalSocketState, OpenMode, QBox, QIODeviceExt, QLocalServer, QLocalSocket};

use counting_server::CountingServer;

const LIMIT: Option<Duration> = Some(Duration::from_secs(20));

fn main() -> Result<(), Box<dyn Error>> {
    cxx_qt::init_crate!(cxx_qt_network);
    let _application = QCoreApplication::new();
    let name = QString::from(format!("consumer-{}", std::process::id()).as_str());

    let mut counting = CountingServer::new().ok_or("there is no server")?;
    let mut server: Pin<&mut QLocalServer> = counting.pin_mut().upcast_pin();
    server.as_mut().claim(&name)?;
    let mut clients = (0..3)
        .map(|_| client(&name))
        .collect::<Result<Vec<_>, _>>()?;
    for client in &mut clients {
        while !server.has_pending_connections() {
            if !server.as_mut().wait_for_new_connection(LIMIT)? {
                return Err("nobody was accepted".into());
            }
        }
        let mut socket = server
            .as_mut()
            .next_pending_connection()
            .ok_or("nobody waits")?;
        socket.pin_mut().write(b"hello\n")?;
        socket.pin_mut().wait_for_bytes_written(LIMIT)?;
        client.pin_mut().wait_for_ready_read(LIMIT)?;
        let said = client.pin_mut().read_line(None)?;
        if said.as_slice() != b"hello\n" {
            return Err(format!("a client was told {said:?}").into());
        }
    }

    let base: &QLocalServer = server.as_ref().get_ref();
    let counting: &CountingServer = base.downcast().ok_or("the class was lost")?;
    match counting.count() {
        3 => println!("3 connections, each accepted by a class of this package"),
        count => return Err(format!("{count} connections were counted, not 3").into()),
    }
    loads_no_gui()
}

/// The binding brings in QtCore and QtNetwork, and no more of Qt.
fn loads_no_gui() -> Result<(), Box<dyn Error>> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let loaded = std::fs::read_to_string("/proc/self/maps")?;
    let has = |module: &str| {
        let is_it = |line: &str| line.contains("/libQt") && line.contains(module);
        loaded.lines().any(is_it)
    };
    for (module, wanted) in [("Network.so", true), ("Gui.so", false), ("Qml.so", false)] {
        if has(module) != wanted {
            return Err(format!("Qt's {module} is loaded: {}, wanted: {wanted}", !wanted).into());
        }
    }
    Ok(())
}

fn client(name: &QString) -> Result<QBox<QLocalSocket>, Box<dyn Error>> {
    let mut socket = QLocalSocket::new();
    socket
        .pin_mut()
        .connect_to_server(name, OpenMode::READ_WRITE);
    socket.pin_mut().wait_for_connected(LIMIT)?;
    match socket.state() {
        LocalSocketState::ConnectedState => Ok(socket),
        state => Err(format!("a client is in {state}").into()),
    }
}
