// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QTimer`](https://doc.qt.io/qt-6/qtimer.html): calls a handler after a time, from the event
//! loop of its thread.

use std::time::Duration;

use cxx_qt::casting::Upcast;

use super::timeout::milliseconds;
use crate::object::connection::Connection;
use crate::object::qbox::QBox;
use crate::object::qobject::ObjectState;
use crate::object::signal::{Slot, connect};

#[cxx_qt::bridge]
mod ffi {
    #[namespace = "rust::cxxqt1"]
    unsafe extern "C++" {
        include!("cxx-qt/connection.h");
        type QMetaObjectConnection = cxx_qt::QMetaObjectConnection;
    }

    // SAFETY: the declarations match <QTimer>; none takes ownership or a raw pointer.
    unsafe extern "C++Qt" {
        include!(<QtCore/QTimer>);
        /// A timer that fires once or repeatedly. It belongs to one thread.
        #[qobject]
        type QTimer;

        /// Whether the timer is running, as `QTimer::isActive`.
        #[rust_name = "is_active"]
        fn isActive(self: &QTimer) -> bool;
        /// Whether it fires only once, as `QTimer::isSingleShot`.
        #[rust_name = "is_single_shot"]
        fn isSingleShot(self: &QTimer) -> bool;
    }

    #[namespace = "cxx_qt_network"]
    extern "Rust" {
        type Timeout;
        fn record(self: &Timeout);
    }

    // SAFETY: each only forwards to the member it is named after; the new timer has no owner yet,
    // and its only caller takes ownership.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/qtimer.h");
        #[rust_name = "make_timer"]
        fn make() -> *mut QTimer;
        #[rust_name = "timer_set_single_shot"]
        fn timerSetSingleShot(timer: &QTimer, single_shot: bool);
        #[rust_name = "timer_start"]
        fn timerStart(timer: &QTimer, msecs: i32);
        #[rust_name = "timer_stop"]
        fn timerStop(timer: &QTimer);
        #[rust_name = "on_timeout"]
        fn onTimeout(timer: &QTimer, slot: Box<Timeout>) -> QMetaObjectConnection;
    }
}

pub use ffi::QTimer;

/// Emitted repeatedly, but recorded only once until the handler is called.
struct Timeout(Slot<()>);

impl Timeout {
    fn record(&self) {
        self.0.record_once();
    }
}

impl From<Slot<()>> for Timeout {
    fn from(slot: Slot<()>) -> Self {
        Self(slot)
    }
}

impl QTimer {
    /// A timer that is not started.
    pub fn new() -> QBox<Self> {
        // SAFETY: made by `new`, without a parent.
        unsafe { QBox::from_raw(ffi::make_timer()) }
    }

    /// Makes it fire only once, as `QTimer::setSingleShot`.
    pub fn set_single_shot(&self, single_shot: bool) {
        ffi::timer_set_single_shot(self, single_shot);
    }

    /// Starts or restarts the timer with the given interval, rounded up to milliseconds. As
    /// `QTimer::start`.
    pub fn start(&self, interval: Duration) {
        ObjectState::of(self.upcast()).start_anew();
        ffi::timer_start(self, milliseconds(Some(interval)));
    }

    /// Stops the timer, as `QTimer::stop`. No handler is called for an interval that has passed
    /// already.
    pub fn stop(&self) {
        ObjectState::of(self.upcast()).start_anew();
        ffi::timer_stop(self);
    }

    /// Calls `handler` each time the interval has passed, on `QTimer::timeout`. Intervals that pass
    /// while a handler runs count as one.
    pub fn on_timeout(&self, mut handler: impl FnMut(&Self) + 'static) -> Connection {
        connect(
            self,
            |slot| ffi::on_timeout(self, slot),
            move |timer, ()| handler(timer),
        )
    }
}
