// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Whatever is dropped first, nothing is freed twice, used after its end, or left behind.

mod support;

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use cxx_qt_lib::QObjectExt;
use cxx_qt_network::{
    LocalSocketState, OpenMode, QIODeviceExt, QLocalServer, QLocalSocket, QTimer,
};
use support::{DEADLINE, Folder, Pair, qt, run, settle};

#[test]
fn a_taken_socket_outlives_its_server() {
    qt(|| {
        let Pair {
            mut theirs,
            mut ours,
            server,
            folder: _folder,
        } = Pair::new();
        drop(server);
        theirs.pin_mut().write(b"still here").unwrap();
        theirs
            .pin_mut()
            .wait_for_bytes_written(Some(DEADLINE))
            .unwrap();
        ours.pin_mut().wait_for_ready_read(Some(DEADLINE)).unwrap();
        assert_eq!(ours.pin_mut().read_all().as_slice(), b"still here");
    });
}

#[test]
fn a_server_outlives_the_sockets_taken_from_it() {
    qt(|| {
        let Pair {
            theirs,
            mut ours,
            mut server,
            folder,
        } = Pair::new();
        drop(theirs);
        ours.pin_mut()
            .wait_for_disconnected(Some(DEADLINE))
            .unwrap();
        ours.pin_mut()
            .connect_to_server(&folder.name("pair"), OpenMode::READ_ONLY);
        assert!(
            server
                .pin_mut()
                .wait_for_new_connection(Some(DEADLINE))
                .unwrap()
        );
    });
}

#[test]
fn a_socket_nobody_took_goes_with_its_server() {
    qt(|| {
        let folder = Folder::new();
        let mut server = QLocalServer::new();
        server.pin_mut().listen(&folder.name("s")).unwrap();
        let mut socket = QLocalSocket::new();
        socket
            .pin_mut()
            .connect_to_server(&folder.name("s"), OpenMode::READ_ONLY);
        assert!(
            server
                .pin_mut()
                .wait_for_new_connection(Some(DEADLINE))
                .unwrap()
        );
        assert!(server.has_pending_connections());
        drop(server);
        socket
            .pin_mut()
            .wait_for_disconnected(Some(DEADLINE))
            .unwrap();
    });
}

#[test]
fn a_socket_may_be_dropped_inside_its_own_signal() {
    qt(|| {
        let Pair {
            theirs,
            ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let gone = ours.downgrade();
        let owner = Rc::new(RefCell::new(Some(ours)));
        run(|quit| {
            let quit = quit.clone();
            let mut held = owner.borrow_mut();
            let ours = held.as_mut().unwrap();
            let weak = Rc::downgrade(&owner);
            ours.pin_mut()
                .on_disconnected(move |socket| {
                    drop(weak.upgrade().unwrap().take());
                    // Still whole: Qt goes on with it after this handler.
                    assert_eq!(socket.state(), LocalSocketState::UnconnectedState);
                    quit.quit();
                })
                .release();
            drop(theirs);
        });
        settle();
        assert!(gone.is_null());
    });
}

#[test]
fn a_socket_may_be_dropped_inside_a_signal_that_a_call_on_it_emits() {
    qt(|| {
        let Pair {
            theirs: _theirs,
            ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let gone = ours.downgrade();
        let owner = Rc::new(RefCell::new(Some(ours)));
        let weak = Rc::downgrade(&owner);
        let dropped = Rc::new(Cell::new(false));
        let saw = dropped.clone();
        owner
            .borrow_mut()
            .as_mut()
            .unwrap()
            .pin_mut()
            .on_state_changed(move |_, _| {
                drop(weak.upgrade().and_then(|owner| owner.take()));
                saw.set(true);
            })
            .release();
        gone.with(|socket| socket.abort());
        assert!(dropped.get());
        settle();
        assert!(gone.is_null());
    });
}

#[test]
fn an_event_loop_inside_a_handler_does_not_delete_what_the_handler_dropped() {
    qt(|| {
        let Pair {
            theirs: _theirs,
            ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let gone = ours.downgrade();
        let owner = Rc::new(RefCell::new(Some(ours)));
        let weak = Rc::downgrade(&owner);
        let lived = Rc::new(Cell::new(false));
        let (saw, handle) = (lived.clone(), gone.clone());
        owner
            .borrow_mut()
            .as_mut()
            .unwrap()
            .pin_mut()
            .on_state_changed(move |_, _| {
                drop(weak.upgrade().and_then(|owner| owner.take()));
                settle();
                saw.set(!handle.is_null());
            })
            .release();
        // Qt's own code for this goes on with the socket after the handler.
        gone.with(|socket| socket.abort());
        assert!(lived.get());
        settle();
        assert!(gone.is_null());
    });
}

#[test]
fn a_server_may_be_dropped_inside_its_own_signal() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let mut server = QLocalServer::new();
        server.pin_mut().listen(&name).unwrap();
        let gone = server.downgrade();
        let owner = Rc::new(RefCell::new(Some(server)));
        let mut client = QLocalSocket::new();
        run(|quit| {
            let quit = quit.clone();
            let weak = Rc::downgrade(&owner);
            owner
                .borrow_mut()
                .as_mut()
                .unwrap()
                .pin_mut()
                .on_new_connection(move |server| {
                    drop(weak.upgrade().unwrap().take());
                    assert!(server.has_pending_connections());
                    quit.quit();
                })
                .release();
            client
                .pin_mut()
                .connect_to_server(&name, OpenMode::READ_ONLY);
        });
        settle();
        assert!(gone.is_null());
        assert!(!folder.path("s").exists());
    });
}

