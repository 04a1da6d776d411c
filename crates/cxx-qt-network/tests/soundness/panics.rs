// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where the panic of a handler surfaces: in the call that runs the handler.

use std::cell::{Cell, RefCell};
use std::os::unix::net::UnixListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

use cxx_qt_network::{
    QCoreApplicationExt, QEventLoop, QIODeviceExt, QLocalServer, QLocalSocket,
    QLocalSocketState as State, QTimer, exit_application_later,
};

use super::fixture::{LIMIT, client, run_for, run_until, send, socket_pair};
use crate::support::process::succeed_in_process;
use crate::support::{DEADLINE, Folder, qt};

/// The panic message of the handlers.
const TEXT: &str = "a handler panics";

fn panics(_: &QLocalSocket) {
    panic!("{TEXT}");
}

/// Calls `f`, which must panic with the text above.
fn assert_panics<R>(f: impl FnOnce() -> R) {
    let Err(panic) = catch_unwind(AssertUnwindSafe(f)) else {
        panic!("the panic of the handler is lost");
    };
    let text = panic.downcast_ref::<String>().map(String::as_str);
    assert_eq!(text.or(panic.downcast_ref().copied()), Some(TEXT));
}

/// A single-shot timer that fires immediately.
fn once(handler: impl Fn() + 'static) -> cxx_qt_network::QBox<QTimer> {
    let timer = QTimer::new();
    timer.set_single_shot(true);
    timer.on_timeout(move |_| handler());
    timer.start(Duration::ZERO);
    timer
}

#[test]
fn panic_surfaces_from_the_wait_that_delivers() {
    qt(|| {
        let (socket, peer) = socket_pair();
        send(&peer, b"x");
        socket.on_ready_read(panics);
        assert_panics(|| socket.wait_for_ready_read(LIMIT));
        // The socket still works.
        assert_eq!(socket.read_all().as_slice(), b"x");
        send(&peer, b"y");
        assert_panics(|| socket.wait_for_ready_read(LIMIT));
    });
}

#[test]
fn panic_surfaces_when_the_wait_ends() {
    qt(|| {
        let (socket, peer) = socket_pair();
        send(&peer, b"x");
        socket.on_ready_read(panics);
        let start = Instant::now();
        let limit = Duration::from_millis(50);
        assert_panics(|| socket.wait_for_disconnected(Some(limit)));
        assert!(start.elapsed() >= limit);
        assert!(start.elapsed() < DEADLINE);
    });
}

#[test]
fn panic_surfaces_from_blocking_read() {
    qt(|| {
        let (socket, peer) = socket_pair();
        send(&peer, b"x");
        socket.on_ready_read(panics);
        assert_panics(|| std::io::Read::read(&mut socket.blocking(LIMIT), &mut [0]));
    });
}

#[test]
fn panic_surfaces_from_wait_for_new_connection() {
    qt(|| {
        let folder = Folder::new();
        let server = QLocalServer::with_incoming_connection(|_, _| panic!("{TEXT}"));
        server.listen_exclusive(folder.name("s")).unwrap();
        let mut client = client(&folder, "s");
        assert_panics(|| server.wait_for_new_connection(LIMIT));
        // The descriptor was closed when the handler panicked.
        assert_eq!(super::fixture::read_to_end(&mut client), b"");
        assert!(server.is_listening());
    });
}

#[test]
fn panic_surfaces_from_process_events() {
    qt(|| {
        let _timer = once(|| panic!("{TEXT}"));
        let event_loop = QEventLoop::new();
        let start = Instant::now();
        assert_panics(|| {
            while start.elapsed() < DEADLINE {
                event_loop.process_events();
            }
        });
    });
}

#[test]
fn panic_surfaces_from_exec() {
    qt(|| {
        let _timer = once(|| panic!("{TEXT}"));
        let event_loop = QEventLoop::new();
        assert_panics(|| event_loop.exec());
        assert!(!event_loop.is_running());
        // The loop can run again.
        let quit = event_loop.downgrade();
        let _timer = once(move || {
            quit.with(|event_loop| event_loop.exit(7));
        });
        assert_eq!(event_loop.exec(), 7);
    });
}

#[test]
fn panic_surfaces_from_the_innermost_loop_only() {
    qt(|| {
        let outer = QEventLoop::new();
        let quit = outer.downgrade();
        let caught = Rc::new(Cell::new(false));
        let seen = caught.clone();
        let _timer = once(move || {
            let _timer = once(|| panic!("{TEXT}"));
            assert_panics(|| QEventLoop::new().exec());
            seen.set(true);
            // The outer loop continues until it is quit.
            quit.with(|outer| outer.exit(7));
        });
        assert_eq!(outer.exec(), 7);
        assert!(caught.get());
    });
}

