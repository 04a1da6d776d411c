// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QDataStream`](https://doc.qt.io/qt-6/qdatastream.html): Qt's binary serialization of values,
//! on a device or in memory. A stream belongs to the thread of its device.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;

use cxx::UniquePtr;
use cxx_qt_lib::QByteArray;

use super::qiodevice::{QIODevice, QIODeviceExt};
use super::stream::{FromStream, ToStream};

#[cxx_qt::bridge]
pub(super) mod ffi {
    /// Which end of a number comes first, as `QDataStream::ByteOrder`.
    #[namespace = "cxx_qt_network"]
    #[repr(i32)]
    #[derive(Debug)]
    enum StreamByteOrder {
        /// Most significant byte first: the default.
        BigEndian,
        /// Least significant byte first.
        LittleEndian,
    }

    /// How many bytes a floating-point number takes, `f32` and `f64` alike, as
    /// `QDataStream::FloatingPointPrecision`.
    #[namespace = "cxx_qt_network"]
    #[repr(i32)]
    #[derive(Debug)]
    enum StreamPrecision {
        /// Four bytes; an `f64` is rounded.
        SinglePrecision,
        /// Eight bytes, for an `f32` too: the default.
        DoublePrecision,
    }

    #[namespace = "cxx_qt_network"]
    #[repr(i32)]
    #[derive(Debug)]
    enum StreamStatus {
        Ok,
        ReadPastEnd,
        ReadCorruptData,
        WriteFailed,
    }

    unsafe extern "C++" {
        include!("cxx-qt-lib/qbytearray.h");
        type QByteArray = cxx_qt_lib::QByteArray;
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
        include!("cxx-qt-lib/qvariant.h");
        type QVariant = cxx_qt_lib::QVariant;
        include!("cxx-qt-lib/qtimezone.h");
        type QTimeZone = cxx_qt_lib::QTimeZone;
        type QIODevice = crate::core::qiodevice::QIODevice;
    }

    // SAFETY: the declarations match the header and <QDataStream>. A stream on a device keeps its
    // address: `QDataStream` borrows the device for as long as it lives.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/qdatastream.h");
        type Stream;
        type StreamByteOrder;
        type StreamPrecision;
        type StreamStatus;

        #[rust_name = "stream_on_device"]
        fn streamOnDevice(device: &QIODevice) -> UniquePtr<Stream>;
        #[rust_name = "stream_for_reading"]
        fn streamForReading(bytes: &QByteArray) -> UniquePtr<Stream>;
        #[rust_name = "stream_for_writing"]
        fn streamForWriting() -> UniquePtr<Stream>;
        #[rust_name = "stream_bytes"]
        fn streamBytes(stream: &Stream) -> QByteArray;
        #[rust_name = "stream_default_version"]
        fn streamDefaultVersion() -> i32;

        #[rust_name = "abort_transaction"]
        fn abortTransaction(self: Pin<&mut Stream>);
        #[rust_name = "at_end"]
        fn atEnd(self: &Stream) -> bool;
        #[rust_name = "commit_transaction"]
        fn commitTransaction(self: Pin<&mut Stream>) -> bool;
        #[rust_name = "reset_status"]
        fn resetStatus(self: Pin<&mut Stream>);
        #[rust_name = "rollback_transaction"]
        fn rollbackTransaction(self: Pin<&mut Stream>);
        #[rust_name = "set_byte_order"]
        fn setByteOrder(self: Pin<&mut Stream>, order: StreamByteOrder);
        #[rust_name = "set_floating_point_precision"]
        fn setFloatingPointPrecision(self: Pin<&mut Stream>, precision: StreamPrecision);
        #[rust_name = "set_status"]
        fn setStatus(self: Pin<&mut Stream>, status: StreamStatus);
        #[rust_name = "set_version"]
        fn setVersion(self: Pin<&mut Stream>, version: i32);
        #[rust_name = "start_transaction"]
        fn startTransaction(self: Pin<&mut Stream>);
        fn status(self: &Stream) -> StreamStatus;

