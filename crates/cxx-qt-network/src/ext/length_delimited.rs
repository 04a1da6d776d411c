// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Messages on a byte stream, each with a length prefix.

use std::fmt;
use std::time::Duration;

use cxx_qt::casting::Downcast;

use crate::core::qdatastream::QDataStreamByteOrder;
use crate::core::qiodevice::{
    ConnectionState, DeviceError, QIODevice, QIODeviceExt, connection_state, has_failed,
    read_buffer_size, wait_for_bytes_written_in_call, wait_for_ready_read_in_call,
};
use crate::core::timeout::Deadline;
use crate::network::socket::qlocalsocket::QLocalSocket;
use crate::object::callback::wait;

/// The size of the length prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LengthPrefix {
    /// One byte, up to 255.
    U8,
    /// Two bytes, up to 65,535.
    U16,
    /// Four bytes, as of a `QByteArray`.
    U32,
    /// Eight bytes.
    U64,
}

impl LengthPrefix {
    /// The size in bytes.
    const fn size(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::U16 => 2,
            Self::U32 => 4,
            Self::U64 => 8,
        }
    }
}

/// Why a message was not read or written. After a read error other than
/// [`TimedOut`](Self::TimedOut) no further message can be read: close the device.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum FrameError {
    /// The message is longer than the limit, or than the prefix can represent; both in bytes.
    TooLong {
        /// The actual or the claimed length.
        bytes: u64,
        /// The maximum length.
        limit: u64,
    },
    /// The length is less than the size of the prefix, which it includes.
    InvalidLength {
        /// The claimed length, in bytes.
        bytes: u64,
    },
    /// The read buffer is smaller than the message, which would never be complete: set a larger
    /// `QLocalSocket::set_read_buffer_size`, or none. Both in bytes.
    ReadBufferFull {
        /// The size of the message with its prefix.
        needed: usize,
        /// The size of the read buffer.
        size: usize,
    },
    /// The time limit was reached. No data was lost: the next read continues with the incomplete
    /// message, and unsent data is still in the device's write buffer.
    TimedOut,
    /// The connection ended inside a message.
    UnexpectedEof {
        /// The number of bytes of the message and its prefix that have arrived.
        received: usize,
    },
    /// The device returned fewer bytes than it reported as available.
    PartialRead {
        /// The number of bytes it returned.
        read: usize,
        /// The number of bytes it should have returned.
        expected: usize,
    },
    /// The device accepted only a part of the message. It was closed, so that no other message
    /// follows the part.
    PartialWrite {
        /// The number of bytes it accepted.
        written: usize,
        /// The size of the message with its prefix, in bytes.
        bytes: usize,
    },
    /// A read transaction is in progress: a rollback would return a message twice.
    TransactionStarted,
    /// The device is in text mode, which changes bytes.
    TextMode,
    /// The device is not sequential and not at its end: a message would overwrite others.
    NotAtEnd,
    /// The connection is being closed: a message might not be sent, and cannot be waited for.
    Closing,
    /// The device cannot be read or written.
    Device(DeviceError),
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes, limit } => {
                write!(
                    f,
                    "the message has {bytes} bytes, but only {limit} are allowed"
                )
            }
            Self::InvalidLength { bytes } => {
                write!(
                    f,
                    "the length of the message, {bytes}, does not even count itself"
                )
            }
            Self::ReadBufferFull { needed, size } => {
                write!(
                    f,
                    "the message needs {needed} bytes, but the device keeps only {size}"
                )
            }
            Self::TimedOut => f.write_str("time-out"),
            Self::UnexpectedEof { received } => {
                write!(
                    f,
                    "the connection ended inside a message, after {received} bytes of it"
                )
            }
            Self::PartialRead { read, expected } => {
                write!(f, "the device returned {read} bytes instead of {expected}")
            }
            Self::PartialWrite { written, bytes } => {
                write!(
                    f,
                    "the device took {written} of {bytes} bytes of a message and was closed"
                )
            }
            Self::TransactionStarted => f.write_str("the device is in a read transaction"),
            Self::TextMode => f.write_str("the device is in text mode"),
            Self::NotAtEnd => f.write_str("the device is not at its end"),
            Self::Closing => f.write_str("the connection is being closed"),
            Self::Device(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FrameError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Device(error) => Some(error),
            _ => None,
        }
    }
}

