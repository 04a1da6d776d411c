// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A program that runs once for each user and display: a second instance sends its arguments to the
//! first.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::rc::{Rc, Weak};
use std::thread;
use std::time::Duration;

use cxx_qt_lib::QByteArray;

use super::length_delimited::{FrameError, LengthDelimited};
use crate::core::qdatastream::{QDataStream, QDataStreamVersion, StreamError};
use crate::core::qiodevice::QIODeviceExt;
use crate::core::qtimer::QTimer;
use crate::core::timeout::Deadline;
use crate::network::socket::listen_error::ListenError;
use crate::network::socket::qlocalserver::{QLocalServer, QLocalServerSocketOption};
use crate::network::socket::qlocalsocket::{
    LocalSocketError, QLocalSocket, QLocalSocketError, QLocalSocketState,
};
use crate::network::socket::server_name;
use crate::object::qbox::QBox;
use crate::object::qpointer::QPointer;

/// The bytes of a message: a `QByteArray` that holds a `quint8` 1, the working directory as a
/// `QByteArray` and the arguments as a `QByteArrayList`.
const FRAMING: LengthDelimited = LengthDelimited::byte_array().limit(SingleInstance::MESSAGE_LIMIT);
const STREAM_VERSION: QDataStreamVersion = QDataStreamVersion::QT_5_0;
const FORMAT: u8 = 1;

/// The first instance sends this byte when it has received a message.
const ACKNOWLEDGEMENT: [u8; 1] = [6];

/// The maximum number of second instances that are served simultaneously; others wait.
const MAX_CLIENTS: usize = 16;

/// The time limit for a second instance to send its message.
const RECEIVE_LIMIT: Duration = Duration::from_secs(5);

/// The maximum number of attempts when the first instance exits during the exchange.
const MAX_ATTEMPTS: u32 = 16;
const RETRY_INTERVAL: Duration = Duration::from_millis(5);

/// The first instance of a program. Dropping it lets another instance become the first.
///
/// [`start`](Self::start) makes a program the first instance, or sends its arguments to the running
/// one. Both have the same user: messages of other users are rejected, and none is sent to a socket
/// of another user. No message is lost: one that is sent before the first instance runs its event
/// loop waits for it, up to the time limit of the second instance.
///
/// An instance belongs to the user, and to the display if there is one (`WAYLAND_DISPLAY`,
/// otherwise `DISPLAY`), so that a program started on another display opens its window there. Its
/// socket is in `XDG_RUNTIME_DIR` if that is a directory of the user, otherwise in the directory
/// for temporary files. The name is short and derived from the application's id, see
/// [`path_for`](Self::path_for).
///
/// Unix only: on Windows this type is not defined. It belongs to the thread that created it, which
/// must run an event loop.
///
/// ```no_run
/// use std::env;
/// use std::time::Duration;
///
/// use cxx_qt_lib::QCoreApplication;
/// use cxx_qt_network::{QCoreApplicationExt, SingleInstance, SingleInstanceError};
///
/// fn main() -> Result<(), SingleInstanceError> {
///     let application = QCoreApplication::new();
///     let limit = Duration::from_secs(5);
///     let arguments = env::args_os().skip(1);
///     let Some(first) = SingleInstance::start("org.example.editor", arguments, limit)? else {
///         return Ok(()); // The first instance opens the files.
///     };
///     first.on_message(|arguments, directory| {
///         for argument in arguments {
///             println!("open {}", directory.join(argument).display());
///         }
///     });
///     application.exec();
///     Ok(())
/// }
/// ```
pub struct SingleInstance {
    server: QBox<QLocalServer>,
    inner: Rc<Inner>,
}

impl SingleInstance {
    /// The maximum size in bytes of the arguments and the working directory together. Each of them
    /// has four more bytes for its length.
    pub const MESSAGE_LIMIT: usize = 8 << 20;

