// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Asks a server for a fortune.
//!
//! Runs in the event loop of the thread that made it, on the real `QLocalSocket`.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant};

use cxx_qt_lib::QString;
use cxx_qt_network::{
    ConnectionGuard, LocalSocketError, LocalSocketOptions, LocalSocketState, OpenMode, QBox,
    QIODevice, QIODeviceExt, QLocalSocket, QPointer, QTimer, SocketError,
};

use crate::wire::{DEFAULT_LIMIT, DecodeError, Decoded, Decoder, WireFormat};

/// How long a request may take unless said otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a server is asked at the most for a fortune that differs from the one before.
pub const MOST_TRIES: u32 = 20;

/// How long a whole message waits for its server to close, which tells that nothing follows.
const GRACE: Duration = Duration::from_millis(250);

/// How long the client waits until it tries again to connect to a server that has its hands full.
const RETRY: Duration = Duration::from_millis(10);

/// What to ask, and whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// The server's name in the directory for temporary files, or its absolute path.
    pub name: String,
    /// Whether the name is in Linux's abstract namespace.
    pub abstract_namespace: bool,
    /// The format to expect; `None` to find it out.
    pub format: Option<WireFormat>,
    /// How long it may take in all.
    pub timeout: Duration,
    /// A fortune not to be told again: the server is asked up to [`MOST_TRIES`] times for another.
    pub other_than: Option<String>,
}

impl Request {
    /// Asks the server of this name for any fortune, in any format.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            abstract_namespace: false,
            format: None,
            timeout: DEFAULT_TIMEOUT,
            other_than: None,
        }
    }
}

/// A fortune that came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The fortune.
    pub text: String,
    /// The format that it came in.
    pub format: WireFormat,
    /// The full name of the server.
    pub server: String,
    /// How long it took, from the first attempt to connect.
    pub elapsed: Duration,
}

/// Why no fortune came. `Display` is the sentence that the programs show.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Nobody has the name.
    #[error(
        "The host was not found. Please make sure that the server is running and that the server \
         name is correct."
    )]
    NotFound,
    /// The name is there, but nobody answers.
    #[error(
        "The connection was refused by the peer. Make sure the fortune server is running, and \
         check that the server name is correct."
    )]
    Refused,
    /// The time is over.
    #[error("The following error occurred: {}.", timed_out(.limit))]
    TimedOut {
        /// How long the request was allowed to take.
        limit: Duration,
    },
    /// The server closed too early.
    #[error("The server closed the connection before a whole fortune arrived.")]
    ClosedEarly,
    /// What came is not a fortune.
    #[error("The following error occurred: {0}.")]
    Message(DecodeError),
    /// Anything else that went wrong with the connection.
    #[error("The following error occurred: {0}.")]
    Socket(SocketError),
}

impl RequestError {
    /// The part of the sentence that differs from one error of its kind to the next; empty for an
    /// error that is always the same.
    pub fn detail(&self) -> String {
        match self {
            Self::NotFound | Self::Refused | Self::ClosedEarly => String::new(),
            Self::TimedOut { limit } => timed_out(limit),
            Self::Message(error) => error.to_string(),
            Self::Socket(error) => error.to_string(),
        }
    }
}

fn timed_out(limit: &Duration) -> String {
    format!("no fortune arrived within {} ms", limit.as_millis())
}

impl From<DecodeError> for RequestError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Early { .. } => Self::ClosedEarly,
            error => Self::Message(error),
        }
    }
}

impl From<SocketError> for RequestError {
    fn from(error: SocketError) -> Self {
        match error.kind {
            LocalSocketError::ServerNotFoundError => Self::NotFound,
            LocalSocketError::ConnectionRefusedError => Self::Refused,
            _ => Self::Socket(error),
        }
    }
}

/// What came of a request.
pub type Outcome = Result<Answer, RequestError>;

/// Asks for fortunes, one request at a time. Dropping it ends the request without an outcome.
pub struct Client {
    state: Rc<State>,
    _connections: Vec<ConnectionGuard>,
    _socket: QBox<QLocalSocket>,
    _timers: [QBox<QTimer>; 3],
}

