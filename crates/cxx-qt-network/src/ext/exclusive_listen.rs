// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Listening on a name without taking it from another server.

use cxx_qt_lib::QString;

#[cfg(unix)]
use super::unix::exclusive_bind;
#[cfg(unix)]
use super::unix::socket_file::{SocketFileGuard, SocketFileState};
use crate::network::socket::listen_error::ListenError;
use crate::network::socket::qlocalserver::QLocalServer;
#[cfg(unix)]
use crate::network::socket::qlocalserver::mode_of;
#[cfg(unix)]
use crate::object::callback::call;

impl QLocalServer {
    /// Listens on `name` without replacing another server.
    ///
    /// Unlike [`listen`](Self::listen), it has all of these properties:
    ///
    /// - the name of a running server is never replaced, whatever the socket options are;
    /// - a stale socket is removed and its name reused;
    /// - any other file at the path is left alone;
    /// - the socket never has wider permissions than the socket options say, even temporarily;
    /// - if several servers call this simultaneously, exactly one gets the name;
    /// - when the server closes or the process calls `exit`, it removes its own file and nothing else;
    /// - when file descriptors run out, clients wait in the backlog and are served later (with Qt
    ///   5, connections that are pending at that moment are lost).
    ///
    /// The socket is bound and listens under a private name before it is moved to the path, so Qt,
    /// and C++ code that asks Qt for the name, return the private name.
    ///
    /// On other systems than Unix this checks that no server answers on the name, then calls
    /// [`listen`](Self::listen).
    ///
    /// # Errors
    ///
    /// If the server listens already, or the name cannot be used; the error has the reason.
    pub fn listen_exclusive(&self, name: impl Into<QString>) -> Result<(), ListenError> {
        let name = name.into();
        #[cfg(unix)]
        {
            call(|| {
                let Some(path) = self.check(&name)? else {
                    // In the abstract namespace there are no stale sockets and no name can be
                    // replaced.
                    self.listen(name.clone())?;
                    return self.keep_listening(name, self.full_server_name(), None);
                };
                let (mode, backlog) = (mode_of(self.socket_options()), self.listen_backlog_size());
                let (descriptor, file) = exclusive_bind::bind(path.as_ref(), mode, backlog)?;
                self.give_listener(descriptor)?;
                self.keep_listening(name, QString::from(&path), Some(Box::new(file)))
            })
        }
        #[cfg(not(unix))]
        {
            if is_answered(&name) {
                return Err(ListenError::InUse {
                    path: name.to_string(),
                });
            }
            self.listen(name)
        }
    }

    /// The state of the socket file of a server that listens after
    /// [`listen_exclusive`](Self::listen_exclusive). There is no notification; poll it.
    ///
    /// [`Owned`](SocketFileState::Owned) for a server that listens in another way,
    /// [`Removed`](SocketFileState::Removed) for one that does not listen.
    #[cfg(unix)]
    pub fn socket_file_state(&self) -> SocketFileState {
        if !self.is_listening() {
            return SocketFileState::Removed;
        }
        self.kept_file()
            .map_or(SocketFileState::Owned, SocketFileGuard::state)
    }
}

/// Whether a server answers on the name.
#[cfg(not(unix))]
fn is_answered(name: &QString) -> bool {
    let probe = crate::network::socket::qlocalsocket::QLocalSocket::new();
    probe.connect_to_server(name.clone());
    probe
        .wait_for_connected(Some(std::time::Duration::from_millis(500)))
        .is_ok()
}
