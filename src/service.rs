// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The server as a service of systemd, or of whatever speaks as it does: takes the socket that it
//! was started for, and tells when it is ready. Started by anybody else, it does nothing of that.

#[cfg(unix)]
use std::os::unix::net::UnixListener;

#[cfg(unix)]
use cxx_qt_network::ListenError;

#[cfg(unix)]
use crate::DEFAULT_NAME;
use crate::server::{Address, Server, ServerError};

/// The socket that this process was started for, if it was.
pub(crate) struct Inherited {
    #[cfg(unix)]
    listener: Option<UnixListener>,
}

impl Inherited {
    /// Takes it from the environment (`LISTEN_FDS`), which forgets it, so that nobody else takes it
    /// too: to be called before there are threads.
    ///
    /// # Errors
    ///
    /// If what was handed over is not a local socket.
    pub(crate) fn take() -> Result<Self, ServerError> {
        #[cfg(unix)]
        {
            let mut handed_over = listenfd::ListenFd::from_env();
            if handed_over.len() > 1 {
                tracing::warn!("only the first of {} sockets is served", handed_over.len());
            }
            let failed = |source| ListenError::Io {
                path: "LISTEN_FDS".to_owned(),
                source,
            };
            let listener = handed_over.take_unix_listener(0).map_err(failed)?;
            Ok(Self { listener })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Listens on it, or else where the user wants.
    ///
    /// # Errors
    ///
    /// If the socket does not listen, or the name cannot be had.
    pub(crate) fn listen(self, server: &mut Server, address: Address) -> Result<(), ServerError> {
        #[cfg(unix)]
        if let Some(listener) = self.listener {
            let usual = Address {
                name: DEFAULT_NAME.to_owned(),
                ..Address::default()
            };
            if address != usual {
                tracing::warn!(
                    "a socket was handed over, so --name, --access and --abstract have no effect"
                );
            }
            return server.listen_on(listener);
        }
        server.listen(address)
    }
}

/// Tells that the server can be reached (`NOTIFY_SOCKET`).
pub(crate) fn say_ready() {
    #[cfg(unix)]
    tell(&sd_notify::NotifyState::Ready);
}

/// Tells that the server is about to end.
pub(crate) fn say_stopping() {
    #[cfg(unix)]
    tell(&sd_notify::NotifyState::Stopping);
}

#[cfg(unix)]
fn tell(state: &sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::warn!("the service manager cannot be told {state}: {error}");
    }
}