impl From<DeviceError> for FrameError {
    fn from(error: DeviceError) -> Self {
        Self::Device(error)
    }
}

/// The length of a null `QByteArray`.
const NULL: u64 = u32::MAX as u64;

/// The maximum length of a `QByteArray` in four bytes: the next number marks a length in eight more
/// bytes.
const BYTE_ARRAY_LIMIT: u64 = NULL - 2;

/// Writes complete messages to a device and reads them from it.
///
/// It has no state between calls: an incomplete message stays in the device's read buffer, and only
/// its length is parsed again. Read in a loop, since one `readyRead` can announce several messages.
///
/// With an event loop, use [`read`](Self::read) and [`write`](Self::write), which never block; in a
/// thread without one, use [`read_blocking`](Self::read_blocking) and
/// [`write_blocking`](Self::write_blocking), which have a time limit.
///
/// Messages are never mixed: in a state of the device that could lead to that, such as a
/// transaction, text mode, a position in the middle, or a connection that is being closed, the call
/// returns an error and does not change the device. It cannot detect bytes that were read by other
/// means: a `BufReader` on the same socket, or code that reads a part of a message.
///
/// A message that does not fit into the read buffer of the device
/// (`QLocalSocket::set_read_buffer_size`) would never be complete: that is an error too.
///
/// # Example
///
/// ```no_run
/// use cxx_qt_network::{LengthDelimited, LengthPrefix, QIODeviceExt, QLocalSocket};
///
/// let framing = LengthDelimited::new(LengthPrefix::U32).limit(65_536);
/// let socket = QLocalSocket::new();
/// socket.on_ready_read(move |socket| {
///     loop {
///         match framing.read(socket) {
///             Ok(Some(message)) => println!("{} bytes", message.len()),
///             Ok(None) => break,
///             Err(error) => {
///                 eprintln!("{error}");
///                 return socket.close();
///             }
///         }
///     }
/// });
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LengthDelimited {
    prefix: LengthPrefix,
    order: QDataStreamByteOrder,
    counts_itself: bool,
    has_null: bool,
    limit: usize,
}

impl LengthDelimited {
    /// Messages with this length prefix: big-endian, not included in the length, at most 1 MiB.
    pub const fn new(prefix: LengthPrefix) -> Self {
        Self {
            prefix,
            order: QDataStreamByteOrder::BigEndian,
            counts_itself: false,
            has_null: false,
            limit: 1 << 20,
        }
    }

    /// Each message is a streamed `QByteArray`: a big-endian length of four bytes, where
    /// `0xFFFFFFFF`, the null array, is an empty message. At most 1 MiB.
    pub const fn byte_array() -> Self {
        Self {
            has_null: true,
            ..Self::new(LengthPrefix::U32)
        }
    }

    /// Sets the byte order of the length.
    pub const fn byte_order(self, order: QDataStreamByteOrder) -> Self {
        Self { order, ..self }
    }

    /// Includes the size of the prefix in the length.
    pub const fn length_includes_prefix(self) -> Self {
        Self {
            counts_itself: true,
            ..self
        }
    }

    /// Sets the maximum length of a message in bytes, without the prefix.
    pub const fn limit(self, bytes: usize) -> Self {
        Self {
            limit: bytes,
            ..self
        }
    }

