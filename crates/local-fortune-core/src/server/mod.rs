// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A `QLocalServer` that sends one fortune to each client and closes the connection.
//!
//! Runs in the event loop of the thread that made it, on the real `QLocalServer`. Qt listens and
//! accepts; the frame, encoded once, is sent on the descriptor in one call.
//!
//! # Limits
//!
//! Most connections are closed at once, with the message in the socket's buffer. A client that does
//! not read all of it holds a descriptor and some 32 KiB, for [`LINGER`] at most. The server keeps 500
//! of these, 16 MiB in total, and drops the oldest for a new one. Data from clients is not read.
//! While descriptors are exhausted, clients wait in the backlog.

mod access;
#[cfg(unix)]
mod client_handler;
mod pending_writes;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};
use std::time::Duration;

use cxx_qt_network::{ListenError, QBox, QLocalServer, QLocalServerSocketOption, QTimer};

pub use access::{Access, UnknownAccess};

use crate::address::{Address, AddressError};
use crate::fortunes::{Fortunes, FortunesError};
use crate::wire::{EncodeError, WireFormat};
#[cfg(unix)]
use client_handler::ClientHandler;
use pending_writes::PendingWrites;

/// How long a client may take to read its fortune before it is dropped, unless set otherwise.
pub const LINGER: Duration = Duration::from_secs(10);

/// The length of the backlog. Qt's default of 50 refuses clients when hundreds connect at once. Linux
/// limits it to `somaxconn`.
const BACKLOG: i32 = 4096;

/// How often the server checks its file, its descriptors, and clients that do not read.
const HEALTH_CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// A whole message, as it is sent.
type Message = Rc<[u8]>;

/// Why a server did not start. `Display` is the sentence that the programs show.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The address is malformed.
    #[error("Unable to start the server: {0}.")]
    Address(#[from] AddressError),
    /// The name is taken or cannot be used.
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
    /// Fortunes were sent.
    Served,
    /// Clients have to wait, or do not find the server. It resumes by itself as soon as it can.
    Interrupted(Interruption),
    /// The interruption is over.
    Resumed,
}

/// Why a server cannot serve as it should. `Display` is a phrase for the middle of a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Interruption {
    /// The process has no file descriptors left: clients wait.
    #[error("no file descriptors are left, trying again")]
    NoDescriptors,
    /// Something else is at the path of the socket, and is left alone.
    #[error("something else has taken the name, waiting until it is free")]
    NameTaken,
    /// The file of the socket was removed, and the name cannot be had again yet.
    #[error("the socket's file was removed, trying again")]
    NameLost,
}

/// Sends a fortune to each client. Dropping it closes it.
pub struct Server {
    inner: Rc<Inner>,
}

impl Server {
    /// A server of these fortunes that does not listen yet; it calls `on_event` from the event loop.
    ///
    /// # Errors
    ///
    /// If one of the fortunes cannot be sent in the format.
    pub fn new(
        fortunes: &Fortunes,
        format: WireFormat,
        on_event: impl Fn(Event) + 'static,
    ) -> Result<Self, ServerError> {
        let inner = Inner::new(encode(fortunes, format)?, Box::new(on_event));
        Ok(Self { inner })
    }

    /// Starts to listen with the permissions of `access`, and never replaces another server:
    /// [`QLocalServer::listen_exclusive`](cxx_qt_network::QLocalServer::listen_exclusive). In the
    /// abstract namespace `access` has no effect.
    ///
    /// # Errors
    ///
    /// If the server listens already, or the name cannot be had.
    pub fn listen(&mut self, address: Address, access: Access) -> Result<(), ServerError> {
        self.inner.check_not_listening()?;
        self.inner.listen(&address, access)?;
        self.inner.started(Some((address, access)));
        Ok(())
    }