    /// Becomes the first instance of the application `id`, or sends `arguments` and the working
    /// directory to the first, which acknowledges them, and returns `None`. The id must be unique
    /// to the program, such as `org.example.editor`.
    ///
    /// A stale socket is replaced. If the first instance exits meanwhile, this retries. Blocks for
    /// about `limit` or less, and needs no event loop.
    ///
    /// # Errors
    ///
    /// If a first instance does not answer within `limit` or does not accept the arguments, or the
    /// socket cannot be created; the error has the reason.
    ///
    /// # Panics
    ///
    /// If a signal handler that runs in this thread meanwhile panics.
    pub fn start(
        id: &str,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        limit: Duration,
    ) -> Result<Option<Self>, SingleInstanceError> {
        Self::start_at(&Self::path_for(id)?, arguments, limit)
    }

    /// The same with a socket at `path`, an absolute path.
    ///
    /// # Errors
    ///
    /// As of [`start`](Self::start).
    ///
    /// # Panics
    ///
    /// As of [`start`](Self::start).
    pub fn start_at(
        path: &str,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        limit: Duration,
    ) -> Result<Option<Self>, SingleInstanceError> {
        let deadline = Deadline::new(Some(limit));
        let mut arguments = Some(arguments);
        let mut message = Vec::new();
        for _ in 0..MAX_ATTEMPTS {
            let server = QLocalServer::new();
            server.set_socket_options(QLocalServerSocketOption::UserAccessOption);
            match server.listen_exclusive(path) {
                Ok(()) => return Ok(Some(Self::new(server))),
                Err(ListenError::InUse { .. }) => {}
                Err(error) => return Err(SingleInstanceError::Listen(error)),
            }
            if let Some(arguments) = arguments.take() {
                message = encode(arguments)?;
            }
            if send(path, &message, deadline)? {
                return Ok(None);
            }
            thread::sleep(retry_interval(deadline));
        }
        Err(SingleInstanceError::NotAccepted { path: path.into() })
    }

    /// The path of the socket of an application: in `XDG_RUNTIME_DIR`, if that is a directory of
    /// this user, or in the directory for temporary files. The name consists of the first letters
    /// of `id` and a hash of the id, the user and the display.
    ///
    /// # Errors
    ///
    /// If there is no usable directory, or the path in it is too long.
    pub fn path_for(id: &str) -> Result<String, SingleInstanceError> {
        let uid = rustix::process::geteuid().as_raw();
        let name = socket_name(id, uid, &display());
        let in_directory = |directory: &Path| {
            server_name::full_server_name_for(&name, directory).map_err(SingleInstanceError::Listen)
        };
        match env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from) {
            Some(directory) if is_private(&directory, uid) => in_directory(&directory),
            _ => in_directory(&server_name::temp_dir()),
        }
    }

    fn new(server: QBox<QLocalServer>) -> Self {
        let inner = Rc::new_cyclic(|this: &Weak<Inner>| {
            let timer = QTimer::new();
            timer.set_single_shot(true);
            let inner = this.clone();
            timer.on_timeout(move |_| {
                if let Some(inner) = inner.upgrade() {
                    inner.drop_clients(|client| client.deadline.is_over());
                    inner.proceed();
                }
            });
            Inner {
                this: this.clone(),
                server: server.downgrade(),
                timer,
                is_accepting: Cell::new(false),
                clients: RefCell::default(),
                messages: RefCell::default(),
                handler: RefCell::default(),
            }
        });
        let this = Rc::downgrade(&inner);
        server.on_new_connection(move |_| {
            if let Some(inner) = this.upgrade() {
                inner.proceed();
            }
        });
        Self { server, inner }
    }

    /// The path of the socket.
    pub fn path(&self) -> String {
        self.server.full_server_name().to_string()
    }

    /// Calls `handler` with the arguments and the working directory of each second instance, from
    /// the event loop; it replaces an earlier one. The second instance does not wait for it. A
    /// relative path is relative to that directory: `directory.join(argument)`.
    ///
    /// Messages that arrive while the handler runs are handled after it has returned.
    pub fn on_message(&self, handler: impl FnMut(Vec<OsString>, PathBuf) + 'static) {
        self.inner.handler.replace(Some(Box::new(handler)));
        self.inner.is_accepting.set(true);
        // Handle connections that are pending already from the event loop too.
        self.inner.timer.start(Duration::ZERO);
    }
}