impl Client {
    /// A client that tells `on_outcome` what came of each request, from the event loop.
    pub fn new(on_outcome: impl Fn(Outcome) + 'static) -> Self {
        let mut socket = QLocalSocket::new();
        // Else Qt takes all that the system keeps for the socket, of which the server decides.
        socket.pin_mut().set_read_buffer_size(Some(DEFAULT_LIMIT));
        let [mut limit, mut grace, mut next] = [(); 3].map(|()| {
            let mut timer = QTimer::new();
            timer.pin_mut().set_single_shot(true);
            timer
        });
        let state = Rc::new(State {
            socket: socket.downgrade(),
            limit: limit.downgrade(),
            grace: grace.downgrade(),
            next: next.downgrade(),
            asking: RefCell::default(),
            outcome: RefCell::default(),
            on_outcome: Box::new(on_outcome),
            is_asking: Cell::default(),
        });
        let call = |handler: fn(&State)| {
            let state = Rc::downgrade(&state);
            move || {
                if let Some(state) = state.upgrade() {
                    handler(&state);
                }
            }
        };
        let (time_is_over, enough, go_on) = (
            call(State::time_is_over),
            call(State::end_of_message),
            call(State::go_on),
        );
        let (reads, fails, connects, closes) = (
            Rc::downgrade(&state),
            Rc::downgrade(&state),
            Rc::downgrade(&state),
            Rc::downgrade(&state),
        );
        let connections = vec![
            limit.pin_mut().on_timeout(move |_| time_is_over()),
            grace.pin_mut().on_timeout(move |_| enough()),
            next.pin_mut().on_timeout(move |_| go_on()),
            socket.pin_mut().on_connected(move |socket| {
                if let Some(state) = connects.upgrade() {
                    state.connected(&socket.full_server_name().to_string());
                }
            }),
            socket.pin_mut().on_ready_read(move |device| {
                if let Some(state) = reads.upgrade() {
                    state.read(device);
                }
            }),
            socket.pin_mut().on_error_occurred(move |_, error| {
                // Of a server that closes, `disconnected` tells too, and then all has been read.
                if error.kind != LocalSocketError::PeerClosedError
                    && let Some(state) = fails.upgrade()
                {
                    state.end(Err(error.into()));
                }
            }),
            socket.pin_mut().on_disconnected(move |_| {
                if let Some(state) = closes.upgrade() {
                    state.disconnected();
                }
            }),
        ];
        Self {
            state,
            _connections: connections,
            _socket: socket,
            _timers: [limit, grace, next],
        }
    }

    /// Starts a request. One that is under way ends without an outcome.
    pub fn ask(&self, request: Request) {
        self.cancel();
        self.state.is_asking.set(true);
        self.state.limit.with(|timer| timer.start(request.timeout));
        *self.state.asking.borrow_mut() = Some(Asking::new(request));
        self.state.connect();
    }

    /// Ends the request that is under way, if there is one, without an outcome.
    pub fn cancel(&self) {
        self.state.is_asking.set(false);
        self.state.outcome.take();
        self.state.stop();
    }

    /// Whether a request is under way.
    pub fn is_asking(&self) -> bool {
        self.state.is_asking.get()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("is_asking", &self.is_asking())
            .finish_non_exhaustive()
    }
}

/// What the client's handlers share. None of the cells is borrowed while Qt or the user is called,
/// since either may call back.
struct State {
    socket: QPointer<QLocalSocket>,
    /// Ends the whole request.
    limit: QPointer<QTimer>,
    /// Ends the wait for the server to close.
    grace: QPointer<QTimer>,
    /// Goes on from the event loop, when the socket's own signals are over.
    next: QPointer<QTimer>,
    asking: RefCell<Option<Asking>>,
    outcome: RefCell<Option<Outcome>>,
    on_outcome: Box<dyn Fn(Outcome)>,
    is_asking: Cell<bool>,
}

/// A request under way.
struct Asking {
    request: Request,
    decoder: Decoder,
    started: Instant,
    tries: u32,
    server: String,
}

impl Asking {
    fn new(request: Request) -> Self {
        let decoder = Decoder::new(request.format);
        Self {
            request,
            decoder,
            started: Instant::now(),
            tries: 1,
            server: String::new(),
        }
    }
}

