// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Messages on a device that only knows bytes: each with its length before it.

use std::fmt;

use super::qdatastream::QDataStreamByteOrder;
use super::qiodevice::{DeviceError, QIODeviceExt, read_buffer_size};

/// How many bytes the length before a message has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LengthPrefix {
    /// One byte, up to 255.
    U8,
    /// Two bytes, up to 65,535.
    U16,
    /// Four bytes, as before a `QByteArray`.
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

/// Why there is no message, and will be none. The device is out of step: close it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum FrameError {
    /// The message is longer than the limit, or than the prefix can count; both in bytes.
    TooLong {
        /// How long it is, or says it is.
        bytes: u64,
        /// How long it may be.
        limit: u64,
    },
    /// The length says less than the length itself takes.
    InvalidLength {
        /// What it says, in bytes.
        bytes: u64,
    },
    /// The device keeps fewer bytes than the message has, so it would never be whole: give it a
    /// larger `QLocalSocket::set_read_buffer_size`, or none. Both in bytes.
    ReadBufferFull {
        /// What the message and its length need.
        needed: usize,
        /// The size of the buffer.
        size: usize,
    },
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

/// Writes messages to a device and reads them from it, whole or not at all.
///
/// It keeps nothing between calls: what is incomplete stays in the device, which looks only at the
/// length again. Read in a loop, for one `readyRead` can stand for several messages.
///
/// A device that keeps fewer bytes than a message has (`QLocalSocket::set_read_buffer_size`) never
/// has a whole one: that is an error too.
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
    /// Messages with such a length before them: big-endian, not counting itself, of at most 1 MiB.
    pub const fn new(prefix: LengthPrefix) -> Self {
        Self {
            prefix,
            order: QDataStreamByteOrder::BigEndian,
            counts_itself: false,
            has_null: false,
            limit: 1 << 20,
        }
    }

    /// Messages that are each a `QByteArray` of a stream: a big-endian length of four bytes, where
    /// `0xFFFFFFFF`, the null array, is an empty message. Of at most 1 MiB.
    pub const fn byte_array() -> Self {
        Self {
            has_null: true,
            ..Self::new(LengthPrefix::U32)
        }
    }

    /// Writes the length in this byte order.
    pub const fn byte_order(self, order: QDataStreamByteOrder) -> Self {
        Self { order, ..self }
    }

    /// Lets the length count its own bytes too.
    pub const fn length_includes_prefix(self) -> Self {
        Self {
            counts_itself: true,
            ..self
        }
    }

    /// Allows messages of at most so many bytes, not counting the length.
    pub const fn limit(self, bytes: usize) -> Self {
        Self {
            limit: bytes,
            ..self
        }
    }

    /// Writes a message, in one piece.
    ///
    /// # Errors
    ///
    /// If the message is longer than the limit or than the prefix can count, and then nothing is
    /// written; or if the device does not take it.
    pub fn write(&self, device: &impl QIODeviceExt, message: &[u8]) -> Result<(), FrameError> {
        let size = self.prefix.size();
        let own = if self.counts_itself { size as u64 } else { 0 };
        let countable = (u64::MAX >> (64 - 8 * size)) - own;
        let limit = countable.min(self.limit as u64);
        let bytes = message.len() as u64;
        if bytes > limit {
            return Err(FrameError::TooLong { bytes, limit });
        }
        let mut frame = Vec::with_capacity(size + message.len());
        match self.order {
            QDataStreamByteOrder::LittleEndian => {
                frame.extend_from_slice(&(bytes + own).to_le_bytes()[..size]);
            }
            _ => frame.extend_from_slice(&(bytes + own).to_be_bytes()[8 - size..]),
        }
        frame.extend_from_slice(message);
        device.write(&frame)?;
        Ok(())
    }

    /// Takes the next message, or returns `None` if not all of it is there yet.
    ///
    /// # Errors
    ///
    /// If the length is longer than the limit or impossible: said as soon as the length is there,
    /// whatever follows. Or if the device cannot be read.
    pub fn read(&self, device: &impl QIODeviceExt) -> Result<Option<Vec<u8>>, FrameError> {
        let size = self.prefix.size();
        if device.bytes_available() < size {
            return not_yet(device, size);
        }
        let mut prefix = [0; 8];
        device.peek(&mut prefix[..size])?;
        let said = match self.order {
            QDataStreamByteOrder::LittleEndian => u64::from_le_bytes(prefix),
            _ => u64::from_be_bytes(prefix) >> (64 - 8 * size),
        };
        let own = if self.counts_itself { size as u64 } else { 0 };
        let bytes = if self.has_null && said == NULL {
            0
        } else {
            said.checked_sub(own)
                .ok_or(FrameError::InvalidLength { bytes: said })?
        };
        let length = match usize::try_from(bytes) {
            Ok(length) if length <= self.limit => length,
            _ => {
                return Err(FrameError::TooLong {
                    bytes,
                    limit: self.limit as u64,
                });
            }
        };
        if device.bytes_available() - size < length {
            return not_yet(device, size.saturating_add(length));
        }
        device.skip(size)?;
        let mut message = vec![0; length];
        let read = device.read(&mut message)?;
        message.truncate(read);
        Ok(Some(message))
    }
}

/// No message yet; an error if the device can never hold the `needed` bytes.
fn not_yet(device: &impl QIODeviceExt, needed: usize) -> Result<Option<Vec<u8>>, FrameError> {
    match read_buffer_size(device.upcast()) {
        Some(size) if size < needed => Err(FrameError::ReadBufferFull { needed, size }),
        _ => Ok(None),
    }
}