        #[rust_name = "stream_is_device_transaction_started"]
        fn streamIsDeviceTransactionStarted(stream: &Stream) -> bool;
        #[rust_name = "stream_is_full"]
        fn streamIsFull(stream: &Stream) -> bool;
        type StreamDevice;
        #[rust_name = "stream_device"]
        fn streamDevice(stream: &Stream) -> UniquePtr<StreamDevice>;
        #[rust_name = "commit_transaction"]
        fn commitTransaction(self: Pin<&mut StreamDevice>);
        #[rust_name = "rollback_transaction"]
        fn rollbackTransaction(self: Pin<&mut StreamDevice>);
        #[rust_name = "stream_bytes_available"]
        fn streamBytesAvailable(stream: &Stream) -> i64;

        #[rust_name = "stream_read_raw_data"]
        fn streamReadRawData(stream: Pin<&mut Stream>, buffer: &mut [u8]) -> StreamStatus;
        #[rust_name = "stream_skip_raw_data"]
        fn streamSkipRawData(stream: Pin<&mut Stream>, size: i32) -> StreamStatus;
        #[rust_name = "stream_write_raw_data"]
        fn streamWriteRawData(stream: Pin<&mut Stream>, bytes: &[u8]) -> StreamStatus;

        #[rust_name = "stream_peek"]
        fn streamPeek(stream: Pin<&mut Stream>, limit: i32) -> &[u8];
        #[rust_name = "stream_read_text"]
        fn streamReadText<'s>(stream: Pin<&'s mut Stream>, status: &mut StreamStatus) -> &'s [u16];
        #[rust_name = "stream_write_time_zone"]
        fn streamWriteTimeZone(stream: Pin<&mut Stream>, value: &QTimeZone) -> StreamStatus;
        #[rust_name = "stream_read_time_zone"]
        fn streamReadTimeZone(
            stream: Pin<&mut Stream>,
            status: &mut StreamStatus,
        ) -> UniquePtr<QTimeZone>;

        #[rust_name = "stream_is_null_qbytearray"]
        fn isNull(value: &QByteArray) -> bool;
        #[rust_name = "stream_is_null_qstring"]
        fn isNull(value: &QString) -> bool;
        #[rust_name = "variant_as_null"]
        fn variantAsNull(value: &QVariant) -> QVariant;
        #[rust_name = "variant_of_long"]
        fn variantOfLong(value: i64) -> QVariant;
        #[rust_name = "variant_of_ulong"]
        fn variantOfULong(value: u64) -> QVariant;
        #[rust_name = "variant_of_long_long"]
        fn variantOfLongLong(value: i64) -> QVariant;
        #[rust_name = "variant_of_ulong_long"]
        fn variantOfULongLong(value: u64) -> QVariant;

        #[rust_name = "stream_null_string"]
        fn nullString() -> QString;
        #[rust_name = "stream_null_byte_array"]
        fn nullByteArray() -> QByteArray;
    }

    impl UniquePtr<Stream> {}
}

/// Which end of a number comes first, as `QDataStream::ByteOrder`.
pub type QDataStreamByteOrder = ffi::StreamByteOrder;

impl QDataStreamByteOrder {
    /// The byte order of this machine, for peers that write integers as they are in memory.
    pub const NATIVE: Self = if cfg!(target_endian = "little") {
        Self::LittleEndian
    } else {
        Self::BigEndian
    };
}

/// How many bytes floating-point numbers take, as `QDataStream::FloatingPointPrecision`.
pub type QDataStreamFloatingPointPrecision = ffi::StreamPrecision;

/// A version of the stream format, as `QDataStream::Version`.
///
/// Both sides must use the same version; the default differs between releases of Qt. Only versions
/// that the Qt in use can write are defined.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct QDataStreamVersion(i32);

