// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QDataStream`](https://doc.qt.io/qt-6/qdatastream.html): Qt's binary form of values, on a device
//! or in memory. A stream belongs to the thread of its device.

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
        /// The most significant byte first: the default.
        BigEndian,
        /// The least significant byte first.
        LittleEndian,
    }

    /// How many bytes a floating-point number takes, `f32` and `f64` alike, as
    /// `QDataStream::FloatingPointPrecision`.
    #[namespace = "cxx_qt_network"]
    #[repr(i32)]
    #[derive(Debug)]
    enum StreamPrecision {
        /// Four bytes: an `f64` is rounded.
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
        include!("cxx-qt-lib/qdate.h");
        type QDate = cxx_qt_lib::QDate;
        include!("cxx-qt-lib/qdatetime.h");
        type QDateTime = cxx_qt_lib::QDateTime;
        include!("cxx-qt-lib/qline.h");
        type QLine = cxx_qt_lib::QLine;
        include!("cxx-qt-lib/qlinef.h");
        type QLineF = cxx_qt_lib::QLineF;
        include!("cxx-qt-lib/qpoint.h");
        type QPoint = cxx_qt_lib::QPoint;
        include!("cxx-qt-lib/qpointf.h");
        type QPointF = cxx_qt_lib::QPointF;
        include!("cxx-qt-lib/qrect.h");
        type QRect = cxx_qt_lib::QRect;
        include!("cxx-qt-lib/qrectf.h");
        type QRectF = cxx_qt_lib::QRectF;
        include!("cxx-qt-lib/qsize.h");
        type QSize = cxx_qt_lib::QSize;
        include!("cxx-qt-lib/qsizef.h");
        type QSizeF = cxx_qt_lib::QSizeF;
        include!("cxx-qt-lib/qstringlist.h");
        type QStringList = cxx_qt_lib::QStringList;
        include!("cxx-qt-lib/qtime.h");
        type QTime = cxx_qt_lib::QTime;
        include!("cxx-qt-lib/qurl.h");
        type QUrl = cxx_qt_lib::QUrl;
        include!("cxx-qt-lib/quuid.h");
        type QUuid = cxx_qt_lib::QUuid;
        include!("cxx-qt-lib/qvariant.h");
        type QVariant = cxx_qt_lib::QVariant;
        include!("cxx-qt-lib/qjsonarray.h");
        type QJsonArray = cxx_qt_lib::QJsonArray;
        include!("cxx-qt-lib/qjsonobject.h");
        type QJsonObject = cxx_qt_lib::QJsonObject;
        include!("cxx-qt-lib/qjsonvalue.h");
        type QJsonValue = cxx_qt_lib::QJsonValue;
        include!("cxx-qt-lib/qmargins.h");
        type QMargins = cxx_qt_lib::QMargins;
        include!("cxx-qt-lib/qmarginsf.h");
        type QMarginsF = cxx_qt_lib::QMarginsF;
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
        fn streamBytes(stream: Pin<&mut Stream>) -> QByteArray;
        #[rust_name = "stream_default_version"]
        fn streamDefaultVersion() -> i32;

        #[rust_name = "abort_transaction"]
        fn abortTransaction(self: Pin<&mut Stream>);
        #[rust_name = "at_end"]
        fn atEnd(self: &Stream) -> bool;
        #[rust_name = "byte_order"]
        fn byteOrder(self: &Stream) -> StreamByteOrder;
        #[rust_name = "commit_transaction"]
        fn commitTransaction(self: Pin<&mut Stream>) -> bool;
        #[rust_name = "floating_point_precision"]
        fn floatingPointPrecision(self: &Stream) -> StreamPrecision;
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
        fn version(self: &Stream) -> i32;

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
        fn streamReadRawData(stream: Pin<&mut Stream>, buffer: &mut [u8]) -> i64;
        #[rust_name = "stream_skip_raw_data"]
        fn streamSkipRawData(stream: Pin<&mut Stream>, count: i32) -> i64;
        #[rust_name = "stream_write_raw_data"]
        fn streamWriteRawData(stream: Pin<&mut Stream>, bytes: &[u8]) -> i64;

        #[rust_name = "stream_write_bool"]
        fn streamWrite(stream: Pin<&mut Stream>, value: bool);
        #[rust_name = "stream_read_bool"]
        fn streamRead(stream: Pin<&mut Stream>) -> bool;
        #[rust_name = "stream_write_i8"]
        fn streamWrite(stream: Pin<&mut Stream>, value: i8);
        #[rust_name = "stream_read_i8"]
        fn streamRead(stream: Pin<&mut Stream>) -> i8;
        #[rust_name = "stream_write_i16"]
        fn streamWrite(stream: Pin<&mut Stream>, value: i16);
        #[rust_name = "stream_read_i16"]
        fn streamRead(stream: Pin<&mut Stream>) -> i16;
        #[rust_name = "stream_write_i32"]
        fn streamWrite(stream: Pin<&mut Stream>, value: i32);
        #[rust_name = "stream_read_i32"]
        fn streamRead(stream: Pin<&mut Stream>) -> i32;
        #[rust_name = "stream_write_i64"]
        fn streamWrite(stream: Pin<&mut Stream>, value: i64);
        #[rust_name = "stream_read_i64"]
        fn streamRead(stream: Pin<&mut Stream>) -> i64;
        #[rust_name = "stream_write_u8"]
        fn streamWrite(stream: Pin<&mut Stream>, value: u8);
        #[rust_name = "stream_read_u8"]
        fn streamRead(stream: Pin<&mut Stream>) -> u8;
        #[rust_name = "stream_write_u16"]
        fn streamWrite(stream: Pin<&mut Stream>, value: u16);
        #[rust_name = "stream_read_u16"]
        fn streamRead(stream: Pin<&mut Stream>) -> u16;
        #[rust_name = "stream_write_u32"]
        fn streamWrite(stream: Pin<&mut Stream>, value: u32);
        #[rust_name = "stream_read_u32"]
        fn streamRead(stream: Pin<&mut Stream>) -> u32;
        #[rust_name = "stream_write_u64"]
        fn streamWrite(stream: Pin<&mut Stream>, value: u64);
        #[rust_name = "stream_read_u64"]
        fn streamRead(stream: Pin<&mut Stream>) -> u64;
        #[rust_name = "stream_write_f32"]
        fn streamWrite(stream: Pin<&mut Stream>, value: f32);
        #[rust_name = "stream_read_f32"]
        fn streamRead(stream: Pin<&mut Stream>) -> f32;
        #[rust_name = "stream_write_f64"]
        fn streamWrite(stream: Pin<&mut Stream>, value: f64);
        #[rust_name = "stream_read_f64"]
        fn streamRead(stream: Pin<&mut Stream>) -> f64;
        #[rust_name = "stream_write_qbytearray"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QByteArray);
        #[rust_name = "stream_read_qbytearray"]
        fn streamRead(stream: Pin<&mut Stream>) -> QByteArray;
        #[rust_name = "stream_is_null_qbytearray"]
        fn isNull(value: &QByteArray) -> bool;
        #[rust_name = "stream_write_qstring"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QString);
        #[rust_name = "stream_read_qstring"]
        fn streamRead(stream: Pin<&mut Stream>) -> QString;
        #[rust_name = "stream_is_null_qstring"]
        fn isNull(value: &QString) -> bool;

        #[rust_name = "stream_write_qdate"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QDate);
        #[rust_name = "stream_read_qdate"]
        fn streamRead(stream: Pin<&mut Stream>) -> QDate;
        #[rust_name = "stream_write_qdatetime"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QDateTime);
        #[rust_name = "stream_read_qdatetime"]
        fn streamRead(stream: Pin<&mut Stream>) -> QDateTime;
        #[rust_name = "stream_write_qline"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QLine);
        #[rust_name = "stream_read_qline"]
        fn streamRead(stream: Pin<&mut Stream>) -> QLine;
        #[rust_name = "stream_write_qlinef"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QLineF);
        #[rust_name = "stream_read_qlinef"]
        fn streamRead(stream: Pin<&mut Stream>) -> QLineF;
        #[rust_name = "stream_write_qpoint"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QPoint);
        #[rust_name = "stream_read_qpoint"]
        fn streamRead(stream: Pin<&mut Stream>) -> QPoint;
        #[rust_name = "stream_write_qpointf"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QPointF);
        #[rust_name = "stream_read_qpointf"]
        fn streamRead(stream: Pin<&mut Stream>) -> QPointF;
        #[rust_name = "stream_write_qrect"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QRect);
        #[rust_name = "stream_read_qrect"]
        fn streamRead(stream: Pin<&mut Stream>) -> QRect;
        #[rust_name = "stream_write_qrectf"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QRectF);
        #[rust_name = "stream_read_qrectf"]
        fn streamRead(stream: Pin<&mut Stream>) -> QRectF;
        #[rust_name = "stream_write_qsize"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QSize);
        #[rust_name = "stream_read_qsize"]
        fn streamRead(stream: Pin<&mut Stream>) -> QSize;
        #[rust_name = "stream_write_qsizef"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QSizeF);
        #[rust_name = "stream_read_qsizef"]
        fn streamRead(stream: Pin<&mut Stream>) -> QSizeF;
        #[rust_name = "stream_write_qstringlist"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QStringList);
        #[rust_name = "stream_write_qtime"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QTime);
        #[rust_name = "stream_read_qtime"]
        fn streamRead(stream: Pin<&mut Stream>) -> QTime;
        #[rust_name = "stream_write_qurl"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QUrl);
        #[rust_name = "stream_read_qurl"]
        fn streamRead(stream: Pin<&mut Stream>) -> QUrl;
        #[rust_name = "stream_write_quuid"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QUuid);
        #[rust_name = "stream_read_quuid"]
        fn streamRead(stream: Pin<&mut Stream>) -> QUuid;
        #[rust_name = "stream_write_qvariant"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QVariant);
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

        #[rust_name = "stream_write_qjsonarray"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QJsonArray);
        #[rust_name = "stream_read_qjsonarray"]
        fn streamRead(stream: Pin<&mut Stream>) -> QJsonArray;
        #[rust_name = "stream_write_qjsonobject"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QJsonObject);
        #[rust_name = "stream_read_qjsonobject"]
        fn streamRead(stream: Pin<&mut Stream>) -> QJsonObject;
        #[rust_name = "stream_write_qjsonvalue"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QJsonValue);
        #[rust_name = "stream_read_qjsonvalue"]
        fn streamRead(stream: Pin<&mut Stream>) -> QJsonValue;
        #[rust_name = "stream_write_qmargins"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QMargins);
        #[rust_name = "stream_read_qmargins"]
        fn streamRead(stream: Pin<&mut Stream>) -> QMargins;
        #[rust_name = "stream_write_qmarginsf"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QMarginsF);
        #[rust_name = "stream_read_qmarginsf"]
        fn streamRead(stream: Pin<&mut Stream>) -> QMarginsF;
        #[rust_name = "stream_write_qtimezone"]
        fn streamWriteObject(stream: Pin<&mut Stream>, value: &QTimeZone);
        #[rust_name = "stream_read_qtimezone"]
        fn streamReadTimeZone(stream: Pin<&mut Stream>) -> UniquePtr<QTimeZone>;

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
    /// That of this machine, for peers that write their integers as they are in memory.
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
/// Both sides must agree on it; the default differs from one Qt to the next. Only versions that
/// the Qt at hand can write exist here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct QDataStreamVersion(i32);

/// The constants of [`Version`], several names for a number where the format did not change.
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
    /// The newest version of the Qt that this crate was compiled with, which a stream starts with.
    pub fn newest() -> Self {
        Self(ffi::stream_default_version())
    }

    /// The version of that number; `None` if there is none or this Qt does not know it.
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
pub enum StreamError {
    /// The data ends inside the value: on a socket, not all of it is there yet.
    ReadPastEnd,
    /// The data cannot be such a value, whatever follows.
    ReadCorruptData,
    /// The device did not take the bytes.
    WriteFailed,
    /// The value is larger than it may be, or than the stream version can hold. Qt itself says so
    /// from 6.7 on.
    SizeLimitExceeded,
    /// The values of a transaction are not all there and never will be, since the device keeps as
    /// many bytes as it may: give it a larger `QLocalSocket::set_read_buffer_size`, or none.
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

/// Reads and writes values in Qt's binary form.
///
/// On a device it borrows the device: make one for each burst of work, as `QDataStream` is made on
/// the stack in C++. In memory it owns its bytes. The device cannot go before the stream:
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
    device: PhantomData<&'d QIODevice>,
    /// The error that the stream stands at, where Qt has no status for it or replaces it by another.
    /// It counts only while Qt's status is an error too.
    error: Option<StreamError>,
    /// How many levels deep the value that is being read is.
    nesting: u32,
    /// How many transactions are open, one inside the other.
    transactions: u32,
}

impl QDataStream<'static> {
    /// A stream that reads `bytes`, which it shares, as `QDataStream(const QByteArray &)`.
    pub fn from_bytes(bytes: &QByteArray) -> Self {
        Self::new(ffi::stream_for_reading(bytes))
    }

    /// A stream that writes to memory; [`into_bytes`](Self::into_bytes) hands out what it wrote.
    pub fn to_bytes() -> Self {
        Self::new(ffi::stream_for_writing())
    }

    /// What was written.
    pub fn into_bytes(mut self) -> QByteArray {
        ffi::stream_bytes(self.stream.pin_mut())
    }
}

