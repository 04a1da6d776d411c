// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `CountingServer`: a `QLocalServer` that counts whom it accepts, before it makes sockets of them.

use std::pin::Pin;

use cxx_qt::CxxQtType;
use cxx_qt::casting::Upcast;
use cxx_qt::{QObject, impl_transitive_cast};
use cxx_qt_network::{QBox, QLocalServer};

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qtypes.h");
        type quintptr = cxx_qt_lib::quintptr;
        include!("cxx-qt-network/network/qlocalserver.h");
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

        /// The base class's own way with a descriptor: a socket that waits to be taken.
        #[inherit]
        #[cxx_name = "incomingConnection"]
        fn base_incoming_connection(self: Pin<&mut CountingServer>, descriptor: quintptr);
    }

    // SAFETY: makes an object that its UniquePtr alone owns.
    #[namespace = "rust::cxxqtlib1"]
    unsafe extern "C++" {
        include!("cxx-qt-lib/common.h");
        #[rust_name = "make_counting_server"]
        fn make_unique() -> UniquePtr<CountingServer>;
    }
}

pub use ffi::CountingServer;

impl_transitive_cast!(CountingServer, QLocalServer, QObject);

/// What a [`CountingServer`] is made of.
#[derive(Default)]
pub struct CountingServerRust {
    count: u32,
}

impl CountingServer {
    /// A server that does not listen yet; `None` if C++ could not make it.
    pub fn new() -> Option<QBox<Self>> {
        QBox::from_unique(ffi::make_counting_server())
    }

    /// How many connections there were.
    pub fn count(&self) -> u32 {
        self.rust().count
    }

    fn incoming_connection(mut self: Pin<&mut Self>, descriptor: ffi::quintptr) {
        self.as_mut().rust_mut().count += 1;
        self.base_incoming_connection(descriptor);
    }
}
