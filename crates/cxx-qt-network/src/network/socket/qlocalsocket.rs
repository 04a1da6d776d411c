// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QLocalSocket`](https://doc.qt.io/qt-6/qlocalsocket.html): one end of a local connection, a
//! Unix domain socket or a Windows named pipe. A socket belongs to one thread.

use std::fmt;
#[cfg(unix)]
use std::io;
#[cfg(unix)]
use std::os::fd::{AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd};
use std::time::Duration;

use cxx_qt::casting::Upcast;
use cxx_qt::{QObject, impl_transitive_cast};
use cxx_qt_lib::QString;

#[cfg(unix)]
use super::server_name;
#[cfg(cxxqt_qt_version_at_least_6_2)]
use crate::core::flags::flags;
use crate::core::qiodevice::{QIODevice, QIODeviceExt};
use crate::core::qiodevicebase::{QIODeviceOpenMode, QIODeviceOpenModeFlag};
use crate::core::timeout::{Deadline, milliseconds};
use crate::object::callback::{call, wait};
use crate::object::connection::Connection;
use crate::object::error::QtError;
use crate::object::qbox::QBox;
use crate::object::signal::{connect, slots};

#[cxx_qt::bridge]
pub(super) mod ffi {
    /// The kind of an error on a socket, as `QLocalSocket::LocalSocketError`.
    #[namespace = "cxx_qt_network"]
    #[repr(i32)]
    #[derive(Debug)]
    enum QLocalSocketError {
        /// The server refused the connection, or the socket file is stale.
        ConnectionRefusedError = 0,
        /// The peer closed the connection.
        PeerClosedError = 1,
        /// No server has this name.
        ServerNotFoundError = 2,
        /// This user has no permission to connect.
        SocketAccessError = 3,
        /// The system has run out of a resource, for example descriptors.
        SocketResourceError = 4,
        /// The time limit of a blocking call was reached.
        SocketTimeoutError = 5,
        /// The datagram is larger than the system can send.
        DatagramTooLargeError = 6,
        /// The connection failed.
        ConnectionError = 7,
        /// Not supported on this system.
        UnsupportedSocketOperationError = 10,
        /// Not allowed in this state.
        OperationError = 19,
        /// Any other error.
        UnknownSocketError = -1,
    }

