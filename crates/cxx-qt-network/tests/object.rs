// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The API of `object` for bridges of other packages, such as `outside_class`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::thread;

use crate::support::{qt, settle};
use cxx_qt::QMetaObjectConnection;
use cxx_qt_network::object::{Slot, call, connect_signal, wait};
use cxx_qt_network::{Connection, QTimer};

/// A slot of a signal that the test emits, and the arguments that its handler got.
fn connected(timer: &QTimer) -> (Slot<i32>, Rc<RefCell<Vec<i32>>>, Connection) {
    let got: Rc<RefCell<Vec<i32>>> = Rc::default();
    let (values, mut slot) = (Rc::clone(&got), None);
    let connection = connect_signal(
        timer,
        |made| {
            slot = Some(made);
            QMetaObjectConnection::default()
        },
        move |_, value| values.borrow_mut().push(value),
    );
    (slot.unwrap(), got, connection)
}

#[test]
fn recorded_signals_are_delivered_in_a_loop() {
    qt(|| {
        let timer = QTimer::new();
        let (slot, got, _) = connected(&timer);
        slot.record(1);
        call(|| slot.record(2));
        assert_eq!(*got.borrow(), []);
        settle();
        assert_eq!(*got.borrow(), [1, 2]);
    });
}

#[test]
fn recorded_signals_are_delivered_after_a_wait() {
    qt(|| {
        let timer = QTimer::new();
        let (slot, got, _) = connected(&timer);
        slot.record(1);
        let during = wait(|| {
            slot.record(2);
            got.borrow().clone()
        });
        assert_eq!((during, got.borrow().clone()), (vec![], vec![1, 2]));
    });
}

#[test]
fn slot_in_another_thread_records_nothing() {
    qt(|| {
        let timer = QTimer::new();
        let (slot, got, _) = connected(&timer);
        let slot = thread::spawn(move || {
            slot.record(1);
            slot
        });
        let slot = slot.join().unwrap();
        settle();
        assert_eq!(*got.borrow(), []);
        slot.record(2);
        settle();
        assert_eq!(*got.borrow(), [2]);
        // The handler is leaked in another thread.
        thread::spawn(move || drop(slot)).join().unwrap();
        assert_eq!(Rc::strong_count(&got), 2);
    });
}

#[test]
fn slot_of_a_dropped_sender_delivers_nothing() {
    qt(|| {
        let timer = QTimer::new();
        let (slot, got, _) = connected(&timer);
        slot.record(1);
        drop(timer);
        slot.record(2);
        settle();
        assert_eq!(*got.borrow(), []);
    });
}

#[test]
fn handler_is_dropped_with_its_slot() {
    qt(|| {
        let timer = QTimer::new();
        let (slot, got, _) = connected(&timer);
        slot.record(1);
        call(|| {
            drop(slot);
            assert_eq!(Rc::strong_count(&got), 2, "dropped inside of a call");
        });
        assert_eq!(Rc::strong_count(&got), 1);
        settle();
        assert_eq!(*got.borrow(), []);
    });
}

#[test]
fn object_dropped_in_a_call_is_deleted_after_it() {
    struct Deleted(Rc<Cell<bool>>);

    impl Drop for Deleted {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }

    qt(|| {
        let timer = QTimer::new();
        let is_deleted = Rc::new(Cell::new(false));
        let deleted = Deleted(is_deleted.clone());
        timer.on_timeout(move |_| {
            let _ = &deleted;
        });
        let during = call(|| {
            drop(timer);
            is_deleted.get()
        });
        assert!(!during);
        assert!(is_deleted.get());
    });
}