#[test]
fn an_object_that_died_with_its_qt_parent_is_not_freed_again() {
    qt(|| {
        let mut parent = QTimer::new();
        let mut socket = QLocalSocket::new();
        let handle = socket.downgrade();
        socket.pin_mut().set_parent(parent.pin_mut());
        drop(parent);
        assert!(handle.is_null());
        assert_eq!(handle.with(|_| ()), None);
        let used = catch_unwind(AssertUnwindSafe(|| socket.is_valid()));
        assert!(used.is_err(), "it must not be used either");
        drop(socket);
    });
}

#[test]
fn what_a_handle_shows_outlives_the_owner_dropped_meanwhile() {
    qt(|| {
        let socket = QLocalSocket::new();
        let handle = socket.downgrade();
        handle.with(|seen| {
            drop(socket);
            assert!(!seen.is_valid());
        });
        settle();
        assert!(handle.is_null());
    });
}

#[test]
fn a_dropped_owner_is_told_nothing_more() {
    qt(|| {
        let Pair {
            theirs: _theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let told = Rc::new(Cell::new(0));
        let count = told.clone();
        ours.pin_mut()
            .on_disconnected(move |_| count.set(count.get() + 1))
            .release();
        drop(ours);
        assert_eq!(told.get(), 0);
        assert_eq!(Rc::strong_count(&told), 1, "and the closure is freed");
    });
}

#[test]
fn a_connection_ends_with_its_guard() {
    qt(|| {
        let Pair {
            theirs: _theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let told = Rc::new(Cell::new(0));
        let count = told.clone();
        let guard = ours
            .pin_mut()
            .on_disconnected(move |_| count.set(count.get() + 1));
        drop(guard);
        assert_eq!(Rc::strong_count(&told), 1, "the closure is freed");
        ours.pin_mut().abort();
        assert_eq!(told.get(), 0);
    });
}

#[test]
fn a_guard_may_outlive_its_emitter() {
    qt(|| {
        let alive = Rc::new(());
        let held = alive.clone();
        let mut socket = QLocalSocket::new();
        let guard = socket.pin_mut().on_disconnected(move |_| {
            let _ = &held;
        });
        drop(socket);
        assert_eq!(Rc::strong_count(&alive), 1);
        drop(guard);
    });
}

#[test]
fn a_guard_may_be_dropped_inside_its_own_handler() {
    qt(|| {
        let slot = Rc::new(RefCell::new(None));
        let told = Rc::new(Cell::new(0));
        let mut timer = QTimer::new();
        let (own, count) = (slot.clone(), told.clone());
        *slot.borrow_mut() = Some(timer.pin_mut().on_timeout(move |_| {
            drop(own.take());
            // The closure is still here, with all that it holds.
            count.set(count.get() + 1);
        }));
        timer.pin_mut().start(Duration::ZERO);
        settle();
        settle();
        assert_eq!(told.get(), 1);
        assert_eq!(Rc::strong_count(&told), 1);
    });
}

#[test]
fn a_handler_may_be_called_again_from_inside_itself() {
    qt(|| {
        let Pair {
            theirs: _theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let states = Rc::new(RefCell::new(Vec::new()));
        let seen = states.clone();
        ours.pin_mut()
            .on_state_changed(move |socket, state| {
                let first = seen.borrow().is_empty();
                seen.borrow_mut().push(state.repr);
                if first {
                    socket.abort();
                }
            })
            .release();
        ours.pin_mut().write(b"x").unwrap();
        ours.pin_mut().disconnect_from_server();
        assert!(states.borrow().len() >= 2, "{states:?}");
    });
}

#[test]
fn a_panic_in_a_handler_goes_on_in_the_code_that_runs_the_loop() {
    qt(|| {
        let panic = catch_unwind(|| {
            run(|_| {
                let mut timer = QTimer::new();
                timer
                    .pin_mut()
                    .on_timeout(|_| panic!("in the handler"))
                    .release();
                timer.pin_mut().start(Duration::ZERO);
                timer
            });
        });
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"in the handler"));
        settle();
    });
}

#[test]
fn a_panic_in_a_handler_goes_on_in_the_call_that_blocks() {
    qt(|| {
        let Pair {
            mut theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        theirs.pin_mut().write(b"x").unwrap();
        theirs.pin_mut().flush();
        ours.pin_mut()
            .on_ready_read(|_| panic!("in the handler"))
            .release();
        let panic = catch_unwind(AssertUnwindSafe(|| {
            ours.pin_mut().wait_for_ready_read(Some(DEADLINE))
        }));
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"in the handler"));
    });
}
