// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QSocketNotifier`](https://doc.qt.io/qt-6/qsocketnotifier.html): calls a handler when a
//! descriptor can be read or written, from the event loop of its thread. On Windows the descriptor
//! is a socket.

#[cfg(unix)]
use std::os::fd::{AsRawFd, BorrowedFd as Borrowed, OwnedFd as Owned};
#[cfg(windows)]
use std::os::windows::io::{AsRawSocket, BorrowedSocket as Borrowed, OwnedSocket as Owned};

use cxx_qt::casting::Upcast;

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

    // SAFETY: the declarations match <QSocketNotifier>; none takes ownership or a raw pointer.
    unsafe extern "C++Qt" {
        include!(<QtCore/QSocketNotifier>);
        /// Watches one descriptor, which it owns. It belongs to one thread.
        #[qobject]
        type QSocketNotifier;

        /// Whether the notifier is enabled, as `QSocketNotifier::isEnabled`.
        #[rust_name = "is_enabled"]
        fn isEnabled(self: &QSocketNotifier) -> bool;
    }

    #[namespace = "cxx_qt_network"]
    extern "Rust" {
        type NotifierDescriptor;

        /// The number of the descriptor.
        fn number(self: &NotifierDescriptor) -> i64;

        type Activated;
        fn record(self: &Activated);
    }

    // SAFETY: each only forwards to the member it is named after; the new notifier has no owner
    // yet, and its only caller takes ownership.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/qsocketnotifier.h");
        #[rust_name = "make_notifier"]
        fn makeNotifier(descriptor: Box<NotifierDescriptor>, write: bool) -> *mut QSocketNotifier;
        #[rust_name = "notifier_set_enabled"]
        fn notifierSetEnabled(notifier: &QSocketNotifier, enabled: bool);
        #[rust_name = "notifier_socket"]
        fn notifierSocket(notifier: &QSocketNotifier) -> i64;
        #[rust_name = "notifier_is_write"]
        fn notifierIsWrite(notifier: &QSocketNotifier) -> bool;
        #[rust_name = "on_activated"]
        fn onActivated(notifier: &QSocketNotifier, slot: Box<Activated>) -> QMetaObjectConnection;
    }
}

pub use ffi::QSocketNotifier;

/// Emitted repeatedly, but recorded only once until the handler is called.
struct Activated(Slot<()>);

impl Activated {
    fn record(&self) {
        self.0.record_once();
    }
}

impl From<Slot<()>> for Activated {
    fn from(slot: Slot<()>) -> Self {
        Self(slot)
    }
}

/// What a [`QSocketNotifier`] watches for, as `QSocketNotifier::Type` without `Exception`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum QSocketNotifierType {
    /// The descriptor is readable: data, a connection to accept, or EOF.
    Read,
    /// The descriptor is writable.
    Write,
}

/// The descriptor of a notifier, closed with it.
struct NotifierDescriptor(Owned);

impl NotifierDescriptor {
    fn number(&self) -> i64 {
        #[cfg(unix)]
        let number = i64::from(self.0.as_raw_fd());
        #[cfg(windows)]
        let number = self.0.as_raw_socket() as i64;
        number
    }
}

impl QSocketNotifier {
    /// A disabled notifier: connect a handler, then call [`set_enabled`](Self::set_enabled).
    ///
    /// It owns the descriptor, which therefore stays open while it is watched. Pass a duplicate if
    /// the descriptor must outlive the notifier.
    pub fn new(descriptor: impl Into<Owned>, kind: QSocketNotifierType) -> QBox<Self> {
        let descriptor = Box::new(NotifierDescriptor(descriptor.into()));
        let write = kind == QSocketNotifierType::Write;
        // SAFETY: made by `new`, without a parent.
        unsafe { QBox::from_raw(ffi::make_notifier(descriptor, write)) }
    }

    /// What the notifier watches for, as `QSocketNotifier::type`.
    pub fn kind(&self) -> QSocketNotifierType {
        if ffi::notifier_is_write(self) {
            QSocketNotifierType::Write
        } else {
            QSocketNotifierType::Read
        }
    }

    /// The watched descriptor, as `QSocketNotifier::socket`.
    pub fn socket(&self) -> Borrowed<'_> {
        // SAFETY: open as long as the notifier lives, which is borrowed meanwhile; it came from an
        // owned descriptor, so the number is in range.
        unsafe { Borrowed::borrow_raw(ffi::notifier_socket(self) as _) }
    }

    /// Enables or disables the notifier, as `QSocketNotifier::setEnabled`.
    pub fn set_enabled(&self, enabled: bool) {
        if !enabled {
            ObjectState::of(self.upcast()).start_anew();
        }
        ffi::notifier_set_enabled(self, enabled);
    }

    /// Calls `handler` repeatedly while the descriptor is ready, on `QSocketNotifier::activated`.
    pub fn on_activated(&self, mut handler: impl FnMut(&Self) + 'static) -> Connection {
        connect(
            self,
            |slot| ffi::on_activated(self, slot),
            move |notifier, ()| handler(notifier),
        )
    }
}
