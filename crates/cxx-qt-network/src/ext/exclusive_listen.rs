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
    /// Listens on `name` and takes it from no other server.
    ///
    /// What [`listen`](Self::listen) cannot do together, and this does:
    ///
    /// - the name of a server that answers is never taken, whatever the socket options are;
    /// - a socket that a crash left behind is removed and its name used again;
    /// - whatever else is at the path is left alone;
    /// - the socket never has wider permissions than the socket options say, not for a moment;
    /// - of several servers that listen like this at the same time, one gets the name;
    /// - when the server closes, it removes its own file and nothing else; so it is where the process
    ///   ends by `exit`;
    /// - when descriptors run out, clients wait and are served later (with Qt 5, but for those that were
    ///   accepted and not taken yet).
    ///
    /// The socket is bound and listens under a private name before it gets its own, so Qt itself, and
    /// C++ code that asks it, know the private name.
    ///
    /// On other systems than Unix a name that a server answers on is refused, and the rest is
    /// [`listen`](Self::listen)'s.
    ///
    /// # Errors
    ///
    /// If the server listens already, or the name cannot be used: the error says why.
    pub fn listen_exclusive(&self, name: impl Into<QString>) -> Result<(), ListenError> {
        let name = name.into();
        #[cfg(unix)]
        {
            call(|| {
                let Some(path) = self.check(&name)? else {
                    // In the abstract namespace nothing is left behind or can be replaced.
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

    /// What is at the path of a server that listens after
    /// [`listen_exclusive`](Self::listen_exclusive): its own socket, or not. There is no
    /// notification; poll it.
    ///
    /// A server that listens in another way is taken to own its file, and one that does not listen
    /// has none.
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
