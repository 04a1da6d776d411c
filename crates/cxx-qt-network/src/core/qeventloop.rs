// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QEventLoop`](https://doc.qt.io/qt-6/qeventloop.html): waits for events and hands them on, for a
//! thread that has no loop of its own or inside one that has.

use std::cell::RefCell;
use std::pin::Pin;

use super::qbox::QBox;
use super::qpointer::QPointer;
use crate::border;

#[cxx_qt::bridge]
mod ffi {
    // SAFETY: the declarations match <QEventLoop>; none takes ownership or a raw pointer.
    unsafe extern "C++Qt" {
        include!(<QtCore/QEventLoop>);
        /// An event loop of one thread. With an application in the main thread, its own `exec` is
        /// the loop to use there.
        #[qobject]
        type QEventLoop;

        /// Whether `exec` is under way, as `QEventLoop::isRunning`.
        #[rust_name = "is_running"]
        fn isRunning(self: &QEventLoop) -> bool;
    }

    // SAFETY: each only forwards to the member it is named after; the loop that is made has no owner
    // yet, and its one caller takes it.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/make.h");
        include!("cxx-qt-network/core/qeventloop.h");
        #[rust_name = "make_event_loop"]
        fn make() -> *mut QEventLoop;
        #[rust_name = "event_loop_exec"]
        fn eventLoopExec(event_loop: Pin<&mut QEventLoop>) -> i32;
        #[rust_name = "event_loop_exit"]
        fn eventLoopExit(event_loop: Pin<&mut QEventLoop>, code: i32);
        #[rust_name = "event_loop_process_events"]
        fn eventLoopProcessEvents(event_loop: Pin<&mut QEventLoop>) -> bool;
    }
}

pub use ffi::QEventLoop;

thread_local! {
    /// The loops that `exec` is under way for, the innermost last.
    static RUNNING: RefCell<Vec<QPointer<QEventLoop>>> = const { RefCell::new(Vec::new()) };
}

/// Ends the innermost loop that was started from Rust in this thread.
pub(crate) fn quit_innermost() {
    let innermost = RUNNING.with_borrow(|running| running.last().cloned());
    if let Some(event_loop) = innermost {
        event_loop.with(QEventLoop::quit);
    }
}

impl QEventLoop {
    /// A loop for this thread.
    pub fn new() -> QBox<Self> {
        // SAFETY: made by `new`, without a parent.
        unsafe { QBox::from_raw(ffi::make_event_loop()) }
    }

    /// Handles events until [`exit`](Self::exit) or [`quit`](Self::quit), and returns the exit
    /// code. As `QEventLoop::exec`.
    ///
    /// # Panics
    ///
    /// If a closure that the loop called panicked: the panic goes on here.
    pub fn exec(mut self: Pin<&mut Self>) -> i32 {
        RUNNING.with_borrow_mut(|running| running.push(QPointer::new(self.as_mut())));
        let _pop = Pop;
        border::wait(|| ffi::event_loop_exec(self))
    }

    /// Ends `exec` with `code`, as `QEventLoop::exit`.
    pub fn exit(self: Pin<&mut Self>, code: i32) {
        ffi::event_loop_exit(self, code);
    }

    /// Handles the events that are there and returns whether there were any, as
    /// `QEventLoop::processEvents`.
    ///
    /// # Panics
    ///
    /// If a closure that was called panicked: the panic goes on here.
    pub fn process_events(self: Pin<&mut Self>) -> bool {
        border::wait(|| ffi::event_loop_process_events(self))
    }

    /// Ends `exec` with 0, as `QEventLoop::quit`.
    pub fn quit(self: Pin<&mut Self>) {
        self.exit(0);
    }
}

/// Takes the innermost loop off the list, also when a panic passes.
struct Pop;

impl Drop for Pop {
    fn drop(&mut self) {
        RUNNING.with_borrow_mut(Vec::pop);
    }
}