    /// The state of a socket, as `QLocalSocket::LocalSocketState`.
    #[namespace = "cxx_qt_network"]
    #[repr(i32)]
    #[derive(Debug)]
    enum QLocalSocketState {
        /// Not connected.
        UnconnectedState = 0,
        /// Connecting.
        ConnectingState = 2,
        /// Connected.
        ConnectedState = 3,
        /// Closing after the write buffer has been sent.
        ClosingState = 6,
    }

    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
        type QIODevice = crate::core::qiodevice::QIODevice;
    }

    #[namespace = "rust::cxxqt1"]
    unsafe extern "C++" {
        include!("cxx-qt/connection.h");
        type QMetaObjectConnection = cxx_qt::QMetaObjectConnection;
    }

    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/network/socket/qlocalsocket.h");
        type QLocalSocketError;
        type QLocalSocketState;
    }

    // SAFETY: the declarations match <QLocalSocket>; none takes ownership or a raw pointer.
    unsafe extern "C++Qt" {
        include!(<QtNetwork/QLocalSocket>);
        /// One end of a local connection. Reading and writing are on
        /// [`QIODeviceExt`](crate::QIODeviceExt).
        ///
        /// A socket that was created by `new` or taken from a server is owned by its
        /// [`QBox`](crate::QBox). Dropping that closes it and discards unsent data: wait for
        /// `disconnected`.
        #[qobject]
        #[base = QIODevice]
        type QLocalSocket;

        /// The last error, as `QLocalSocket::error`.
        fn error(self: &QLocalSocket) -> QLocalSocketError;
        /// The path that the socket is connected to, as `QLocalSocket::fullServerName`.
        #[rust_name = "full_server_name"]
        fn fullServerName(self: &QLocalSocket) -> QString;
        /// Whether the socket can be used, as `QLocalSocket::isValid`. It stays true after the peer
        /// has closed the connection, until `close`.
        #[rust_name = "is_valid"]
        fn isValid(self: &QLocalSocket) -> bool;
        /// The name of the server, from `connect_to_server` or `set_server_name`; as
        /// `QLocalSocket::serverName`.
        #[rust_name = "server_name"]
        fn serverName(self: &QLocalSocket) -> QString;
        /// The state of the socket, as `QLocalSocket::state`.
        fn state(self: &QLocalSocket) -> QLocalSocketState;
    }

    #[namespace = "cxx_qt_network"]
    extern "Rust" {
        type SocketSlot;
        fn record(self: &SocketSlot);

        type ErrorOccurred;
        fn record(self: &ErrorOccurred, kind: QLocalSocketError, text: QString, name: QString);

        type StateChanged;
        fn record(self: &StateChanged, state: QLocalSocketState);
    }

    // SAFETY: each only forwards to the member it is named after.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/network/socket/qlocalsocket.h");
        type QIODeviceOpenMode = crate::core::qiodevicebase::QIODeviceOpenMode;
        #[cfg(cxxqt_qt_version_at_least_6_2)]
        type QLocalSocketSocketOptions = super::QLocalSocketSocketOptions;

        #[rust_name = "make_socket"]
        fn make() -> *mut QLocalSocket;
        #[rust_name = "socket_wait_for_connected"]
        fn socketWaitForConnected(socket: &QLocalSocket, msecs: i32) -> bool;
        #[rust_name = "socket_wait_for_disconnected"]
        fn socketWaitForDisconnected(socket: &QLocalSocket, msecs: i32) -> bool;
        #[rust_name = "socket_connect_to_server"]
        fn socketConnectToServer(socket: &QLocalSocket, name: &QString, mode: QIODeviceOpenMode);
        #[rust_name = "socket_attempted_name"]
        fn socketAttemptedName(socket: &QLocalSocket) -> QString;
        #[rust_name = "socket_read_buffer_size"]
        fn socketReadBufferSize(socket: &QLocalSocket) -> i64;
        #[rust_name = "socket_set_read_buffer_size"]
        fn socketSetReadBufferSize(socket: &QLocalSocket, size: i64);
        #[rust_name = "socket_options"]
        #[cfg(cxxqt_qt_version_at_least_6_2)]
        fn socketOptions(socket: &QLocalSocket) -> QLocalSocketSocketOptions;
        #[rust_name = "socket_set_options"]
        #[cfg(cxxqt_qt_version_at_least_6_2)]
        fn socketSetOptions(socket: &QLocalSocket, options: QLocalSocketSocketOptions);
        #[rust_name = "socket_descriptor"]
        fn socketDescriptor(socket: &QLocalSocket) -> i64;
        #[cfg(unix)]
        #[rust_name = "socket_peer_credentials"]
        fn socketPeerCredentials(descriptor: i32, ids: &mut [u32; 3]) -> i32;
        #[rust_name = "socket_set_descriptor"]
        fn socketSetDescriptor(
            socket: &QLocalSocket,
            descriptor: i64,
            mode: QIODeviceOpenMode,
        ) -> bool;
        #[rust_name = "socket_abort"]
        fn socketAbort(socket: &QLocalSocket);
        #[rust_name = "socket_disconnect_from_server"]
        fn socketDisconnectFromServer(socket: &QLocalSocket);
        #[rust_name = "socket_flush"]
        fn socketFlush(socket: &QLocalSocket) -> bool;
        #[rust_name = "socket_set_server_name"]
        fn socketSetServerName(socket: &QLocalSocket, name: &QString);
        #[rust_name = "on_connected"]
        fn onConnected(socket: &QLocalSocket, slot: Box<SocketSlot>) -> QMetaObjectConnection;
        #[rust_name = "on_disconnected"]
        fn onDisconnected(socket: &QLocalSocket, slot: Box<SocketSlot>) -> QMetaObjectConnection;
        #[rust_name = "on_error_occurred"]
        fn onErrorOccurred(
            socket: &QLocalSocket,
            slot: Box<ErrorOccurred>,
        ) -> QMetaObjectConnection;
        #[rust_name = "on_state_changed"]
        fn onStateChanged(socket: &QLocalSocket, slot: Box<StateChanged>) -> QMetaObjectConnection;
    }
}

pub use ffi::{QLocalSocket, QLocalSocketError, QLocalSocketState};

impl_transitive_cast!(QLocalSocket, QIODevice, QObject);

