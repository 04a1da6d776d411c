// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Tests the wire format of another program on a real connection.

#![allow(dead_code, reason = "each test binary uses its own part of this")]

use std::error::Error;
use std::fmt::Debug;

use cxx_qt_lib::QByteArray;
use cxx_qt_network::{
    FromStream, LengthDelimited, QDataStream, QIODeviceExt, QLocalSocket, StreamError, ToStream,
};

use crate::support::{DEADLINE, Pair};

pub type Failure = Box<dyn Error>;

/// The size of the read buffer if no other limit applies to a message.
pub const BUFFER: usize = 256;

type Write<T> = dyn Fn(&QLocalSocket, &T) -> Result<(), Failure>;
type Read<T> = dyn Fn(&QLocalSocket) -> Result<Option<T>, Failure>;

/// A protocol: writes values of a type to a socket and reads them.
pub struct Protocol<T> {
    write: Box<Write<T>>,
    read: Box<Read<T>>,
    buffer: Option<usize>,
}

impl<T> Protocol<T> {
    pub fn new(
        write: impl Fn(&QLocalSocket, &T) -> Result<(), Failure> + 'static,
        read: impl Fn(&QLocalSocket) -> Result<Option<T>, Failure> + 'static,
    ) -> Self {
        Self {
            write: Box::new(write),
            read: Box::new(read),
            buffer: None,
        }
    }

    /// Messages with a length prefix, converted to a value and back.
    pub fn framed(
        framing: LengthDelimited,
        encode: impl Fn(&T) -> Result<Vec<u8>, Failure> + 'static,
        decode: impl Fn(&[u8]) -> Result<T, Failure> + 'static,
    ) -> Self {
        Self::new(
            move |socket, value| Ok(framing.write(socket, &encode(value)?)?),
            move |socket| {
                let message = framing.read(socket)?;
                message.map(|message| decode(&message)).transpose()
            },
        )
    }
}

