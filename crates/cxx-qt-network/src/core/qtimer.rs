// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QTimer`](https://doc.qt.io/qt-6/qtimer.html): calls a closure after a time, from the event loop
//! of its thread.

use std::pin::Pin;
use std::time::Duration;

use super::qbox::QBox;
use crate::signals::{self, ConnectionGuard, connect};
use crate::timeout::milliseconds;

#[cxx_qt::bridge]
mod ffi {
    // SAFETY: the declarations match <QTimer>; none takes ownership or a raw pointer.
    unsafe extern "C++Qt" {
        include!(<QtCore/QTimer>);
        /// A timer, once or again and again. It belongs to one thread.
        #[qobject]
        type QTimer;

        /// Whether the timer runs, as `QTimer::isActive`.
        #[rust_name = "is_active"]
        fn isActive(self: &QTimer) -> bool;
        /// Whether it runs only once, as `QTimer::isSingleShot`.
        #[rust_name = "is_single_shot"]
        fn isSingleShot(self: &QTimer) -> bool;
        /// Lets it run only once, as `QTimer::setSingleShot`.
        #[rust_name = "set_single_shot"]
        fn setSingleShot(self: Pin<&mut QTimer>, single_shot: bool);
        /// Stops it, as `QTimer::stop`.
        fn stop(self: Pin<&mut QTimer>);
    }

    // SAFETY: each only forwards to the member it is named after; the timer that is made has no owner
    // yet, and its one caller takes it.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/make.h");
        include!("cxx-qt-network/core/qtimer.h");
        #[rust_name = "make_timer"]
        fn make() -> *mut QTimer;
        #[rust_name = "timer_start"]
        fn timerStart(timer: Pin<&mut QTimer>, msecs: i32);
    }
}

pub use ffi::QTimer;

impl QTimer {
    /// A timer that does not run yet.
    pub fn new() -> QBox<Self> {
        // SAFETY: made by `new`, without a parent.
        unsafe { QBox::from_raw(ffi::make_timer()) }
    }

    /// Starts it, or starts it again, with the given interval. As `QTimer::start`.
    pub fn start(self: Pin<&mut Self>, interval: Duration) {
        ffi::timer_start(self, milliseconds(Some(interval)));
    }

    /// Calls `handler` each time the interval is over, on `QTimer::timeout`.
    pub fn on_timeout(
        self: Pin<&mut Self>,
        handler: impl Fn(Pin<&mut Self>) + 'static,
    ) -> ConnectionGuard {
        connect(self, signals::on_timeout, move |timer, _, _| handler(timer))
    }
}