slots! {
    SocketSlot();
    ErrorOccurred(kind: QLocalSocketError, text: QString, name: QString);
    StateChanged(state: QLocalSocketState);
}

/// An error of a [`QLocalSocket`].
pub type LocalSocketError = QtError<QLocalSocketError>;

impl fmt::Display for QLocalSocketError {
    /// The name in Qt.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Display for QLocalSocketState {
    /// The name in Qt.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(cxxqt_qt_version_at_least_6_2)]
flags! {
    /// The namespace of the server's name, as `QLocalSocket::SocketOption`. From Qt 6.2 on.
    QLocalSocketSocketOption =>
    /// Any number of [`QLocalSocketSocketOption`]s, as `QLocalSocket::SocketOptions`.
    QLocalSocketSocketOptions: "cxx_qt_network::QLocalSocketSocketOptions" {
        /// The file system.
        NoOptions = 0x0,
        /// Linux's abstract namespace, which the server must use too.
        AbstractNamespaceOption = 0x1,
    }
}

impl QLocalSocket {
    /// An unconnected socket.
    pub fn new() -> QBox<Self> {
        // SAFETY: made by `new`, without a parent.
        unsafe { QBox::from_raw(ffi::make_socket()) }
    }

    /// Closes the connection immediately and discards unsent data. As `QLocalSocket::abort`.
    pub fn abort(&self) {
        call(|| ffi::socket_abort(self));
    }

    /// Starts to connect to the server of that name for reading and writing, as
    /// `QLocalSocket::connectToServer`. The outcome is emitted as `connected` or `error_occurred`.
    ///
    /// A relative name is in the directory for temporary files. A name that contains a NUL is not
    /// found, except in the abstract namespace.
    ///
    /// A socket whose peer has closed the connection is closed first, which discards unread data.
    pub fn connect_to_server(&self, name: impl Into<QString>) {
        self.connect_to_server_with(name, QIODeviceOpenModeFlag::ReadWrite);
    }

    /// The same, and opens the socket in `mode`.
    pub fn connect_to_server_with(
        &self,
        name: impl Into<QString>,
        mode: impl Into<QIODeviceOpenMode>,
    ) {
        let (name, mode) = (self.without_zero(name.into()), mode.into());
        call(|| ffi::socket_connect_to_server(self, &name, mode));
    }

    /// Closes the connection after the write buffer has been sent, as
    /// `QLocalSocket::disconnectFromServer`.
    pub fn disconnect_from_server(&self) {
        call(|| ffi::socket_disconnect_from_server(self));
    }

    /// Sends as much as possible without blocking and returns whether any byte was sent; `false` is
    /// no error. As `QLocalSocket::flush`.
    pub fn flush(&self) -> bool {
        call(|| ffi::socket_flush(self))
    }

    /// The last error. The message of one that happened while connecting has the form
    /// `PATH: REASON`; that of any other is Qt's text.
    pub fn socket_error(&self) -> LocalSocketError {
        let name = ffi::socket_attempted_name(self);
        error_with_path(self.error(), self.error_string(), || self.path_of(&name))
    }

    /// The size of the read buffer in bytes, `None` for no limit. As
    /// `QLocalSocket::readBufferSize`.
    pub fn read_buffer_size(&self) -> Option<usize> {
        usize::try_from(ffi::socket_read_buffer_size(self))
            .ok()
            .filter(|&size| size > 0)
    }

    /// Sets the size of the read buffer in bytes (`None`: no limit; 0 counts as 1). While it is
    /// full, the peer has to wait. As `QLocalSocket::setReadBufferSize`.
    pub fn set_read_buffer_size(&self, size: Option<usize>) {
        // For Qt 0 is no limit, which a computed size of 0 does not mean.
        let size = size.map_or(0, |size| i64::try_from(size).unwrap_or(i64::MAX).max(1));
        call(|| ffi::socket_set_read_buffer_size(self, size));
    }

    /// Sets the name that [`open`](crate::QIODeviceExt::open) connects to, as
    /// `QLocalSocket::setServerName`; only while the socket is not connected.
    pub fn set_server_name(&self, name: impl Into<QString>) {
        let name = self.without_zero(name.into());
        call(|| ffi::socket_set_server_name(self, &name));
    }

