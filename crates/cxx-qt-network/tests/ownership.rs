// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Ownership of objects and handlers: in any order of drops, nothing is freed twice, used after it
//! was freed, or leaked.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::time::Duration;

use crate::support::signal_spy::SignalSpy;
use crate::support::{DEADLINE, Folder, Pair, accept, connect, qt, run, serve, settle};
use cxx_qt::QObject;
use cxx_qt::casting::Upcast;
use cxx_qt_lib::QObjectExt;
use cxx_qt_network::{
    QBox, QEventLoop, QIODeviceExt, QIODeviceOpenModeFlag, QLocalServer, QLocalSocket,
    QLocalSocketState, QTimer,
};

/// A `QBox` that a handler can drop.
fn shared<T: Upcast<QObject>>(owner: QBox<T>) -> Rc<Cell<Option<QBox<T>>>> {
    Rc::new(Cell::new(Some(owner)))
}

/// Has no strong reference after the socket and its handlers are deleted.
fn lifetime(socket: &QLocalSocket) -> Weak<()> {
    let alive = Rc::new(());
    let lifetime = Rc::downgrade(&alive);
    socket.on_connected(move |_| {
        let _ = &alive;
    });
    lifetime
}

fn is_deleted(lifetime: &Weak<()>) -> bool {
    lifetime.strong_count() == 0
}

#[test]
fn taken_socket_outlives_its_server() {
    qt(|| {
        let Pair { theirs, ours, .. } = Pair::new();
        theirs.write(b"still here").unwrap();
        theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
        ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
        assert_eq!(ours.read_all().as_slice(), b"still here");
    });
}

#[test]
fn server_outlives_the_sockets_taken_from_it() {
    qt(|| {
        let pair = Pair::new();
        drop(pair.theirs);
        pair.ours.wait_for_disconnected(Some(DEADLINE)).unwrap();
        let name = pair.server.full_server_name();
        pair.ours
            .connect_to_server_with(name, QIODeviceOpenModeFlag::ReadOnly);
        accept(&pair.server);
    });
}

#[test]
fn untaken_socket_ends_with_its_server() {
    qt(|| {
        let folder = Folder::new();
        let server = serve(&folder.name("s"));
        let socket = connect(&folder.name("s"));
        assert!(server.wait_for_new_connection(Some(DEADLINE)).unwrap());
        assert!(server.has_pending_connections());
        drop(server);
        socket.wait_for_disconnected(Some(DEADLINE)).unwrap();
    });
}

#[test]
fn dropped_socket_is_deleted_without_event_loop() {
    qt(|| {
        let pair = Pair::new();
        let (handle, lifetime) = (pair.ours.downgrade(), lifetime(&pair.ours));
        drop(pair.ours);
        assert!(handle.is_null() && is_deleted(&lifetime));
        pair.theirs.wait_for_disconnected(Some(DEADLINE)).unwrap();
    });
}

#[test]
fn socket_dropped_in_own_signal() {
    qt(|| {
        let pair = Pair::new();
        let (handle, lifetime) = (pair.ours.downgrade(), lifetime(&pair.ours));
        let owner = shared(pair.ours);
        run(|quit| {
            let (quit, seen, lifetime) = (quit.clone(), handle.clone(), lifetime.clone());
            let dropped = move |socket: &QLocalSocket| {
                drop(owner.take());
                assert!(seen.is_null());
                assert!(!is_deleted(&lifetime), "it is still borrowed");
                assert_eq!(socket.state(), QLocalSocketState::UnconnectedState);
                quit.quit();
            };
            handle.with(|socket| socket.on_disconnected(dropped));
            drop(pair.theirs);
        });
        assert!(is_deleted(&lifetime));
    });
}

#[test]
fn socket_dropped_in_signal_of_a_blocking_call() {
    qt(|| {
        let pair = Pair::new();
        let (handle, lifetime) = (pair.ours.downgrade(), lifetime(&pair.ours));
        let owner = shared(pair.ours);
        drop(pair.theirs);
        handle.with(|socket| {
            socket.on_disconnected(move |_| drop(owner.take()));
            socket.wait_for_disconnected(Some(DEADLINE)).unwrap();
            assert!(handle.is_null());
            assert!(!is_deleted(&lifetime), "it is still borrowed");
            assert!(socket.wait_for_ready_read(Some(DEADLINE)).is_err());
        });
        assert!(is_deleted(&lifetime));
    });
}

