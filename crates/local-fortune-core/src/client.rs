// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Requests a fortune from a server.
//!
//! Runs in the event loop of the thread that made it, on the real `QLocalSocket`.

use std::cell::RefCell;
use std::fmt;
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use cxx_qt_network::{
    LocalSocketError, QBox, QIODeviceExt, QIODeviceOpenModeFlag, QLocalSocket, QLocalSocketError,
    QLocalSocketSocketOption, QLocalSocketState, QTimer,
};

use crate::address::Address;
use crate::wire::{DEFAULT_LIMIT, DecodeError, Decoded, Decoder, WireFormat};

/// How long a request may take unless said otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// How many times a server is asked for a fortune that differs from the excluded one.
pub const MAX_ATTEMPTS: u32 = 20;

/// How long a whole message waits for EOF, which tells that nothing follows.
const GRACE: Duration = Duration::from_millis(250);

/// The pause before another attempt to connect to a server whose backlog is full.
const RETRY_INTERVAL: Duration = Duration::from_millis(10);

/// What to request, and from which server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Where the server is.
    pub address: Address,
    /// The format to expect; `None` to detect it.
    pub format: Option<WireFormat>,
    /// How long the whole request may take.
    pub timeout: Duration,
    /// A fortune that is not wanted: the server is asked up to [`MAX_ATTEMPTS`] times for another.
    pub exclude: Option<String>,
}

impl Request {
    /// Any fortune in any format, from the server at this address.
    pub fn new(address: Address) -> Self {
        Self {
            address,
            format: None,
            timeout: DEFAULT_TIMEOUT,
            exclude: None,
        }
    }
}

/// A fortune that arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The fortune.
    pub text: String,
    /// The format of the message.
    pub format: WireFormat,
    /// The full address of the server: the path of its socket, or `abstract:NAME`.
    pub server: String,
    /// How long it took, from the first attempt to connect.
    pub elapsed: Duration,
}

/// Why a request failed. `Display` is the sentence that the programs show.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// No server has the name.
    #[error(
        "The host was not found. Please make sure that the server is running and that the server \
         name is correct."
    )]
    NotFound,
    /// A socket is there, but no server listens on it.
    #[error(
        "The connection was refused by the peer. Make sure the fortune server is running, and \
         check that the server name is correct."
    )]
    Refused,
    /// The time limit was reached.
    #[error("The following error occurred: {}.", timed_out(.limit))]
    TimedOut {
        /// How long the request was allowed to take.
        limit: Duration,
    },
    /// The server closed too early.
    #[error("The server closed the connection before a whole fortune arrived.")]
    ClosedEarly,
    /// The message is malformed.
    #[error("The following error occurred: {0}.")]
    Message(DecodeError),
    /// Anything else that went wrong with the connection.
    #[error("The following error occurred: {0}.")]
    Socket(LocalSocketError),
}

impl RequestError {
    /// The part of the sentence that differs between errors of the same kind, or nothing.
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

impl From<LocalSocketError> for RequestError {
    fn from(error: LocalSocketError) -> Self {
        match error.kind {
            QLocalSocketError::ServerNotFoundError => Self::NotFound,
            QLocalSocketError::ConnectionRefusedError => Self::Refused,
            _ => Self::Socket(error),
        }
    }
}

/// How a request has ended.
pub type Outcome = Result<Answer, RequestError>;

/// Requests fortunes, one at a time. Dropping it ends the request without an outcome.
pub struct Client {
    inner: Rc<Inner>,
}

impl Client {
    /// A client that calls `on_outcome` at the end of each request, from the event loop.
    pub fn new(on_outcome: impl Fn(Outcome) + 'static) -> Self {
        let inner = Rc::new_cyclic(|this: &Weak<Inner>| {
            let timer = QTimer::new();
            timer.set_single_shot(true);
            let expired = this.clone();
            timer.on_timeout(move |_| {
                if let Some(inner) = expired.upgrade() {
                    inner.timer_expired();
                }
            });
            Inner {
                this: this.clone(),
                timer,
                in_flight: RefCell::default(),
                idle_socket: RefCell::default(),
                on_outcome: Box::new(on_outcome),
            }
        });
        Self { inner }
    }