    /// Takes over a connected descriptor, open for reading and writing. As
    /// `QLocalSocket::setSocketDescriptor`.
    ///
    /// # Errors
    ///
    /// Returns the descriptor if it is not a Unix domain socket, if this socket is connected
    /// already, or if Qt does not accept it.
    #[cfg(unix)]
    pub fn set_socket_descriptor(&self, descriptor: impl Into<OwnedFd>) -> Result<(), OwnedFd> {
        self.set_socket_descriptor_with(descriptor, QIODeviceOpenModeFlag::ReadWrite)
    }

    /// Takes over a connected descriptor, and opens the socket in `mode`. As
    /// `QLocalSocket::setSocketDescriptor` for the connected state.
    ///
    /// # Errors
    ///
    /// As of [`set_socket_descriptor`](Self::set_socket_descriptor).
    #[cfg(unix)]
    pub fn set_socket_descriptor_with(
        &self,
        descriptor: impl Into<OwnedFd>,
        mode: impl Into<QIODeviceOpenMode>,
    ) -> Result<(), OwnedFd> {
        let (descriptor, mode) = (descriptor.into(), mode.into());
        let number = i64::from(descriptor.as_raw_fd());
        call(|| {
            if is_local(&descriptor) && ffi::socket_set_descriptor(self, number, mode) {
                // Qt owns it from now on.
                let _ = descriptor.into_raw_fd();
                Ok(())
            } else {
                Err(descriptor)
            }
        })
    }

    /// The namespace of the server's name, as `QLocalSocket::socketOptions`. From Qt 6.2 on.
    #[cfg(cxxqt_qt_version_at_least_6_2)]
    pub fn socket_options(&self) -> QLocalSocketSocketOptions {
        ffi::socket_options(self)
    }

    /// Sets the namespace for the next connection, as `QLocalSocket::setSocketOptions`; only while
    /// the socket is not connected. From Qt 6.2 on.
    #[cfg(cxxqt_qt_version_at_least_6_2)]
    pub fn set_socket_options(&self, options: impl Into<QLocalSocketSocketOptions>) {
        ffi::socket_set_options(self, options.into());
    }

    /// The number of the system's descriptor, `None` while not connected. As
    /// `QLocalSocket::socketDescriptor`. The socket closes it when the connection ends, also when
    /// the peer closes it; use [`duplicate_descriptor`](Self::duplicate_descriptor) to keep one.
    #[cfg(unix)]
    pub fn socket_descriptor(&self) -> Option<RawFd> {
        RawFd::try_from(ffi::socket_descriptor(self))
            .ok()
            .filter(|&descriptor| descriptor >= 0)
    }

    /// A close-on-exec duplicate of the system's descriptor.
    ///
    /// # Errors
    ///
    /// [`NotConnected`](io::ErrorKind::NotConnected), or the system's error.
    #[cfg(unix)]
    pub fn duplicate_descriptor(&self) -> io::Result<OwnedFd> {
        let descriptor = self
            .socket_descriptor()
            .ok_or(io::ErrorKind::NotConnected)?;
        // SAFETY: open while the socket is connected, which does not change during this call.
        unsafe { BorrowedFd::borrow_raw(descriptor) }.try_clone_to_owned()
    }

    /// The credentials of the peer from the system: for a client those of the server when it
    /// started to listen, for a server those of the client when it connected. The process may have
    /// exited since then, and its ID may have been reused.
    ///
    /// # Errors
    ///
    /// [`NotConnected`](io::ErrorKind::NotConnected), also once the peer has closed the connection;
    /// [`Unsupported`](io::ErrorKind::Unsupported) on a system without peer credentials; or the
    /// system's error.
    #[cfg(unix)]
    pub fn peer_credentials(&self) -> io::Result<PeerCredentials> {
        let descriptor = self
            .socket_descriptor()
            .ok_or(io::ErrorKind::NotConnected)?;
        let mut ids = [0; 3];
        match ffi::socket_peer_credentials(descriptor, &mut ids) {
            0 => Ok(PeerCredentials {
                uid: ids[0],
                gid: ids[1],
                pid: (ids[2] != 0).then_some(ids[2]),
            }),
            -1 => Err(io::ErrorKind::Unsupported.into()),
            error => Err(io::Error::from_raw_os_error(error)),
        }
    }