impl<'d> QDataStream<'d> {
    /// A stream on `device`, as `QDataStream(QIODevice *)`. The device keeps its position and its
    /// transaction from one stream to the next.
    pub fn on_device(device: &'d impl QIODeviceExt) -> Self {
        Self::new(ffi::stream_on_device(device.upcast()))
    }

    /// A stream that reads `bytes` where they are: as `QDataStream(const QByteArray &)` on
    /// `QByteArray::fromRawData`, for large messages. They cannot go before the stream:
    ///
    /// ```compile_fail,E0505
    /// let bytes = vec![0; 4];
    /// let mut stream = cxx_qt_network::QDataStream::from_slice(&bytes);
    /// drop(bytes);
    /// let _ = stream.read::<u32>();
    /// ```
    pub fn from_slice(bytes: &'d [u8]) -> Self {
        // SAFETY: only the stream's buffer shares this array, it reads and copies, and it ends with
        // the stream, which borrows the bytes; `into_bytes` hands the array out for 'static alone.
        let bytes = unsafe { QByteArray::from_raw_data(bytes) };
        Self::new(ffi::stream_for_reading(&bytes))
    }

    fn new(stream: UniquePtr<ffi::Stream>) -> Self {
        Self {
            stream,
            device: PhantomData,
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
        read: fn(Pin<&mut ffi::Stream>) -> T,
    ) -> Result<T, StreamError> {
        let mut copy = self.with_same_format(QDataStream::from_bytes(copy));
        let value = read(copy.pin());
        match copy.status() {
            None => Ok(value),
            // More bytes would not help.
            Some(StreamError::ReadPastEnd) => Err(self.set_status(StreamError::ReadCorruptData)),
            Some(error) => Err(self.set_status(error)),
        }
    }

    /// Reads a value, writes it to `copy` and returns it.
    pub(super) fn copy_field<T: FromStream + ToStream>(
        &mut self,
        copy: &mut QDataStream<'static>,
    ) -> Result<T, StreamError> {
        let value: T = self.read()?;
        let written = copy.write(&value);
        self.check_copy(written).map(|()| value)
    }

    /// Writes bytes of a value to `copy` as they are.
    pub(super) fn add_to_copy(
        &mut self,
        copy: &mut QDataStream<'static>,
        bytes: &QByteArray,
    ) -> Result<(), StreamError> {
        let written = copy.write_raw_data(bytes.as_slice());
        self.check_copy(written)
    }

    /// What could be read can be written.
    fn check_copy(&mut self, written: Result<(), StreamError>) -> Result<(), StreamError> {
        written.map_err(|_| self.set_status(StreamError::ReadCorruptData))
    }

    fn with_same_format(&self, mut other: QDataStream<'static>) -> QDataStream<'static> {
        other.set_version(self.version());
        other.set_byte_order(self.byte_order());
        other.set_floating_point_precision(self.floating_point_precision());
        other
    }

    /// Reads a value that is `levels` deep, which counts for what is read inside it too: for a
    /// [`FromStream`] of your own whose type contains itself, with `levels` 1. Without a limit,
    /// corrupt data can make it recurse until the stack overflows. A derived one does this itself.
    ///
    /// # Errors
    ///
    /// Those of `read`; and [`SizeLimitExceeded`](StreamError::SizeLimitExceeded) if that is deeper
    /// than 64 levels.
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
        self.stream.pin_mut()
    }

    /// Whether there is nothing more to read now, as `QDataStream::atEnd`.
    pub fn at_end(&self) -> bool {
        self.stream.at_end()
    }

    /// The byte order, as `QDataStream::byteOrder`.
    pub fn byte_order(&self) -> QDataStreamByteOrder {
        self.stream.byte_order()
    }

    /// The size of floating-point numbers, as `QDataStream::floatingPointPrecision`.
    pub fn floating_point_precision(&self) -> QDataStreamFloatingPointPrecision {
        self.stream.floating_point_precision()
    }

    /// Reads one value, as `operator>>`.
    ///
    /// # Errors
    ///
    /// If the data ends too early or is corrupt, or the stream had an error before. What was read
    /// of the value is used up; [`transaction`](Self::transaction) puts it back.
    pub fn read<T: FromStream>(&mut self) -> Result<T, StreamError> {
        T::from_stream(self)
    }

    /// Whether the stream's own device is in a transaction, as
    /// `QDataStream::isDeviceTransactionStarted`.
    pub fn is_device_transaction_started(&self) -> bool {
        ffi::stream_is_device_transaction_started(&self.stream)
    }

    /// Takes the next `count` bytes as they are.
    ///
    /// Unlike [`read_raw_data`](Self::read_raw_data) it makes no room before all of them are there,
    /// and copies nothing before that: right for a length that a peer claims, also for a large one
    /// that comes in many pieces.
    ///
    /// # Errors
    ///
    /// If `count` is more than `limit`, there are fewer bytes than that, or the stream had an error
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

    /// Fills `buffer` with bytes as they are, as `QDataStream::readRawData`.
    ///
    /// # Errors
    ///
    /// If there are fewer bytes than that, or the stream had an error before.
    pub fn read_raw_data(&mut self, buffer: &mut [u8]) -> Result<(), StreamError> {
        for part in buffer.chunks_mut(RAW_DATA_LIMIT) {
            self.check()?;
            let length = part.len() as i64;
            if ffi::stream_read_raw_data(self.pin(), part) != length {
                return Err(self.set_status(StreamError::ReadPastEnd));
            }
        }
        self.check()
    }

    /// Forgets an error, as `QDataStream::resetStatus`.
    pub fn reset_status(&mut self) {
        self.pin().reset_status();
        self.error = None;
    }

    /// Sets the byte order of what follows, as `QDataStream::setByteOrder`.
    pub fn set_byte_order(&mut self, order: QDataStreamByteOrder) {
        // Any number can be put into the type, but not into the enum of C++.
        self.pin().set_byte_order(match order {
            QDataStreamByteOrder::LittleEndian => QDataStreamByteOrder::LittleEndian,
            _ => QDataStreamByteOrder::BigEndian,
        });
    }

    /// Sets the size of the floating-point numbers that follow, as
    /// `QDataStream::setFloatingPointPrecision`.
    pub fn set_floating_point_precision(&mut self, precision: QDataStreamFloatingPointPrecision) {
        // As for the byte order.
        self.pin().set_floating_point_precision(match precision {
            QDataStreamFloatingPointPrecision::SinglePrecision => {
                QDataStreamFloatingPointPrecision::SinglePrecision
            }
            _ => QDataStreamFloatingPointPrecision::DoublePrecision,
        });
    }

    /// Sets an error unless the stream stands at one already, and returns the one that it now
    /// stands at: for a [`FromStream`] of your own that finds the data corrupt. As
    /// `QDataStream::setStatus`.
    pub fn set_status(&mut self, error: StreamError) -> StreamError {
        if let Some(first) = self.status() {
            return first;
        }
        let (status, own) = match error {
            StreamError::ReadPastEnd | StreamError::ReadBufferFull => {
                (ffi::StreamStatus::ReadPastEnd, None)
            }
            StreamError::ReadCorruptData => (ffi::StreamStatus::ReadCorruptData, None),
            StreamError::WriteFailed => (ffi::StreamStatus::WriteFailed, None),
            // Before 6.7, Qt's enum cannot hold its value.
            StreamError::SizeLimitExceeded => (ffi::StreamStatus::ReadCorruptData, Some(error)),
        };
        self.pin().set_status(status);
        self.error = own;
        self.status().unwrap_or(error)
    }

    /// Sets the version of the format, as `QDataStream::setVersion`.
    pub fn set_version(&mut self, version: QDataStreamVersion) {
        self.pin().set_version(version.0);
    }

    /// Drops `count` bytes unread, as `QDataStream::skipRawData`.
    ///
    /// # Errors
    ///
    /// If there are fewer bytes than that, or the stream had an error before.
    pub fn skip_raw_data(&mut self, mut count: usize) -> Result<(), StreamError> {
        self.check()?;
        while count > 0 {
            let part = count.min(RAW_DATA_LIMIT);
            if ffi::stream_skip_raw_data(self.pin(), part as i32) != part as i64 {
                return Err(self.set_status(StreamError::ReadPastEnd));
            }
            count -= part;
        }
        Ok(())
    }

    /// The error that the stream stands at, if any, as `QDataStream::status`.
    pub fn status(&self) -> Option<StreamError> {
        match self.stream.status() {
            ffi::StreamStatus::Ok => None,
            _ if self.error.is_some() => self.error,
            ffi::StreamStatus::ReadPastEnd => Some(StreamError::ReadPastEnd),
            ffi::StreamStatus::ReadCorruptData => Some(StreamError::ReadCorruptData),
            ffi::StreamStatus::WriteFailed => Some(StreamError::WriteFailed),
            // The only status that later versions of Qt add.
            _ => Some(StreamError::SizeLimitExceeded),
        }
    }

    /// Reads values that belong together, and takes all of them from the device or none.
    ///
    /// There are three outcomes, as `QDataStream::startTransaction` and what ends it have:
    /// `Ok(Some(…))`, all was there; `Ok(None)`, not all is there yet and what `read` took was put
    /// back: call again when there is more; an error, the data is used up and not such values.
    ///
    /// Whatever `read` returns, an error that the stream stands at afterwards counts.
    ///
    /// `read` should not put another stream in the place of this one. If it does, the transaction
    /// ends on the device that it began on, as the result of `read` says.
    ///
    /// # Errors
    ///
    /// If the data is corrupt or too large: the stream stays at that error. Or if the device can
    /// never hold all of the values: [`ReadBufferFull`](StreamError::ReadBufferFull), and nothing is
    /// used up.
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
        QDataStreamVersion(self.stream.version())
    }