impl fmt::Debug for SingleInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SingleInstance")
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

/// Why a program is not the first instance and could not send its arguments. `Display` is a phrase
/// without capital or full stop.
#[derive(Debug)]
#[non_exhaustive]
pub enum SingleInstanceError {
    /// The arguments and the working directory are too long, in bytes.
    TooLong {
        /// The actual length.
        bytes: u64,
        /// The maximum length.
        limit: u64,
    },
    /// The working directory is not known, for example because it was deleted.
    WorkingDirectory(io::Error),
    /// The socket of the first instance cannot be created.
    Listen(ListenError),
    /// The first instance cannot be reached.
    Connect(LocalSocketError),
    /// The first instance did not answer in time: it hangs or was stopped.
    TimedOut {
        /// The path of its socket.
        path: String,
    },
    /// The socket belongs to another user: nothing was sent.
    OtherUser {
        /// The path of the socket.
        path: String,
        /// The user.
        uid: u32,
    },
    /// The first instance closed the connection without an acknowledgement, in each attempt.
    NotAccepted {
        /// The path of its socket.
        path: String,
    },
}

impl fmt::Display for SingleInstanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes, limit } => write!(
                f,
                "the arguments have {bytes} bytes, but only {limit} are allowed"
            ),
            Self::WorkingDirectory(error) => {
                write!(f, "the working directory is not known: {error}")
            }
            Self::Listen(error) => error.fmt(f),
            Self::Connect(error) => error.fmt(f),
            Self::TimedOut { path } => {
                write!(f, "{path}: time-out: the first instance does not answer")
            }
            Self::OtherUser { path, uid } => {
                write!(f, "{path}: the socket belongs to another user ({uid})")
            }
            Self::NotAccepted { path } => {
                write!(f, "{path}: the first instance does not take the arguments")
            }
        }
    }
}

impl std::error::Error for SingleInstanceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::WorkingDirectory(error) => Some(error),
            Self::Listen(error) => Some(error),
            Self::Connect(error) => Some(error),
            _ => None,
        }
    }
}

type Handler = Box<dyn FnMut(Vec<OsString>, PathBuf)>;

/// The state that the signal handlers share.
struct Inner {
    this: Weak<Self>,
    server: QPointer<QLocalServer>,
    /// Disconnects clients after their time limit.
    timer: QBox<QTimer>,
    /// Whether a handler was set; until then, second instances wait.
    is_accepting: Cell<bool>,
    clients: RefCell<Vec<Client>>,
    /// Messages that were received and not handled yet.
    messages: RefCell<VecDeque<(Vec<OsString>, PathBuf)>>,
    /// `None` while it runs.
    handler: RefCell<Option<Handler>>,
}

/// A second instance that has not sent its message yet.
struct Client {
    socket: QBox<QLocalSocket>,
    deadline: Deadline,
}

impl Inner {
    /// Continues after a client was added or removed: accepts clients, restarts the timer and
    /// handles messages.
    fn proceed(&self) {
        self.accept();
        self.start_timer();
        self.handle_messages();
    }

    /// Accepts pending connections, up to the maximum of simultaneous clients.
    fn accept(&self) {
        while self.is_accepting.get() && self.clients.borrow().len() < MAX_CLIENTS {
            let next = self.server.with(QLocalServer::next_pending_connection);
            let Some(socket) = next.flatten() else { break };
            if !matches!(peer(&socket), Peer::SameUser) {
                continue;
            }
            socket.set_read_buffer_size(Some(SingleInstance::MESSAGE_LIMIT + size_of::<u32>()));
            let this = self.this.clone();
            let receive = move |socket: &QLocalSocket| {
                if let Some(inner) = this.upgrade() {
                    inner.receive(socket);
                    inner.proceed();
                }
            };
            socket.on_ready_read(receive.clone());
            socket.on_disconnected(receive);
            let handle = socket.downgrade();
            let deadline = Deadline::new(Some(RECEIVE_LIMIT));
            self.clients.borrow_mut().push(Client { socket, deadline });
            // `ready_read` is not emitted for data that has arrived already.
            handle.with(|socket| self.receive(socket));
        }
    }

