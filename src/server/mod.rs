// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Serves fortunes: one to each connection, then it closes.
//!
//! Runs in the event loop of the thread that made it, on the real `QLocalServer`.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
#[cfg(unix)]
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::str::FromStr;
use std::time::{Duration, Instant};

use cxx_qt_lib::QString;
use cxx_qt_network::{
    ConnectionGuard, ListenError, LocalSocketState, QBox, QIODeviceExt, QLocalServer, QLocalSocket,
    QTimer, SocketOptions,
};
#[cfg(unix)]
use rustix::{
    io::Errno,
    net::{SendFlags, send},
};

use crate::fortunes::{Fortunes, FortunesError};
use crate::wire::{EncodeError, WireFormat};

/// How long a client may take to fetch its fortune before it is dropped, unless said otherwise.
pub const LINGER: Duration = Duration::from_secs(10);

/// How many clients the system lets wait until the server gets round to them; Qt's own 50 turn
/// clients away when hundreds come at once. Linux lowers it to its `somaxconn`.
const BACKLOG: i32 = 4096;

/// How often the server looks whether it still listens, and whether clients took too long.
const WATCH: Duration = Duration::from_millis(250);

/// Who may connect. On Linux each gives exactly these rights: `Group` and `Other` leave out the
/// user that the server runs as.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Access {
    /// The user that the server runs as.
    #[default]
    User,
    /// The group that the server runs as.
    Group,
    /// Everybody but that user and that group.
    Other,
    /// Everybody.
    World,
}

impl Access {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::User, Self::Group, Self::Other, Self::World];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Other => "other",
            Self::World => "world",
        }
    }

    fn socket_options(self) -> SocketOptions {
        match self {
            Self::User => SocketOptions::USER_ACCESS,
            Self::Group => SocketOptions::GROUP_ACCESS,
            Self::Other => SocketOptions::OTHER_ACCESS,
            Self::World => SocketOptions::WORLD_ACCESS,
        }
    }
}

impl FromStr for Access {
    type Err = UnknownAccess;

    fn from_str(name: &str) -> Result<Self, UnknownAccess> {
        let is_it = |access: &Self| access.as_str() == name;
        Self::ALL.into_iter().find(is_it).ok_or(UnknownAccess)
    }
}

/// A word that names nobody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("access is for one of user, group, other and world")]
pub struct UnknownAccess;

/// Where a server listens, and for whom.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Address {
    /// A name in the directory for temporary files, or an absolute path.
    pub name: String,
    /// Who may connect; without effect in the abstract namespace.
    pub access: Access,
    /// Whether the name lives in Linux's abstract namespace, and not in the file system.
    pub abstract_namespace: bool,
}

impl Address {
    fn socket_options(&self) -> SocketOptions {
        if self.abstract_namespace {
            SocketOptions::ABSTRACT_NAMESPACE
        } else {
            self.access.socket_options()
        }
    }
}

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
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// Fortunes went out.
    Served,
    /// The server has stopped listening without being told, because the system had no descriptors
    /// left. It tries again by itself.
    Interrupted,
    /// The server listens again.
    Resumed,
}

