// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Closures that other threads queue for an object: when and in which thread they run and are
//! dropped.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::support::{DEADLINE, Pair, Quit, qt, run, settle};
use cxx_qt_network::{
    QBox, QEventLoop, QIODeviceExt, QLocalSocket, QTimer, ThreadEnded, ThreadHandle,
};

thread_local! {
    /// The records of a test's closures, thread-local since the closures must be `Send`.
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static QUIT: RefCell<Option<Quit>> = const { RefCell::new(None) };
}

fn log(text: impl Into<String>) {
    LOG.with_borrow_mut(|log| log.push(text.into()));
}

fn quit() {
    QUIT.with_borrow(|quit| quit.as_ref().unwrap().quit());
}

/// Runs an event loop until a closure calls `quit`.
fn run_until_quit<R>(start: impl FnOnce() -> R) -> R {
    run(|quit| {
        QUIT.set(Some(quit.clone()));
        start()
    })
}

/// Reports the thread in which it is dropped.
struct Dropped(Sender<ThreadId>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.send(thread::current().id());
    }
}

#[test]
fn closure_runs_in_the_thread_of_the_object() {
    qt(|| {
        let socket = QLocalSocket::new();
        let object: *const QLocalSocket = &*socket;
        let object = object.addr();
        let handle = socket.thread_handle();
        let qt = thread::current().id();
        let thread = run_until_quit(|| {
            let (started, start) = channel();
            handle.queue(move |_| started.send(()).unwrap()).unwrap();
            thread::spawn(move || {
                // The event loop is running by then.
                start.recv_timeout(DEADLINE).unwrap();
                handle.queue(move |socket| {
                    let there: *const QLocalSocket = socket;
                    assert_eq!(there.addr(), object);
                    assert_eq!(thread::current().id(), qt);
                    quit();
                })
            })
        });
        assert_eq!(thread.join().unwrap(), Ok(()));
    });
}

#[test]
fn closures_of_a_thread_run_in_their_order() {
    qt(|| {
        let timer = QTimer::new();
        let handle = timer.thread_handle();
        let ended = Arc::new(AtomicU32::new(0));
        let threads: Vec<_> = run_until_quit(|| {
            (0..4)
                .map(|thread| {
                    let (handle, ended) = (handle.clone(), ended.clone());
                    thread::spawn(move || {
                        for number in 0..1000 {
                            let text = format!("{thread} {number}");
                            handle.queue(move |_| log(text)).unwrap();
                        }
                        let end = move |_: &QTimer| {
                            if ended.fetch_add(1, Ordering::Relaxed) == 3 {
                                quit();
                            }
                        };
                        handle.queue(end).unwrap();
                    })
                })
                .collect()
        });
        threads.into_iter().for_each(|it| it.join().unwrap());
        let log = LOG.take();
        for thread in 0..4 {
            let own = log
                .iter()
                .filter_map(|it| it.strip_prefix(&format!("{thread} ")));
            let expected = (0..1000).map(|number| number.to_string());
            assert!(own.eq(expected), "thread {thread}");
        }
    });
}

#[test]
fn closure_runs_from_the_event_loop_alone() {
    qt(|| {
        let pair = Pair::new();
        let handle = pair.ours.thread_handle();
        handle.queue(|_| log("queued")).unwrap();
        let limit = Some(Duration::from_millis(10));
        assert!(pair.ours.wait_for_ready_read(limit).is_err());
        pair.ours.abort();
        assert_eq!(LOG.take(), [""; 0]);
        QEventLoop::new().process_events();
        assert_eq!(LOG.take(), ["queued"]);

        // Nor while a handler runs that queues it.
        let own = handle.clone();
        handle
            .queue(move |_| {
                log("begins");
                own.queue(|_| log("inner")).unwrap();
                log("ends");
            })
            .unwrap();
        settle();
        assert_eq!(LOG.take(), ["begins", "ends", "inner"]);
    });
}

