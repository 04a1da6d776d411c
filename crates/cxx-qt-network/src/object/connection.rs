// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The connection of a signal to a handler, as `QMetaObject::Connection`.

use std::fmt;
use std::marker::PhantomData;

use cxx_qt::QMetaObjectConnection;

use super::callback;

/// A connection of a signal to a handler. It lives as long as its sender, even if this is dropped.
///
/// It belongs to the sender's thread, as does the handler, which [`disconnect`](Self::disconnect)
/// frees:
///
/// ```compile_fail,E0277
/// fn leave(connection: cxx_qt_network::Connection) {
///     std::thread::spawn(move || connection.disconnect());
/// }
/// ```
pub struct Connection {
    connection: QMetaObjectConnection,
    /// Not `Send`, since handlers need not be `Send`.
    not_send: PhantomData<*const ()>,
}

impl Connection {
    pub(super) fn new(connection: QMetaObjectConnection) -> Self {
        Self {
            connection,
            not_send: PhantomData,
        }
    }

    /// Ends the connection: the handler is not called again, not even for signals that were emitted
    /// already, and is dropped when it is not running. As `QObject::disconnect`.
    pub fn disconnect(self) {
        callback::call(|| self.connection.disconnect());
    }

    /// Ends the connection when the result is dropped.
    pub fn guard(self) -> ConnectionGuard {
        ConnectionGuard(Some(self))
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

/// A connection that ends when this is dropped. [`Connection::guard`] returns it.
///
/// ```compile_fail,E0277
/// fn leave(guard: cxx_qt_network::ConnectionGuard) {
///     std::thread::spawn(move || drop(guard));
/// }
/// ```
#[must_use = "the connection ends when its guard is dropped"]
#[derive(Debug)]
pub struct ConnectionGuard(Option<Connection>);

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            connection.disconnect();
        }
    }
}
