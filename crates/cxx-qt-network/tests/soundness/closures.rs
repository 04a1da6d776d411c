// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! When the captured values of handlers are dropped.

use std::cell::{Cell, RefCell};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use cxx_qt_network::{
    Connection, ConnectionGuard, QBox, QEventLoop, QIODeviceExt, QLocalServer, QLocalSocket,
    QPointer, QTimer,
};

use super::fixture::{client, is_closed, read_to_end, run_until, send, socket_pair};
use crate::support::{Folder, qt, run};

/// A socket that only its own handler owns, which ends its own connection.
struct SelfOwned {
    handle: QPointer<QLocalSocket>,
    peer: UnixStream,
}

impl SelfOwned {
    /// `connect` connects the given handler.
    fn new(connect: impl FnOnce(&QLocalSocket, Box<dyn Fn()>) -> Connection) -> Self {
        let (socket, peer) = socket_pair();
        let handle = socket.downgrade();
        let socket = Rc::new(socket);
        let guard: Rc<RefCell<Option<ConnectionGuard>>> = Rc::default();
        let (kept, taken) = (socket.clone(), guard.clone());
        let handler = move || {
            let _ = &kept;
            drop(taken.take());
        };
        let connection = connect(&socket, Box::new(handler));
        guard.replace(Some(connection.guard()));
        Self { handle, peer }
    }

    fn assert_dropped(mut self) {
        assert!(self.handle.is_null());
        assert!(self.handle.with(|_| ()).is_none());
        assert!(is_closed(&mut self.peer), "the descriptor is still open");
    }
}

#[test]
fn closure_owning_its_sender_ends_in_ready_read() {
    qt(|| {
        let owned = SelfOwned::new(|socket, f| socket.on_ready_read(move |_| f()));
        send(&owned.peer, b"x");
        let handle = owned.handle.clone();
        run_until(|| handle.is_null());
        owned.assert_dropped();
    });
}

#[test]
fn closure_owning_its_sender_ends_in_last_signal() {
    qt(|| {
        let owned = SelfOwned::new(|socket, f| socket.on_read_channel_finished(move |_| f()));
        send(&owned.peer, b"x");
        owned.peer.shutdown(std::net::Shutdown::Write).unwrap();
        let handle = owned.handle.clone();
        run_until(|| handle.is_null());
        owned.assert_dropped();
    });
}

#[test]
fn closure_owning_its_sender_ends_in_process_events() {
    qt(|| {
        let owned = SelfOwned::new(|socket, f| socket.on_ready_read(move |_| f()));
        send(&owned.peer, b"x");
        let event_loop = QEventLoop::new();
        while !owned.handle.is_null() {
            event_loop.process_events();
        }
        owned.assert_dropped();
    });
}

#[test]
fn closure_owning_its_sender_ends_in_a_wait() {
    qt(|| {
        let owned = SelfOwned::new(|socket, f| socket.on_ready_read(move |_| f()));
        send(&owned.peer, b"x");
        let waited = owned
            .handle
            .with(|socket| {
                let waited = socket.wait_for_ready_read(super::fixture::LIMIT);
                // The handler has dropped the socket, which lives until the end of this call.
                assert!(socket.bytes_available() <= 1);
                waited
            })
            .unwrap();
        waited.unwrap();
        owned.assert_dropped();
    });
}

#[test]
fn closure_is_dropped_with_its_sender() {
    qt(|| {
        let value = Rc::new(());
        let timer = QTimer::new();
        let kept = value.clone();
        timer.on_timeout(move |_| {
            let _ = &kept;
        });
        drop(timer);
        assert_eq!(Rc::strong_count(&value), 1);
    });
}

#[test]
fn closure_of_a_server_is_dropped_with_it() {
    qt(|| {
        let value = Rc::new(());
        let kept = value.clone();
        let server = QLocalServer::with_incoming_connection(move |_, _| {
            let _ = &kept;
        });
        drop(server);
        assert_eq!(Rc::strong_count(&value), 1);
    });
}