impl State {
    fn connect(&self) {
        let to = |asking: &Asking| {
            (
                asking.request.name.clone(),
                asking.request.abstract_namespace,
            )
        };
        let Some((name, is_abstract)) = self.asking.borrow().as_ref().map(to) else {
            return;
        };
        self.socket.with(|mut socket| {
            socket.as_mut().set_socket_options(if is_abstract {
                LocalSocketOptions::ABSTRACT_NAMESPACE
            } else {
                LocalSocketOptions::NONE
            });
            socket.connect_to_server(&QString::from(name.as_str()), OpenMode::READ_ONLY);
        });
        // Connecting to a local server is a matter of one call, unless too many wait before it. Qt
        // would try again without a pause, and take half a processor for it.
        let waits =
            |socket: Pin<&mut QLocalSocket>| socket.state() == LocalSocketState::ConnectingState;
        if self.socket.with(waits) == Some(true) {
            self.abort();
            self.next.with(|timer| timer.start(RETRY));
        }
    }

    /// Ends the connection; meanwhile nobody asks, so that its end is no answer.
    fn abort(&self) {
        let asking = self.asking.take();
        self.socket.with(QLocalSocket::abort);
        *self.asking.borrow_mut() = asking;
    }

    fn connected(&self, server: &str) {
        if let Some(asking) = self.asking.borrow_mut().as_mut() {
            asking.server = server.to_owned();
        }
    }

    fn read(&self, device: Pin<&mut QIODevice>) {
        if self.asking.borrow().is_none() {
            return;
        }
        let bytes = device.read_all();
        let pushed = match self.asking.borrow_mut().as_mut() {
            Some(asking) => asking
                .decoder
                .push(bytes.as_slice())
                .map(|()| asking.decoder.is_whole()),
            None => return,
        };
        match pushed {
            Ok(true) => _ = self.grace.with(|timer| timer.start(GRACE)),
            Ok(false) => _ = self.grace.with(QTimer::stop),
            Err(error) => self.end(Err(error.into())),
        }
    }

    fn disconnected(&self) {
        // What came with the end was not announced.
        self.socket
            .with(|socket| self.read(cxx_qt::casting::Upcast::upcast_pin(socket)));
        self.end_of_message();
    }

    fn time_is_over(&self) {
        let is_whole = match self.asking.borrow().as_ref() {
            Some(asking) if !asking.decoder.is_whole() => Err(asking.request.timeout),
            _ => Ok(()),
        };
        match is_whole {
            Ok(()) => self.end_of_message(),
            Err(limit) => self.end(Err(RequestError::TimedOut { limit })),
        }
    }

    /// No more bytes come.
    fn end_of_message(&self) {
        let decoded = match self.asking.borrow().as_ref() {
            Some(asking) => asking.decoder.clone().finish(),
            None => return,
        };
        match decoded {
            Ok(decoded) => self.decoded(decoded),
            Err(error) => self.end(Err(error.into())),
        }
    }

    fn decoded(&self, Decoded { text, format }: Decoded) {
        let outcome = match self.asking.borrow_mut().as_mut() {
            None => return,
            Some(asking)
                if asking.tries < MOST_TRIES
                    && asking.request.other_than.as_ref() == Some(&text) =>
            {
                asking.tries += 1;
                asking.decoder = Decoder::new(asking.request.format);
                None
            }
            Some(asking) => {
                let (server, elapsed) =
                    (std::mem::take(&mut asking.server), asking.started.elapsed());
                Some(Answer {
                    text,
                    format,
                    server,
                    elapsed,
                })
            }
        };
        match outcome {
            Some(answer) => self.end(Ok(answer)),
            None => _ = self.next.with(|timer| timer.start(Duration::ZERO)),
        }
    }

    fn end(&self, outcome: Outcome) {
        if self.asking.borrow().is_none() {
            return;
        }
        self.stop();
        *self.outcome.borrow_mut() = Some(outcome);
        self.next.with(|timer| timer.start(Duration::ZERO));
    }

    /// Tells the outcome, or asks again if there is none.
    fn go_on(&self) {
        let outcome = self.outcome.take();
        match outcome {
            Some(outcome) => {
                self.is_asking.set(false);
                (self.on_outcome)(outcome);
            }
            None => {
                self.abort();
                self.connect();
            }
        }
    }

    fn stop(&self) {
        self.asking.take();
        for timer in [&self.limit, &self.grace, &self.next] {
            timer.with(QTimer::stop);
        }
        self.socket.with(QLocalSocket::abort);
    }
}