/// The constants of [`QDataStreamVersion`]: several names have the same number if the format did
/// not change.
macro_rules! versions {
    ($($number:literal $(if $since:meta)?: $($name:ident $of:literal)+;)*) => {$(
        $(#[cfg($since)])?
        impl QDataStreamVersion {$(
            #[doc = concat!("Qt ", $of, ", number ", $number, ".")]
            pub const $name: Self = Self($number);
        )+}
    )*};
}

versions! {
    1: QT_1_0 "1.0";
    2: QT_2_0 "2.0";
    3: QT_2_1 "2.1";
    4: QT_3_0 "3.0";
    5: QT_3_1 "3.1";
    6: QT_3_3 "3.3";
    7: QT_4_0 "4.0" QT_4_1 "4.1";
    8: QT_4_2 "4.2";
    9: QT_4_3 "4.3";
    10: QT_4_4 "4.4";
    11: QT_4_5 "4.5";
    12: QT_4_6 "4.6" QT_4_7 "4.7" QT_4_8 "4.8" QT_4_9 "4.9";
    13: QT_5_0 "5.0";
    14: QT_5_1 "5.1";
    15: QT_5_2 "5.2" QT_5_3 "5.3";
    16: QT_5_4 "5.4" QT_5_5 "5.5";
    17: QT_5_6 "5.6" QT_5_7 "5.7" QT_5_8 "5.8" QT_5_9 "5.9" QT_5_10 "5.10" QT_5_11 "5.11";
    18: QT_5_12 "5.12";
    19: QT_5_13 "5.13" QT_5_14 "5.14" QT_5_15 "5.15";
    20 if cxxqt_qt_version_at_least_6: QT_6_0 "6.0" QT_6_1 "6.1" QT_6_2 "6.2" QT_6_3 "6.3" QT_6_4 "6.4" QT_6_5 "6.5";
    21 if cxxqt_qt_version_at_least_6_6: QT_6_6 "6.6";
    22 if cxxqt_qt_version_at_least_6_7: QT_6_7 "6.7" QT_6_8 "6.8" QT_6_9 "6.9";
    23 if cxxqt_qt_version_at_least_6_10: QT_6_10 "6.10";
    24 if cxxqt_qt_version_at_least_6_11: QT_6_11 "6.11";
}

impl QDataStreamVersion {
    /// The newest version of the Qt that this crate was compiled with: the default of a stream.
    pub fn newest() -> Self {
        Self(ffi::stream_default_version())
    }

    /// The version with that number, or `None` if this Qt does not have it.
    pub fn from_number(number: i32) -> Option<Self> {
        (1..=Self::newest().0)
            .contains(&number)
            .then_some(Self(number))
    }

    /// The number, as in `QDataStream::Version`.
    pub const fn number(self) -> i32 {
        self.0
    }
}

/// Why a value could not be read or written: `QDataStream::Status` without `Ok`.
///
/// The error stays with the stream, which reads and writes nothing more, until
/// [`reset_status`](QDataStream::reset_status) or the next outermost transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
// As wide as the words of Qt's values, so that a `Result` with one is copied in whole words, which
// makes reading a record 3 % faster.
#[repr(usize)]
pub enum StreamError {
    /// The data ends inside the value: on a socket, the rest has not arrived yet.
    ReadPastEnd,
    /// The data is not a valid value, whatever follows.
    ReadCorruptData,
    /// The device did not accept the bytes.
    WriteFailed,
    /// The value is larger than a limit, or than the stream version can represent. Qt itself
    /// reports it from 6.7 on.
    SizeLimitExceeded,
    /// The values of a transaction do not fit into the read buffer of the device, so they are never
    /// complete: set a larger `QLocalSocket::set_read_buffer_size`, or none.
    ReadBufferFull,
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReadPastEnd => "the data ends too early",
            Self::ReadCorruptData => "the data is corrupt",
            Self::WriteFailed => "the device did not take the data",
            Self::SizeLimitExceeded => "the value is too large",
            Self::ReadBufferFull => "the read buffer is too small for the data",
        })
    }
}

impl std::error::Error for StreamError {}

/// Reads and writes values in Qt's binary serialization format.
///
/// A stream on a device borrows the device: create one whenever there is data, as on the stack in
/// C++. A stream in memory owns its bytes. The device outlives the stream:
///
/// ```compile_fail,E0505
/// use cxx_qt_network::{QDataStream, QLocalSocket};
///
/// let socket = QLocalSocket::new();
/// let mut stream = QDataStream::on_device(&*socket);
/// drop(socket);
/// let _ = stream.read::<u8>();
/// ```
///
/// # Example
///
/// ```no_run
/// use cxx_qt_network::{QDataStream, StreamError, QDataStreamVersion};
///
/// # fn main() -> Result<(), StreamError> {
/// let mut stream = QDataStream::to_bytes();
/// stream.set_version(QDataStreamVersion::QT_5_10);
/// stream.write("fortune")?;
///
/// let mut stream = QDataStream::from_bytes(&stream.into_bytes());
/// stream.set_version(QDataStreamVersion::QT_5_10);
/// assert_eq!(stream.read::<String>()?, "fortune");
/// # Ok(())
/// # }
/// ```
pub struct QDataStream<'d> {
    stream: UniquePtr<ffi::Stream>,
    /// The same stream. A `UniquePtr` calls C++ for its pointer on each use.
    pointer: *mut ffi::Stream,
    device: PhantomData<&'d QIODevice>,
    version: QDataStreamVersion,
    byte_order: QDataStreamByteOrder,
    precision: QDataStreamFloatingPointPrecision,
    /// Buffer for the strings that are written.
    pub(super) block: Vec<u8>,
    /// The status of the stream; an error that Qt does not have is stored in Qt as a similar one.
    error: Option<StreamError>,
    /// The nesting depth of the value that is being read.
    nesting: u32,
    /// The number of nested transactions.
    transactions: u32,
}