#[test]
fn closure_of_a_dropped_object_does_not_run() {
    qt(|| {
        let (tell, dropped) = channel();
        let timer = QTimer::new();
        let handle = timer.thread_handle();
        let value = Dropped(tell.clone());
        let before = handle.clone();
        thread::spawn(move || before.queue(move |_| drop(value)).unwrap())
            .join()
            .unwrap();
        drop(timer);
        assert!(dropped.try_recv().is_err(), "it waits for the event loop");
        settle();
        assert_eq!(dropped.try_recv(), Ok(thread::current().id()));
        // Also a closure that another thread queues later.
        let value = Dropped(tell);
        let moved = move |_: &QTimer| {
            let _value = &value;
            log("it runs");
        };
        assert_eq!(handle.queue(moved), Ok(()));
        settle();
        assert_eq!(dropped.try_recv(), Ok(thread::current().id()));
        assert_eq!(LOG.take(), [""; 0]);
    });
}

#[test]
fn object_of_another_at_the_same_place_is_not_used() {
    qt(|| {
        let mut handles = Vec::new();
        for _ in 0..50 {
            let timer = QTimer::new();
            handles.push(timer.thread_handle());
        }
        let alive = QTimer::new();
        for handle in &handles {
            handle.queue(|_| log("an object that is gone")).unwrap();
        }
        settle();
        assert_eq!(LOG.take(), [""; 0]);
        drop(alive);
    });
}

#[test]
fn object_is_dropped_in_its_closure() {
    qt(|| {
        thread_local!(static OWNER: RefCell<Option<QBox<QTimer>>> = const { RefCell::new(None) });

        let timer = QTimer::new();
        let (handle, pointer) = (timer.thread_handle(), timer.downgrade());
        OWNER.set(Some(timer));
        handle
            .queue(|timer| {
                OWNER.take();
                timer.set_single_shot(true);
                assert!(timer.is_single_shot(), "it lives until the closure ends");
            })
            .unwrap();
        handle.queue(|_| log("after the drop")).unwrap();
        settle();
        assert!(pointer.is_null());
        assert_eq!(LOG.take(), [""; 0]);
    });
}

#[test]
fn handle_outlives_the_pointer_that_made_it() {
    qt(|| {
        let timer = QTimer::new();
        let pointer = timer.downgrade();
        let handle = pointer.thread_handle();
        drop(pointer);
        let clone = handle.clone();
        thread::spawn(move || drop(handle)).join().unwrap();
        settle();
        clone.queue(|_| log("by the clone")).unwrap();
        settle();
        // The last one may be dropped before its closure runs.
        clone.queue(|_| log("before the drop")).unwrap();
        drop(clone);
        settle();
        drop(timer);
        assert_eq!(LOG.take(), ["by the clone", "before the drop"]);
    });
}

#[test]
fn last_handle_dropped_with_closure_queued() {
    qt(|| {
        let timer = QTimer::new();
        let handle = timer.thread_handle();
        let thread = thread::spawn(move || {
            handle.queue(|_| log("queued")).unwrap();
            drop(handle);
        });
        thread.join().unwrap();
        settle();
        assert_eq!(LOG.take(), ["queued"]);
    });
}

#[test]
fn panic_of_a_closure_surfaces_in_the_event_loop() {
    qt(|| {
        let timer = QTimer::new();
        let handle = timer.thread_handle();
        handle.queue(|_| panic!("in a closure")).unwrap();
        handle.queue(|_| log("after the panic")).unwrap();
        let event_loop = QEventLoop::new();
        let exec = || event_loop.exec();
        assert!(catch_unwind(AssertUnwindSafe(exec)).is_err());
        settle();
        assert_eq!(LOG.take(), ["after the panic"]);
    });
}

/// A thread that creates an object and sends its handle; it ends when the result is dropped.
fn with_object(runs_loop: bool) -> (ThreadHandle<QTimer>, Sender<()>, thread::JoinHandle<()>) {
    let (give, handle) = channel();
    let (end, ended) = channel::<()>();
    let thread = thread::spawn(move || {
        let timer = QTimer::new();
        give.send(timer.thread_handle()).unwrap();
        if runs_loop {
            let event_loop = QEventLoop::new();
            while ended.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                event_loop.process_events();
                thread::yield_now();
            }
        } else {
            let _ = ended.recv();
        }
    });
    (handle.recv_timeout(DEADLINE).unwrap(), end, thread)
}