    /// Starts a request. One that is in flight ends without an outcome.
    pub fn request(&self, request: Request) {
        self.cancel();
        self.inner.in_flight.replace(Some(InFlight {
            decoder: Decoder::new(request.format),
            started: Instant::now(),
            attempts: 1,
            server: String::new(),
            wake_up: WakeUp::Deadline,
            socket: None,
            request,
        }));
        self.inner.connect();
    }

    /// Ends the request that is in flight, if there is one, without an outcome.
    pub fn cancel(&self) {
        self.inner.timer.stop();
        let in_flight = self.inner.in_flight.take();
        drop(in_flight);
    }

    /// Whether a request is in flight.
    pub fn is_busy(&self) -> bool {
        self.inner.in_flight.borrow().is_some()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("is_busy", &self.is_busy())
            .finish_non_exhaustive()
    }
}

/// What the handlers share. The request is not borrowed while the user is called, who may call back.
struct Inner {
    this: Weak<Self>,
    timer: QBox<QTimer>,
    in_flight: RefCell<Option<InFlight>>,
    /// A socket whose last signal was delivered, to be used again.
    idle_socket: RefCell<Option<QBox<QLocalSocket>>>,
    on_outcome: Box<dyn Fn(Outcome)>,
}

/// A request in flight.
struct InFlight {
    request: Request,
    /// The socket of this attempt. It is dropped unless all its signals were delivered, so that none
    /// is mistaken for one of the next attempt.
    socket: Option<QBox<QLocalSocket>>,
    decoder: Decoder,
    started: Instant,
    attempts: u32,
    server: String,
    wake_up: WakeUp,
}

/// What the timer waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WakeUp {
    /// The time limit of the request.
    Deadline,
    /// The end of the connection, after a whole message.
    Grace,
    /// Another attempt to connect to a busy server.
    Retry,
}

impl Inner {
    fn connect(&self) {
        let idle = self.idle_socket.take();
        let socket = idle.unwrap_or_else(|| self.new_socket());
        let busy = match self.in_flight.borrow_mut().as_mut() {
            None => return,
            Some(in_flight) => {
                socket.set_socket_options(if in_flight.request.address.is_abstract() {
                    QLocalSocketSocketOption::AbstractNamespaceOption
                } else {
                    QLocalSocketSocketOption::NoOptions
                });
                socket.connect_to_server_with(
                    in_flight.request.address.name(),
                    QIODeviceOpenModeFlag::ReadOnly,
                );
                in_flight.server = socket.full_server_name().to_string();
                if in_flight.request.address.is_abstract() {
                    in_flight.server.insert_str(0, "abstract:");
                }
                // Connecting takes one call, unless the backlog is full. Qt would retry without a
                // pause.
                let busy = socket.state() == QLocalSocketState::ConnectingState;
                in_flight.socket = (!busy).then_some(socket);
                busy
            }
        };
        if busy {
            self.wait_for(WakeUp::Retry, RETRY_INTERVAL);
        } else {
            self.wait_for(WakeUp::Deadline, Duration::MAX);
        }
    }

    fn new_socket(&self) -> QBox<QLocalSocket> {
        let socket = QLocalSocket::new();
        // Without a limit Qt takes all that the server sends.
        socket.set_read_buffer_size(Some(DEFAULT_LIMIT));
        let this = self.this.clone();
        socket.on_ready_read(move |socket| {
            if let Some(inner) = this.upgrade() {
                inner.read(socket);
            }
        });
        let this = self.this.clone();
        socket.on_disconnected(move |socket| {
            if let Some(inner) = this.upgrade() {
                inner.read(socket);
                inner.keep_socket();
                inner.finish_message();
            }
        });
        let this = self.this.clone();
        socket.on_error_occurred(move |_, error| {
            // A server that closes also causes `disconnected`, and by then all has been read.
            if error.kind != QLocalSocketError::PeerClosedError
                && let Some(inner) = this.upgrade()
            {
                inner.finish(Err(error.into()));
            }
        });
        socket
    }