    /// Listens on a socket that another program has made and set to listen, such as systemd: its
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
        self.inner.check_not_listening()?;
        self.inner.qt.listen_inherited(listener)?;
        self.inner.accept_too()?;
        self.inner.started(None);
        Ok(())
    }

    /// Stops listening and removes the socket's file. Fortunes that are being sent still arrive.
    pub fn close(&mut self) {
        self.inner.stop();
    }

    /// Whether the server listens, or tries to again after an interruption.
    pub fn is_listening(&self) -> bool {
        self.inner.is_started.get()
    }

    /// The address that it listens on, as a client can be given it: the path of the socket, or
    /// `abstract:NAME`. Empty while it does not listen.
    pub fn full_address(&self) -> String {
        let name = self.inner.qt.full_server_name().to_string();
        #[cfg(unix)]
        if self.inner.client_handler.is_abstract() {
            // Some versions of Qt write the NUL before an inherited name as `@`.
            let inherited = self.inner.address.borrow().is_none();
            let prefix = if inherited { "@" } else { "" };
            return format!("abstract:{}", name.strip_prefix(prefix).unwrap_or(&name));
        }
        name
    }

    /// How many clients have not read their whole fortune yet.
    pub fn pending_writes(&self) -> usize {
        self.inner.pending.len()
    }

    /// Sets how long a client may take to read its fortune; checked once a second.
    pub fn set_linger(&mut self, linger: Duration) {
        self.inner.linger.set(linger);
    }

    /// How many fortunes were sent.
    pub fn served(&self) -> u64 {
        self.inner.served.get()
    }

    /// Sends these fortunes in this format from now on.
    ///
    /// # Errors
    ///
    /// If one of the fortunes cannot be sent in the format; then nothing changes.
    pub fn set_fortunes(
        &mut self,
        fortunes: &Fortunes,
        format: WireFormat,
    ) -> Result<(), ServerError> {
        self.inner.messages.replace(encode(fortunes, format)?);
        Ok(())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("full_address", &self.full_address())
            .finish_non_exhaustive()
    }
}

fn encode(fortunes: &Fortunes, format: WireFormat) -> Result<Box<[Message]>, EncodeError> {
    fortunes
        .iter()
        .map(|text| Ok(format.encode(text)?.into()))
        .collect()
}

/// What the handlers share. None of the cells is borrowed while `on_event` runs, which may call back.
struct Inner {
    qt: QBox<QLocalServer>,
    messages: RefCell<Box<[Message]>>,
    pending: PendingWrites,
    health_check: QBox<QTimer>,
    linger: Cell<Duration>,
    served: Cell<u64>,
    on_event: Box<dyn Fn(Event)>,
    is_started: Cell<bool>,
    /// Where to listen again if the name is lost; `None` for a socket of another program.
    address: RefCell<Option<(Address, Access)>>,
    interruption: Cell<Option<Interruption>>,
    #[cfg(unix)]
    client_handler: ClientHandler,
}

impl Inner {
    fn new(messages: Box<[Message]>, on_event: Box<dyn Fn(Event)>) -> Rc<Self> {
        Rc::new_cyclic(|this: &Weak<Self>| {
            let qt = Self::new_qt_server(this);
            qt.set_listen_backlog_size(BACKLOG);
            let health_check = QTimer::new();
            let checked = this.clone();
            health_check.on_timeout(move |_| {
                if let Some(inner) = checked.upgrade() {
                    inner.check_health();
                }
            });
            Self {
                qt,
                messages: RefCell::new(messages),
                pending: PendingWrites::new(this.clone()),
                health_check,
                linger: Cell::new(LINGER),
                served: Cell::default(),
                on_event,
                is_started: Cell::default(),
                address: RefCell::default(),
                interruption: Cell::default(),
                #[cfg(unix)]
                client_handler: ClientHandler::default(),
            }
        })
    }

    #[cfg(unix)]
    fn new_qt_server(this: &Weak<Self>) -> QBox<QLocalServer> {
        let this = this.clone();
        QLocalServer::with_incoming_connection(move |_, client| {
            if let Some(inner) = this.upgrade() {
                inner.serve_batch(client);
            }
        })
    }

