// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Requests fortunes on the real `QLocalSocket`, in the event loop of the calling thread.

use std::cell::RefCell;
use std::fmt;
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use cxx_qt_network::{
    QBox, QIODeviceExt, QIODeviceOpenModeFlag, QLocalSocket, QLocalSocketError,
    QLocalSocketSocketOption, QLocalSocketState, QTimer,
};

use crate::address::Address;
use crate::wire::{DEFAULT_LIMIT, Decoded, Decoder, WireFormat};

pub use crate::request_error::RequestError;

/// The default time limit of a request.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// How many times a server is asked for a fortune that differs from the excluded one.
pub const MAX_ATTEMPTS: u32 = 20;

/// How long to wait for EOF after a whole message, to which more bytes could follow.
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
    /// A fortune to avoid: the server is asked up to [`MAX_ATTEMPTS`] times for another one.
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

/// A fortune that was received.
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

/// The result of a request.
pub type Outcome = Result<Answer, RequestError>;

type OutcomeHandler = dyn Fn(&Client, Outcome);

/// Requests fortunes, one at a time. Dropping it ends the request without an outcome.
pub struct Client {
    inner: Rc<Inner>,
}

impl Client {
    /// A client that calls `on_outcome` at the end of each request, from the event loop.
    pub fn new(on_outcome: impl Fn(&Self, Outcome) + 'static) -> Self {
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
                socket: RefCell::default(),
                in_flight: RefCell::default(),
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
            request,
        }));
        self.inner.connect();
    }

    /// Ends the request that is in flight, if there is one, without an outcome.
    pub fn cancel(&self) {
        if self.inner.end().is_some() {
            self.inner.socket.take();
        }
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

/// What the handlers share. Nothing is borrowed while `on_outcome` runs, which may call back.
struct Inner {
    this: Weak<Self>,
    /// Runs to the time limit, or to the end of a shorter wait.
    timer: QBox<QTimer>,
    /// The socket of the last attempt. It is used again if it has delivered its last signal, and
    /// dropped otherwise: its signals would be mistaken for those of the next attempt.
    socket: RefCell<Option<QBox<QLocalSocket>>>,
    in_flight: RefCell<Option<InFlight>>,
    on_outcome: Box<OutcomeHandler>,
}

/// A request in flight.
struct InFlight {
    request: Request,
    decoder: Decoder,
    started: Instant,
    attempts: u32,
    server: String,
}

impl InFlight {
    fn time_left(&self) -> Duration {
        self.request.timeout.saturating_sub(self.started.elapsed())
    }
}

impl Inner {
    fn connect(&self) {
        let mut slot = self.socket.borrow_mut();
        let mut in_flight = self.in_flight.borrow_mut();
        let Some(in_flight) = in_flight.as_mut() else {
            return;
        };
        let socket = slot.get_or_insert_with(|| self.new_socket());
        let address = &in_flight.request.address;
        socket.set_socket_options(match address {
            Address::Abstract(_) => QLocalSocketSocketOption::AbstractNamespaceOption,
            Address::Local(_) => QLocalSocketSocketOption::NoOptions,
        });
        socket.connect_to_server_with(address.name(), QIODeviceOpenModeFlag::ReadOnly);
        in_flight.server = match address {
            Address::Abstract(_) => address.to_string(),
            Address::Local(_) => socket.full_server_name().to_string(),
        };
        // Connecting takes one call, unless the backlog is full. Qt would retry without a pause.
        let mut wait = in_flight.time_left();
        if socket.state() == QLocalSocketState::ConnectingState {
            *slot = None;
            wait = wait.min(RETRY_INTERVAL);
        }
        self.timer.start(wait);
    }

    fn new_socket(&self) -> QBox<QLocalSocket> {
        let socket = QLocalSocket::new();
        // Without a limit, Qt buffers all that the server sends.
        socket.set_read_buffer_size(Some(DEFAULT_LIMIT));
        let this = self.this.clone();
        socket.on_ready_read(move |socket| {
            if let Some(inner) = this.upgrade() {
                inner.read(socket);
            }
        });
        let this = self.this.clone();
        socket.on_disconnected(move |socket| {
            if let Some(inner) = this.upgrade()
                && inner.read(socket)
            {
                inner.finish_message();
            }
        });
        let this = self.this.clone();
        socket.on_error_occurred(move |_, error| {
            // A server that closes also causes `disconnected`, and by then all has been read.
            if error.kind != QLocalSocketError::PeerClosedError
                && let Some(inner) = this.upgrade()
            {
                inner.fail(error.into());
            }
        });
        socket
    }

    /// Reads what has arrived and returns whether the request goes on.
    fn read(&self, socket: &QLocalSocket) -> bool {
        let bytes = socket.read_all();
        let pushed = match self.in_flight.borrow_mut().as_mut() {
            None => return false,
            Some(in_flight) => in_flight.decoder.push(bytes.as_slice()).map(|()| {
                if in_flight.decoder.is_whole() {
                    self.timer.start(in_flight.time_left().min(GRACE));
                }
            }),
        };
        pushed.map_err(|error| self.fail(error.into())).is_ok()
    }

    fn timer_expired(&self) {
        let (is_whole, time_left, timeout) = match self.in_flight.borrow().as_ref() {
            None => return,
            Some(it) => (it.decoder.is_whole(), it.time_left(), it.request.timeout),
        };
        if is_whole {
            self.socket.take();
            self.finish_message();
        } else if time_left.is_zero() {
            self.fail(RequestError::TimedOut { limit: timeout });
        } else if self.socket.borrow().is_some() {
            self.timer.start(time_left);
        } else {
            self.connect();
        }
    }

    /// Decodes the complete message, and ends the request with the fortune or requests another one.
    fn finish_message(&self) {
        let outcome = match self.in_flight.borrow_mut().as_mut() {
            None => return,
            Some(it) => {
                let next = Decoder::new(it.request.format);
                match std::mem::replace(&mut it.decoder, next).finish() {
                    Ok(Decoded { text, .. })
                        if it.attempts < MAX_ATTEMPTS
                            && it.request.exclude.as_ref() == Some(&text) =>
                    {
                        it.attempts += 1;
                        None
                    }
                    Ok(Decoded { text, format }) => Some(Ok(Answer {
                        text,
                        format,
                        server: std::mem::take(&mut it.server),
                        elapsed: it.started.elapsed(),
                    })),
                    Err(error) => Some(Err(error.into())),
                }
            }
        };
        match outcome {
            Some(outcome) => self.finish(outcome),
            None => self.connect(),
        }
    }

    fn fail(&self, error: RequestError) {
        self.socket.take();
        self.finish(Err(error));
    }

    fn finish(&self, outcome: Outcome) {
        if self.end().is_some()
            && let Some(inner) = self.this.upgrade()
        {
            (self.on_outcome)(&Client { inner }, outcome);
        }
    }

    fn end(&self) -> Option<InFlight> {
        self.timer.stop();
        self.in_flight.take()
    }
}
