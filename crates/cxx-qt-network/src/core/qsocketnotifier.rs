// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QSocketNotifier`](https://doc.qt.io/qt-6/qsocketnotifier.html): calls a closure when a
//! descriptor can be read or written, from the event loop of its thread. On Windows the descriptor is
//! a socket.

#[cfg(unix)]
use std::os::fd::{AsRawFd, BorrowedFd as Borrowed, OwnedFd as Owned};
#[cfg(windows)]
use std::os::windows::io::{AsRawSocket, BorrowedSocket as Borrowed, OwnedSocket as Owned};
use std::pin::Pin;

use super::qbox::QBox;
use crate::signals::{self, ConnectionGuard, connect};

#[cxx_qt::bridge]
mod ffi {
    // SAFETY: the declarations match <QSocketNotifier>; none takes ownership or a raw pointer.
    unsafe extern "C++Qt" {
        include!(<QtCore/QSocketNotifier>);
        /// Watches one descriptor, which it owns. It belongs to one thread.
        #[qobject]
        type QSocketNotifier;

        /// Whether it watches, as `QSocketNotifier::isEnabled`.
        #[rust_name = "is_enabled"]
        fn isEnabled(self: &QSocketNotifier) -> bool;
        /// Lets it watch or not, as `QSocketNotifier::setEnabled`.
        #[rust_name = "set_enabled"]
        fn setEnabled(self: Pin<&mut QSocketNotifier>, enabled: bool);
    }

    #[namespace = "cxx_qt_network"]
    extern "Rust" {
        type NotifierDescriptor;

        /// The number of the descriptor.
        fn number(self: &NotifierDescriptor) -> i64;
    }

    // SAFETY: each only forwards to the member it is named after; the notifier that is made has no
    // owner yet, and its one caller takes it.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/qsocketnotifier.h");
        #[rust_name = "make_notifier"]
        fn makeNotifier(descriptor: Box<NotifierDescriptor>, write: bool) -> *mut QSocketNotifier;
        #[rust_name = "notifier_socket"]
        fn notifierSocket(notifier: &QSocketNotifier) -> i64;
        #[rust_name = "notifier_is_write"]
        fn notifierIsWrite(notifier: &QSocketNotifier) -> bool;
    }
}

pub use ffi::QSocketNotifier;

/// What a [`QSocketNotifier`] waits for, as `QSocketNotifier::Type` without its exceptions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NotifierKind {
    /// There is something to read, to accept, or the end.
    Read,
    /// Something can be written.
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
    /// A notifier that does not watch yet: connect a handler and [`set_enabled`](Self::set_enabled).
    ///
    /// It owns the descriptor, so that nobody can close it while it is watched; of one that is to
    /// live longer, give it a duplicate.
    pub fn new(descriptor: impl Into<Owned>, kind: NotifierKind) -> QBox<Self> {
        let descriptor = Box::new(NotifierDescriptor(descriptor.into()));
        let write = kind == NotifierKind::Write;
        // SAFETY: made by `new`, without a parent.
        unsafe { QBox::from_raw(ffi::make_notifier(descriptor, write)) }
    }

    /// What it waits for, as `QSocketNotifier::type`.
    pub fn kind(&self) -> NotifierKind {
        if ffi::notifier_is_write(self) {
            NotifierKind::Write
        } else {
            NotifierKind::Read
        }
    }

    /// The descriptor that it watches, as `QSocketNotifier::socket`.
    pub fn socket(&self) -> Borrowed<'_> {
        // SAFETY: open as long as the notifier lives, which is borrowed meanwhile; it came from an
        // owned descriptor, so the number is in range.
        unsafe { Borrowed::borrow_raw(ffi::notifier_socket(self) as _) }
    }

    /// Calls `handler` whenever the descriptor is ready, again and again until what made it ready
    /// is taken: on `QSocketNotifier::activated`.
    pub fn on_activated(
        self: Pin<&mut Self>,
        handler: impl Fn(Pin<&mut Self>) + 'static,
    ) -> ConnectionGuard {
        connect(self, signals::on_activated, move |notifier, _, _| {
            handler(notifier);
        })
    }
}