    /// Writes a message.
    ///
    /// # Errors
    ///
    /// If the message is longer than the limit or than the prefix can represent, or the device is
    /// not open for writing or in a state in which messages could mix: then nothing is written. Or
    /// if the device does not accept it; a device that accepted a part is closed.
    pub fn write(&self, device: &impl QIODeviceExt, message: &[u8]) -> Result<(), FrameError> {
        let frame = self.frame(message)?;
        check_writable(device)?;
        let written = write_all(&frame, |bytes| device.write(bytes));
        if let Err(FrameError::PartialWrite { .. }) = written {
            device.close();
        }
        written
    }

    /// Writes a message and blocks until the write buffer was passed to the system, for at most
    /// `limit` (`None`: no limit). Needs no event loop. It waits for a socket that is connecting.
    ///
    /// Handlers of signals run at the end of the call.
    ///
    /// # Errors
    ///
    /// As of [`write`](Self::write); [`TimedOut`](FrameError::TimedOut) if the time limit was
    /// reached, also if the socket is still connecting and nothing was written; or if the
    /// connection ended.
    ///
    /// # Panics
    ///
    /// If a handler does that is called at the end.
    pub fn write_blocking(
        &self,
        device: &impl QIODeviceExt,
        message: &[u8],
        limit: Option<Duration>,
    ) -> Result<(), FrameError> {
        let deadline = Deadline::new(limit);
        let wait_for_bytes =
            || wait_for_bytes_written_in_call(device.upcast(), deadline.remaining());
        wait(|| {
            if connection_state(device.upcast()) == Some(ConnectionState::Connecting) {
                // The write buffer is empty, so this only waits for the connection.
                wait_for_bytes();
                match connection_state(device.upcast()) {
                    Some(ConnectionState::Connecting) => return Err(FrameError::TimedOut),
                    Some(ConnectionState::Unconnected) => return Err(device_error(device)),
                    _ => {}
                }
            }
            self.write(device, message)?;
            if !device.is_sequential() {
                return Ok(()); // A file writes to the system when it is closed or flushed.
            }
            while device.bytes_to_write() > 0 {
                if wait_for_bytes() {
                    continue;
                }
                if connection_state(device.upcast()) != Some(ConnectionState::Unconnected) {
                    if device.bytes_to_write() == 0 {
                        break;
                    }
                    if deadline.is_over() {
                        return Err(FrameError::TimedOut);
                    }
                }
                return Err(device_error(device));
            }
            Ok(())
        })
    }

    /// Reads the next message, or returns `None` if it is incomplete.
    ///
    /// # Errors
    ///
    /// If the length exceeds the limit or is invalid: reported as soon as the length has arrived.
    /// If the connection ended inside the message. Or if the device is not open for reading, or in
    /// a state in which messages could mix.
    pub fn read(&self, device: &impl QIODeviceExt) -> Result<Option<Vec<u8>>, FrameError> {
        match self.take(device)? {
            Next::Message(message) => Ok(Some(message)),
            Next::Incomplete { received }
                if received > 0
                    && connection_state(device.upcast()) == Some(ConnectionState::Unconnected) =>
            {
                Err(FrameError::UnexpectedEof { received })
            }
            Next::Incomplete { .. } => Ok(None),
        }
    }

