// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What Qt's own test of local sockets promises of sockets in threads of their own;
//! `docs/promises.md` has the table.

mod support;

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

use cxx_qt_lib::QString;
use cxx_qt_network::{
    LocalSocketState as State, MessageKind, OpenMode, QEventLoop, QIODeviceExt, QLocalSocket,
    set_message_handler,
};
use support::told::{Told, announced};
use support::{DEADLINE, Folder, accept, connect, qt, run, serve};

/// What Qt has warned of.
static WARNINGS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn note(_: MessageKind, _: &str, text: &str) {
    WARNINGS.lock().unwrap().push(text.to_owned());
}

/// Makes the application, without which Qt gives threads no event dispatcher.
fn application() {
    qt(|| set_message_handler(note));
}

/// Takes as many clients as come, and sends each a line.
fn serve_lines(name: &str, clients: usize, listening: impl FnOnce()) {
    // A thread that was not made by Qt has an event dispatcher only from its first loop on.
    let _dispatcher = QEventLoop::new();
    let mut server = serve(&QString::from(name));
    server.pin_mut().set_max_pending_connections(10);
    let announced = announced(server.pin_mut());
    listening();
    for _ in 0..clients {
        let mut socket = accept(&mut server);
        assert_eq!(socket.state(), State::ConnectedState);
        socket.pin_mut().write(b"a line\n").unwrap();
        socket
            .pin_mut()
            .wait_for_bytes_written(Some(DEADLINE))
            .unwrap();
        assert_eq!(socket.error_string(), "Unknown error");
    }
    assert!(!server.has_pending_connections());
    assert_eq!(announced.get(), clients);
}

/// Asks for a line; it is announced once, and only when it is waited for.
fn ask_line(name: &str) {
    let _dispatcher = QEventLoop::new();
    let mut socket = QLocalSocket::new();
    let told = Told::by(socket.pin_mut());
    socket
        .pin_mut()
        .connect_to_server(&QString::from(name), OpenMode::READ_WRITE);
    socket.pin_mut().wait_for_connected(Some(DEADLINE)).unwrap();
    assert_eq!(told.counts().ready_read, 0);
    socket
        .pin_mut()
        .wait_for_ready_read(Some(DEADLINE))
        .unwrap();
    assert_eq!(told.counts().ready_read, 1);
    let line = socket.pin_mut().read_line(None).unwrap();
    assert_eq!(line.as_slice(), b"a line\n");
    socket.pin_mut().close();
}

#[test]
fn a_server_in_one_thread_serves_clients_in_many_with_blocking_calls_only() {
    application();
    for clients in [1, 2, 5, 10, 20] {
        let folder = Folder::new();
        let name = folder.path("s").to_str().unwrap().to_owned();
        let (listening, ready) = channel();
        thread::scope(|scope| {
            let name = name.as_str();
            scope.spawn(move || serve_lines(name, clients, || listening.send(()).unwrap()));
            ready.recv_timeout(DEADLINE).unwrap();
            for _ in 0..clients {
                scope.spawn(move || ask_line(name));
            }
        });
    }
    let warnings = WARNINGS.lock().unwrap();
    assert!(warnings.is_empty(), "{warnings:#?}");
}

#[test]
fn written_bytes_are_told_to_an_event_loop_in_another_thread() {
    application();
    let folder = Folder::new();
    let name = folder.path("s").to_str().unwrap().to_owned();
    let (listening, ready) = channel();
    let (told, written) = channel();
    let server = {
        let name = name.clone();
        thread::spawn(move || {
            let _dispatcher = QEventLoop::new();
            let mut server = serve(&QString::from(name.as_str()));
            listening.send(()).unwrap();
            let _socket = accept(&mut server);
            written.recv_timeout(DEADLINE).unwrap()
        })
    };
    ready.recv_timeout(DEADLINE).unwrap();
    let writer = thread::spawn(move || {
        let _dispatcher = QEventLoop::new();
        let mut socket = connect(&QString::from(name.as_str()));
        let _guard = run(|quit| {
            let quit = quit.clone();
            socket.pin_mut().write(b"testing\n").unwrap();
            assert_eq!(socket.bytes_to_write(), 8, "the loop sends it");
            socket.pin_mut().on_bytes_written(move |_, bytes| {
                told.send(bytes).unwrap();
                quit.quit();
            })
        });
    });
    writer.join().unwrap();
    assert_eq!(server.join().unwrap(), 8);
}
