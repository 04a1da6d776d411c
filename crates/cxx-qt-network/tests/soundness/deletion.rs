// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! When a dropped object stops, and when it is deleted.

use std::cell::{Cell, RefCell};
use std::io::Read;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use cxx_qt_lib::QCoreApplication;
use cxx_qt_network::{
    ConnectionGuard, QBox, QEventLoop, QIODeviceExt, QLocalServer, QLocalSocket, QSocketNotifier,
    QSocketNotifierType, QTimer,
};

use super::fixture::{
    LIMIT, client, is_closed, open_sockets, read_to_end, run_for, run_until, send, short_queue,
    socket_pair,
};
use crate::support::process::succeed_in_process;
use crate::support::{DEADLINE, Folder, qt};

/// Drops 100 sockets while a closure of `with` runs, and returns their peers.
fn drop_100_inside_with() -> Vec<UnixStream> {
    let (outer, _peer) = socket_pair();
    let handle = outer.downgrade();
    let drop_one = |_| {
        let (socket, peer) = socket_pair();
        handle.with(|_| drop(socket));
        peer
    };
    (0..100).map(drop_one).collect()
}

#[test]
fn object_in_use_by_with_lives_through_a_loop() {
    qt(|| {
        let timer = QTimer::new();
        timer.set_single_shot(true);
        let handle = timer.downgrade();
        handle.with(|_| drop(timer));
        assert!(handle.with(|_| ()).is_none(), "a dropped object was lent");

        let timer = QTimer::new();
        timer.set_single_shot(true);
        let handle = timer.downgrade();
        handle.with(|object| {
            drop(timer);
            run_for(Duration::from_millis(2));
            assert!(handle.is_null());
            // The object still exists for this closure.
            assert!(object.is_single_shot());
            assert!(!object.is_active());
        });
    });
}

#[test]
fn object_in_use_by_its_handler_lives_through_a_loop() {
    qt(|| {
        let (socket, mut peer) = socket_pair();
        send(&peer, b"hello");
        let handle = socket.downgrade();
        let owner = RefCell::new(Some(socket));
        let seen = Rc::new(Cell::new(0));
        let count = seen.clone();
        let handler = move |socket: &QLocalSocket| {
            drop(owner.take());
            run_for(Duration::from_millis(2));
            // Its owner was dropped, so it is closed, but not freed.
            count.set(count.get() + 1);
            assert!(socket.read_channel_count() >= 0);
            assert!(!socket.error_string().is_empty());
        };
        handle.with(|socket| socket.on_ready_read(handler)).unwrap();
        let condition = handle.clone();
        run_until(|| condition.is_null());
        run_until(|| true);
        assert_eq!(seen.get(), 1);
        assert_eq!(read_to_end_or_reset(&mut peer), b"");
    });
}

/// A socket that is closed with unread bytes resets the connection.
fn read_to_end_or_reset(peer: &mut UnixStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = peer.read_to_end(&mut bytes);
    bytes
}

#[test]
fn sockets_dropped_inside_with_are_closed_at_once() {
    succeed_in_process(|| {
        // Without an application there is no event loop that could delete them later.
        cxx_qt::init_crate!(cxx_qt_network);
        let before = open_sockets();
        let mut peers = drop_100_inside_with();
        assert_eq!(open_sockets(), before + peers.len());
        for peer in &mut peers {
            assert_eq!(read_to_end(peer), b"");
        }
    });
}

#[test]
fn sockets_dropped_in_incoming_handler_are_closed() {
    succeed_in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        let folder = Folder::new();
        let answer = |_: &QLocalServer, descriptor| {
            let socket = QLocalSocket::new();
            socket.set_socket_descriptor(descriptor).unwrap();
            let mut socket = socket.blocking(LIMIT);
            std::io::Write::write_all(&mut socket, b"hello").unwrap();
            std::io::Write::flush(&mut socket).unwrap();
        };
        let server = QLocalServer::with_incoming_connection(answer);
        server.listen_exclusive(folder.name("s")).unwrap();
        let before = open_sockets();
        for _ in 0..50 {
            let mut client = client(&folder, "s");
            assert!(server.wait_for_new_connection(LIMIT).unwrap());
            assert_eq!(read_to_end(&mut client), b"hello");
        }
        assert_eq!(open_sockets(), before);
    });
}

