// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Calls on a socket in handlers of its own signals, and in states that Qt does not expect.

use std::cell::{Cell, RefCell};
use std::fs::{self, File};
use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use cxx_qt_network::{
    QBox, QIODeviceExt, QIODeviceOpenModeFlag, QLocalSocket, QLocalSocketError,
    QLocalSocketState as State, QSocketNotifier, QSocketNotifierType, QTimer,
};

use super::fixture::{
    LIMIT, client, connecting, open_sockets, read_to_end, run_for, run_until, send, short_queue,
    socket_pair,
};
use crate::support::{Folder, qt};

/// Connects to a listener and calls `end` in the `connected` handler: the socket must be closed,
/// have no descriptor, and be able to connect again.
fn probe(
    connect: impl Fn(&QLocalSocket, fn(&QLocalSocket)) + Send + 'static,
    end: fn(&QLocalSocket),
) {
    qt(move || {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        let socket = QLocalSocket::new();
        connect(&socket, end);
        let before = open_sockets();
        for _ in 0..3 {
            socket.connect_to_server(folder.name("s"));
            run_until(|| socket.state() == State::UnconnectedState);
            run_for(Duration::from_millis(1));
            assert_eq!(socket.socket_descriptor(), None);
            assert_eq!(open_sockets(), before);
            let mut accepted = listener.accept().unwrap().0;
            accepted.set_read_timeout(LIMIT).unwrap();
            assert_eq!(read_to_end(&mut accepted), b"");
            assert!(socket.write(b"x").is_err() || !socket.is_open());
            assert!(socket.wait_for_ready_read(LIMIT).is_err());
        }
    });
}

fn on_connected(socket: &QLocalSocket, end: fn(&QLocalSocket)) {
    socket.on_connected(end);
}

fn on_connected_state(socket: &QLocalSocket, end: fn(&QLocalSocket)) {
    socket.on_state_changed(move |socket, state| {
        if state == State::ConnectedState {
            end(socket);
        }
    });
}

#[test]
fn disconnect_in_connected() {
    probe(on_connected, QLocalSocket::disconnect_from_server);
}

#[test]
fn abort_in_connected() {
    probe(on_connected, QLocalSocket::abort);
}

#[test]
fn close_in_connected() {
    probe(on_connected, QLocalSocket::close);
}

#[test]
fn disconnect_in_state_changed() {
    probe(on_connected_state, QLocalSocket::disconnect_from_server);
}

#[test]
fn abort_in_state_changed() {
    probe(on_connected_state, QLocalSocket::abort);
}

#[test]
fn close_in_state_changed() {
    probe(on_connected_state, QLocalSocket::close);
}

#[test]
fn descriptor_is_closed_once_by_close_in_connected() {
    qt(|| {
        let folder = Folder::new();
        let _listener = UnixListener::bind(folder.path("s")).unwrap();
        fs::write(folder.path("ours"), "ours").unwrap();
        fs::write(folder.path("other"), "other").unwrap();
        let socket = QLocalSocket::new();
        let ours = folder.path("ours");
        let opened: Rc<RefCell<Option<File>>> = Rc::default();
        let kept = opened.clone();
        let number = Rc::new(Cell::new(None));
        let before = number.clone();
        socket.on_connected(move |socket| {
            before.set(socket.socket_descriptor());
            socket.close();
            // Reuses the number that the socket has just closed.
            kept.replace(Some(File::open(&ours).unwrap()));
        });
        socket.connect_to_server(folder.name("s"));
        run_until(|| opened.borrow().is_some());
        run_for(Duration::from_millis(2));
        let mut file = opened.take().unwrap();
        assert_eq!(
            Some(file.as_raw_fd()),
            number.get(),
            "the test sees nothing"
        );
        let _other = File::open(folder.path("other")).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "ours");
    });
}

#[test]
fn reconnect_in_disconnected_can_write() {
    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        let socket = connecting(&folder, "s");
        let name = folder.name("s");
        let again = Rc::new(Cell::new(false));
        let seen = again.clone();
        socket.on_disconnected(move |socket| {
            socket.connect_to_server(name.clone());
            seen.set(true);
        });
        drop(listener.accept().unwrap());
        run_until(|| again.get());
        let mut accepted = listener.accept().unwrap().0;
        accepted.set_read_timeout(LIMIT).unwrap();
        assert_eq!(socket.state(), State::ConnectedState);
        assert!(socket.is_writable());
        assert_eq!(socket.write(b"hello").unwrap(), 5);
        socket.wait_for_bytes_written(LIMIT).unwrap();
        let mut bytes = [0; 5];
        accepted.read_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"hello");
        send(&accepted, b"answer");
        socket.wait_for_ready_read(LIMIT).unwrap();
        assert_eq!(socket.read_all().as_slice(), b"answer");
    });
}