    /// Receives the message of a client, acknowledges it and ends the connection.
    fn receive(&self, socket: &QLocalSocket) {
        let message = match FRAMING.read(socket) {
            Ok(None) if socket.state() == QLocalSocketState::ConnectedState => return,
            Ok(Some(message)) => decode(&message),
            // The client sent other data, or none.
            Ok(None) | Err(_) => None,
        };
        if let Some(message) = message {
            // One byte fits into the empty send buffer of the system.
            let _ = socket.write(&ACKNOWLEDGEMENT);
            socket.flush();
            self.messages.borrow_mut().push_back(message);
        }
        self.drop_clients(|client| std::ptr::eq(&*client.socket, socket));
    }

    fn handle_messages(&self) {
        /// Puts the handler back, also when it panics.
        struct Running<'i>(&'i Inner, Option<Handler>);

        impl Drop for Running<'_> {
            fn drop(&mut self) {
                let mut handler = self.0.handler.borrow_mut();
                // The handler may have set a new one.
                if handler.is_none() {
                    *handler = self.1.take();
                }
            }
        }

        loop {
            let mut running = Running(self, self.handler.take());
            let Some(handler) = &mut running.1 else {
                return;
            };
            let message = self.messages.borrow_mut().pop_front();
            let Some((arguments, directory)) = message else {
                return;
            };
            handler(arguments, directory);
        }
    }

    fn drop_clients(&self, is_done: impl Fn(&Client) -> bool) {
        let done: Vec<Client> = self
            .clients
            .borrow_mut()
            .extract_if(.., |client| is_done(client))
            .collect();
        drop(done);
    }

    /// Starts the timer for the client with the earliest deadline, if there is one.
    fn start_timer(&self) {
        let remaining = |client: &Client| client.deadline.remaining();
        let first = self.clients.borrow().first().and_then(remaining);
        if let Some(remaining) = first {
            self.timer.start(remaining);
        }
    }
}

/// How long to wait before the next attempt: not past the deadline.
fn retry_interval(deadline: Deadline) -> Duration {
    deadline
        .remaining()
        .map_or(RETRY_INTERVAL, |left| left.min(RETRY_INTERVAL))
}

/// Sends a message to the first instance and waits for its acknowledgement. `false` if the first
/// instance has exited.
fn send(path: &str, message: &[u8], deadline: Deadline) -> Result<bool, SingleInstanceError> {
    let timed_out = || SingleInstanceError::TimedOut { path: path.into() };
    let socket = QLocalSocket::new();
    socket.connect_to_server(path);
    if let Err(error) = socket.wait_for_connected(deadline.remaining()) {
        return match error.kind {
            QLocalSocketError::ServerNotFoundError | QLocalSocketError::ConnectionRefusedError => {
                Ok(false)
            }
            QLocalSocketError::SocketTimeoutError => Err(timed_out()),
            _ => Err(SingleInstanceError::Connect(error)),
        };
    }
    match peer(&socket) {
        Peer::SameUser => {}
        Peer::OtherUser(uid) => {
            let path = path.into();
            return Err(SingleInstanceError::OtherUser { path, uid });
        }
        Peer::Unconnected => return Ok(false),
    }
    match FRAMING.write_blocking(&*socket, message, deadline.remaining()) {
        Ok(()) => {}
        Err(FrameError::TimedOut) => return Err(timed_out()),
        Err(FrameError::TooLong { bytes, limit }) => {
            return Err(SingleInstanceError::TooLong { bytes, limit });
        }
        Err(_) => return Ok(false),
    }
    let mut answer = [0; ACKNOWLEDGEMENT.len()];
    match socket
        .blocking(deadline.remaining())
        .read_exact(&mut answer)
    {
        Ok(()) if answer == ACKNOWLEDGEMENT => Ok(true),
        Ok(()) => Err(SingleInstanceError::NotAccepted { path: path.into() }),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Err(timed_out()),
        Err(_) => Ok(false),
    }
}

/// The user of the peer.
enum Peer {
    SameUser,
    OtherUser(u32),
    Unconnected,
}