impl QDataStream<'static> {
    /// A stream that reads `bytes`, which are shared, as `QDataStream(const QByteArray &)`.
    pub fn from_bytes(bytes: &QByteArray) -> Self {
        Self::new(ffi::stream_for_reading(bytes))
    }

    /// A stream that writes to memory; [`into_bytes`](Self::into_bytes) returns what was written.
    pub fn to_bytes() -> Self {
        Self::new(ffi::stream_for_writing())
    }

    /// Returns the bytes that were written.
    pub fn into_bytes(self) -> QByteArray {
        ffi::stream_bytes(&self.stream)
    }
}

impl<'d> QDataStream<'d> {
    /// A stream on `device`, as `QDataStream(QIODevice *)`. The device keeps its position and its
    /// transaction from one stream to the next.
    pub fn on_device(device: &'d impl QIODeviceExt) -> Self {
        Self::new(ffi::stream_on_device(device.upcast()))
    }

    /// A stream that reads `bytes` without a copy, as `QDataStream(const QByteArray &)` on
    /// `QByteArray::fromRawData`. They outlive the stream:
    ///
    /// ```compile_fail,E0505
    /// let bytes = vec![0; 4];
    /// let mut stream = cxx_qt_network::QDataStream::from_slice(&bytes);
    /// drop(bytes);
    /// let _ = stream.read::<u32>();
    /// ```
    pub fn from_slice(bytes: &'d [u8]) -> Self {
        // SAFETY: only the stream's memory device shares this array. It reads and copies only, and
        // is destroyed with the stream, which borrows the bytes; `into_bytes` returns the array for
        // 'static alone.
        let bytes = unsafe { QByteArray::from_raw_data(bytes) };
        Self::new(ffi::stream_for_reading(&bytes))
    }

    fn new(stream: UniquePtr<ffi::Stream>) -> Self {
        Self {
            pointer: stream.as_mut_ptr(),
            stream,
            device: PhantomData,
            version: QDataStreamVersion::newest(),
            byte_order: QDataStreamByteOrder::BigEndian,
            precision: QDataStreamFloatingPointPrecision::DoublePrecision,
            block: Vec::new(),
            error: None,
            nesting: 0,
            transactions: 0,
        }
    }