/// A socket whose peer has closed the connection, with `unread` left to read.
fn left_open(folder: &Folder, listener: &UnixListener, unread: &[u8]) -> QBox<QLocalSocket> {
    let socket = connecting(folder, "s");
    let accepted = listener.accept().unwrap().0;
    send(&accepted, unread);
    drop(accepted);
    run_until(|| socket.state() == State::UnconnectedState);
    assert!(socket.is_open(), "the case is another one");
    assert_eq!(socket.bytes_available(), unread.len());
    socket
}

#[test]
fn reconnect_to_a_full_queue_refuses_or_keeps_bytes() {
    qt(|| {
        let folder = Folder::new();
        let queue = short_queue(&folder, "s");
        let socket = connecting(&folder, "s");
        drop(rustix::net::accept(&queue).unwrap());
        run_until(|| socket.state() == State::UnconnectedState);
        let other = client(&folder, "s");
        socket.connect_to_server(folder.name("s"));
        assert_eq!(socket.state(), State::ConnectingState);
        let written = socket.write(b"hello").is_ok();
        assert_eq!(socket.bytes_to_write(), if written { 5 } else { 0 });
        drop(rustix::net::accept(&queue).unwrap());
        drop(other);
        run_until(|| socket.state() == State::ConnectedState);
        socket.write(b"later").unwrap();
        let mut accepted = UnixStream::from(rustix::net::accept(&queue).unwrap());
        socket.disconnect_from_server();
        run_until(|| socket.state() == State::UnconnectedState);
        let expected: &[u8] = if written { b"hellolater" } else { b"later" };
        assert_eq!(read_to_end(&mut accepted), expected);
    });
}

#[test]
fn write_in_error_of_a_reconnect_is_refused() {
    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        let socket = left_open(&folder, &listener, b"");
        drop(listener);
        fs::remove_file(folder.path("s")).unwrap();
        let written = Rc::new(RefCell::new(Vec::new()));
        let log = written.clone();
        socket.on_error_occurred(move |socket, error| {
            log.borrow_mut()
                .push((error.kind, socket.write(b"bye").is_ok()));
        });
        socket.connect_to_server(folder.name("s"));
        run_until(|| !written.borrow().is_empty());
        assert_eq!(
            *written.borrow(),
            [(QLocalSocketError::ServerNotFoundError, false)]
        );
    });
}

#[test]
fn reconnect_drops_what_was_not_read() {
    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        let socket = left_open(&folder, &listener, b"the last words");
        socket.connect_to_server(folder.name("s"));
        let accepted = listener.accept().unwrap().0;
        send(&accepted, b"new");
        run_until(|| socket.bytes_available() > 0);
        assert_eq!(socket.read_all().as_slice(), b"new");
    });
}

#[test]
fn wait_in_closing_state_returns() {
    qt(|| {
        let (socket, peer) = socket_pair();
        let states = Rc::new(RefCell::new(Vec::new()));
        let log = states.clone();
        socket.on_state_changed(move |socket, state| {
            log.borrow_mut().push(state);
            let _ = socket.wait_for_bytes_written(Some(Duration::from_millis(10)));
            let _ = socket.wait_for_ready_read(Some(Duration::from_millis(10)));
            let _ = socket.wait_for_disconnected(Some(Duration::from_millis(10)));
        });
        // More than the socket buffer holds, so that data is unsent when the peer closes.
        socket.write(&vec![0; 10_000_000]).unwrap();
        run_for(Duration::from_millis(2));
        assert!(socket.bytes_to_write() > 0);
        drop(peer);
        run_until(|| states.borrow().last() == Some(&State::UnconnectedState));
        assert_eq!(socket.state(), State::UnconnectedState);
    });
}

#[test]
fn write_and_wait_when_the_peer_has_closed_return() {
    qt(|| {
        let (socket, peer) = socket_pair();
        let errors = Rc::new(RefCell::new(Vec::new()));
        let log = errors.clone();
        socket.on_error_occurred(move |socket, error| {
            log.borrow_mut().push(error.kind);
            assert!(socket.write(b"bye").is_err() || socket.bytes_to_write() == 0);
            let _ = socket.wait_for_bytes_written(Some(Duration::from_millis(10)));
        });
        drop(peer);
        run_until(|| socket.state() == State::UnconnectedState);
        run_until(|| !errors.borrow().is_empty());
        assert_eq!(*errors.borrow(), [QLocalSocketError::PeerClosedError]);
    });
}

#[test]
fn retry_in_error_occurred_does_not_recurse() {
    const TIMES: usize = 20_000;

    qt(|| {
        let folder = Folder::new();
        let socket = QLocalSocket::new();
        let (count, depth) = (Rc::new(Cell::new(0)), Cell::new(0));
        let seen = count.clone();
        let name = folder.name("nobody");
        socket.on_error_occurred(move |socket, error| {
            assert_eq!(error.kind, QLocalSocketError::ServerNotFoundError);
            assert_eq!(depth.replace(1), 0, "a handler runs inside itself");
            seen.set(seen.get() + 1);
            if seen.get() < TIMES {
                socket.connect_to_server_with(name.clone(), QIODeviceOpenModeFlag::ReadOnly);
            }
            depth.set(0);
        });
        socket.connect_to_server_with(folder.name("nobody"), QIODeviceOpenModeFlag::ReadOnly);
        assert_eq!(count.get(), 0, "a handler ran inside a plain call");
        run_until(|| count.get() == TIMES);
    });
}