    /// Writes one value, as `operator<<`.
    ///
    /// # Errors
    ///
    /// If the device does not take it, or the stream had an error before.
    pub fn write<T: ToStream + ?Sized>(&mut self, value: &T) -> Result<(), StreamError> {
        value.to_stream(self)
    }

    /// Writes bytes as they are, as `QDataStream::writeRawData`.
    ///
    /// # Errors
    ///
    /// If the device does not take them, or the stream had an error before.
    pub fn write_raw_data(&mut self, bytes: &[u8]) -> Result<(), StreamError> {
        for part in bytes.chunks(RAW_DATA_LIMIT) {
            self.check()?;
            if ffi::stream_write_raw_data(self.pin(), part) != part.len() as i64 {
                return Err(self.set_status(StreamError::WriteFailed));
            }
        }
        self.check()
    }

    /// The result of what was just read or written.
    pub(super) fn check(&self) -> Result<(), StreamError> {
        self.status().map_or(Ok(()), Err)
    }
}

/// Qt counts raw data in `int`; more goes in parts.
const RAW_DATA_LIMIT: usize = 1 << 30;

/// How many levels of containers a variant and JSON may have, and of itself a derived type, one in
/// the other: Qt, this crate and that type recurse for each, when they read, copy, compare and drop.
const NESTING_LIMIT: u32 = 64;

/// A transaction that is rolled back unless it ends otherwise, also by a panic.
struct Transaction<'s, 'd> {
    stream: &'s mut QDataStream<'d>,
    /// The device, of the outermost transaction: for a reader that puts another stream in the place
    /// of this one.
    device: Option<UniquePtr<ffi::StreamDevice>>,
    /// How many transactions the stream has with this one.
    depth: u32,
    ended: bool,
}

impl<'s, 'd> Transaction<'s, 'd> {
    fn start(stream: &'s mut QDataStream<'d>) -> Self {
        let device = (stream.transactions == 0).then(|| ffi::stream_device(&stream.stream));
        stream.pin().start_transaction();
        stream.transactions += 1;
        if stream.stream.status() == ffi::StreamStatus::Ok {
            // The outermost one resets Qt's status.
            stream.error = None;
        }
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
            // Qt calls each of them corrupt.
            self.stream.error = Some(error);
        }
    }

    fn rollback(self) {}

    fn end(&mut self, stream: fn(Pin<&mut ffi::Stream>), device: fn(Pin<&mut ffi::StreamDevice>)) {
        self.ended = true;
        if self.is_of_stream() {
            self.stream.transactions -= 1;
            stream(self.stream.pin());
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
