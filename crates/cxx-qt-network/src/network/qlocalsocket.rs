// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QLocalSocket`](https://doc.qt.io/qt-6/qlocalsocket.html): one end of a local connection, a Unix
//! domain socket or a Windows named pipe. A socket belongs to one thread.

use std::fmt;
#[cfg(unix)]
use std::os::fd::{AsRawFd, BorrowedFd, IntoRawFd, OwnedFd};
use std::pin::Pin;
use std::time::Duration;

use cxx_qt::casting::Upcast;
use cxx_qt::{QObject, impl_transitive_cast};
use cxx_qt_lib::QString;

use crate::border;
use crate::core::openmode::OpenMode;
use crate::core::qbox::QBox;
use crate::core::qiodevice::{QIODevice, QIODeviceExt};
use crate::signals::{self, ConnectionGuard, connect};
use crate::timeout::milliseconds;

#[cxx_qt::bridge]
pub(super) mod ffi {
    /// What went wrong on a socket, as `QLocalSocket::LocalSocketError`.
    #[namespace = "cxx_qt_network"]
    #[repr(i32)]
    #[derive(Debug)]
    enum LocalSocketError {
        /// Somebody is there and does not take the connection, or a crash left the name behind.
        ConnectionRefusedError = 0,
        /// The other side closed the connection.
        PeerClosedError = 1,
        /// Nobody is there.
        ServerNotFoundError = 2,
        /// This user may not connect.
        SocketAccessError = 3,
        /// The system has run out of something, for example descriptors.
        SocketResourceError = 4,
        /// The time limit of a blocking call is over.
        SocketTimeoutError = 5,
        /// More than the system can send at once.
        DatagramTooLargeError = 6,
        /// The connection broke.
        ConnectionError = 7,
        /// Not possible on this system.
        UnsupportedSocketOperationError = 10,
        /// Not possible in this state.
        OperationError = 19,
        /// Anything else.
        UnknownSocketError = -1,
    }

    /// Where a socket stands, as `QLocalSocket::LocalSocketState`.
    #[namespace = "cxx_qt_network"]
    #[repr(i32)]
    #[derive(Debug)]
    enum LocalSocketState {
        /// Not connected.
        UnconnectedState = 0,
        /// About to be connected.
        ConnectingState = 2,
        /// Connected.
        ConnectedState = 3,
        /// Closing, once what was written has gone out.
        ClosingState = 6,
    }

    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
        type QIODevice = crate::QIODevice;
    }

    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/network/qlocalsocket.h");
        type LocalSocketError;
        type LocalSocketState;
    }

    // SAFETY: the declarations match <QLocalSocket>; none takes ownership or a raw pointer.
    unsafe extern "C++Qt" {
        include!(<QtNetwork/QLocalSocket>);
        /// One end of a local connection. Reading and writing are on
        /// [`QIODeviceExt`](crate::QIODeviceExt).
        ///
        /// A socket made here or taken from a server is owned by its [`QBox`](crate::QBox);
        /// dropping that closes it, and what was not sent yet is lost: wait for `disconnected`.
        #[qobject]
        #[base = QIODevice]
        type QLocalSocket;

        /// Ends the connection at once; what was not sent yet is lost. As `QLocalSocket::abort`.
        fn abort(self: Pin<&mut QLocalSocket>);
        /// Ends the connection once what was written has gone out, as
        /// `QLocalSocket::disconnectFromServer`.
        #[rust_name = "disconnect_from_server"]
        fn disconnectFromServer(self: Pin<&mut QLocalSocket>);
        /// The last error, as `QLocalSocket::error`.
        fn error(self: &QLocalSocket) -> LocalSocketError;
        /// Sends now what can be sent without blocking and returns whether anything was; `false`
        /// is no error. As `QLocalSocket::flush`.
        fn flush(self: Pin<&mut QLocalSocket>) -> bool;
        /// The path that the socket is connected to, as `QLocalSocket::fullServerName`.
        #[rust_name = "full_server_name"]
        fn fullServerName(self: &QLocalSocket) -> QString;
        /// Whether the socket can be used, as `QLocalSocket::isValid`: still so when the other side has
        /// closed the connection, until `close`.
        #[rust_name = "is_valid"]
        fn isValid(self: &QLocalSocket) -> bool;
        /// The name that the socket was connected to, or that was set to connect to; as
        /// `QLocalSocket::serverName`.
        #[rust_name = "server_name"]
        fn serverName(self: &QLocalSocket) -> QString;
        /// Sets the name that [`open`](crate::QIODeviceExt::open) connects to, as
        /// `QLocalSocket::setServerName`; only while the socket is not connected.
        #[rust_name = "set_server_name"]
        fn setServerName(self: Pin<&mut QLocalSocket>, name: &QString);
        /// Where the socket stands, as `QLocalSocket::state`.
        fn state(self: &QLocalSocket) -> LocalSocketState;
    }

    // SAFETY: each only forwards to the member it is named after.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/make.h");
        include!("cxx-qt-network/network/qlocalsocket.h");
        #[rust_name = "make_socket"]
        fn make() -> *mut QLocalSocket;
        #[rust_name = "socket_wait_for_connected"]
        fn socketWaitForConnected(socket: Pin<&mut QLocalSocket>, msecs: i32) -> bool;
        #[rust_name = "socket_wait_for_disconnected"]
        fn socketWaitForDisconnected(socket: Pin<&mut QLocalSocket>, msecs: i32) -> bool;
        #[rust_name = "socket_connect_to_server"]
        fn socketConnectToServer(socket: Pin<&mut QLocalSocket>, name: &QString, mode: i32);
        #[rust_name = "socket_read_buffer_size"]
        fn socketReadBufferSize(socket: &QLocalSocket) -> i64;
        #[rust_name = "socket_set_read_buffer_size"]
        fn socketSetReadBufferSize(socket: Pin<&mut QLocalSocket>, size: i64);
        #[rust_name = "socket_options"]
        #[cfg(cxxqt_qt_version_at_least_6_2)]
        fn socketOptions(socket: &QLocalSocket) -> i32;
        #[rust_name = "socket_set_options"]
        #[cfg(cxxqt_qt_version_at_least_6_2)]
        fn socketSetOptions(socket: Pin<&mut QLocalSocket>, options: i32);
        #[rust_name = "socket_descriptor"]
        fn socketDescriptor(socket: &QLocalSocket) -> i64;
        #[rust_name = "socket_set_descriptor"]
        fn socketSetDescriptor(
            socket: Pin<&mut QLocalSocket>,
            descriptor: i64,
            state: LocalSocketState,
            mode: i32,
        ) -> bool;
    }
}