    /// Where connections have no descriptor, each client gets a `QLocalSocket`.
    #[cfg(not(unix))]
    fn new_qt_server(this: &Weak<Self>) -> QBox<QLocalServer> {
        let this = this.clone();
        let qt = QLocalServer::new();
        qt.on_new_connection(move |qt| {
            let Some(inner) = this.upgrade() else { return };
            while let Some(socket) = qt.next_pending_connection() {
                if let Some(message) = inner.choose() {
                    inner.pending.add(socket, message, 0);
                }
            }
        });
        qt
    }

    /// One of the messages, at random. There is always one, since `Fortunes` are never empty.
    fn choose(&self) -> Option<Message> {
        fastrand::choice(self.messages.borrow().iter()).cloned()
    }

    /// Counts fortunes that were sent, and reports them.
    fn count(&self, sent: u64) {
        if sent > 0 {
            let served = self.served.get() + sent;
            self.served.set(served);
            tracing::debug!("{served} fortunes sent");
            (self.on_event)(Event::Served);
        }
    }

    fn check_not_listening(&self) -> Result<(), ListenError> {
        if self.is_started.get() {
            return Err(ListenError::AlreadyListening);
        }
        Ok(())
    }

    fn started(&self, address: Option<(Address, Access)>) {
        self.address.replace(address);
        self.is_started.set(true);
        self.health_check.start(HEALTH_CHECK_INTERVAL);
    }

    fn listen(&self, address: &Address, access: Access) -> Result<(), ListenError> {
        self.qt.set_socket_options(match address {
            Address::Abstract(_) => QLocalServerSocketOption::AbstractNamespaceOption,
            Address::Local(_) => access.socket_option(),
        });
        self.qt.listen_exclusive(address.name())?;
        self.accept_too()
    }

    /// Lets the client handler accept beside Qt.
    fn accept_too(&self) -> Result<(), ListenError> {
        #[cfg(unix)]
        if let Err(source) = self.client_handler.set_listener(&self.qt) {
            let path = self.qt.full_server_name().to_string();
            self.qt.close();
            return Err(ListenError::Io { path, source });
        }
        Ok(())
    }

    fn stop(&self) {
        self.is_started.set(false);
        self.interruption.set(None);
        self.health_check.stop();
        #[cfg(unix)]
        self.client_handler.close();
        self.qt.close();
    }

    fn check_health(&self) {
        self.pending.drop_expired(self.linger.get());
        let interruption = self.find_interruption();
        let before = self.interruption.replace(interruption);
        match interruption {
            Some(now) if before != Some(now) => {
                tracing::warn!("the server is interrupted: {now}");
                (self.on_event)(Event::Interrupted(now));
            }
            None if before.is_some() => {
                tracing::warn!("the server serves again");
                (self.on_event)(Event::Resumed);
            }
            _ => {}
        }
    }

    /// What keeps clients from being served, after an attempt to end it.
    fn find_interruption(&self) -> Option<Interruption> {
        #[cfg(unix)]
        {
            use cxx_qt_network::SocketFileState;

            if self.qt.is_accept_paused() {
                return Some(Interruption::NoDescriptors);
            }
            let (address, access) = self.address.borrow().clone()?;
            if self.qt.socket_file_state() == SocketFileState::Owned {
                return None;
            }
            self.client_handler.close();
            self.qt.close();
            match self.listen(&address, access) {
                Ok(()) => {
                    tracing::warn!("the socket's file was lost; the server listens again");
                    None
                }
                Err(
                    ListenError::InUse { .. }
                    | ListenError::NotASocket { .. }
                    | ListenError::NotYours { .. },
                ) => Some(Interruption::NameTaken),
                Err(error) => {
                    tracing::debug!("cannot listen again yet: {error}");
                    Some(Interruption::NameLost)
                }
            }
        }
        // Elsewhere a name is no file, and ends with its server alone.
        #[cfg(not(unix))]
        None
    }
}