    /// Blocks until the socket is connected, as `QLocalSocket::waitForConnected`. `None` waits
    /// without limit; needs no event loop.
    ///
    /// # Errors
    ///
    /// If the socket is not connected when this returns, with a message of the form `PATH: REASON`.
    /// It is a [`SocketTimeoutError`](QLocalSocketError::SocketTimeoutError) if the socket is still
    /// connecting because the server's backlog is full.
    ///
    /// # Panics
    ///
    /// If a handler does that is called at the end.
    pub fn wait_for_connected(&self, timeout: Option<Duration>) -> Result<(), LocalSocketError> {
        wait(|| {
            if ffi::socket_wait_for_connected(self, milliseconds(timeout)) {
                return Ok(());
            }
            if self.state() == QLocalSocketState::ConnectingState {
                return Err(self.timed_out());
            }
            let mut error = self.socket_error();
            if error.kind == QLocalSocketError::UnknownSocketError
                && ffi::socket_attempted_name(self).is_empty()
            {
                error.message = "the socket is not connecting".to_owned();
            }
            Err(error)
        })
    }

    /// Blocks until the socket is disconnected, as `QLocalSocket::waitForDisconnected`. `None`
    /// waits without limit; needs no event loop. It returns immediately for a socket that was never
    /// connected.
    ///
    /// # Errors
    ///
    /// If the socket is still connected when this returns; immediately if the read buffer is full,
    /// since EOF cannot be read before the pending data.
    ///
    /// # Panics
    ///
    /// If a handler does that is called at the end.
    pub fn wait_for_disconnected(&self, timeout: Option<Duration>) -> Result<(), LocalSocketError> {
        let deadline = Deadline::new(timeout);
        wait(|| {
            if ffi::socket_wait_for_disconnected(self, milliseconds(timeout)) {
                return Ok(());
            }
            let is_late = deadline.is_over() && self.state() != QLocalSocketState::UnconnectedState;
            Err(if is_late {
                self.timed_out()
            } else {
                self.socket_error()
            })
        })
    }

    /// Calls `handler` when the socket is connected, on `QLocalSocket::connected`.
    pub fn on_connected(&self, mut handler: impl FnMut(&Self) + 'static) -> Connection {
        connect(
            self,
            |slot| ffi::on_connected(self, slot),
            move |socket, ()| handler(socket),
        )
    }

    /// Calls `handler` when the socket is disconnected, on `QLocalSocket::disconnected`.
    pub fn on_disconnected(&self, mut handler: impl FnMut(&Self) + 'static) -> Connection {
        connect(
            self,
            |slot| ffi::on_disconnected(self, slot),
            move |socket, ()| handler(socket),
        )
    }

    /// Calls `handler` on an error, `QLocalSocket::errorOccurred`; also when the peer closes the
    /// connection, as [`PeerClosedError`](QLocalSocketError::PeerClosedError).
    pub fn on_error_occurred(
        &self,
        mut handler: impl FnMut(&Self, LocalSocketError) + 'static,
    ) -> Connection {
        connect(
            self,
            |slot| ffi::on_error_occurred(self, slot),
            move |socket, (kind, text, name)| {
                let error = error_with_path(kind, text.to_string(), || socket.path_of(&name));
                handler(socket, error);
            },
        )
    }

    /// Calls `handler` with each new state, on `QLocalSocket::stateChanged`. The state may have
    /// changed again by then.
    pub fn on_state_changed(
        &self,
        mut handler: impl FnMut(&Self, QLocalSocketState) + 'static,
    ) -> Connection {
        connect(
            self,
            |slot| ffi::on_state_changed(self, slot),
            move |socket, (state,)| handler(socket, state),
        )
    }

    /// The name, or an empty one if it contains a NUL, at which Qt would truncate it.
    fn without_zero(&self, name: QString) -> QString {
        if !self.is_abstract() && String::from(&name).contains('\0') {
            QString::default()
        } else {
            name
        }
    }

    fn is_abstract(&self) -> bool {
        #[cfg(cxxqt_qt_version_at_least_6_2)]
        return self
            .socket_options()
            .test_flag(QLocalSocketSocketOption::AbstractNamespaceOption);
        #[cfg(not(cxxqt_qt_version_at_least_6_2))]
        false
    }