    /// A stream that writes to memory in the format of this one.
    pub(super) fn to_bytes_in_same_format(&self) -> QDataStream<'static> {
        self.with_same_format(QDataStream::to_bytes())
    }

    /// Reads one value from a copy of its bytes, by Qt.
    pub(super) fn read_copy<T>(
        &mut self,
        copy: &QByteArray,
        read: fn(&mut QDataStream<'_>) -> Result<T, StreamError>,
    ) -> Result<T, StreamError> {
        let mut copy = self.with_same_format(QDataStream::from_bytes(copy));
        read(&mut copy).map_err(|error| match error {
            // More bytes would not help.
            StreamError::ReadPastEnd => self.set_status(StreamError::ReadCorruptData),
            error => self.set_status(error),
        })
    }

    /// Reads a value, writes it to `copy` and returns it. What could be read can be written; if not, the
    /// copy cannot be read.
    pub(super) fn copy_field<T: FromStream + ToStream>(
        &mut self,
        copy: &mut QDataStream<'static>,
    ) -> Result<T, StreamError> {
        let value: T = self.read()?;
        let _ = copy.write(&value);
        Ok(value)
    }

    fn with_same_format(&self, mut other: QDataStream<'static>) -> QDataStream<'static> {
        other.set_version(self.version());
        other.set_byte_order(self.byte_order());
        other.set_floating_point_precision(self.floating_point_precision());
        other
    }

    /// Reads a value and counts `levels` of nesting for it: for a [`FromStream`] of your own whose
    /// type contains itself, with `levels` 1. Without a limit, corrupt data can make it recurse
    /// until the stack overflows. The derived implementation calls this itself.
    ///
    /// # Errors
    ///
    /// Those of `read`; or [`SizeLimitExceeded`](StreamError::SizeLimitExceeded) if the depth
    /// exceeds 64 levels.
    pub fn read_nested<T>(
        &mut self,
        levels: u32,
        read: impl FnOnce(&mut Self) -> Result<T, StreamError>,
    ) -> Result<T, StreamError> {
        let outer = self.nesting;
        let inner = outer.saturating_add(levels);
        if inner > NESTING_LIMIT {
            return Err(self.set_status(StreamError::SizeLimitExceeded));
        }
        self.nesting = inner;
        let result = read(self);
        self.nesting = outer;
        result
    }

    pub(super) fn pin(&mut self) -> Pin<&mut ffi::Stream> {
        // SAFETY: the stream lives as long as `self`, which alone uses it, and C++ does not move
        // it.
        unsafe { Pin::new_unchecked(&mut *self.pointer) }
    }

    /// Whether no more data is available now, as `QDataStream::atEnd`.
    pub fn at_end(&self) -> bool {
        self.stream.at_end()
    }

    /// The byte order, as `QDataStream::byteOrder`.
    pub fn byte_order(&self) -> QDataStreamByteOrder {
        self.byte_order
    }

    /// The size of floating-point numbers, as `QDataStream::floatingPointPrecision`.
    pub fn floating_point_precision(&self) -> QDataStreamFloatingPointPrecision {
        self.precision
    }

    /// Reads one value, as `operator>>`.
    ///
    /// # Errors
    ///
    /// If the data ends too early or is corrupt, or the stream had an error before. The bytes that
    /// were read are consumed; a [`transaction`](Self::transaction) restores them.
    pub fn read<T: FromStream>(&mut self) -> Result<T, StreamError> {
        T::from_stream(self)
    }

    /// Whether the stream's own device is in a transaction, as
    /// `QDataStream::isDeviceTransactionStarted`.
    pub fn is_device_transaction_started(&self) -> bool {
        ffi::stream_is_device_transaction_started(&self.stream)
    }

    /// Reads the next `count` bytes unchanged.
    ///
    /// Unlike [`read_raw_data`](Self::read_raw_data) it allocates and copies nothing before all of
    /// them have arrived: use it for a length that a peer claims, also for a large one that arrives
    /// in many pieces.
    ///
    /// # Errors
    ///
    /// If `count` is more than `limit`, fewer bytes are available, or the stream had an error
    /// before.
    pub fn read_raw_bytes(&mut self, count: usize, limit: usize) -> Result<Vec<u8>, StreamError> {
        self.check()?;
        if count > limit {
            return Err(self.set_status(StreamError::SizeLimitExceeded));
        }
        let available = ffi::stream_bytes_available(&self.stream);
        if usize::try_from(available).unwrap_or(0) < count {
            return Err(self.set_status(StreamError::ReadPastEnd));
        }
        let mut bytes = vec![0; count];
        self.read_raw_data(&mut bytes).map(|()| bytes)
    }

    /// Fills `buffer` with unchanged bytes, as `QDataStream::readRawData`.
    ///
    /// # Errors
    ///
    /// If fewer bytes are there, or the stream had an error before.
    pub fn read_raw_data(&mut self, buffer: &mut [u8]) -> Result<(), StreamError> {
        self.check()?;
        buffer.chunks_mut(RAW_DATA_LIMIT).try_for_each(|part| {
            let status = ffi::stream_read_raw_data(self.pin(), part);
            self.result(status)
        })
    }

    /// Clears the error, as `QDataStream::resetStatus`.
    pub fn reset_status(&mut self) {
        self.error = None;
        self.pin().reset_status();
    }

    /// Sets the byte order of what follows, as `QDataStream::setByteOrder`.
    pub fn set_byte_order(&mut self, order: QDataStreamByteOrder) {
        // The Rust type can hold any number, the C++ enum cannot.
        self.byte_order = match order {
            QDataStreamByteOrder::LittleEndian => QDataStreamByteOrder::LittleEndian,
            _ => QDataStreamByteOrder::BigEndian,
        };
        let order = self.byte_order;
        self.pin().set_byte_order(order);
    }

    /// Sets the size of the floating-point numbers that follow, as
    /// `QDataStream::setFloatingPointPrecision`.
    pub fn set_floating_point_precision(&mut self, precision: QDataStreamFloatingPointPrecision) {
        // As for the byte order.
        self.precision = match precision {
            QDataStreamFloatingPointPrecision::SinglePrecision => {
                QDataStreamFloatingPointPrecision::SinglePrecision
            }
            _ => QDataStreamFloatingPointPrecision::DoublePrecision,
        };
        let precision = self.precision;
        self.pin().set_floating_point_precision(precision);
    }

    /// Sets the error unless the stream has one already, and returns the stream's error: for a
    /// [`FromStream`] of your own that finds the data corrupt. As `QDataStream::setStatus`.
    pub fn set_status(&mut self, error: StreamError) -> StreamError {
        if let Some(first) = self.error {
            return first;
        }
        let (status, error) = match error {
            StreamError::ReadPastEnd | StreamError::ReadBufferFull => {
                (ffi::StreamStatus::ReadPastEnd, StreamError::ReadPastEnd)
            }
            StreamError::WriteFailed => (ffi::StreamStatus::WriteFailed, error),
            // Before 6.7, Qt's enum cannot hold the value of SizeLimitExceeded.
            StreamError::ReadCorruptData | StreamError::SizeLimitExceeded => {
                (ffi::StreamStatus::ReadCorruptData, error)
            }
        };
        self.pin().set_status(status);
        self.error = Some(error);
        error
    }

    /// Sets the version of the format, as `QDataStream::setVersion`.
    pub fn set_version(&mut self, version: QDataStreamVersion) {
        self.version = version;
        self.pin().set_version(version.0);
    }

    /// Skips `count` bytes, as `QDataStream::skipRawData`.
    ///
    /// # Errors
    ///
    /// If fewer bytes are there, or the stream had an error before.
    pub fn skip_raw_data(&mut self, mut count: usize) -> Result<(), StreamError> {
        self.check()?;
        while count > 0 {
            let part = count.min(RAW_DATA_LIMIT);
            let status = ffi::stream_skip_raw_data(self.pin(), part as i32);
            self.result(status)?;
            count -= part;
        }
        Ok(())
    }

    /// The error of the stream, if any, as `QDataStream::status`.
    pub fn status(&self) -> Option<StreamError> {
        self.error
    }

    /// Reads values that belong together: all of them, or nothing is consumed from the device.
    ///
    /// As with `QDataStream::startTransaction` there are three outcomes. `Ok(Some(…))`: the values
    /// were complete. `Ok(None)`: the data is incomplete, and the bytes that `read` consumed were
    /// restored; call again when there are more. An error: the data is corrupt and was consumed.
    ///
    /// An error of the stream after `read` takes precedence over the result of `read`.
    ///
    /// `read` should not replace the stream by another one. If it does, the transaction ends on the
    /// device on which it began, according to the result of `read`.
    ///
    /// # Errors
    ///
    /// If the data is corrupt or too large, which becomes the error of the stream. Or if the device
    /// can never buffer all of the values: [`ReadBufferFull`](StreamError::ReadBufferFull), and
    /// nothing is consumed.
    pub fn transaction<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, StreamError>,
    ) -> Result<Option<T>, StreamError> {
        let transaction = Transaction::start(self);
        let result = read(transaction.stream);
        let status = match transaction.is_of_stream() {
            true => transaction.stream.status(),
            false => None,
        };
        match (status, result) {
            (None, Ok(value)) => {
                transaction.commit();
                Ok(Some(value))
            }
            (Some(StreamError::ReadPastEnd), _) | (None, Err(StreamError::ReadPastEnd)) => {
                transaction.rollback();
                if ffi::stream_is_full(&self.stream) {
                    Err(StreamError::ReadBufferFull)
                } else {
                    Ok(None)
                }
            }
            (Some(error), _) | (None, Err(error)) => {
                transaction.abort(error);
                Err(error)
            }
        }
    }

    /// The version of the format, as `QDataStream::version`.
    pub fn version(&self) -> QDataStreamVersion {
        self.version
    }

    /// Writes one value, as `operator<<`.
    ///
    /// # Errors
    ///
    /// If the device does not accept it, or the stream had an error before.
    pub fn write<T: ToStream + ?Sized>(&mut self, value: &T) -> Result<(), StreamError> {
        value.to_stream(self)
    }

    /// Writes bytes unchanged, as `QDataStream::writeRawData`.
    ///
    /// # Errors
    ///
    /// If the device does not accept them, or the stream had an error before.
    pub fn write_raw_data(&mut self, bytes: &[u8]) -> Result<(), StreamError> {
        self.check()?;
        bytes.chunks(RAW_DATA_LIMIT).try_for_each(|part| {
            let status = ffi::stream_write_raw_data(self.pin(), part);
            self.result(status)
        })
    }

    /// The result of an operation that returned this status.
    pub(super) fn result(&mut self, status: ffi::StreamStatus) -> Result<(), StreamError> {
        self.error = match status {
            ffi::StreamStatus::Ok => None,
            _ if self.error.is_some() => self.error,
            ffi::StreamStatus::ReadPastEnd => Some(StreamError::ReadPastEnd),
            ffi::StreamStatus::ReadCorruptData => Some(StreamError::ReadCorruptData),
            ffi::StreamStatus::WriteFailed => Some(StreamError::WriteFailed),
            // The only status that later versions of Qt add.
            _ => Some(StreamError::SizeLimitExceeded),
        };
        self.check()
    }

    /// The error of the stream.
    pub(super) fn check(&self) -> Result<(), StreamError> {
        self.error.map_or(Ok(()), Err)
    }

    /// Gets Qt's status, which a transaction changes.
    fn update_status(&mut self) {
        let status = self.stream.status();
        let _ = self.result(status);
    }
}

