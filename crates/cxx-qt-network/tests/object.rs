// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The API of `object` for bridges of other packages, such as `outside_class`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::thread;

use crate::support::{qt, run, settle};
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

struct Deleted(Rc<Cell<bool>>);

impl Drop for Deleted {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

#[test]
fn object_dropped_in_a_call_is_deleted_after_it() {
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

#[test]
fn signals_that_handlers_cause_need_no_event() {
    qt(|| {
        run(|quit| {
            let timer = QTimer::new();
            let slot: Rc<RefCell<Option<Slot<i32>>>> = Rc::default();
            let (own, quit) = (slot.clone(), quit.clone());
            connect_signal(
                &*timer,
                |made| {
                    slot.replace(Some(made));
                    QMetaObjectConnection::default()
                },
                move |_, left| match left {
                    0 => quit.quit(),
                    left => own.borrow().as_ref().unwrap().record(left - 1),
                },
            );
            slot.borrow().as_ref().unwrap().record(10);
            (timer, slot)
        })
        .1
        .take(); // The slot owns the handler, which owns the slot.
    });
}

#[test]
fn debug_shows_the_object() {
    qt(|| {
        let timer = QTimer::new();
        let object: *const QTimer = &*timer;
        assert_eq!(format!("{timer:?}"), format!("QBox(QPointer({object:p}))"));
        let handle = timer.thread_handle();
        assert_eq!(format!("{handle:?}"), format!("ThreadHandle({object:p})"));
        let connection = timer.on_timeout(|_| ());
        assert_eq!(format!("{connection:?}"), "Connection { .. }");
        let pointer = timer.downgrade();
        drop(timer);
        assert_eq!(format!("{pointer:?}"), "QPointer(0x0)");
    });
}

/// What C++ code does with objects, by the members of Qt themselves.
#[cfg(target_os = "linux")]
mod by_cpp {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Duration;

    use super::*;
    use crate::ownership::set_parent;
    use crate::support::process::in_process;
    use crate::support::{DEADLINE, Quit};
    use cxx_qt::QObject;
    use cxx_qt::casting::Upcast;
    use cxx_qt_network::{QBox, QEventLoop, QPointer};

    unsafe extern "C" {
        // operator new(size_t), with which `delete` frees the object.
        #[link_name = "_Znwm"]
        fn allocate(size: usize) -> *mut QObject;
        // QObject::QObject(QObject *)
        #[link_name = "_ZN7QObjectC1EPS_"]
        fn construct(object: *mut QObject, parent: *mut QObject);
        // `delete` of a QObject.
        #[link_name = "_ZN7QObjectD0Ev"]
        fn delete(object: *mut QObject);
        #[link_name = "_ZN7QObject11deleteLaterEv"]
        fn delete_later(object: *mut QObject);
        // QEventLoop::exec(QFlags<QEventLoop::ProcessEventsFlag>)
        #[link_name = "_ZN10QEventLoop4execE6QFlagsINS_17ProcessEventsFlagEE"]
        fn exec(event_loop: *mut QEventLoop, flags: i32) -> i32;
        // QEventLoop::processEvents(QFlags<QEventLoop::ProcessEventsFlag>)
        #[link_name = "_ZN10QEventLoop13processEventsE6QFlagsINS_17ProcessEventsFlagEE"]
        fn process_events(event_loop: *mut QEventLoop, flags: i32) -> bool;
    }

    fn object() -> *mut QObject {
        // SAFETY: a QObject is two pointers; it is constructed before it is used.
        unsafe {
            let object = allocate(2 * size_of::<usize>());
            construct(object, std::ptr::null_mut());
            object
        }
    }

    /// Runs the event loop as C++ code does, of which the crate knows nothing.
    fn exec_by_cpp(event_loop: &QEventLoop) {
        // SAFETY: the member has these arguments, and the object lives.
        unsafe { exec((&raw const *event_loop).cast_mut(), 0) };
    }

    /// Fires each millisecond.
    fn timer(mut handler: impl FnMut(u32) + 'static) -> QBox<QTimer> {
        let timer = QTimer::new();
        let mut turn = 0;
        timer.on_timeout(move |_| {
            turn += 1;
            handler(turn);
        });
        timer.start(Duration::from_millis(1));
        timer
    }

    /// A timer that tells when it is deleted.
    fn victim() -> (QBox<QTimer>, Rc<Cell<bool>>) {
        let timer = QTimer::new();
        let is_deleted = Rc::new(Cell::new(false));
        let deleted = Deleted(is_deleted.clone());
        timer.on_timeout(move |_| {
            let _ = &deleted;
        });
        (timer, is_deleted)
    }

    #[test]
    fn object_dropped_in_a_loop_of_a_call_stays_for_it() {
        qt(|| {
            let event_loop = QEventLoop::new();
            let (victim, is_deleted) = victim();
            let mut victim = Some(victim);
            let (quit, seen) = (event_loop.downgrade(), is_deleted.clone());
            let _timer = timer(move |turn| {
                drop(victim.take());
                if turn == 3 || seen.get() {
                    quit.with(QEventLoop::quit);
                }
            });
            let during = call(|| {
                exec_by_cpp(&event_loop);
                is_deleted.get()
            });
            assert!(!during);
            assert!(is_deleted.get());
        });
    }

    #[test]
    fn object_dropped_in_a_loop_of_cpp_is_deleted_in_it() {
        qt(|| {
            let event_loop = QEventLoop::new();
            let (victim, is_deleted) = victim();
            let mut victim = Some(victim);
            let (quit, seen) = (event_loop.downgrade(), is_deleted.clone());
            let in_time = Rc::new(Cell::new(false));
            let (told, mut left) = (in_time.clone(), DEADLINE.as_millis());
            let _timer = timer(move |_| {
                drop(victim.take());
                told.set(seen.get());
                left -= 1;
                if seen.get() || left == 0 {
                    quit.with(QEventLoop::quit);
                }
            });
            exec_by_cpp(&event_loop);
            assert!(in_time.get());
        });
    }

    #[test]
    fn closure_that_cpp_ends_in_a_loop_is_dropped_in_it() {
        struct QuitOnDrop(Quit);

        impl Drop for QuitOnDrop {
            fn drop(&mut self) {
                self.0.quit();
            }
        }

        qt(|| {
            run(|quit| {
                let child = QTimer::new();
                let on_drop = QuitOnDrop(quit.clone());
                child.on_timeout(move |_| {
                    let _ = &on_drop;
                });
                let parent = object();
                // SAFETY: the object lives.
                unsafe {
                    set_parent((*child).upcast(), &*parent);
                    delete_later(parent);
                }
                child
            });
        });
    }

    #[test]
    fn panic_in_events_that_cpp_handles_ends_no_loop() {
        qt(|| {
            let event_loop = QEventLoop::new();
            let (quit, inner) = (event_loop.downgrade(), event_loop.downgrade());
            let panicking = QTimer::new();
            let mut bomb = None;
            connect_signal(
                &*panicking,
                |made: Slot<()>| {
                    bomb = Some(made);
                    QMetaObjectConnection::default()
                },
                |_, ()| panic!("in events that C++ handles"),
            );
            let is_run = Rc::new(Cell::new(false));
            let run = is_run.clone();
            let _timer = timer(move |turn| {
                if turn == 1 {
                    bomb.as_ref().unwrap().record(());
                    // SAFETY: the member has these arguments, and the object lives.
                    inner.with(|it| unsafe { process_events((&raw const *it).cast_mut(), 0) });
                    run.set(true);
                } else {
                    quit.with(|event_loop| event_loop.exit(7));
                }
            });
            let code = catch_unwind(AssertUnwindSafe(|| event_loop.exec()));
            assert_eq!(code.ok(), Some(7));
            assert!(is_run.get());
        });
    }

    #[test]
    fn object_deleted_by_its_owner_in_use_aborts() {
        let finished = in_process(|| {
            cxx_qt::init_crate!(cxx_qt_network);
            let object = object();
            // SAFETY: the object lives.
            let pointer = QPointer::new(unsafe { &*object });
            // SAFETY: the object is deleted once.
            pointer.with(|_| unsafe { delete(object) });
        });
        if let Some(finished) = finished {
            assert_eq!(finished.status, None);
            assert!(
                finished.stderr.contains("deleted by its owner"),
                "{finished:?}"
            );
        }
    }

    #[test]
    fn object_deleted_by_its_owner_afterwards_is_null() {
        qt(|| {
            let object = object();
            // SAFETY: the object lives, and is deleted once.
            let pointer = QPointer::new(unsafe { &*object });
            pointer.with(|_| ()).unwrap();
            // SAFETY: as above.
            unsafe { delete(object) };
            assert!(pointer.is_null());
        });
    }
}