#[test]
fn sockets_dropped_in_a_thread_are_closed_at_once() {
    succeed_in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        let _application = QCoreApplication::new();
        let thread = thread::spawn(|| {
            // The thread has an event dispatcher, but runs no loop.
            let _events = QEventLoop::new();
            let before = open_sockets();
            let mut peers = drop_100_inside_with();
            assert_eq!(open_sockets(), before + peers.len());
            assert_eq!(read_to_end(&mut peers[99]), b"");
        });
        thread.join().unwrap();
    });
}

#[test]
fn sockets_dropped_under_exec_in_with_are_closed() {
    qt(|| {
        let folder = Folder::new();
        let server = QLocalServer::new();
        server.listen_exclusive(folder.name("s")).unwrap();
        server.on_new_connection(|server| {
            while let Some(socket) = server.next_pending_connection() {
                drop(socket);
            }
        });
        let event_loop = QEventLoop::new();
        let handle = event_loop.downgrade();
        let timer = QTimer::new();
        let (quit, start) = (handle.clone(), Instant::now());
        let clients = RefCell::new(Vec::new());
        timer.on_timeout(move |_| {
            assert!(start.elapsed() < DEADLINE, "sockets stay open");
            let mut clients = clients.borrow_mut();
            if clients.len() < 50 {
                clients.push(client(&folder, "s"));
            } else if clients.iter_mut().all(is_closed) {
                quit.with(QEventLoop::quit);
            }
        });
        timer.start(Duration::ZERO);
        // The complete program runs while a handle is in use.
        handle.with(QEventLoop::exec);
    });
}

#[test]
fn server_dropped_in_a_handler_frees_its_name_at_once() {
    qt(|| {
        let folder = Folder::new();
        let server = QLocalServer::new();
        server.listen_exclusive(folder.name("s")).unwrap();
        let mut waiting = client(&folder, "s");
        let server = RefCell::new(Some(server));
        let other = Rc::new(RefCell::new(None));
        let kept = other.clone();
        let timer = QTimer::new();
        timer.set_single_shot(true);
        timer.on_timeout(move |_| {
            drop(server.take());
            let refused = UnixStream::connect(folder.path("s")).unwrap_err();
            assert_eq!(refused.kind(), std::io::ErrorKind::NotFound);
            let server = QLocalServer::new();
            server.listen_exclusive(folder.name("s")).unwrap();
            kept.replace(Some(server));
        });
        timer.start(Duration::ZERO);
        run_until(|| other.borrow().is_some());
        // The client of the first server is not passed to the second.
        assert_eq!(read_to_end_or_reset(&mut waiting), b"");
        assert!(!other.take().unwrap().has_pending_connections());
    });
}

#[test]
fn server_dropped_in_its_own_handler_refuses_clients() {
    qt(|| {
        let folder = Folder::new();
        let path = folder.path("s");
        let server = QLocalServer::new();
        server.listen_exclusive(folder.name("s")).unwrap();
        let handle = server.downgrade();
        let owner = RefCell::new(Some(server));
        let refused = Rc::new(Cell::new(false));
        let seen = refused.clone();
        let handler = move |server: &QLocalServer| {
            drop(owner.take());
            seen.set(UnixStream::connect(&path).is_err());
            assert!(!server.is_listening());
            assert!(server.next_pending_connection().is_none());
        };
        handle.with(|server| server.on_new_connection(handler));
        let mut client = client(&folder, "s");
        run_until(|| refused.get());
        assert_eq!(read_to_end_or_reset(&mut client), b"");
    });
}

#[test]
fn notifier_dropped_in_its_handler_stops_at_once() {
    qt(|| {
        let (watched, mut peer) = UnixStream::pair().unwrap();
        send(&peer, b"x");
        let notifier = QSocketNotifier::new(watched, QSocketNotifierType::Read);
        let handle = notifier.downgrade();
        let owner = RefCell::new(Some(notifier));
        let activations = Rc::new(Cell::new(0));
        let count = activations.clone();
        let handler = move |notifier: &QSocketNotifier| {
            count.set(count.get() + 1);
            drop(owner.take());
            assert!(!notifier.is_enabled(), "it would make a nested loop spin");
            run_for(Duration::from_millis(20));
        };
        handle.with(|notifier| {
            notifier.on_activated(handler);
            notifier.set_enabled(true);
        });
        run_until(|| activations.get() > 0);
        run_for(Duration::from_millis(5));
        assert_eq!(activations.get(), 1);
        peer.set_read_timeout(LIMIT).unwrap();
        // Closed with an unread byte.
        assert_eq!(read_to_end_or_reset(&mut peer), b"");
    });
}