    /// Keeps the socket of this attempt, which has emitted its last signal.
    fn keep_socket(&self) {
        if let Some(in_flight) = self.in_flight.borrow_mut().as_mut() {
            let socket = in_flight.socket.take();
            self.idle_socket.replace(socket);
        }
    }

    /// Starts the timer, which never runs past the time limit of the request.
    fn wait_for(&self, wake_up: WakeUp, interval: Duration) {
        if let Some(in_flight) = self.in_flight.borrow_mut().as_mut() {
            let left = in_flight
                .request
                .timeout
                .saturating_sub(in_flight.started.elapsed());
            in_flight.wake_up = wake_up;
            self.timer.start(left.min(interval));
        }
    }

    fn read(&self, socket: &QLocalSocket) {
        let bytes = socket.read_all();
        let pushed = match self.in_flight.borrow_mut().as_mut() {
            Some(in_flight) if !bytes.is_empty() => in_flight
                .decoder
                .push(bytes.as_slice())
                .map(|()| in_flight.decoder.is_whole()),
            _ => return,
        };
        match pushed {
            Ok(true) => self.wait_for(WakeUp::Grace, GRACE),
            Ok(false) => self.wait_for(WakeUp::Deadline, Duration::MAX),
            Err(error) => self.finish(Err(error.into())),
        }
    }

    fn timer_expired(&self) {
        let (wake_up, is_late, timeout) = match self.in_flight.borrow().as_ref() {
            None => return,
            Some(in_flight) => {
                let timeout = in_flight.request.timeout;
                let is_late = in_flight.started.elapsed() >= timeout;
                (in_flight.wake_up, is_late, timeout)
            }
        };
        match wake_up {
            WakeUp::Grace => self.finish_message(),
            WakeUp::Retry if !is_late => self.connect(),
            // A timer may be early, and has a limit of its own.
            _ if !is_late => self.wait_for(WakeUp::Deadline, Duration::MAX),
            _ => self.finish(Err(RequestError::TimedOut { limit: timeout })),
        }
    }

    /// No more bytes come.
    fn finish_message(&self) {
        let decoded = match self.in_flight.borrow().as_ref() {
            Some(in_flight) => in_flight.decoder.clone().finish(),
            None => return,
        };
        match decoded {
            Ok(decoded) => self.accept(decoded),
            Err(error) => self.finish(Err(error.into())),
        }
    }

    /// Ends the request with the fortune, or asks for another one.
    fn accept(&self, Decoded { text, format }: Decoded) {
        let answer = match self.in_flight.borrow_mut().as_mut() {
            None => return,
            Some(in_flight)
                if in_flight.attempts < MAX_ATTEMPTS
                    && in_flight.request.exclude.as_ref() == Some(&text) =>
            {
                in_flight.attempts += 1;
                in_flight.decoder = Decoder::new(in_flight.request.format);
                None
            }
            Some(in_flight) => Some(Answer {
                text,
                format,
                server: std::mem::take(&mut in_flight.server),
                elapsed: in_flight.started.elapsed(),
            }),
        };
        match answer {
            Some(answer) => self.finish(Ok(answer)),
            None => self.connect(),
        }
    }

    fn finish(&self, outcome: Outcome) {
        self.timer.stop();
        let in_flight = self.in_flight.take();
        if in_flight.is_some() {
            drop(in_flight);
            (self.on_outcome)(outcome);
        }
    }
}