pub use ffi::{LocalSocketError, LocalSocketState, QLocalSocket};

impl_transitive_cast!(QLocalSocket, QIODevice, QObject);

/// An error of a socket: its kind and Qt's words for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SocketError {
    /// What went wrong.
    pub kind: LocalSocketError,
    /// Qt's words, `QIODevice::errorString`.
    pub text: String,
}

impl fmt::Display for SocketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for SocketError {}

impl fmt::Display for LocalSocketError {
    /// The name in Qt.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Display for LocalSocketState {
    /// The name in Qt.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Where a socket looks for its server, as `QLocalSocket::SocketOptions`. From Qt 6.2 on.
#[cfg(cxxqt_qt_version_at_least_6_2)]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LocalSocketOptions(i32);

#[cfg(cxxqt_qt_version_at_least_6_2)]
impl LocalSocketOptions {
    /// In the file system.
    pub const NONE: Self = Self(0);
    /// In Linux's abstract namespace, where the server must be too.
    pub const ABSTRACT_NAMESPACE: Self = Self(1);
}

impl QLocalSocket {
    /// A socket that is not connected.
    pub fn new() -> QBox<Self> {
        // SAFETY: made by `new`, without a parent.
        unsafe { QBox::from_raw(ffi::make_socket()) }
    }

    /// Starts to connect to the server of that name, as `QLocalSocket::connectToServer`. The
    /// outcome is told by `connected` or `error_occurred`, often before this returns.
    ///
    /// A relative name is looked for in the directory for temporary files.
    pub fn connect_to_server(self: Pin<&mut Self>, name: &QString, mode: OpenMode) {
        ffi::socket_connect_to_server(self, name, mode.bits());
    }

    /// The last error with Qt's words for it.
    pub fn socket_error(&self) -> SocketError {
        SocketError {
            kind: self.error(),
            text: self.error_string(),
        }
    }

    /// How many bytes are kept for reading at the most, `None` for no limit. As
    /// `QLocalSocket::readBufferSize`.
    pub fn read_buffer_size(&self) -> Option<usize> {
        usize::try_from(ffi::socket_read_buffer_size(self))
            .ok()
            .filter(|&size| size > 0)
    }

    /// Keeps at most `size` bytes for reading (`None`: no limit); the rest waits on the other side.
    /// As `QLocalSocket::setReadBufferSize`.
    pub fn set_read_buffer_size(self: Pin<&mut Self>, size: Option<usize>) {
        let size = size.map_or(0, |size| i64::try_from(size).unwrap_or(i64::MAX));
        ffi::socket_set_read_buffer_size(self, size);
    }

    /// Takes over a connected descriptor, open for reading and writing. As
    /// `QLocalSocket::setSocketDescriptor`.
    ///
    /// # Errors
    ///
    /// The descriptor, if Qt does not take it.
    #[cfg(unix)]
    pub fn set_socket_descriptor(
        self: Pin<&mut Self>,
        descriptor: impl Into<OwnedFd>,
    ) -> Result<(), OwnedFd> {
        let state = LocalSocketState::ConnectedState;
        self.set_socket_descriptor_with(descriptor, state, OpenMode::READ_WRITE)
    }