    /// Reads the next message and blocks until it is complete, for at most `limit` (`None`: no
    /// limit). Returns `None` if the connection ended and there is no further message. Needs no
    /// event loop. It waits for a socket that is connecting.
    ///
    /// The limit applies to the whole message: a peer that sends single bytes does not extend it.
    /// Handlers of signals run at the end of the call, so none reads a part of the message.
    ///
    /// # Errors
    ///
    /// As of [`read`](Self::read); [`TimedOut`](FrameError::TimedOut) if the time limit was
    /// reached; or if the connection failed.
    ///
    /// # Panics
    ///
    /// If a handler does that is called at the end.
    pub fn read_blocking(
        &self,
        device: &impl QIODeviceExt,
        limit: Option<Duration>,
    ) -> Result<Option<Vec<u8>>, FrameError> {
        let deadline = Deadline::new(limit);
        wait(|| {
            let mut has_waited = false;
            loop {
                let received = match self.take(device)? {
                    Next::Message(message) => return Ok(Some(message)),
                    Next::Incomplete { received } => received,
                };
                if has_waited && deadline.is_over() {
                    return Err(FrameError::TimedOut);
                }
                has_waited = true;
                if wait_for_ready_read_in_call(device.upcast(), deadline.remaining())
                    || device.bytes_available() > received
                {
                    continue;
                }
                let state = connection_state(device.upcast());
                return match state {
                    Some(ConnectionState::Unconnected) if has_failed(device.upcast()) => {
                        Err(device_error(device))
                    }
                    Some(ConnectionState::Unconnected) | None if received > 0 => {
                        Err(FrameError::UnexpectedEof { received })
                    }
                    Some(ConnectionState::Unconnected) => Ok(None),
                    _ if deadline.is_over() => Err(FrameError::TimedOut),
                    None => Ok(None),
                    // Qt does not wait for data on a connection that is being closed.
                    Some(ConnectionState::Closing) => Err(FrameError::Closing),
                    Some(_) => Err(device_error(device)),
                };
            }
        })
    }

    /// The message with its prefix.
    fn frame(&self, message: &[u8]) -> Result<Vec<u8>, FrameError> {
        let (size, own) = (self.prefix.size(), self.own_size());
        let bytes = message.len() as u64;
        self.check_limit(bytes)?;
        let mut frame = Vec::with_capacity(size + message.len());
        match self.order {
            QDataStreamByteOrder::LittleEndian => {
                frame.extend_from_slice(&(bytes + own).to_le_bytes()[..size]);
            }
            _ => frame.extend_from_slice(&(bytes + own).to_be_bytes()[8 - size..]),
        }
        frame.extend_from_slice(message);
        Ok(frame)
    }

    /// What the length counts besides the message.
    const fn own_size(&self) -> u64 {
        if self.counts_itself {
            self.prefix.size() as u64
        } else {
            0
        }
    }

    /// The longest message that the prefix can count.
    const fn countable(&self) -> u64 {
        if self.has_null {
            return BYTE_ARRAY_LIMIT;
        }
        (u64::MAX >> (64 - 8 * self.prefix.size())) - self.own_size()
    }

    fn check_limit(&self, bytes: u64) -> Result<(), FrameError> {
        let limit = self.countable().min(self.limit as u64);
        if bytes > limit {
            return Err(FrameError::TooLong { bytes, limit });
        }
        Ok(())
    }

    /// Reads the next message if it is complete.
    fn take(&self, device: &impl QIODeviceExt) -> Result<Next, FrameError> {
        check_readable(device)?;
        let size = self.prefix.size();
        let received = device.bytes_available();
        if received < size {
            return incomplete(device.upcast(), received, size);
        }
        let mut prefix = [0; 8];
        expect(device.peek(&mut prefix[..size])?, size)?;
        let said = match self.order {
            QDataStreamByteOrder::LittleEndian => u64::from_le_bytes(prefix),
            _ => u64::from_be_bytes(prefix) >> (64 - 8 * size),
        };
        let bytes = if self.has_null && said == NULL {
            0
        } else {
            said.checked_sub(self.own_size())
                .ok_or(FrameError::InvalidLength { bytes: said })?
        };
        self.check_limit(bytes)?;
        // At most the limit, which is a `usize`.
        let length = bytes as usize;
        if received - size < length {
            return incomplete(device.upcast(), received, size.saturating_add(length));
        }
        expect(device.skip(size)?, size)?;
        let mut message = vec![0; length];
        expect(device.read(&mut message)?, length)?;
        Ok(Next::Message(message))
    }
}

/// The part of the next message that has arrived.
enum Next {
    Message(Vec<u8>),
    Incomplete { received: usize },
}