#[test]
fn thread_that_has_ended_is_an_error() {
    qt(|| {
        let (handle, end, thread) = with_object(true);
        let (tell, dropped) = channel();
        handle.queue(move |_| tell.send(()).unwrap()).unwrap();
        dropped.recv_timeout(DEADLINE).unwrap();
        drop(end);
        thread.join().unwrap();
        let (tell, dropped) = channel();
        let value = Dropped(tell);
        assert_eq!(handle.queue(move |_| drop(value)), Err(ThreadEnded));
        assert_eq!(dropped.try_recv(), Ok(thread::current().id()));
        assert_eq!(
            ThreadEnded.to_string(),
            "the thread of the object has ended"
        );
    });
}

#[test]
fn closure_is_dropped_in_a_thread_that_ends() {
    qt(|| {
        let (handle, end, thread) = with_object(false);
        let (tell, dropped) = channel();
        let value = Dropped(tell);
        let panics = || panic!("it is dropped, not run");
        handle
            .queue(move |_| {
                let _value = &value;
                panics()
            })
            .unwrap();
        assert!(dropped.try_recv().is_err());
        let id = thread.thread().id();
        drop(end);
        thread.join().unwrap();
        assert_eq!(dropped.try_recv(), Ok(id));
    });
}

#[test]
fn closure_queued_before_the_loop_was_made() {
    qt(|| {
        let (tell, ran) = channel();
        thread::spawn(move || {
            let timer = QTimer::new();
            let handle = timer.thread_handle();
            thread::spawn(move || handle.queue(move |_| tell.send(()).unwrap()).unwrap())
                .join()
                .unwrap();
            QEventLoop::new().process_events();
        })
        .join()
        .unwrap();
        assert_eq!(ran.try_recv(), Ok(()));
    });
}

#[test]
fn threads_that_end_while_others_queue() {
    qt(|| {
        let (ran, mut total) = (Arc::new(Mutex::new(0)), 0);
        for _ in 0..50 {
            let (handle, end, thread) = with_object(true);
            let senders = [(); 2].map(|()| {
                let (handle, ran) = (handle.clone(), ran.clone());
                thread::spawn(move || {
                    let mut queued = 0;
                    loop {
                        let ran = ran.clone();
                        match handle.queue(move |_| *ran.lock().unwrap() += 1) {
                            Ok(()) => queued += 1,
                            Err(ThreadEnded) => break queued,
                        }
                        if queued > 100 {
                            thread::yield_now();
                        }
                    }
                })
            });
            drop(end);
            thread.join().unwrap();
            let queued: i32 = senders.into_iter().map(|it| it.join().unwrap()).sum();
            total += queued;
        }
        // The others were dropped at the end of their thread.
        assert!(*ran.lock().unwrap() <= total);
        assert_eq!(Arc::strong_count(&ran), 1);
    });
}

#[test]
fn closure_runs_in_a_nested_loop() {
    qt(|| {
        let timer = QTimer::new();
        let handle = timer.thread_handle();
        let own = handle.clone();
        let depth = Rc::new(Cell::new(0));
        let level = depth.clone();
        let start = QTimer::new();
        start.set_single_shot(true);
        start.on_timeout(move |_| {
            level.set(1);
            own.queue(|_| log("in the inner loop")).unwrap();
            settle();
            level.set(2);
        });
        run_until_quit(|| {
            start.start(Duration::ZERO);
            let end = QTimer::new();
            let depth = depth.clone();
            end.on_timeout(move |_| {
                if depth.get() == 2 {
                    quit();
                }
            });
            end.start(Duration::from_millis(1));
            end
        });
        assert_eq!(LOG.take(), ["in the inner loop"]);
    });
}
