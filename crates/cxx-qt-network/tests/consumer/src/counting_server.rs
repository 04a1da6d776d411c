// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `CountingServer`: a `QLocalServer` that counts the connections it accepts.

use std::cell::{Cell, RefCell};
use std::pin::Pin;

use cxx::UniquePtr;
use cxx_qt::casting::Upcast;
use cxx_qt::{QObject, impl_transitive_cast};
use cxx_qt_network::{QBox, QLocalServer};

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qtypes.h");
        type quintptr = cxx_qt_lib::quintptr;
        include!("cxx-qt-network/network/socket/qlocalserver.h");
        type QLocalServer = cxx_qt_network::QLocalServer;
    }

    // SAFETY: the declarations match <QLocalServer>.
    unsafe extern "RustQt" {
        /// A server that counts its connections.
        #[qobject]
        #[base = QLocalServer]
        type CountingServer = super::CountingServerRust;

        /// Called by Qt with each connection that it accepts.
        #[cxx_override]
        #[cxx_name = "incomingConnection"]
        fn incoming_connection(self: Pin<&mut CountingServer>, descriptor: quintptr);

        /// The base class's implementation, which creates a pending connection.
        #[inherit]
        #[cxx_name = "incomingConnection"]
        fn base_incoming_connection(self: Pin<&mut CountingServer>, descriptor: quintptr);
    }

    // SAFETY: creates an object that only its UniquePtr owns.
    #[namespace = "rust::cxxqtlib1"]
    unsafe extern "C++" {
        include!("cxx-qt-lib/common.h");
        #[rust_name = "make_counting_server"]
        fn make_unique() -> UniquePtr<CountingServer>;
    }
}

pub use ffi::CountingServer;

impl_transitive_cast!(CountingServer, QLocalServer, QObject);

/// Called once.
type Callback = RefCell<Option<Box<dyn FnOnce()>>>;

/// The Rust half of a [`CountingServer`].
#[derive(Default)]
pub struct CountingServerRust {
    count: Cell<u32>,
    on_incoming: Callback,
    on_drop: Callback,
}

impl Drop for CountingServerRust {
    fn drop(&mut self) {
        if let Some(on_drop) = self.on_drop.take() {
            on_drop();
        }
    }
}

impl CountingServer {
    /// A server that is not listening; `None` if C++ could not create it.
    pub fn new() -> Option<QBox<Self>> {
        QBox::from_unique(ffi::make_counting_server())
    }

    /// A server that its `UniquePtr` owns, and not a `QBox`.
    pub fn new_unique() -> UniquePtr<Self> {
        ffi::make_counting_server()
    }

    /// The number of connections that were accepted.
    pub fn count(&self) -> u32 {
        self.count.get()
    }

    /// Calls `on_incoming` inside the next call of the override, and `on_drop` when the server is
    /// deleted.
    pub fn observe(&self, on_incoming: impl FnOnce() + 'static, on_drop: impl FnOnce() + 'static) {
        self.on_incoming.replace(Some(Box::new(on_incoming)));
        self.on_drop.replace(Some(Box::new(on_drop)));
    }

    fn incoming_connection(self: Pin<&mut Self>, descriptor: ffi::quintptr) {
        self.count.set(self.count.get() + 1);
        let on_incoming = self.on_incoming.take();
        if let Some(on_incoming) = on_incoming {
            on_incoming();
        }
        self.base_incoming_connection(descriptor);
    }
}
