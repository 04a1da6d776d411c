// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QEventLoop`](https://doc.qt.io/qt-6/qeventloop.html): handles the events of a thread without
//! an event loop, or nested events inside a handler.

use crate::object::callback;
use crate::object::qbox::QBox;
use crate::object::qobject::{self, ffi::hook_event_dispatcher};
use crate::object::qpointer::QPointer;

#[cxx_qt::bridge]
mod ffi {
    // SAFETY: the declarations match <QEventLoop>; none takes ownership or a raw pointer.
    unsafe extern "C++Qt" {
        include!(<QtCore/QEventLoop>);
        /// An event loop of one thread.
        #[qobject]
        type QEventLoop;

        /// Whether `exec` is running, as `QEventLoop::isRunning`.
        #[rust_name = "is_running"]
        fn isRunning(self: &QEventLoop) -> bool;
    }

    // SAFETY: each only forwards to the member it is named after; the new loop has no owner yet,
    // and its only caller takes ownership.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/qeventloop.h");
        #[rust_name = "make_event_loop"]
        fn make() -> *mut QEventLoop;
        #[rust_name = "event_loop_exec"]
        fn eventLoopExec(event_loop: &QEventLoop) -> i32;
        #[rust_name = "event_loop_exit"]
        fn eventLoopExit(event_loop: &QEventLoop, code: i32);
        #[rust_name = "event_loop_process_events"]
        fn eventLoopProcessEvents(event_loop: &QEventLoop) -> bool;
    }
}

pub use ffi::QEventLoop;

impl QEventLoop {
    /// A loop for this thread. In a thread of the standard library this also creates the event
    /// dispatcher, without which signals and timers are not delivered.
    pub fn new() -> QBox<Self> {
        // SAFETY: made by `new`, without a parent.
        unsafe { QBox::from_raw(ffi::make_event_loop()) }
    }

    /// Handles events until [`exit`](Self::exit) or [`quit`](Self::quit), and returns the exit
    /// code. As `QEventLoop::exec`.
    ///
    /// # Panics
    ///
    /// If a handler that the loop called panicked: the panic continues here. Or if there is no
    /// `QCoreApplication`, without which the thread has no event dispatcher.
    pub fn exec(&self) -> i32 {
        require_event_dispatcher();
        let handle = QPointer::new(self);
        let _use = handle.state().keep();
        qobject::run_loop(
            move || {
                handle.with(Self::quit);
            },
            || ffi::event_loop_exec(self),
        )
    }

    /// Ends `exec` with `code`, as `QEventLoop::exit`.
    pub fn exit(&self, code: i32) {
        ffi::event_loop_exit(self, code);
    }

    /// Handles the pending events and returns whether there were any, as
    /// `QEventLoop::processEvents`.
    ///
    /// # Panics
    ///
    /// If a handler that was called did, or if there is no `QCoreApplication`.
    pub fn process_events(&self) -> bool {
        require_event_dispatcher();
        callback::wait(|| ffi::event_loop_process_events(self))
    }

    /// Ends `exec` with 0, as `QEventLoop::quit`.
    pub fn quit(&self) {
        self.exit(0);
    }
}

pub(crate) fn require_event_dispatcher() {
    assert!(
        hook_event_dispatcher(),
        "an event loop needs a QCoreApplication"
    );
}