#[test]
fn socket_dropped_before_a_nested_event_loop() {
    qt(|| {
        let pair = Pair::new();
        let (handle, lifetime) = (pair.ours.downgrade(), lifetime(&pair.ours));
        let owner = shared(pair.ours);
        let called = Rc::new(Cell::new(false));
        let (call, seen) = (called.clone(), lifetime.clone());
        let dropped = move |socket: &QLocalSocket| {
            drop(owner.take());
            settle();
            assert!(!is_deleted(&seen), "it is still borrowed");
            assert_eq!(socket.state(), QLocalSocketState::UnconnectedState);
            call.set(true);
        };
        let told = handle.with(|socket| {
            socket.on_state_changed(move |socket, _| dropped(socket));
            let told = SignalSpy::by(socket);
            socket.abort();
            told
        });
        settle();
        assert!(called.get());
        assert!(is_deleted(&lifetime));
        // Qt 5 emits `aboutToClose` before the state changes.
        let told = told.unwrap().counts();
        assert_eq!((told.disconnected, told.states), (0, vec![]));
    });
}

#[test]
fn server_dropped_in_own_signal() {
    qt(|| {
        let folder = Folder::new();
        let server = serve(&folder.name("s"));
        let (handle, alive) = (server.downgrade(), Rc::new(()));
        let (owner, held) = (shared(server), alive.clone());
        let client = QLocalSocket::new();
        run(|quit| {
            let quit = quit.clone();
            let dropped = move |server: &QLocalServer| {
                drop(owner.take());
                assert_eq!(Rc::strong_count(&held), 2, "it is still borrowed");
                assert!(!server.is_listening());
                quit.quit();
            };
            handle.with(|server| server.on_new_connection(dropped));
            client.connect_to_server_with(folder.name("s"), QIODeviceOpenModeFlag::ReadOnly);
        });
        assert!(handle.is_null());
        assert_eq!(Rc::strong_count(&alive), 1);
        assert!(!folder.path("s").exists());
        client.wait_for_disconnected(Some(DEADLINE)).unwrap();
    });
}

#[test]
fn loop_dropped_while_it_runs() {
    qt(|| {
        let event_loop = QEventLoop::new();
        let handle = event_loop.downgrade();
        let owner = shared(event_loop);
        let timer = QTimer::new();
        timer.on_timeout(move |_| drop(owner.take()));
        timer.start(Duration::ZERO);
        assert_eq!(handle.with(|event_loop| event_loop.exec()), Some(0));
        assert!(handle.is_null());
    });
}

/// `setParent`, as only C++ code calls it.
pub fn set_parent(child: &QObject, parent: &QObject) {
    fn pin<'o>(object: *const QObject) -> Pin<&'o mut QObject> {
        // SAFETY: the object lives, and the reference covers no bytes since the type is opaque.
        unsafe { Pin::new_unchecked(&mut *object.cast_mut()) }
    }
    pin(child).set_parent(pin(parent));
}

#[test]
fn owned_child_outlives_its_qt_parent() {
    qt(|| {
        let timer = QTimer::new();
        let socket = QLocalSocket::new();
        let handle = socket.downgrade();
        set_parent((*socket).upcast(), (*timer).upcast());
        drop(timer);
        assert!(!handle.is_null());
        assert!(!socket.is_valid());
        drop(socket);
        assert!(handle.is_null());
        assert_eq!(handle.with(|_| ()), None);
    });
}

#[test]
fn borrowed_object_outlives_its_owner() {
    qt(|| {
        let socket = QLocalSocket::new();
        let (handle, lifetime) = (socket.downgrade(), lifetime(&socket));
        handle.with(|borrowed| {
            drop(socket);
            assert!(handle.is_null() && !is_deleted(&lifetime));
            assert_eq!(handle.with(|_| ()), None);
            assert!(!borrowed.is_valid());
        });
        assert!(is_deleted(&lifetime));
    });
}

#[test]
fn dropped_object_emits_nothing() {
    qt(|| {
        let pair = Pair::new();
        let told = SignalSpy::by(&pair.ours);
        pair.ours.abort();
        drop(pair.ours);
        assert_eq!(Rc::strong_count(&told), 1, "the handlers are freed");
        settle();
        assert_eq!(told.counts(), Default::default());
    });
}

#[test]
fn plain_call_runs_no_handler() {
    qt(|| {
        let pair = Pair::new();
        let told = SignalSpy::by(&pair.ours);
        pair.ours.abort();
        assert_eq!(told.counts(), Default::default());
        settle();
        assert_eq!(told.counts().disconnected, 1);
    });
}

#[test]
fn dropped_connection_stays() {
    qt(|| {
        let pair = Pair::new();
        let called = Rc::new(Cell::new(0));
        let count = called.clone();
        let connection = pair
            .ours
            .on_disconnected(move |_| count.set(count.get() + 1));
        drop(connection);
        pair.ours.abort();
        settle();
        assert_eq!(called.get(), 1);
    });
}