/// Without peer credentials on this system, the permissions of the socket must suffice.
fn peer(socket: &QLocalSocket) -> Peer {
    match socket.peer_credentials() {
        Ok(peer) if peer.uid != rustix::process::geteuid().as_raw() => Peer::OtherUser(peer.uid),
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Peer::Unconnected,
        _ => Peer::SameUser,
    }
}

/// The message with the working directory and `arguments`.
fn encode(
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Result<Vec<u8>, SingleInstanceError> {
    let directory = env::current_dir().map_err(SingleInstanceError::WorkingDirectory)?;
    let arguments: Vec<QByteArray> = arguments
        .into_iter()
        .map(|argument| argument.as_ref().as_bytes().into())
        .collect();
    let directory = QByteArray::from(directory.as_os_str().as_bytes());
    let mut stream = QDataStream::to_bytes();
    stream.set_version(STREAM_VERSION);
    let written = stream.write(&(FORMAT, directory, arguments));
    debug_assert!(written.is_ok(), "bytes in memory take everything");
    Ok(stream.into_bytes().as_slice().to_vec())
}

/// The arguments and the working directory of a message; `None` if it is invalid.
fn decode(message: &[u8]) -> Option<(Vec<OsString>, PathBuf)> {
    let mut stream = QDataStream::from_bytes(&QByteArray::from(message));
    stream.set_version(STREAM_VERSION);
    let read: Result<(u8, QByteArray, Vec<QByteArray>), StreamError> = stream.read();
    let (format, directory, arguments) = read.ok()?;
    let os_string = |bytes: &QByteArray| OsString::from_vec(bytes.as_slice().to_vec());
    let directory = PathBuf::from(os_string(&directory));
    let is_whole = format == FORMAT && directory.is_absolute() && stream.at_end();
    is_whole.then(|| (arguments.iter().map(os_string).collect(), directory))
}

/// The display of this environment; empty without one.
fn display() -> Vec<u8> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    match (set("WAYLAND_DISPLAY"), set("DISPLAY")) {
        (Some(display), _) => [b"wayland ", display.as_bytes()].concat(),
        (None, Some(display)) => [b"x11 ", without_screen(display.as_bytes())].concat(),
        (None, None) => Vec::new(),
    }
}

/// The display without its screen number: `:0.1` is on the display `:0`.
fn without_screen(display: &[u8]) -> &[u8] {
    match display.iter().rposition(|byte| b":.".contains(byte)) {
        Some(last) if display[last] == b'.' => &display[..last],
        _ => display,
    }
}

/// The name of a socket: a readable prefix of the id, and a hash.
fn socket_name(id: &str, uid: u32, display: &[u8]) -> String {
    const MAX_LETTERS: usize = 24;

    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || "._-".contains(*letter);
    let letters: String = id.chars().filter(is_plain).take(MAX_LETTERS).collect();
    let hash = hash(&[id.as_bytes(), &uid.to_be_bytes(), display]);
    format!("{}-{hash:016x}", letters.trim_start_matches('.'))
}

/// FNV-1a of all parts: the same in every build of a program, unlike the hashes of the standard
/// library. It does not have to resist deliberate collisions.
fn hash(parts: &[&[u8]]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| {
        hash ^= u64::from(byte);
        hash = hash.wrapping_mul(0x100_0000_01b3);
    };
    for part in parts {
        (part.len() as u64)
            .to_be_bytes()
            .into_iter()
            .for_each(&mut add);
        part.iter().copied().for_each(&mut add);
    }
    hash
}