/// No message yet; an error if the device can never buffer the `needed` bytes.
fn incomplete(device: &QIODevice, received: usize, needed: usize) -> Result<Next, FrameError> {
    match read_buffer_size(device) {
        Some(size) if size < needed => Err(FrameError::ReadBufferFull { needed, size }),
        _ => Ok(Next::Incomplete { received }),
    }
}

fn expect(read: usize, expected: usize) -> Result<(), FrameError> {
    if read == expected {
        Ok(())
    } else {
        Err(FrameError::PartialRead { read, expected })
    }
}

/// Checks that the device returns the bytes unchanged and each of them once.
fn check_readable(device: &impl QIODeviceExt) -> Result<(), FrameError> {
    if !device.is_readable() {
        if connection_state(device.upcast()) == Some(ConnectionState::Connecting) {
            return Ok(());
        }
        return Err(DeviceError("the device is not open for reading".into()).into());
    }
    if device.is_transaction_started() {
        return Err(FrameError::TransactionStarted);
    }
    check_binary(device)
}

/// Checks that the device writes a message unchanged and at the end.
fn check_writable(device: &impl QIODeviceExt) -> Result<(), FrameError> {
    if !device.is_writable() {
        return Err(DeviceError("the device is not open for writing".into()).into());
    }
    match connection_state(device.upcast()) {
        Some(ConnectionState::Closing) => return Err(FrameError::Closing),
        Some(ConnectionState::Unconnected) => {
            return Err(DeviceError("the connection has ended".into()).into());
        }
        Some(ConnectionState::Connecting) => {
            return Err(DeviceError("the connection is not made yet".into()).into());
        }
        Some(ConnectionState::Connected) | None => {}
    }
    // Not all devices implement the mode `Append`.
    if !device.is_sequential() && device.pos() != device.size() {
        return Err(FrameError::NotAtEnd);
    }
    check_binary(device)
}

fn check_binary(device: &impl QIODeviceExt) -> Result<(), FrameError> {
    if device.is_text_mode_enabled() {
        return Err(FrameError::TextMode);
    }
    Ok(())
}

/// The error of the device, with the path if the server was not found.
fn device_error(device: &impl QIODeviceExt) -> FrameError {
    let device: &QIODevice = device.upcast();
    let text = match device.downcast::<QLocalSocket>() {
        Some(socket) => socket.socket_error().message,
        None => device.error_string(),
    };
    DeviceError(text).into()
}