/// Qt counts raw data in `int`; more is read and written in parts.
const RAW_DATA_LIMIT: usize = 1 << 30;

/// The maximum nesting depth of a variant, JSON or a derived type: Qt, this crate and that type
/// recurse for each level when they read, copy, compare and drop.
const NESTING_LIMIT: u32 = 64;

/// A transaction that is rolled back unless it ends otherwise, also by a panic.
struct Transaction<'s, 'd> {
    stream: &'s mut QDataStream<'d>,
    /// The device, for the outermost transaction: `read` may replace the stream by another one.
    device: Option<UniquePtr<ffi::StreamDevice>>,
    /// The number of nested transactions, including this one.
    depth: u32,
    ended: bool,
}

impl<'s, 'd> Transaction<'s, 'd> {
    fn start(stream: &'s mut QDataStream<'d>) -> Self {
        let device = (stream.transactions == 0).then(|| ffi::stream_device(&stream.stream));
        stream.pin().start_transaction();
        stream.transactions += 1;
        // The outermost one resets it.
        stream.update_status();
        Self {
            depth: stream.transactions,
            stream,
            device,
            ended: false,
        }
    }

    /// Whether the stream is still the one that the transaction began on.
    fn is_of_stream(&self) -> bool {
        self.stream.transactions == self.depth
    }

    fn commit(mut self) {
        self.end(
            |stream| {
                stream.commit_transaction();
            },
            ffi::StreamDevice::commit_transaction,
        );
    }

    fn abort(mut self, error: StreamError) {
        let is_of_stream = self.is_of_stream();
        self.end(
            ffi::Stream::abort_transaction,
            ffi::StreamDevice::commit_transaction,
        );
        if is_of_stream {
            // Qt reports each of them as corrupt data.
            self.stream.error = Some(error);
        }
    }

    fn rollback(self) {}

    fn end(&mut self, stream: fn(Pin<&mut ffi::Stream>), device: fn(Pin<&mut ffi::StreamDevice>)) {
        self.ended = true;
        if self.is_of_stream() {
            self.stream.transactions -= 1;
            stream(self.stream.pin());
            self.stream.update_status();
        } else if let Some(began_on) = &mut self.device {
            device(began_on.pin_mut());
        }
    }
}

impl Drop for Transaction<'_, '_> {
    fn drop(&mut self) {
        if !self.ended {
            self.end(
                ffi::Stream::rollback_transaction,
                ffi::StreamDevice::rollback_transaction,
            );
        }
    }
}