#[test]
fn closure_is_dropped_after_its_own_call() {
    qt(|| {
        let (event_loop, timer) = (QEventLoop::new(), QTimer::new());
        let value = Rc::new(());
        let guard: Rc<RefCell<Option<ConnectionGuard>>> = Rc::default();
        let (kept, taken) = (value.clone(), guard.clone());
        let quit = event_loop.downgrade();
        let connection = timer.on_timeout(move |_| {
            taken.take();
            assert_eq!(Rc::strong_count(&kept), 2, "dropped while it runs");
            quit.with(QEventLoop::quit);
        });
        guard.replace(Some(connection.guard()));
        timer.start(Duration::ZERO);
        event_loop.exec();
        assert_eq!(Rc::strong_count(&value), 1);
    });
}

#[test]
fn closure_of_a_dropped_server_closes_descriptors() {
    qt(|| {
        let folder = Folder::new();
        let called = Rc::new(Cell::new(false));
        let seen = called.clone();
        let server = QLocalServer::with_incoming_connection(move |_, _| seen.set(true));
        server.listen_exclusive(folder.name("s")).unwrap();
        let mut client = client(&folder, "s");
        // The loop ends with a handler that drops the server before its own is called.
        let timer = QTimer::new();
        let server = RefCell::new(Some(server));
        run(|quit| {
            let quit = quit.clone();
            timer.on_timeout(move |_| {
                server.take();
                quit.quit();
            });
            timer.start(Duration::ZERO);
        });
        run_until(|| true);
        assert_eq!(read_to_end(&mut client), b"");
        drop(called);
    });
}

#[test]
fn chain_of_owning_closures_needs_no_stack() {
    qt(|| {
        let last = Rc::new(());
        let end = QTimer::new();
        let kept = last.clone();
        end.on_timeout(move |_| {
            let _ = &kept;
        });
        let chain = (0..50_000).fold(end, |owned, _| {
            let timer = QTimer::new();
            timer.on_timeout(move |_| {
                let _ = &owned;
            });
            timer
        });
        drop(chain);
        assert_eq!(Rc::strong_count(&last), 1);
    });
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("a captured value panics");
    }
}

fn timer_with_bomb() -> (QBox<QTimer>, Connection) {
    let (timer, bomb) = (QTimer::new(), Bomb);
    let connection = timer.on_timeout(move |_| {
        let _ = &bomb;
    });
    (timer, connection)
}

#[test]
fn captured_value_panics_where_its_guard_is_dropped() {
    qt(|| {
        let (_timer, connection) = timer_with_bomb();
        let guard = connection.guard();
        let outcome = catch_unwind(AssertUnwindSafe(|| drop(guard)));
        let panic = outcome.unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"a captured value panics"));
    });
}

#[test]
fn captured_value_panics_where_its_sender_is_dropped() {
    qt(|| {
        let (timer, _) = timer_with_bomb();
        let handle = timer.downgrade();
        let outcome = catch_unwind(AssertUnwindSafe(|| drop(timer)));
        assert!(outcome.is_err());
        assert!(handle.is_null());
    });
}

#[test]
fn captured_value_does_not_panic_while_unwinding() {
    qt(|| {
        let (_timer, connection) = timer_with_bomb();
        let guard = connection.guard();
        let outcome = catch_unwind(AssertUnwindSafe(move || {
            let _guard = guard;
            panic!("the first panic");
        }));
        let panic = outcome.unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"the first panic"));
    });
}

#[test]
fn captured_value_is_dropped_before_thread_locals() {
    thread_local!(static LOG: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) });

    /// Uses a thread-local value when it is dropped.
    struct Logs;

    impl Drop for Logs {
        fn drop(&mut self) {
            LOG.with_borrow_mut(|log| log.push("dropped"));
        }
    }

    // Makes the application.
    qt(|| ());
    let thread = thread::spawn(|| {
        let _events = QEventLoop::new();
        let timer = QTimer::new();
        let captured = Logs;
        timer.on_timeout(move |_| {
            let _ = &captured;
        });
        // Dropped where the object is in use, and no event loop runs.
        timer.downgrade().with(|_| drop(timer));
        LOG.with_borrow(|log| assert_eq!(*log, ["dropped"]));
    });
    thread.join().unwrap();
}
