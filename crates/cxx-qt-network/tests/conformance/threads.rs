// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Conformance: sockets in several threads. See `docs/conformance-sockets.md`.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

use crate::support::process::succeed_in_process;
use crate::support::signal_spy::{SignalSpy, announced};
use crate::support::{DEADLINE, Folder, accept, connect, qt, run, serve};
use cxx_qt_lib::QString;
use cxx_qt_network::{
    QEventLoop, QIODeviceExt, QLocalSocket, QLocalSocketState as State, QtMsgType,
    set_message_handler,
};

/// The warnings of Qt.
static WARNINGS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn note(_: QtMsgType, _: &str, text: &str) {
    WARNINGS.lock().unwrap().push(text.to_owned());
}

/// Creates the application, without which Qt gives threads no event dispatcher.
fn application() {
    qt(|| {});
}

/// Accepts `clients` clients and sends a line to each.
fn serve_lines(name: &str, clients: usize, listening: impl FnOnce()) {
    // Creates the thread's event dispatcher.
    let _dispatcher = QEventLoop::new();
    let server = serve(&QString::from(name));
    server.set_max_pending_connections(10);
    let announced = announced(&server);
    listening();
    for _ in 0..clients {
        let socket = accept(&server);
        assert_eq!(socket.state(), State::ConnectedState);
        socket.write(b"a line\n").unwrap();
        socket.wait_for_bytes_written(Some(DEADLINE)).unwrap();
        assert_eq!(socket.error_string(), "Unknown error");
    }
    assert!(!server.has_pending_connections());
    assert_eq!(announced.get(), clients);
}

/// Receives a line, for which `readyRead` is emitted once, during the wait.
fn ask_line(name: &str) {
    let _dispatcher = QEventLoop::new();
    let socket = QLocalSocket::new();
    let spy = SignalSpy::by(&socket);
    socket.connect_to_server(name);
    socket.wait_for_connected(Some(DEADLINE)).unwrap();
    assert_eq!(spy.counts().ready_read, 0);
    socket.wait_for_ready_read(Some(DEADLINE)).unwrap();
    assert_eq!(spy.counts().ready_read, 1);
    let line = socket.read_line(None).unwrap();
    assert_eq!(line.as_slice(), b"a line\n");
    socket.close();
}

#[test]
fn server_thread_serves_client_threads() {
    // In its own process, to record all warnings.
    succeed_in_process(|| {
        set_message_handler(note);
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
    });
}

#[test]
fn bytes_written_in_another_thread() {
    application();
    let folder = Folder::new();
    let name = folder.path("s").to_str().unwrap().to_owned();
    let (listening, ready) = channel();
    let (sent, written) = channel();
    let server = {
        let name = name.clone();
        thread::spawn(move || {
            let _dispatcher = QEventLoop::new();
            let server = serve(&QString::from(&*name));
            listening.send(()).unwrap();
            let _socket = accept(&server);
            written.recv_timeout(DEADLINE).unwrap()
        })
    };
    ready.recv_timeout(DEADLINE).unwrap();
    let writer = thread::spawn(move || {
        let _dispatcher = QEventLoop::new();
        let socket = connect(&QString::from(&*name));
        let _guard = run(|quit| {
            let quit = quit.clone();
            socket.write(b"testing\n").unwrap();
            assert_eq!(socket.bytes_to_write(), 8, "the loop sends it");
            socket.on_bytes_written(move |_, bytes| {
                sent.send(bytes).unwrap();
                quit.quit();
            })
        });
    });
    writer.join().unwrap();
    assert_eq!(server.join().unwrap(), 8);
}
