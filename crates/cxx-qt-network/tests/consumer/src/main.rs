// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A package that depends on cxx-qt-network: three clients connect to a server whose class derives
//! from `QLocalServer` in this package's bridge. Prints the result, or fails.

mod counting_server;

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use cxx_qt::casting::{Downcast, Upcast};
use cxx_qt_lib::QCoreApplication;
use cxx_qt_network::{
    QBox, QEventLoop, QIODeviceExt, QLocalServer, QLocalSocket, QLocalSocketState, QPointer, QTimer,
};

use counting_server::CountingServer;

/// The argument that makes this program violate the rules.
const DELETE_IN_USE: &str = "delete-in-use";

const TIMEOUT: Option<Duration> = Some(Duration::from_secs(20));

fn main() -> Result<(), Box<dyn Error>> {
    cxx_qt::init_crate!(cxx_qt_network);
    if std::env::args().nth(1).as_deref() == Some(DELETE_IN_USE) {
        delete_in_use();
        return Err("the object is still there".into());
    }
    let _application = QCoreApplication::new();
    let name = format!("consumer-{}", std::process::id());

    let counting = CountingServer::new().ok_or("the server was not created")?;
    let server: &QLocalServer = (*counting).upcast();
    server.listen_exclusive(&*name)?;
    let clients = (0..3)
        .map(|_| client(&name))
        .collect::<Result<Vec<_>, _>>()?;
    for client in &clients {
        if !server.wait_for_new_connection(TIMEOUT)? {
            return Err("no connection was accepted".into());
        }
        let socket = server
            .next_pending_connection()
            .ok_or("no connection is pending")?;
        socket.write(b"hello\n")?;
        socket.wait_for_bytes_written(TIMEOUT)?;
        client.wait_for_ready_read(TIMEOUT)?;
        let line = client.read_line(None)?;
        if line.as_slice() != b"hello\n" {
            return Err(format!("a client received {line:?}").into());
        }
    }

    let counting: &CountingServer = server.downcast().ok_or("the class was lost")?;
    match counting.count() {
        3 => println!("3 connections, each accepted by a class of this package"),
        count => return Err(format!("{count} connections were counted, not 3").into()),
    }
    drop_server_in_its_override(&name)?;
    check_deletion_in_use()?;
    check_loaded_modules()
}

/// The owner of a server may be dropped in the server's own override, which Qt calls: the server
/// stops immediately, its handles are null, and it is deleted when the override has returned.
fn drop_server_in_its_override(name: &str) -> Result<(), Box<dyn Error>> {
    thread_local!(static OWNER: RefCell<Option<QBox<CountingServer>>> = const { RefCell::new(None) });

    let server = CountingServer::new().ok_or("the server was not created")?;
    let (handle, deleted) = (server.downgrade(), Rc::new(Cell::new(None)));
    let at_end = deleted.clone();
    server.observe(
        || drop(OWNER.take()),
        move || at_end.set(Some(handle.is_null())),
    );
    let base: &QLocalServer = (*server).upcast();
    base.listen_exclusive(format!("{name}-override"))?;
    OWNER.set(Some(server));

    let _client = client(&format!("{name}-override"))?;
    let event_loop = QEventLoop::new();
    let (quit, seen, timer) = (event_loop.downgrade(), deleted.clone(), QTimer::new());
    timer.on_timeout(move |_| {
        if seen.get().is_some() {
            quit.with(QEventLoop::quit);
        }
    });
    timer.start(Duration::from_millis(1));
    event_loop.exec();
    match deleted.get() {
        Some(true) => Ok(()),
        _ => Err("a handle to a server that is being deleted was not null".into()),
    }
}

/// Deletes an object through its `UniquePtr` while a closure uses it.
fn delete_in_use() {
    let server = CountingServer::new_unique();
    let handle = server.as_ref().map(QPointer::new);
    if let Some(handle) = handle {
        handle.with(move |_| drop(server));
    }
}

/// Deleting an object through an owner in Rust while it is in use aborts the process.
fn check_deletion_in_use() -> Result<(), Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?)
        .arg(DELETE_IN_USE)
        .output()?;
    let message = String::from_utf8_lossy(&output.stderr);
    if output.status.code().is_some() || !message.contains("deleted by its owner") {
        return Err(format!("{}: {message}", output.status).into());
    }
    Ok(())
}

/// The binding loads QtCore and QtNetwork, and no other module of Qt.
fn check_loaded_modules() -> Result<(), Box<dyn Error>> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let maps = std::fs::read_to_string("/proc/self/maps")?;
    for (module, expected) in [("Network.so", true), ("Gui.so", false), ("Qml.so", false)] {
        let is_loaded = maps
            .lines()
            .any(|line| line.contains("/libQt") && line.contains(module));
        if is_loaded != expected {
            return Err(format!("Qt's {module} is loaded: {is_loaded}").into());
        }
    }
    Ok(())
}

fn client(name: &str) -> Result<QBox<QLocalSocket>, Box<dyn Error>> {
    let socket = QLocalSocket::new();
    socket.connect_to_server(name);
    socket.wait_for_connected(TIMEOUT)?;
    match socket.state() {
        QLocalSocketState::ConnectedState => Ok(socket),
        state => Err(format!("a client is in {state}").into()),
    }
}
