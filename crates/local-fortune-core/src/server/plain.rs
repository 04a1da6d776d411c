// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where a connection is no descriptor: `QLocalServer` takes it, and each client has a
//! `QLocalSocket`. One thread serves.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use cxx_qt_network::{ConnectionGuard, QLocalServer};

use super::core::Turn;
use super::leaving::Leaving;
use super::shared::Shared;

/// Takes the connections of a server while it lives.
pub(super) struct Acceptor {
    _connection: ConnectionGuard,
}

impl Acceptor {
    /// Leaves accepting to Qt.
    pub(super) fn take_over(_: Pin<&mut QLocalServer>) {}

    /// Takes the connections of a server, and tells `on_turn` each time.
    pub(super) fn of(
        server: Pin<&mut QLocalServer>,
        shared: Arc<Shared>,
        leaving: Rc<Leaving>,
        _is_alone: bool,
        on_turn: impl Fn(Turn) + 'static,
    ) -> io::Result<Self> {
        let connection = server.on_new_connection(move |mut server| {
            let mut taken = 0;
            while let Some(socket) = server.as_mut().next_pending_connection() {
                if let Some(message) = shared.with_one(Arc::clone) {
                    leaving.add(socket, message, 0);
                }
                taken += 1;
            }
            on_turn(Turn { taken, more: false });
        });
        Ok(Self {
            _connection: connection,
        })
    }

    /// There is no shortage of descriptors.
    pub(super) fn recover(&mut self) -> bool {
        false
    }
}

/// There are no further threads.
pub(super) struct Workers(Infallible);

impl Workers {
    pub(super) fn start(_: usize, _: &Arc<Shared>) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn count(&self) -> usize {
        match self.0 {}
    }

    pub(super) fn listen(&self, _: &Acceptor) -> io::Result<()> {
        match self.0 {}
    }

    pub(super) fn close(&self) {
        match self.0 {}
    }

    pub(super) fn call(&self) {
        match self.0 {}
    }
}