    /// Takes over a descriptor that is in `state`, and opens the socket in `mode`. As
    /// `QLocalSocket::setSocketDescriptor` with all its arguments.
    ///
    /// # Errors
    ///
    /// The descriptor, if Qt does not take it.
    #[cfg(unix)]
    pub fn set_socket_descriptor_with(
        self: Pin<&mut Self>,
        descriptor: impl Into<OwnedFd>,
        state: LocalSocketState,
        mode: OpenMode,
    ) -> Result<(), OwnedFd> {
        let descriptor = descriptor.into();
        let number = i64::from(descriptor.as_raw_fd());
        if ffi::socket_set_descriptor(self, number, state, mode.bits()) {
            // Qt closes it from now on.
            let _ = descriptor.into_raw_fd();
            Ok(())
        } else {
            Err(descriptor)
        }
    }

    /// Where the server is looked for, as `QLocalSocket::socketOptions`. From Qt 6.2 on.
    #[cfg(cxxqt_qt_version_at_least_6_2)]
    pub fn socket_options(&self) -> LocalSocketOptions {
        LocalSocketOptions(ffi::socket_options(self))
    }

    /// Sets where the server is looked for the next time, as `QLocalSocket::setSocketOptions`; only
    /// while the socket is not connected. From Qt 6.2 on.
    #[cfg(cxxqt_qt_version_at_least_6_2)]
    pub fn set_socket_options(self: Pin<&mut Self>, options: LocalSocketOptions) {
        ffi::socket_set_options(self, options.0);
    }

    /// The system's descriptor, `None` while not connected. As `QLocalSocket::socketDescriptor`.
    #[cfg(unix)]
    pub fn socket_descriptor(&self) -> Option<BorrowedFd<'_>> {
        let descriptor = i32::try_from(ffi::socket_descriptor(self))
            .ok()
            .filter(|&fd| fd >= 0)?;
        // SAFETY: open while the socket is connected; the socket is borrowed meanwhile.
        Some(unsafe { BorrowedFd::borrow_raw(descriptor) })
    }

    /// Blocks until the socket is connected, as `QLocalSocket::waitForConnected`. `None` waits
    /// without limit; needs no event loop.
    ///
    /// # Errors
    ///
    /// If it is not connected when this returns.
    pub fn wait_for_connected(
        mut self: Pin<&mut Self>,
        timeout: Option<Duration>,
    ) -> Result<(), SocketError> {
        let socket = self.as_mut();
        if border::wait(|| ffi::socket_wait_for_connected(socket, milliseconds(timeout))) {
            Ok(())
        } else {
            Err(self.socket_error())
        }
    }

    /// Blocks until the socket is disconnected, as `QLocalSocket::waitForDisconnected`. `None`
    /// waits without limit; needs no event loop. A socket that was never connected is so already.
    ///
    /// # Errors
    ///
    /// If it is still connected when this returns.
    pub fn wait_for_disconnected(
        mut self: Pin<&mut Self>,
        timeout: Option<Duration>,
    ) -> Result<(), SocketError> {
        if self.state() == LocalSocketState::UnconnectedState {
            return Ok(());
        }
        let socket = self.as_mut();
        if border::wait(|| ffi::socket_wait_for_disconnected(socket, milliseconds(timeout))) {
            Ok(())
        } else {
            Err(self.socket_error())
        }
    }

    /// Calls `handler` when the socket is connected, on `QLocalSocket::connected`.
    pub fn on_connected(
        self: Pin<&mut Self>,
        handler: impl Fn(Pin<&mut Self>) + 'static,
    ) -> ConnectionGuard {
        connect(self, signals::on_connected, move |socket, _, _| {
            handler(socket)
        })
    }

    /// Calls `handler` when the socket is disconnected, on `QLocalSocket::disconnected`.
    pub fn on_disconnected(
        self: Pin<&mut Self>,
        handler: impl Fn(Pin<&mut Self>) + 'static,
    ) -> ConnectionGuard {
        connect(self, signals::on_disconnected, move |socket, _, _| {
            handler(socket)
        })
    }

    /// Calls `handler` on an error, `QLocalSocket::errorOccurred`; also when the other side closes
    /// the connection, as [`PeerClosedError`](LocalSocketError::PeerClosedError).
    pub fn on_error_occurred(
        self: Pin<&mut Self>,
        handler: impl Fn(Pin<&mut Self>, SocketError) + 'static,
    ) -> ConnectionGuard {
        connect(self, signals::on_error_occurred, move |socket, kind, _| {
            let kind = LocalSocketError { repr: kind as i32 };
            let text = socket.error_string();
            handler(socket, SocketError { kind, text });
        })
    }

    /// Calls `handler` when the state changes, on `QLocalSocket::stateChanged`.
    pub fn on_state_changed(
        self: Pin<&mut Self>,
        handler: impl Fn(Pin<&mut Self>, LocalSocketState) + 'static,
    ) -> ConnectionGuard {
        connect(self, signals::on_state_changed, move |socket, state, _| {
            handler(socket, LocalSocketState { repr: state as i32 });
        })
    }
}
