// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The server as a service of systemd, or of any other manager with the same protocol: it listens on
//! the socket that it was started for, and tells when it is ready.

#[cfg(unix)]
use std::os::unix::net::UnixListener;

#[cfg(unix)]
use cxx_qt_network::ListenError;

use local_fortune_core::address::Address;
use local_fortune_core::server::{Access, Server, ServerError};

/// The socket that this process was started for, if any.
pub(crate) struct SocketActivation {
    #[cfg(unix)]
    listener: Option<UnixListener>,
}

impl SocketActivation {
    /// Takes the socket from the environment (`LISTEN_FDS`), which is changed so that no other code
    /// takes it too: to be called before there are threads.
    ///
    /// # Errors
    ///
    /// If the descriptor is not a local socket.
    pub(crate) fn take() -> Result<Self, ServerError> {
        #[cfg(unix)]
        {
            let mut sockets = listenfd::ListenFd::from_env();
            if sockets.len() > 1 {
                tracing::warn!("only the first of {} sockets is served", sockets.len());
            }
            let failed = |source| ListenError::Io {
                path: "LISTEN_FDS".to_owned(),
                source,
            };
            let listener = sockets.take_unix_listener(0).map_err(failed)?;
            Ok(Self { listener })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Listens on the socket, or without one on the address.
    ///
    /// # Errors
    ///
    /// If the socket does not listen, or the address cannot be used.
    pub(crate) fn listen(
        self,
        server: &mut Server,
        address: Address,
        access: Access,
    ) -> Result<(), ServerError> {
        #[cfg(unix)]
        if let Some(listener) = self.listener {
            if (&address, access) != (&Address::default(), Access::default()) {
                tracing::warn!("a socket was handed over, so ADDRESS and --access have no effect");
            }
            return server.listen_on(listener);
        }
        server.listen(address, access)
    }
}

/// Tells that the server can be reached (`NOTIFY_SOCKET`).
pub(crate) fn notify_ready() {
    #[cfg(unix)]
    notify(&sd_notify::NotifyState::Ready);
}

/// Tells that the server is about to end.
pub(crate) fn notify_stopping() {
    #[cfg(unix)]
    notify(&sd_notify::NotifyState::Stopping);
}

#[cfg(unix)]
fn notify(state: &sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::warn!("the service manager cannot be told {state}: {error}");
    }
}