#[test]
fn timer_dropped_in_its_handler_stops_at_once() {
    qt(|| {
        let timer = QTimer::new();
        let handle = timer.downgrade();
        let owner = RefCell::new(Some(timer));
        let timeouts = Rc::new(Cell::new(0));
        let count = timeouts.clone();
        handle.with(|timer| {
            timer.on_timeout(move |timer| {
                count.set(count.get() + 1);
                drop(owner.take());
                assert!(!timer.is_active());
                // A remaining reference cannot unblock its signals.
                timer.start(Duration::ZERO);
                run_for(Duration::from_millis(5));
            });
            timer.start(Duration::ZERO);
        });
        run_until(|| timeouts.get() > 0);
        run_for(Duration::from_millis(5));
        assert_eq!(timeouts.get(), 1);
    });
}

#[test]
fn loop_dropped_while_it_runs_ends() {
    qt(|| {
        let event_loop = QEventLoop::new();
        let handle = event_loop.downgrade();
        let owner = RefCell::new(Some(event_loop));
        let timer = QTimer::new();
        timer.on_timeout(move |_| drop(owner.take()));
        timer.start(Duration::ZERO);
        assert_eq!(handle.with(QEventLoop::exec), Some(0));
        assert!(handle.is_null());
    });
}

#[test]
fn pending_connections_end_with_their_server() {
    qt(|| {
        let folder = Folder::new();
        let server = QLocalServer::new();
        server.listen_exclusive(folder.name("s")).unwrap();
        let mut accepted = client(&folder, "s");
        assert!(server.wait_for_new_connection(LIMIT).unwrap());
        let mut waiting = client(&folder, "s");
        server.downgrade().with(|_| drop(server));
        assert_eq!(read_to_end_or_reset(&mut accepted), b"");
        assert_eq!(read_to_end_or_reset(&mut waiting), b"");
    });
}

#[test]
fn taken_connection_outlives_its_server_in_a_handler() {
    qt(|| {
        let folder = Folder::new();
        let server = QLocalServer::new();
        server.listen_exclusive(folder.name("s")).unwrap();
        let handle = server.downgrade();
        let owner = RefCell::new(Some(server));
        let taken = Rc::new(RefCell::new(None));
        let kept = taken.clone();
        handle.with(|server| {
            server.on_new_connection(move |server| {
                kept.replace(server.next_pending_connection());
                drop(owner.take());
            })
        });
        let mut client = client(&folder, "s");
        run_until(|| taken.borrow().is_some());
        let socket = taken.take().unwrap();
        socket.write(b"hello").unwrap();
        socket.wait_for_bytes_written(LIMIT).unwrap();
        drop(socket);
        assert_eq!(read_to_end(&mut client), b"hello");
    });
}

#[test]
fn objects_in_thread_locals_outlive_the_application() {
    type Kept = (
        QBox<QLocalSocket>,
        ConnectionGuard,
        QBox<QTimer>,
        UnixStream,
    );
    thread_local!(static KEPT: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) });

    fn keep() {
        let (socket, peer) = socket_pair();
        let handle = socket.downgrade();
        let guard = socket.on_disconnected(move |_| assert!(!handle.is_null()));
        let timer = QTimer::new();
        timer.start(Duration::from_millis(1));
        KEPT.with_borrow_mut(|kept| kept.push((socket, guard.guard(), timer, peer)));
    }

    succeed_in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        let application = QCoreApplication::new();
        for has_events in [true, false] {
            let thread = thread::spawn(move || {
                let _events = has_events.then(QEventLoop::new);
                keep();
            });
            thread.join().unwrap();
        }
        keep();
        drop(application);
    });
}

#[test]
fn socket_dropped_while_connecting_is_closed() {
    qt(|| {
        let folder = Folder::new();
        let _listener = short_queue(&folder, "s");
        let _first = client(&folder, "s");
        let before = open_sockets();
        let socket = QLocalSocket::new();
        socket.connect_to_server(folder.name("s"));
        let handle = socket.downgrade();
        handle.with(|_| drop(socket));
        run_for(Duration::from_millis(2));
        assert_eq!(open_sockets(), before);
    });
}