/// Sends a fortune to everybody who connects. Dropping it closes it.
pub struct Server {
    state: Rc<State>,
    qt: QBox<QLocalServer>,
    watch: QBox<QTimer>,
    fortunes: Fortunes,
    format: WireFormat,
    _connection: ConnectionGuard,
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
        let state = Rc::new(State {
            messages: RefCell::new(encode(&fortunes, format)?),
            on_event: Box::new(on_event),
            address: RefCell::default(),
            leaving: RefCell::default(),
            linger: Cell::new(LINGER),
            served: Cell::default(),
            interrupted: Cell::default(),
        });
        let mut qt = State::new_server(&state);
        qt.pin_mut().set_listen_backlog_size(BACKLOG);
        let mut watch = QTimer::new();
        let look = Rc::downgrade(&state);
        let server = qt.downgrade();
        let connection = watch.pin_mut().on_timeout(move |_| {
            if let Some(state) = look.upgrade() {
                state.drop_the_slow();
                server.with(|server| state.resume(server));
            }
        });
        Ok(Self {
            state,
            qt,
            watch,
            fortunes,
            format,
            _connection: connection,
        })
    }

    /// Starts to listen; nobody is harmed, as [`QLocalServer::claim`] promises.
    ///
    /// # Errors
    ///
    /// If the server listens already, or the name cannot be had.
    pub fn listen(&mut self, address: Address) -> Result<(), ServerError> {
        claim(self.qt.pin_mut(), &address)?;
        *self.state.address.borrow_mut() = Some(address);
        self.watch.pin_mut().start(WATCH);
        Ok(())
    }

    /// Stops listening and removes the socket's file. Fortunes on their way still arrive.
    pub fn close(&mut self) {
        self.state.address.take();
        self.state.interrupted.set(false);
        self.qt.pin_mut().close();
    }

    /// Whether the server listens, or tries to again after an interruption.
    pub fn is_listening(&self) -> bool {
        self.state.address.borrow().is_some()
    }

    /// The full name that it listens on, empty while it does not.
    pub fn full_server_name(&self) -> String {
        self.qt.full_server_name().to_string()
    }

    /// How many clients have not fetched the whole of their fortune yet.
    pub fn leaving(&self) -> usize {
        self.state.leaving.borrow().len()
    }

    /// Lets a client take so long to fetch its fortune, to a quarter of a second.
    pub fn set_linger(&mut self, linger: Duration) {
        self.state.linger.set(linger);
    }

    /// How many fortunes went out.
    pub fn served(&self) -> u64 {
        self.state.served.get()
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
        *self.state.messages.borrow_mut() = encode(&fortunes, format)?;
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

/// What the server's handlers share.
struct State {
    /// The whole messages, encoded once.
    messages: RefCell<Vec<Rc<[u8]>>>,
    on_event: Box<dyn Fn(Event)>,
    /// Where the server is to listen, so that it can again after an interruption.
    address: RefCell<Option<Address>>,
    /// Clients that have not fetched everything yet, by the number of their connection.
    leaving: RefCell<HashMap<u64, Leaving>>,
    linger: Cell<Duration>,
    served: Cell<u64>,
    interrupted: Cell<bool>,
}

/// A client on its way out: the socket closes once the message has gone.
struct Leaving {
    socket: QBox<QLocalSocket>,
    since: Instant,
}

impl State {
    /// A server that gives everybody a fortune. Nearly always the system takes the whole message at
    /// once, and then the client needs no `QLocalSocket`, which is most of what serving costs.
    #[cfg(unix)]
    fn new_server(this: &Rc<Self>) -> QBox<QLocalServer> {
        let this = Rc::downgrade(this);
        QLocalServer::with_incoming_connection(move |_, client| {
            if let Some(this) = this.upgrade() {
                Self::serve(&this, client);
            }
        })
    }

    /// A server that gives everybody a fortune.
    #[cfg(not(unix))]
    fn new_server(this: &Rc<Self>) -> QBox<QLocalServer> {
        let this = Rc::downgrade(this);
        let mut server = QLocalServer::new();
        let serve = move |mut server: Pin<&mut QLocalServer>| {
            while let Some(socket) = server.as_mut().next_pending_connection() {
                if let Some(this) = this.upgrade() {
                    let message = this.choose();
                    Self::send_rest(&this, socket, &message);
                }
            }
        };
        server.pin_mut().on_new_connection(serve).release();
        server
    }

    #[cfg(unix)]
    fn serve(this: &Rc<Self>, client: OwnedFd) {
        let message = this.choose();
        // In one piece: the clients of Qt 5.10 to 6.4 read a message that comes in two wrongly.
        let sent = match send(&client, &message, SendFlags::DONTWAIT | SendFlags::NOSIGNAL) {
            Ok(sent) => sent,
            Err(Errno::AGAIN | Errno::INTR) => 0,
            Err(_) => return, // The client has left already.
        };
        if sent < message.len() {
            let mut socket = QLocalSocket::new();
            if socket.pin_mut().set_socket_descriptor(client).is_ok() {
                Self::send_rest(this, socket, &message[sent..]);
            }
        } else {
            // Closing is all that is left to do; what was sent still arrives.
            drop(client);
            this.count();
        }
    }

    fn choose(&self) -> Rc<[u8]> {
        let messages = self.messages.borrow();
        // There is always one: `Fortunes` are never none.
        fastrand::choice(messages.iter())
            .cloned()
            .unwrap_or_else(|| Rc::from([]))
    }

    fn count(&self) {
        self.served.set(self.served.get() + 1);
        (self.on_event)(Event::Served);
    }

    /// Sends what the system did not take at once, as the client fetches it, and closes then.
    fn send_rest(this: &Rc<Self>, mut socket: QBox<QLocalSocket>, rest: &[u8]) {
        if socket.pin_mut().write(rest).is_err() {
            return; // The client has left already.
        }
        socket.pin_mut().flush();
        socket.pin_mut().disconnect_from_server();
        let number = this.served.get();
        if socket.state() != LocalSocketState::UnconnectedState {
            let weak = Rc::downgrade(this);
            let leave = move |_: Pin<&mut QLocalSocket>| {
                let left =
                    Weak::upgrade(&weak).and_then(|this| this.leaving.borrow_mut().remove(&number));
                drop(left);
            };
            socket.pin_mut().on_disconnected(leave).release();
            let leaving = Leaving {
                socket,
                since: Instant::now(),
            };
            this.leaving.borrow_mut().insert(number, leaving);
        }
        this.count();
    }

    /// Drops clients that do not fetch their fortune.
    fn drop_the_slow(&self) {
        let slow: Vec<Leaving> = {
            let mut leaving = self.leaving.borrow_mut();
            leaving
                .extract_if(|_, client| client.since.elapsed() > self.linger.get())
                .map(|(_, it)| it)
                .collect()
        };
        if !slow.is_empty() {
            tracing::debug!("dropped {} clients that did not read", slow.len());
        }
        for mut client in slow {
            client.socket.pin_mut().abort();
        }
    }

    /// Listens again if Qt has stopped by itself, which it does when descriptors run out.
    fn resume(&self, server: Pin<&mut QLocalServer>) {
        let Some(address) = self.address.borrow().clone() else {
            return;
        };
        if server.is_listening() {
            return;
        }
        if !self.interrupted.replace(true) {
            tracing::warn!("the server stopped listening: out of file descriptors?");
            (self.on_event)(Event::Interrupted);
        }
        match claim(server, &address) {
            Ok(()) => {
                self.interrupted.set(false);
                tracing::warn!("the server listens again");
                (self.on_event)(Event::Resumed);
            }
            Err(error) => tracing::debug!("cannot listen again yet: {error}"),
        }
    }
}

fn claim(mut server: Pin<&mut QLocalServer>, address: &Address) -> Result<(), ListenError> {
    server.as_mut().set_socket_options(address.socket_options());
    server.claim(&QString::from(address.name.as_str()))
}

fn encode(fortunes: &Fortunes, format: WireFormat) -> Result<Vec<Rc<[u8]>>, EncodeError> {
    fortunes
        .iter()
        .map(|text| Ok(format.encode(text)?.into()))
        .collect()
}