#[test]
fn panic_goes_through_nested_loops() {
    qt(|| {
        let _timer = once(|| {
            let _timer = once(|| panic!("{TEXT}"));
            QEventLoop::new().exec();
        });
        assert_panics(|| QEventLoop::new().exec());
    });
}

#[test]
fn panic_caught_in_a_wait_ends_no_outer_loop() {
    qt(|| {
        let (socket, peer) = socket_pair();
        socket.on_ready_read(panics);
        let event_loop = QEventLoop::new();
        let caught = Rc::new(Cell::new(false));
        let seen = caught.clone();
        let _first = once(move || {
            send(&peer, b"x");
            assert_panics(|| socket.wait_for_ready_read(LIMIT));
            seen.set(true);
        });
        let end = QTimer::new();
        let (quit, seen) = (event_loop.downgrade(), caught.clone());
        end.on_timeout(move |_| {
            if seen.get() {
                quit.with(|event_loop| event_loop.exit(7));
            }
        });
        end.start(Duration::from_millis(20));
        assert_eq!(event_loop.exec(), 7, "another exit than the timer's");
        assert!(caught.get());
    });
}

#[test]
fn panic_in_connected_is_not_lost() {
    qt(|| {
        let folder = Folder::new();
        let _listener = UnixListener::bind(folder.path("s")).unwrap();
        let socket = QLocalSocket::new();
        socket.on_connected(panics);
        socket.connect_to_server(folder.name("s"));
        assert_eq!(socket.state(), State::ConnectedState);
        assert_panics(|| socket.wait_for_connected(LIMIT));
        // Only once.
        socket.wait_for_connected(LIMIT).unwrap();
    });
}

#[test]
fn panic_leaves_the_other_handlers_to_run() {
    qt(|| {
        let (socket, peer) = socket_pair();
        let log = Rc::new(RefCell::new(Vec::new()));
        let (first, last) = (log.clone(), log.clone());
        socket.on_ready_read(move |_| first.borrow_mut().push("first"));
        socket.on_ready_read(panics);
        socket.on_ready_read(move |_| last.borrow_mut().push("last"));
        send(&peer, b"x");
        assert_panics(|| socket.wait_for_ready_read(LIMIT));
        assert_eq!(*log.borrow(), ["first"]);
        run_until(|| log.borrow().len() == 2);
        assert_eq!(*log.borrow(), ["first", "last"]);
    });
}

#[test]
fn panic_surfaces_from_application_exec() {
    succeed_in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        let application = cxx_qt_lib::QCoreApplication::new();
        let timer = once(|| panic!("{TEXT}"));
        assert_panics(|| application.exec());
        drop(timer);
        // A panic in a nested loop ends only that loop.
        let timer = once(|| {
            let _timer = once(|| panic!("{TEXT}"));
            assert_panics(|| QEventLoop::new().exec());
            exit_application_later(7);
        });
        assert_eq!(application.exec(), 7);
        drop(timer);
    });
}

#[test]
fn panic_does_not_end_a_loop_of_another_thread() {
    qt(|| {
        let thread = std::thread::spawn(|| {
            let event_loop = QEventLoop::new();
            let _timer = once(|| panic!("{TEXT}"));
            assert_panics(|| event_loop.exec());
        });
        let start = Instant::now();
        run_for(Duration::from_millis(50));
        // Qt's timers may be early by a twentieth.
        assert!(start.elapsed() >= Duration::from_millis(40));
        thread.join().unwrap();
    });
}

#[test]
fn panic_in_a_dropped_sender_is_not_told_later() {
    qt(|| {
        let (socket, _peer) = socket_pair();
        socket.on_state_changed(|_, _| panic!("{TEXT}"));
        // Recorded, but its sender is dropped before it is delivered.
        socket.abort();
        drop(socket);
        run_for(Duration::from_millis(2));
    });
}

#[test]
fn panic_recorded_before_process_events_surfaces() {
    qt(|| {
        let (socket, _peer) = socket_pair();
        socket.on_state_changed(|_, _| panic!("{TEXT}"));
        socket.abort();
        assert_panics(|| QEventLoop::new().process_events());
    });
}

#[test]
fn panics_of_two_handlers_surface_one_after_another() {
    qt(|| {
        // Both expire in one iteration of the loop.
        let _timers = [once(|| panic!("{TEXT}")), once(|| panic!("{TEXT}"))];
        assert_panics(|| QEventLoop::new().exec());
        assert_panics(|| QEventLoop::new().exec());
    });
}