#[test]
fn handlers_run_after_the_call_that_emits() {
    qt(|| {
        let (socket, _peer) = socket_pair();
        let is_inside = Rc::new(Cell::new(false));
        let called = Rc::new(Cell::new(0));
        let (inside, count) = (is_inside.clone(), called.clone());
        socket.on_state_changed(move |_, _| {
            assert!(!inside.get(), "a handler ran inside a plain call");
            count.set(count.get() + 1);
        });
        is_inside.set(true);
        socket.abort();
        is_inside.set(false);
        run_until(|| called.get() > 0);
    });
}

#[test]
fn signal_is_delivered_after_the_handler_that_runs() {
    qt(|| {
        let (socket, peer) = socket_pair();
        let log = Rc::new(RefCell::new(Vec::new()));
        let seen = log.clone();
        let other = peer.try_clone().unwrap();
        socket.on_ready_read(move |socket| {
            let bytes = socket.read_all();
            seen.borrow_mut()
                .push((bytes.as_slice().to_vec(), "begins"));
            if bytes.as_slice() == b"first" {
                send(&other, b"second");
                run_until(|| socket.bytes_available() > 0);
            }
            seen.borrow_mut().push((bytes.as_slice().to_vec(), "ends"));
        });
        send(&peer, b"first");
        run_until(|| log.borrow().len() == 4);
        let (first, second) = (b"first".to_vec(), b"second".to_vec());
        assert_eq!(
            *log.borrow(),
            [
                (first.clone(), "begins"),
                (first, "ends"),
                (second.clone(), "begins"),
                (second, "ends"),
            ]
        );
    });
}

#[test]
fn signal_is_delivered_after_a_handler_that_panics() {
    qt(|| {
        let (socket, peer) = socket_pair();
        let count = Rc::new(Cell::new(0));
        let seen = count.clone();
        let other = peer.try_clone().unwrap();
        socket.on_ready_read(move |socket| {
            seen.set(seen.get() + 1);
            let _ = socket.read_all();
            if seen.get() == 1 {
                send(&other, b"second");
                run_until(|| socket.bytes_available() > 0);
                panic!("the first call");
            }
        });
        send(&peer, b"first");
        let outcome = catch_unwind(AssertUnwindSafe(|| run_until(|| count.get() > 0)));
        assert!(outcome.is_err());
        run_until(|| count.get() == 2);
    });
}

/// Counts the calls of the handler of a repeated event: the first call runs a loop for 100
/// milliseconds, then `stop` ends the event.
fn calls_after_a_nested_loop(
    connect: impl FnOnce(Box<dyn Fn()>),
    stop: impl Fn() + 'static,
) -> usize {
    let count = Rc::new(Cell::new(0));
    let seen = count.clone();
    connect(Box::new(move || {
        seen.set(seen.get() + 1);
        if seen.get() == 1 {
            run_for(Duration::from_millis(100));
            stop();
        }
    }));
    run_until(|| count.get() > 0);
    run_for(Duration::from_millis(20));
    count.get()
}

#[test]
fn timeouts_do_not_pile_up_while_the_handler_runs() {
    qt(|| {
        let timer = QTimer::new();
        let handle = timer.downgrade();
        let calls = calls_after_a_nested_loop(
            |handler| {
                timer.on_timeout(move |_| handler());
                timer.start(Duration::from_millis(1));
            },
            move || {
                handle.with(QTimer::stop);
            },
        );
        assert!(calls <= 2, "{calls} calls");
    });
}

#[test]
fn activations_do_not_pile_up_while_the_handler_runs() {
    qt(|| {
        let (watched, peer) = UnixStream::pair().unwrap();
        send(&peer, b"x");
        let notifier = QSocketNotifier::new(watched, QSocketNotifierType::Read);
        let handle = notifier.downgrade();
        let calls = calls_after_a_nested_loop(
            |handler| {
                notifier.on_activated(move |_| handler());
                notifier.set_enabled(true);
            },
            move || {
                handle.with(|notifier| notifier.set_enabled(false));
            },
        );
        assert!(calls <= 2, "{calls} calls");
    });
}

#[test]
fn timer_stopped_by_another_calls_no_handler() {
    qt(|| {
        let (first, second) = (QTimer::new(), QTimer::new());
        let calls = Rc::new(Cell::new(0));
        let (counted, other) = (calls.clone(), second.downgrade());
        // Both expire before the first handler is called.
        first.on_timeout(move |_| _ = other.with(QTimer::stop));
        second.on_timeout(move |_| counted.set(counted.get() + 1));
        first.start(Duration::ZERO);
        second.start(Duration::ZERO);
        run_for(Duration::from_millis(5));
        assert_eq!(calls.get(), 0);
    });
}
