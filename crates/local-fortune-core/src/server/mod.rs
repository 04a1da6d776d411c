// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Serves fortunes: one to each connection, then it closes.
//!
//! Runs in the event loop of the thread that made it, on the real `QLocalServer`; further threads
//! help if [`Server::set_workers`] says so.
//!
//! # What clients can cost
//!
//! Nearly every client is gone at once, with its message in the system's memory. One that does not
//! take all of it holds a descriptor and some 32 KiB, for [`LINGER`] at the most; each thread keeps
//! 500 of them, so 16 MiB, and drops the one that has had the most time for one more. Nothing that a
//! client sends is read. Without descriptors, clients are served one by one, or wait in the system's
//! queue until there are some.

#[cfg(unix)]
mod accept;
mod address;
mod core;
mod leaving;
#[cfg(unix)]
mod lookout;
#[cfg(not(unix))]
mod plain;
mod shared;
#[cfg(unix)]
mod workers;

use std::fmt;
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use cxx_qt_network::ListenError;

pub use address::{Access, Address, UnknownAccess};

use crate::fortunes::{Fortunes, FortunesError};
use crate::wire::{EncodeError, WireFormat};
use core::Core;
use shared::Shared;

/// How long a client may take to fetch its fortune before it is dropped, unless said otherwise.
pub const LINGER: Duration = Duration::from_secs(10);

/// How many clients the system lets wait until the server gets round to them; Qt's own 50 turn
/// clients away when hundreds come at once. Linux lowers it to its `somaxconn`.
const BACKLOG: i32 = 4096;

/// How often the server looks round: whether its name is still its own, whether there are
/// descriptors again, and whether clients took too long.
const WATCH: Duration = Duration::from_millis(250);

/// Why a server did not start. `Display` is the sentence that the programs show.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The name is taken or cannot be had.
    #[error("Unable to start the server: {0}.")]
    Listen(#[from] ListenError),
    /// The fortunes cannot be read.
    #[error("Unable to start the server: {0}.")]
    Fortunes(#[from] FortunesError),
    /// A fortune cannot be sent in the format.
    #[error("Unable to start the server: {0}.")]
    Encode(#[from] EncodeError),
}

/// What happened to a server.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Event {
    /// Fortunes went out.
    Served,
    /// Clients have to wait, or do not find the server. It goes on by itself as soon as it can.
    Interrupted(Interruption),
    /// The interruption is over.
    Resumed,
}

/// Why a server cannot serve as it should. `Display` is a phrase for the middle of a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Interruption {
    /// The process may have no more descriptors: clients wait, or are served one by one.
    #[error("no file descriptors are left, trying again")]
    NoDescriptors,
    /// Something else has come to the path of the socket, which stays there.
    #[error("something else has taken the name, waiting until it is free")]
    NameTaken,
    /// The file of the socket was removed, and the name cannot be had again yet.
    #[error("the socket's file was removed, trying again")]
    NameLost,
}

/// Sends a fortune to everybody who connects. Dropping it closes it.
pub struct Server {
    core: Rc<Core>,
    fortunes: Fortunes,
    format: WireFormat,
}

impl Server {
    /// A server of these fortunes that does not listen yet; it tells `on_event` what happens.
    ///
    /// # Errors
    ///
    /// If one of the fortunes cannot be sent in the format.
    pub fn new(
        fortunes: Fortunes,
        format: WireFormat,
        on_event: impl Fn(Event) + 'static,
    ) -> Result<Self, ServerError> {
        let shared = Arc::new(Shared::new(&fortunes, format)?);
        Ok(Self {
            core: Core::new(shared, Box::new(on_event)),
            fortunes,
            format,
        })
    }

    /// Starts to listen; nobody is harmed, as [`QLocalServer::claim`](cxx_qt_network::QLocalServer::claim) promises.
    ///
    /// # Errors
    ///
    /// If the server listens already, or the name cannot be had.
    pub fn listen(&mut self, address: Address) -> Result<(), ServerError> {
        self.core.start(address)?;
        Ok(())
    }

    /// Listens on a socket that somebody else has made and listens on already, such as systemd: its
    /// file stays when the server closes.
    ///
    /// # Errors
    ///
    /// If the server listens already, or the socket does not.
    #[cfg(unix)]
    pub fn listen_on(
        &mut self,
        listener: impl Into<std::os::fd::OwnedFd>,
    ) -> Result<(), ServerError> {
        self.core.listen_on(listener.into())?;
        Ok(())
    }

    /// Stops listening and removes the socket's file. Fortunes on their way still arrive.
    pub fn close(&mut self) {
        self.core.stop();
    }

    /// Whether the server listens, or tries to again after an interruption.
    pub fn is_listening(&self) -> bool {
        self.core.is_started()
    }

    /// The full name that it listens on, empty while it does not.
    pub fn full_server_name(&self) -> String {
        self.core.qt.borrow().full_server_name().to_string()
    }

    /// How many clients have not fetched the whole of their fortune yet.
    pub fn leaving(&self) -> usize {
        self.core.shared.leaving()
    }

    /// Lets a client take so long to fetch its fortune, to a quarter of a second.
    pub fn set_linger(&mut self, linger: Duration) {
        self.core.shared.set_linger(linger);
    }

    /// How many threads serve, this one among them; from the next [`listen`](Self::listen) on.
    /// Elsewhere than on Unix it is always one.
    pub fn set_workers(&mut self, count: NonZero<usize>) {
        self.core
            .threads
            .set(if cfg!(unix) { count.get() } else { 1 });
    }

    /// Lets other events of this thread wait for up to 8 ms while clients come fast, where that
    /// makes serving them cheaper; from the next [`listen`](Self::listen) on. For a thread that does
    /// nothing else, and has no window.
    pub fn set_alone(&mut self, alone: bool) {
        self.core.is_alone.set(alone);
    }

    /// How many fortunes went out.
    pub fn served(&self) -> u64 {
        self.core.shared.sent()
    }

    /// The format that it sends.
    pub fn format(&self) -> WireFormat {
        self.format
    }

    /// Sends from now on these fortunes in this format.
    ///
    /// # Errors
    ///
    /// If one of the fortunes cannot be sent in the format; then everything stays as it is.
    pub fn set_fortunes(
        &mut self,
        fortunes: Fortunes,
        format: WireFormat,
    ) -> Result<(), ServerError> {
        self.core.shared.replace(&fortunes, format)?;
        (self.fortunes, self.format) = (fortunes, format);
        Ok(())
    }

    /// Sends its fortunes in this format from now on.
    ///
    /// # Errors
    ///
    /// If one of the fortunes cannot be sent in the format; then everything stays as it is.
    pub fn set_format(&mut self, format: WireFormat) -> Result<(), ServerError> {
        self.set_fortunes(self.fortunes.clone(), format)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("format", &self.format)
            .field("full_server_name", &self.full_server_name())
            .finish_non_exhaustive()
    }
}
