// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The fast path: sends each client its message on the descriptor, in one call, and accepts
//! those behind it in the backlog.

use std::cell::{Cell, RefCell};
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use cxx_qt_network::{QLocalServer, QLocalSocket};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio};
use rustix::net::{SendFlags, SocketAddrUnix, getsockname, send};

use super::Inner;

/// How many clients are served before other events are handled.
const MAX_BATCH: u32 = 64;

/// Accepts on a duplicate of the listening descriptor.
#[derive(Default)]
pub(super) struct ClientHandler {
    listener: RefCell<Option<OwnedFd>>,
    /// How many clients the last batch had. After a batch of one, the next is likely to have one too:
    /// asking for another with `poll` is cheaper than a failed `accept`.
    last_batch: Cell<u32>,
}

impl ClientHandler {
    pub(super) fn set_listener(&self, server: &QLocalServer) -> io::Result<()> {
        let listener = server.duplicate_descriptor()?;
        // Qt leaves a socket in the abstract namespace blocking; the flag is shared with duplicates.
        ioctl_fionbio(&listener, true)?;
        self.listener.replace(Some(listener));
        Ok(())
    }

    /// Whether the name is in the abstract namespace; `false` while it does not listen.
    pub(super) fn is_abstract(&self) -> bool {
        let listener = self.listener.borrow();
        let address = listener.as_ref().and_then(|it| getsockname(it).ok());
        let address = address.and_then(|it| SocketAddrUnix::try_from(it).ok());
        address.is_some_and(|it| it.path().is_none())
    }

    pub(super) fn close(&self) {
        self.listener.take();
    }

    /// Accepts the next client in the backlog, if there is one. Errors are left to Qt's own `accept`.
    fn next(&self) -> Option<OwnedFd> {
        let listener = self.listener.borrow();
        let listener = listener.as_ref()?.as_fd();
        if self.last_batch.get() == 1 {
            let mut polled = [PollFd::from_borrowed_fd(listener, PollFlags::IN)];
            if poll(&mut polled, Some(&Timespec::default())) != Ok(1) {
                return None;
            }
        }
        accept(listener).ok()
    }
}

impl Inner {
    /// Serves a client that Qt has accepted, and those behind it in the backlog.
    pub(super) fn serve_batch(&self, client: OwnedFd) {
        let mut batch = 1;
        let mut sent = u64::from(self.serve(client));
        while batch < MAX_BATCH
            && let Some(client) = self.client_handler.next()
        {
            sent += u64::from(self.serve(client));
            batch += 1;
        }
        self.client_handler.last_batch.set(batch);
        self.count(sent);
    }

    /// Sends a message and returns whether all of it was sent. In one piece: the clients of Qt 5.10 to
    /// 6.4 misread a message that comes in two.
    fn serve(&self, client: OwnedFd) -> bool {
        let Some(message) = self.choose() else {
            return false;
        };
        let sent = match send(&client, &message, send_flags()) {
            // What was sent arrives although the connection is closed now.
            Ok(sent) if sent == message.len() => return true,
            Ok(sent) => sent,
            Err(Errno::AGAIN | Errno::INTR) => 0,
            Err(error) => {
                tracing::debug!("a client was not served: {error}");
                return false;
            }
        };
        let socket = QLocalSocket::new();
        if socket.set_socket_descriptor(client).is_ok() {
            self.pending.add(socket, message, sent);
        }
        false
    }
}

/// Accepts a connection whose descriptor does not block and is not inherited.
#[cfg(not(target_vendor = "apple"))]
fn accept(listener: impl AsFd) -> rustix::io::Result<OwnedFd> {
    use rustix::net::{SocketFlags, accept_with};
    accept_with(listener, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK)
}

#[cfg(target_vendor = "apple")]
fn accept(listener: impl AsFd) -> rustix::io::Result<OwnedFd> {
    use rustix::io::{FdFlags, fcntl_setfd};
    let client = rustix::net::accept(listener)?;
    fcntl_setfd(&client, FdFlags::CLOEXEC)?;
    ioctl_fionbio(&client, true)?;
    rustix::net::sockopt::set_socket_nosigpipe(&client, true)?;
    Ok(client)
}

fn send_flags() -> SendFlags {
    #[cfg(not(target_vendor = "apple"))]
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
    #[cfg(target_vendor = "apple")]
    let flags = SendFlags::DONTWAIT;
    flags
}
