// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Blocking [`std::io`] on a socket with a time limit, for threads without an event loop.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::time::Duration;

use crate::core::qiodevice::{DeviceError, QIODeviceExt};
use crate::core::qiodevicebase::QIODeviceOpenModeFlag;
use crate::core::timeout::Deadline;
use crate::network::socket::io::broken;
use crate::network::socket::qlocalsocket::{QLocalSocket, QLocalSocketState};

/// How many bytes a [`BlockingIo`] socket keeps unsent before `write` waits.
const UNSENT_LIMIT: usize = 65_536;

/// Blocking reads and writes on a connected socket, for a thread without an event loop: `read`
/// waits for data, `write` for earlier data to be sent, and `flush` for all data to be sent.
///
/// [`QLocalSocket::blocking`] returns it.
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
    /// The socket with blocking `read` and `write`. A call that takes longer than `limit` (`None`:
    /// no limit) fails with [`TimedOut`](ErrorKind::TimedOut).
    pub fn blocking(&self, limit: Option<Duration>) -> BlockingIo<'_> {
        BlockingIo {
            socket: self,
            limit,
        }
    }
}

impl BlockingIo<'_> {
    /// Calls `wait` with the remaining time, repeatedly while `goes_on`.
    fn wait_while(
        &mut self,
        goes_on: impl Fn(&QLocalSocket) -> bool,
        wait: impl Fn(&QLocalSocket, Option<Duration>) -> Result<(), DeviceError>,
    ) -> io::Result<()> {
        let deadline = Deadline::new(self.limit);
        while goes_on(self.socket) {
            let waited = wait(self.socket, deadline.remaining());
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