#[test]
fn connection_ends_with_its_guard() {
    qt(|| {
        let pair = Pair::new();
        let called = Rc::new(Cell::new(0));
        let count = called.clone();
        let connection = pair
            .ours
            .on_disconnected(move |_| count.set(count.get() + 1));
        let guard = connection.guard();
        pair.ours.abort();
        drop(guard);
        assert_eq!(Rc::strong_count(&called), 1, "the handler is freed");
        settle();
        assert_eq!(called.get(), 0, "also not for what was emitted before");
    });
}

#[test]
fn guard_outlives_its_sender() {
    qt(|| {
        let alive = Rc::new(());
        let held = alive.clone();
        let socket = QLocalSocket::new();
        let connection = socket.on_disconnected(move |_| {
            let _ = &held;
        });
        let guard = connection.guard();
        drop(socket);
        assert_eq!(Rc::strong_count(&alive), 1);
        drop(guard);
    });
}

#[test]
fn guard_dropped_in_own_handler() {
    qt(|| {
        let guard = Rc::new(Cell::new(None));
        let called = Rc::new(Cell::new(0));
        let timer = QTimer::new();
        let (own, count) = (guard.clone(), called.clone());
        let connection = timer.on_timeout(move |_| {
            drop(own.take());
            settle();
            // The captured values still exist.
            count.set(count.get() + 1);
        });
        guard.set(Some(connection.guard()));
        timer.start(Duration::ZERO);
        settle();
        assert_eq!(called.get(), 1);
        assert_eq!(Rc::strong_count(&called), 1);
    });
}

#[test]
fn handler_is_not_called_while_it_runs() {
    qt(|| {
        let pair = Pair::new();
        let states = Rc::new(RefCell::new(Vec::new()));
        let (seen, running) = (states.clone(), Cell::new(0));
        pair.ours.on_state_changed(move |socket, state| {
            running.set(running.get() + 1);
            seen.borrow_mut().push((running.get(), state));
            if running.get() == 1 {
                socket.abort();
                settle();
            }
            running.set(running.get() - 1);
        });
        // With an empty write buffer it would close immediately.
        pair.ours.write(b"x").unwrap();
        pair.ours.disconnect_from_server();
        settle();
        assert_eq!(
            *states.borrow(),
            [
                (1, QLocalSocketState::ClosingState),
                (1, QLocalSocketState::UnconnectedState)
            ]
        );
    });
}

#[test]
fn handlers_own_a_long_chain_of_objects() {
    qt(|| {
        let alive = Rc::new(());
        let mut chain = QTimer::new();
        for _ in 0..10_000 {
            let (owned, held) = (chain, alive.clone());
            chain = QTimer::new();
            chain.on_timeout(move |_| {
                let _ = (&owned, &held);
            });
        }
        assert_eq!(Rc::strong_count(&alive), 10_001);
        drop(chain);
        assert_eq!(Rc::strong_count(&alive), 1);
    });
}

#[test]
fn panic_of_a_handler_ends_the_event_loop() {
    qt(|| {
        let panic = catch_unwind(|| {
            run(|_| {
                let timer = QTimer::new();
                timer.on_timeout(|_| panic!("in the handler"));
                timer.start(Duration::ZERO);
                timer
            });
        });
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"in the handler"));
        settle();
    });
}

#[test]
fn panic_of_a_handler_ends_the_blocking_call() {
    qt(|| {
        let pair = Pair::new();
        let (theirs, ours) = (&pair.theirs, &pair.ours);
        theirs.write(b"x").unwrap();
        theirs.flush();
        ours.on_ready_read(|_| panic!("in the handler"));
        let panic = catch_unwind(AssertUnwindSafe(|| {
            ours.wait_for_ready_read(Some(DEADLINE))
        }));
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"in the handler"));
        assert_eq!(ours.read_all().as_slice(), b"x");
    });
}

#[test]
fn signals_after_a_panic_are_delivered() {
    qt(|| {
        let pair = Pair::new();
        pair.ours.on_state_changed(|_, _| panic!("in the handler"));
        let told = SignalSpy::by(&pair.ours);
        pair.ours.disconnect_from_server();
        let panic = catch_unwind(settle);
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"in the handler"));
        while catch_unwind(settle).is_err() {}
        assert_eq!(told.counts().disconnected, 1);
        let states = [
            QLocalSocketState::ClosingState,
            QLocalSocketState::UnconnectedState,
        ];
        assert_eq!(told.counts().states, states);
    });
}
