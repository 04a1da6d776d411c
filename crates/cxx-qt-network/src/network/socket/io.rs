// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Non-blocking [`std::io`] on a socket.

use std::io::{self, ErrorKind, Read, Write};

use super::qlocalsocket::{LocalSocketError, QLocalSocket, QLocalSocketError, QLocalSocketState};
use crate::core::qiodevice::{DeviceError, QIODeviceExt};
use crate::object::qbox::QBox;

impl From<LocalSocketError> for io::Error {
    /// The closest kind, with Qt's text.
    fn from(error: LocalSocketError) -> Self {
        let kind = match error.kind {
            QLocalSocketError::ConnectionRefusedError => ErrorKind::ConnectionRefused,
            QLocalSocketError::PeerClosedError => ErrorKind::BrokenPipe,
            QLocalSocketError::ServerNotFoundError => ErrorKind::NotFound,
            QLocalSocketError::SocketAccessError => ErrorKind::PermissionDenied,
            QLocalSocketError::SocketTimeoutError => ErrorKind::TimedOut,
            QLocalSocketError::ConnectionError => ErrorKind::ConnectionReset,
            QLocalSocketError::UnsupportedSocketOperationError => ErrorKind::Unsupported,
            _ => ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

impl From<DeviceError> for io::Error {
    fn from(error: DeviceError) -> Self {
        Self::other(error)
    }
}

fn not_connected() -> io::Error {
    io::Error::new(ErrorKind::NotConnected, "the socket is not connected")
}

/// Reads without blocking. Without available data it returns [`WouldBlock`](ErrorKind::WouldBlock),
/// at EOF `Ok(0)`.
impl Read for &QLocalSocket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.state() == QLocalSocketState::ConnectingState {
            return Err(ErrorKind::WouldBlock.into());
        }
        if !self.is_readable() {
            return Err(not_connected());
        }
        if buffer.is_empty() {
            return Ok(0);
        }
        match QIODeviceExt::read(*self, buffer) {
            Ok(0) | Err(_) => {}
            Ok(count) => return Ok(count),
        }
        if self.state() != QLocalSocketState::UnconnectedState {
            return Err(ErrorKind::WouldBlock.into());
        }
        match self.error() {
            // The peer closed the connection, or this side did.
            QLocalSocketError::PeerClosedError | QLocalSocketError::UnknownSocketError => Ok(0),
            _ => Err(self.socket_error().into()),
        }
    }
}

/// Writes without blocking: the socket buffers everything and sends it from the event loop, so
/// check [`bytes_to_write`](QIODeviceExt::bytes_to_write) to limit the buffer. `flush` sends what
/// the system accepts now, and returns [`WouldBlock`](ErrorKind::WouldBlock) if that was not
/// everything.
impl Write for &QLocalSocket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.state() {
            QLocalSocketState::ConnectingState => Err(ErrorKind::WouldBlock.into()),
            QLocalSocketState::ConnectedState => Ok(QIODeviceExt::write(*self, bytes)?),
            _ => Err(broken(self)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.bytes_to_write() > 0 && QLocalSocket::flush(self) {}
        if self.state() == QLocalSocketState::UnconnectedState {
            Err(broken(self))
        } else if self.bytes_to_write() == 0 {
            Ok(())
        } else {
            Err(ErrorKind::WouldBlock.into())
        }
    }
}

/// The error of writing to a socket that is not connected.
pub(crate) fn broken(socket: &QLocalSocket) -> io::Error {
    match socket.error() {
        QLocalSocketError::UnknownSocketError => not_connected(),
        _ => socket.socket_error().into(),
    }
}

impl Read for QBox<QLocalSocket> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Read::read(&mut &**self, buffer)
    }
}

impl Write for QBox<QLocalSocket> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(&mut &**self, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut &**self)
    }
}
