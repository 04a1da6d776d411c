// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`std::io`] on a socket, without blocking and with.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use super::qlocalsocket::{LocalSocketError, QLocalSocket, QLocalSocketError, QLocalSocketState};
use crate::core::qiodevice::{DeviceError, QIODeviceExt};
use crate::core::qiodevicebase::QIODeviceOpenModeFlag;
use crate::object::qbox::QBox;

impl From<LocalSocketError> for io::Error {
    /// The nearest kind, with Qt's words.
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

/// Reads without blocking. Nothing yet is [`WouldBlock`](ErrorKind::WouldBlock); `Ok(0)` means that
/// the connection has ended and everything was read.
impl Read for &QLocalSocket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let state = self.state();
        if state == QLocalSocketState::ConnectingState {
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
        if state != QLocalSocketState::UnconnectedState
            && self.state() != QLocalSocketState::UnconnectedState
        {
            return Err(ErrorKind::WouldBlock.into());
        }
        match self.error() {
            // Theirs and ours.
            QLocalSocketError::PeerClosedError | QLocalSocketError::UnknownSocketError => Ok(0),
            _ => Err(self.socket_error().into()),
        }
    }
}

/// Writes without blocking: the socket takes everything and sends it from the event loop, so
/// [`bytes_to_write`](QIODeviceExt::bytes_to_write) tells when to stop. `flush` sends what the system
/// takes now and is done when that was everything, else it is
/// [`WouldBlock`](ErrorKind::WouldBlock).
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

/// Why a socket that is not connected does not write.
fn broken(socket: &QLocalSocket) -> io::Error {
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

/// How many bytes a [`BlockingIo`] socket keeps unsent before `write` waits.
const UNSENT_LIMIT: usize = 64 * 1024;

/// A connected socket as a thread without an event loop uses it: `read` waits for bytes, `write`
/// for those before them to go out, and `flush` for all of them.
///
/// It is what [`QLocalSocket::blocking`] returns.
///
/// ```no_run
/// use std::io::{BufRead, BufReader};
/// use std::time::Duration;
///
/// use cxx_qt_network::{QIODeviceOpenModeFlag, QLocalSocket};
///
/// # fn main() -> std::io::Result<()> {
/// let limit = Some(Duration::from_secs(5));
/// let socket = QLocalSocket::new();
/// socket.connect_to_server_with("lines", QIODeviceOpenModeFlag::ReadOnly);
/// socket.wait_for_connected(limit)?;
/// for line in BufReader::new(socket.blocking(limit)).lines() {
///     println!("{}", line?);
/// }
/// # Ok(())
/// # }
/// ```
pub struct BlockingIo<'s> {
    socket: &'s QLocalSocket,
    limit: Option<Duration>,
}

impl fmt::Debug for BlockingIo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingIo")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl QLocalSocket {
    /// The socket with `read` and `write` that block, each for at most `limit` (`None`: without
    /// limit), and then are [`TimedOut`](ErrorKind::TimedOut).
    pub fn blocking(&self, limit: Option<Duration>) -> BlockingIo<'_> {
        BlockingIo {
            socket: self,
            limit,
        }
    }
}

impl BlockingIo<'_> {
    /// Calls `wait` with the time that is left, again and again while `goes_on`.
    fn wait_while(
        &mut self,
        goes_on: impl Fn(&QLocalSocket) -> bool,
        wait: impl Fn(&QLocalSocket, Option<Duration>) -> Result<(), DeviceError>,
    ) -> io::Result<()> {
        let start = Instant::now();
        while goes_on(self.socket) {
            let left = self
                .limit
                .map(|limit| limit.saturating_sub(start.elapsed()));
            let waited = wait(self.socket, left);
            if waited.is_err() && goes_on(self.socket) {
                return Err(
                    if self.socket.state() == QLocalSocketState::UnconnectedState {
                        broken(self.socket)
                    } else {
                        ErrorKind::TimedOut.into()
                    },
                );
            }
        }
        Ok(())
    }
}

impl Read for BlockingIo<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self
            .socket
            .open_mode()
            .test_flag(QIODeviceOpenModeFlag::ReadOnly)
            && !buffer.is_empty()
        {
            self.wait_while(
                |socket| {
                    socket.bytes_available() == 0
                        && socket.state() != QLocalSocketState::UnconnectedState
                },
                |socket, left| socket.wait_for_ready_read(left),
            )?;
        }
        Read::read(&mut self.socket, buffer)
    }
}

impl Write for BlockingIo<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wait_while(
            |socket| socket.bytes_to_write() >= UNSENT_LIMIT,
            |socket, left| socket.wait_for_bytes_written(left),
        )?;
        Write::write(&mut self.socket, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.wait_while(
            |socket| socket.bytes_to_write() > 0,
            |socket, left| socket.wait_for_bytes_written(left),
        )?;
        Write::flush(&mut self.socket)
    }
}
