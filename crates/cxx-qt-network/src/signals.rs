// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Connects signals to Rust closures: the C++ half of every `on_…` method.
//!
//! One small lambda a signal. The closure is destroyed with the connection, which ends with its
//! guard or with the emitter; it is called in the emitter's thread, whichever thread emits.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;

use crate::border;

#[cxx_qt::bridge]
mod ffi {
    #[namespace = "cxx_qt_network"]
    extern "Rust" {
        type SignalHandler;

        /// Calls the closure with the signal's arguments, as integers.
        fn call(self: &SignalHandler, first: i64, second: i64);
    }

    #[namespace = "rust::cxxqt1"]
    unsafe extern "C++" {
        include!("cxx-qt/connection.h");
        type QMetaObjectConnection = cxx_qt::QMetaObjectConnection;
    }

    unsafe extern "C++" {
        include!("cxx-qt-network/signals.h");
        type QIODevice = crate::QIODevice;
        type QLocalServer = crate::QLocalServer;
        type QLocalSocket = crate::QLocalSocket;
        type QSocketNotifier = crate::QSocketNotifier;
        type QTimer = crate::QTimer;
    }

    // SAFETY: each connects one signal of a live object; the connection owns the handler.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        #[rust_name = "on_ready_read"]
        fn onReadyRead(
            sender: Pin<&mut QIODevice>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;
        #[rust_name = "on_bytes_written"]
        fn onBytesWritten(
            sender: Pin<&mut QIODevice>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;
        #[rust_name = "on_channel_bytes_written"]
        fn onChannelBytesWritten(
            sender: Pin<&mut QIODevice>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;
        #[rust_name = "on_channel_ready_read"]
        fn onChannelReadyRead(
            sender: Pin<&mut QIODevice>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;
        #[rust_name = "on_about_to_close"]
        fn onAboutToClose(
            sender: Pin<&mut QIODevice>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;
        #[rust_name = "on_read_channel_finished"]
        fn onReadChannelFinished(
            sender: Pin<&mut QIODevice>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;

        #[rust_name = "on_new_connection"]
        fn onNewConnection(
            sender: Pin<&mut QLocalServer>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;

        #[rust_name = "on_connected"]
        fn onConnected(
            sender: Pin<&mut QLocalSocket>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;
        #[rust_name = "on_disconnected"]
        fn onDisconnected(
            sender: Pin<&mut QLocalSocket>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;
        #[rust_name = "on_error_occurred"]
        fn onErrorOccurred(
            sender: Pin<&mut QLocalSocket>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;
        #[rust_name = "on_state_changed"]
        fn onStateChanged(
            sender: Pin<&mut QLocalSocket>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;

        #[rust_name = "on_timeout"]
        fn onTimeout(
            sender: Pin<&mut QTimer>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;

        #[rust_name = "on_activated"]
        fn onActivated(
            sender: Pin<&mut QSocketNotifier>,
            handler: Box<SignalHandler>,
        ) -> QMetaObjectConnection;
    }
}

pub(crate) use ffi::*;

/// A connection that ends when this is dropped; [`release`](Self::release) lets it live as long as
/// the emitter. As `QMetaObject::Connection`.
///
/// It belongs to the emitter's thread, as the closure does that it frees:
///
/// ```compile_fail,E0277
/// fn leave(guard: cxx_qt_network::ConnectionGuard) {
///     std::thread::spawn(move || drop(guard));
/// }
/// ```
#[must_use = "the connection ends with its guard: keep it, or release it"]
pub struct ConnectionGuard {
    guard: cxx_qt::QMetaObjectConnectionGuard,
    /// Closures need not be `Send`, so neither may be what frees them.
    not_send: PhantomData<*const ()>,
}

impl ConnectionGuard {
    /// Lets the connection live as long as the emitter.
    pub fn release(self) {
        drop(self.guard.release());
    }
}

impl From<QMetaObjectConnection> for ConnectionGuard {
    fn from(connection: QMetaObjectConnection) -> Self {
        Self {
            guard: connection.into(),
            not_send: PhantomData,
        }
    }
}

impl fmt::Debug for ConnectionGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionGuard").finish_non_exhaustive()
    }
}

/// A closure that C++ owns: called when the signal is emitted.
pub(crate) struct SignalHandler(Box<dyn Fn(i64, i64)>);

impl SignalHandler {
    fn call(&self, first: i64, second: i64) {
        border::contain(|| (self.0)(first, second));
    }
}

/// Connects `handler` to the signal that `signal` names, with the emitter as first argument.
pub(crate) fn connect<T: 'static>(
    mut sender: Pin<&mut T>,
    signal: impl FnOnce(Pin<&mut T>, Box<SignalHandler>) -> QMetaObjectConnection,
    handler: impl Fn(Pin<&mut T>, i64, i64) + 'static,
) -> ConnectionGuard {
    // SAFETY: only the address is taken; nothing is moved through it.
    let emitter: *mut T = unsafe { sender.as_mut().get_unchecked_mut() };
    let call = move |first, second| {
        // SAFETY: the sender is the connection's context as well, so Qt calls this only while the
        // sender lives and in its thread; it was pinned when the connection was made.
        handler(unsafe { Pin::new_unchecked(&mut *emitter) }, first, second);
    };
    signal(sender, Box::new(SignalHandler(Box::new(call)))).into()
}