/// Whether the directory is absolute, belongs to the user and is not writable by others.
fn is_private(directory: &Path, uid: u32) -> bool {
    directory.is_absolute()
        && fs::metadata(directory)
            .is_ok_and(|it| it.is_dir() && it.uid() == uid && it.mode() & 0o022 == 0)
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn socket_name_is_short_and_stable() {
        let name = socket_name("org.example.editor", 1000, b"x11 :0");
        assert_eq!(name, "org.example.editor-41338331c5cd985f");
        let long = "../äöü/".repeat(100) + &"org.example.".repeat(100);
        let name = socket_name(&long, 1000, b"");
        assert!(
            name.len() <= 41 && !name.contains('/') && !name.starts_with('.'),
            "{name}"
        );
    }

    #[test]
    fn socket_name_depends_on_all_parts() {
        let all = [
            socket_name("a", 1, b"x11 :0"),
            socket_name("b", 1, b"x11 :0"),
            socket_name("a", 2, b"x11 :0"),
            socket_name("a", 1, b"x11 :1"),
            socket_name("a", 1, b""),
            socket_name("a/", 1, b""),
        ];
        for (index, name) in all.iter().enumerate() {
            assert!(!all[..index].contains(name), "{all:?}");
        }
    }

    #[test]
    fn screens_of_a_display_are_one() {
        for (display, expected) in [
            (":0", ":0"),
            (":0.1", ":0"),
            ("host.example:10.0", "host.example:10"),
            ("host.example:10", "host.example:10"),
            ("/tmp/launch-x/org.x:0", "/tmp/launch-x/org.x:0"),
        ] {
            assert_eq!(without_screen(display.as_bytes()), expected.as_bytes());
        }
    }

    #[test]
    fn attempts_do_not_wait_past_the_deadline() {
        for (limit, expected) in [
            (Some(Duration::ZERO), Duration::ZERO),
            (Some(Duration::from_secs(60)), RETRY_INTERVAL),
            (None, RETRY_INTERVAL),
        ] {
            assert_eq!(retry_interval(Deadline::new(limit)), expected);
        }
    }

    #[test]
    fn private_directory_is_the_user_s_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        let uid = rustix::process::geteuid().as_raw();
        for (mode, expected) in [(0o700, true), (0o755, true), (0o770, false), (0o707, false)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(is_private(path, uid), expected, "{mode:o}");
        }
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!is_private(path, uid + 1));
        let file = path.join("file");
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!is_private(&file, uid));
        let up: PathBuf = env::current_dir().unwrap().iter().map(|_| "..").collect();
        let relative = up.join(path.strip_prefix("/").unwrap());
        assert!(fs::metadata(&relative).is_ok() && !is_private(&relative, uid));
    }

    #[test]
    fn unconnected_socket_has_no_peer() {
        assert!(matches!(peer(&QLocalSocket::new()), Peer::Unconnected));
    }

    #[test]
    fn error_has_the_source_of_its_kind() {
        let unknown = SingleInstanceError::WorkingDirectory(io::ErrorKind::NotFound.into());
        assert!(unknown.source().is_some());
        let connect = SingleInstanceError::Connect(QLocalSocket::new().socket_error());
        assert!(connect.source().is_some());
        let path = String::new();
        assert!(SingleInstanceError::TimedOut { path }.source().is_none());
    }

    #[test]
    fn message_has_bytes_of_a_stream() {
        let arguments = [OsStr::new("a"), OsStr::from_bytes(b"\xff")];
        let message = encode(arguments).unwrap();
        let directory = env::current_dir().unwrap();
        let directory = directory.as_os_str().as_bytes();
        let length = (directory.len() as u32).to_be_bytes();
        let expected = [
            &b"\x01"[..],
            &length,
            directory,
            b"\0\0\0\x02\0\0\0\x01a\0\0\0\x01\xff",
        ];
        assert_eq!(message, expected.concat());
        let (decoded, _) = decode(&message).unwrap();
        assert_eq!(decoded, arguments);
    }

    #[test]
    fn other_messages_are_none() {
        let whole = b"\x01\0\0\0\x01/\0\0\0\0";
        assert_eq!(decode(whole), Some((Vec::new(), PathBuf::from("/"))));
        for message in [
            &b""[..],
            &whole[..9],
            b"\x02\0\0\0\x01/\0\0\0\0",
            b"\x01\0\0\0\x01.\0\0\0\0",
            b"\x01\0\0\0\x01/\0\0\0\0x",
            b"\x01\0\0\0\x01/\xff\xff\xff\xf0",
        ] {
            assert_eq!(decode(message), None, "{message:?}");
        }
    }
}