/// Writes all bytes, in several calls if the device accepts fewer at once.
fn write_all(
    bytes: &[u8],
    write: impl Fn(&[u8]) -> Result<usize, DeviceError>,
) -> Result<(), FrameError> {
    let mut written = 0;
    while written < bytes.len() {
        match write(&bytes[written..]) {
            Ok(count) if count > 0 => written += count,
            Ok(_) if written == 0 => {
                return Err(DeviceError("the device takes no bytes".into()).into());
            }
            Err(error) if written == 0 => return Err(error.into()),
            _ => {
                let bytes = bytes.len();
                return Err(FrameError::PartialWrite { written, bytes });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;
    #[cfg(target_os = "linux")]
    use crate::core::qiodevicebase::{QIODeviceOpenMode, QIODeviceOpenModeFlag};
    #[cfg(target_os = "linux")]
    use crate::object::qbox::QBox;

    /// Writes 10 bytes to a device that accepts these counts, and returns the result and the
    /// accepted bytes.
    fn write_ten(counts: &[usize]) -> (Result<(), FrameError>, Vec<u8>) {
        let (call, taken) = (Cell::new(0), RefCell::default());
        let result = write_all(b"0123456789", |bytes| {
            let count = counts.get(call.replace(call.get() + 1));
            let count = *count.ok_or_else(|| DeviceError("broken".into()))?;
            Vec::extend_from_slice(&mut taken.borrow_mut(), &bytes[..count]);
            Ok(count)
        });
        (result, taken.into_inner())
    }

    #[test]
    fn short_counts_are_continued() {
        assert_eq!(write_ten(&[3, 1, 6]), (Ok(()), b"0123456789".to_vec()));
    }

    #[test]
    fn partial_frame_is_told_from_an_unwritten_one() {
        let partial = |written| Err(FrameError::PartialWrite { written, bytes: 10 });
        assert_eq!(write_ten(&[3]), (partial(3), b"012".to_vec()));
        assert_eq!(write_ten(&[4, 0]), (partial(4), b"0123".to_vec()));
        for (counts, text) in [(&[][..], "broken"), (&[0], "the device takes no bytes")] {
            let unwritten = FrameError::Device(DeviceError(text.into()));
            assert_eq!(write_ten(counts), (Err(unwritten), Vec::new()));
        }
    }

    /// A `QBuffer`: a random-access device, which this crate does not bind.
    #[cfg(target_os = "linux")]
    fn buffer(mode: QIODeviceOpenMode) -> QBox<QIODevice> {
        unsafe extern "C" {
            // QBuffer::QBuffer(QObject *)
            #[link_name = "_ZN7QBufferC1EP7QObject"]
            fn construct(object: *mut QIODevice, parent: *mut QIODevice);
            // operator new(size_t), with which `delete` frees the buffer.
            #[link_name = "_Znwm"]
            fn allocate(size: usize) -> *mut QIODevice;
        }
        // SAFETY: a QBuffer has the size of two pointers, as each QObject without members; it is
        // constructed before use, and QIODevice is its first base.
        let buffer = unsafe {
            let object = allocate(2 * size_of::<usize>());
            construct(object, std::ptr::null_mut());
            QBox::from_raw(object)
        };
        buffer.open(mode).unwrap();
        buffer
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn message_in_the_middle_of_a_file_is_refused() {
        let framing = LengthDelimited::new(LengthPrefix::U8);
        let buffer = buffer(QIODeviceOpenModeFlag::ReadWrite.into());
        framing.write(&*buffer, b"one").unwrap();
        framing.write_blocking(&*buffer, b"two", None).unwrap();
        buffer.seek(0).unwrap();
        assert_eq!(framing.read(&*buffer), Ok(Some(b"one".to_vec())));
        assert_eq!(
            framing.write(&*buffer, b"longer"),
            Err(FrameError::NotAtEnd)
        );
        assert_eq!(
            framing.read_blocking(&*buffer, None),
            Ok(Some(b"two".to_vec()))
        );
        assert_eq!(framing.read_blocking(&*buffer, None), Ok(None));
        framing.write(&*buffer, b"end").unwrap();
        buffer.seek(8).unwrap();
        assert_eq!(framing.read(&*buffer), Ok(Some(b"end".to_vec())));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn file_that_ends_inside_a_message() {
        let framing = LengthDelimited::new(LengthPrefix::U8);
        let buffer = buffer(QIODeviceOpenModeFlag::ReadWrite.into());
        buffer.write(b"\x03on").unwrap();
        buffer.seek(0).unwrap();
        // More bytes may be written later.
        assert_eq!(framing.read(&*buffer), Ok(None));
        let received = 3;
        assert_eq!(
            framing.read_blocking(&*buffer, None),
            Err(FrameError::UnexpectedEof { received })
        );
    }

    #[test]
    fn read_of_another_count_is_an_error() {
        assert_eq!(expect(4, 4), Ok(()));
        let (read, expected) = (3, 4);
        let partial = FrameError::PartialRead { read, expected };
        assert_eq!(expect(read, expected), Err(partial));
    }

    #[test]
    fn marks_of_byte_arrays_are_no_lengths() {
        assert_eq!(LengthDelimited::byte_array().countable(), 0xffff_fffd);
        let counted = LengthDelimited::new(LengthPrefix::U32);
        assert_eq!(counted.countable(), 0xffff_ffff);
        assert_eq!(counted.length_includes_prefix().countable(), 0xffff_fffb);
        let longest = LengthDelimited::new(LengthPrefix::U64);
        assert_eq!(longest.countable(), u64::MAX);
    }
}