impl<T: ToStream + FromStream> Protocol<T> {
    /// Messages with a length prefix, each with the values of a stream.
    pub fn framed_stream(framing: LengthDelimited, set: fn(&mut QDataStream<'_>)) -> Self {
        Self::framed(
            framing,
            move |value| Ok(encode(value, set)?),
            move |message| decode(message, set),
        )
    }

    /// Values of a stream without a frame: only reading shows whether they are complete.
    pub fn stream(set: fn(&mut QDataStream<'_>)) -> Self {
        Self::new(
            move |socket, value| {
                // In one write, independent of the number of values.
                socket.write(&encode(value, set)?)?;
                Ok(())
            },
            move |socket| {
                let mut stream = QDataStream::on_device(socket);
                set(&mut stream);
                Ok(stream.transaction(QDataStream::read)?)
            },
        )
        .buffer(BUFFER)
    }
}

/// The bytes that a stream writes.
pub fn encode(
    value: &impl ToStream,
    set: impl FnOnce(&mut QDataStream<'_>),
) -> Result<Vec<u8>, StreamError> {
    let mut stream = QDataStream::to_bytes();
    set(&mut stream);
    stream.write(value)?;
    Ok(stream.into_bytes().as_slice().to_vec())
}

/// The value that a stream reads, which must consume all bytes.
pub fn decode<T: FromStream>(
    message: &[u8],
    set: impl FnOnce(&mut QDataStream<'_>),
) -> Result<T, Failure> {
    let mut stream = QDataStream::from_bytes(&QByteArray::from(message));
    set(&mut stream);
    let value = stream.read()?;
    match stream.at_end() {
        true => Ok(value),
        false => Err("the message is longer than its values".into()),
    }
}

impl<T> Protocol<T> {
    /// Sets the read buffer size of the reading socket.
    pub fn buffer(self, bytes: usize) -> Self {
        Self {
            buffer: Some(bytes),
            ..self
        }
    }

    fn pair(&self) -> Pair {
        let pair = Pair::new();
        pair.ours.set_read_buffer_size(self.buffer);
        pair
    }
}

impl<T: PartialEq + Debug> Protocol<T> {
    /// Checks that the value is written as these bytes, and read from them.
    pub fn speaks(&self, value: T, hex: &str) {
        let pair = self.pair();
        (self.write)(&pair.theirs, &value).unwrap();
        let bytes = bytes(hex);
        assert_eq!(to_hex(&arrived(&pair, bytes.len())), to_hex(&bytes));
        self.understands(value, hex);
    }

    /// Checks that the value is read from these bytes: not before all of them have arrived, and
    /// without any byte after them.
    pub fn understands(&self, value: T, hex: &str) {
        let pair = self.pair();
        let bytes = bytes(hex);
        for (there, byte) in bytes.iter().enumerate() {
            let read = (self.read)(&pair.ours);
            assert!(
                matches!(read, Ok(None)),
                "{there} bytes: {:?}",
                read.map(|_| ())
            );
            assert_eq!(pair.ours.bytes_available(), there, "put back");
            send(&pair, &[*byte]);
        }
        send(&pair, &bytes[..1]);
        let read = (self.read)(&pair.ours).unwrap();
        assert_eq!(read.as_ref(), Some(&value));
        assert_eq!(pair.ours.bytes_available(), 1, "of the next message");
        // The same value again, whose first bytes have arrived.
        send(&pair, &bytes[1..]);
        let read = (self.read)(&pair.ours).unwrap();
        assert_eq!(read, Some(value));
        assert_eq!(pair.ours.bytes_available(), 0);
    }

    /// Checks that these bytes are an error with that text, without further bytes.
    pub fn refuses(&self, hex: &str, error: &str) {
        let pair = self.pair();
        send(&pair, &bytes(hex));
        let refused = (self.read)(&pair.ours).map_err(|error| error.to_string());
        assert_eq!(refused, Err(error.into()), "{hex}");
    }

    /// Checks that values with this claimed length, which never fit into the read buffer, are an
    /// error as soon as it is full, and incomplete before.
    pub fn refuses_when_full(&self, hex: &str) {
        let pair = self.pair();
        send(&pair, &bytes(hex));
        let waits = (self.read)(&pair.ours).map_err(|error| error.to_string());
        assert_eq!(waits, Ok(None), "{hex}");
        send(&pair, &[0; BUFFER]);
        let refused = (self.read)(&pair.ours).map_err(|error| error.to_string());
        let error = "the read buffer is too small for the data";
        assert_eq!(refused, Err(error.into()), "{hex}");
    }
}

/// Sends bytes and waits until they have arrived, as far as the read buffer has room.
pub fn send(pair: &Pair, bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    let before = pair.ours.bytes_available();
    let room = pair.ours.read_buffer_size().unwrap_or(usize::MAX);
    pair.theirs.write(bytes).unwrap();
    written(&pair.theirs);
    while pair.ours.bytes_available() < room.min(before + bytes.len()) {
        read_more(&pair.ours);
    }
}

/// Waits until the write buffer is sent.
pub fn written(socket: &QLocalSocket) {
    while socket.bytes_to_write() > 0 {
        socket.wait_for_bytes_written(Some(DEADLINE)).unwrap();
    }
}

/// Waits until more bytes can be read.
pub fn read_more(socket: &QLocalSocket) {
    socket.wait_for_ready_read(Some(DEADLINE)).unwrap();
}

/// The written bytes, which must be `length` bytes.
fn arrived(pair: &Pair, length: usize) -> Vec<u8> {
    written(&pair.theirs);
    // Extra bytes would arrive before the bytes that are sent now.
    send(pair, b"end");
    let mut all = pair.ours.read_all().as_slice().to_vec();
    while all.len() < length + 3 {
        read_more(&pair.ours);
        all.extend_from_slice(pair.ours.read_all().as_slice());
    }
    all.strip_suffix(b"end").unwrap().to_vec()
}

/// Bytes from hexadecimal digits; spaces are ignored.
pub fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|it| it.to_digit(16)).collect();
    assert_eq!(digits.len() % 2, 0, "{hex}");
    let byte = |pair: &[u32]| u8::try_from(16 * pair[0] + pair[1]).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