    /// The time-out error, for a socket that is connecting or connected.
    fn timed_out(&self) -> LocalSocketError {
        let Path { path, .. } = self.path_of(&self.server_name());
        LocalSocketError {
            kind: QLocalSocketError::SocketTimeoutError,
            message: format!("{path}: time-out"),
        }
    }

    /// The path or address that Qt uses for a server name.
    fn path_of(&self, name: &QString) -> Path {
        let name = name.to_string();
        #[cfg(unix)]
        if !self.is_abstract() && !name.is_empty() {
            let directory = server_name::temp_dir();
            let checked = server_name::full_server_name_for(&name, &directory);
            let path = match &checked {
                Ok(path) => path.clone(),
                Err(_) => directory.join(&name).to_string_lossy().into_owned(),
            };
            let problem = checked.err().map(|error| error.to_string());
            return Path { path, problem };
        }
        Path {
            path: name,
            problem: None,
        }
    }
}

/// The address of a server.
struct Path {
    path: String,
    /// Why there can be no server.
    problem: Option<String>,
}

/// The error with a message of the form `PATH: REASON`, if it happened while connecting.
fn error_with_path(
    kind: QLocalSocketError,
    text: String,
    path: impl FnOnce() -> Path,
) -> LocalSocketError {
    // Qt's texts begin with the name of a member function.
    let Some(qt_reason) = text.strip_prefix("QLocalSocket::connectToServer: ") else {
        let message = text;
        return LocalSocketError { kind, message };
    };
    let Path { path, problem } = path();
    let reason = match kind {
        QLocalSocketError::ServerNotFoundError if path.is_empty() => {
            let message = "the name is empty or contains a NUL character".to_owned();
            return LocalSocketError { kind, message };
        }
        QLocalSocketError::ServerNotFoundError => match &problem {
            Some(problem) => problem,
            None => "no such socket",
        },
        QLocalSocketError::ConnectionRefusedError => "connection refused",
        QLocalSocketError::SocketAccessError => "permission denied",
        QLocalSocketError::SocketTimeoutError => "time-out",
        // Qt has one error for all failures to create a socket.
        #[cfg(unix)]
        QLocalSocketError::UnsupportedSocketOperationError if lacks_descriptors() => {
            return LocalSocketError {
                kind: QLocalSocketError::SocketResourceError,
                message: format!("{path}: too many open files"),
            };
        }
        _ => qt_reason,
    };
    let message = format!("{path}: {reason}");
    LocalSocketError { kind, message }
}

/// Whether the process has run out of file descriptors.
#[cfg(unix)]
fn lacks_descriptors() -> bool {
    use rustix::io::Errno;
    use rustix::net::{AddressFamily, SocketType};

    let socket = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None);
    matches!(socket, Err(Errno::MFILE | Errno::NFILE))
}

/// The credentials of the peer of a connection.
#[cfg(unix)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct PeerCredentials {
    /// The effective user of the process.
    pub uid: u32,
    /// The effective group of the process.
    pub gid: u32,
    /// The process ID; `None` if unknown, for example because the process is in another container.
    pub pid: Option<u32>,
}

/// Whether the descriptor is a Unix domain stream socket.
#[cfg(unix)]
fn is_local(descriptor: &OwnedFd) -> bool {
    use rustix::net::{AddressFamily, SocketType, getsockname, sockopt};
    getsockname(descriptor).is_ok_and(|address| address.address_family() == AddressFamily::UNIX)
        && sockopt::socket_type(descriptor) == Ok(SocketType::STREAM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_connecting_have_path_and_reason() {
        let at = || Path {
            path: "/run/s".to_owned(),
            problem: None,
        };
        let text = |kind, text: &str| {
            let error = error_with_path(kind, text.to_owned(), at);
            assert_eq!(error.kind, kind);
            error.message
        };
        for (kind, expected) in [
            (
                QLocalSocketError::SocketAccessError,
                "/run/s: permission denied",
            ),
            (QLocalSocketError::SocketTimeoutError, "/run/s: time-out"),
            (
                QLocalSocketError::UnsupportedSocketOperationError,
                "/run/s: In Qt's words",
            ),
        ] {
            let qt = "QLocalSocket::connectToServer: In Qt's words";
            assert_eq!(text(kind, qt), expected);
            assert_eq!(text(kind, "In other words"), "In other words");
        }
    }
}
