// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The traits of types that can be written to a [`QDataStream`] and read from it.

use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;
use std::pin::Pin;

use cxx::UniquePtr;
use cxx_qt_lib::{
    QByteArray, QDate, QDateTime, QJsonArray, QJsonObject, QJsonValue, QLine, QLineF, QMargins,
    QMarginsF, QPoint, QPointF, QRect, QRectF, QSize, QSizeF, QString, QStringList, QTime,
    QTimeZone, QUrl, QUuid, QVariant,
};

use super::blocks::{read_numbers, read_texts, text_from_utf16, write_numbers, write_texts};
use super::containers::read_items;
use super::qdatastream::{
    QDataStream, QDataStreamFloatingPointPrecision, QDataStreamVersion, StreamError, ffi,
};
use super::{datetime_reader, json_reader, qvariant_reader, url_reader};

/// A value that can be written to a stream: `operator<<`.
pub trait ToStream {
    /// Writes the value.
    ///
    /// # Errors
    ///
    /// If the device does not accept it, or the stream had an error before.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError>;

    /// Writes the items of a list, without their number. Overridden by types with a faster bulk
    /// operation.
    #[doc(hidden)]
    fn items_to_stream(items: &[Self], stream: &mut QDataStream<'_>) -> Result<(), StreamError>
    where
        Self: Sized,
    {
        items.iter().try_for_each(|item| stream.write(item))
    }
}

/// A value that can be read from a stream: `operator>>`.
pub trait FromStream: Sized {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// If the data ends too early or is corrupt, or the stream had an error before.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError>;

    /// Reads the number of items and the items. Overridden by types with a faster bulk operation.
    #[doc(hidden)]
    fn list_from_stream(stream: &mut QDataStream<'_>) -> Result<Vec<Self>, StreamError> {
        read_items(stream)
    }
}

/// A type that Qt's own operators write and read.
pub(super) trait Operators: Sized {
    fn write_by_qt(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError>;
    fn read_by_qt(stream: &mut QDataStream<'_>) -> Result<Self, StreamError>;
}

/// The types whose operators qdatastream.cpp exports, with the same names.
macro_rules! operators {
    ($($type:ident)*) => {$(
        impl Operators for $type {
            fn write_by_qt(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
                unsafe extern "C" {
                    #[link_name = concat!("cxx_qt_network_write_", stringify!($type))]
                    fn write(stream: Pin<&mut ffi::Stream>, value: &$type) -> ffi::StreamStatus;
                }
                // SAFETY: the C++ function has these arguments and result, and keeps no pointer.
                let status = unsafe { write(stream.pin(), self) };
                stream.result(status)
            }

            fn read_by_qt(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
                unsafe extern "C" {
                    #[link_name = concat!("cxx_qt_network_read_", stringify!($type))]
                    fn read(
                        stream: Pin<&mut ffi::Stream>,
                        value: &mut MaybeUninit<$type>,
                    ) -> ffi::StreamStatus;
                }
                stream.check()?;
                let mut value = MaybeUninit::uninit();
                // SAFETY: as above.
                let status = unsafe { read(stream.pin(), &mut value) };
                stream.result(status)?;
                // SAFETY: the function has constructed a value, since it returned no error.
                // cxx-qt-lib's types may be moved.
                Ok(unsafe { value.assume_init() })
            }
        }
    )*};
}

operators! {
    bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64
    QByteArray QDate QDateTime QJsonArray QJsonObject QJsonValue QLine QLineF QMargins QMarginsF
    QPoint QPointF QRect QRectF QSize QSizeF QString QStringList QTime QUrl QUuid QVariant
}

macro_rules! written_by_qt {
    ($($type:ty)*) => {$(
        impl ToStream for $type {
            fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
                self.write_by_qt(stream)
            }
        }
    )*};
}

macro_rules! read_by_qt {
    ($($type:ty)*) => {$(
        impl FromStream for $type {
            fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
                Self::read_by_qt(stream)
            }
        }
    )*};
}

written_by_qt! {
    bool i8 QByteArray QDate QDateTime QJsonArray QJsonObject QJsonValue QLine QLineF QMargins
    QMarginsF QPoint QPointF QRect QRectF QSize QSizeF QString QStringList QTime QUrl QUuid QVariant
}

read_by_qt! {
    bool i8 QByteArray QDate QLine QLineF QMargins QMarginsF QPoint QPointF QRect QRectF QSize
    QSizeF QString QTime QUuid
}

/// Numbers, whose lists are read and written in blocks. The item size is that of the first type
/// whose condition the format of the stream meets.
macro_rules! numbers {
    ($($type:ident: $($wire:ident if $condition:path),+;)*) => {$(
        impl ToStream for $type {
            fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
                self.write_by_qt(stream)
            }

            fn items_to_stream(
                items: &[Self],
                stream: &mut QDataStream<'_>,
            ) -> Result<(), StreamError> {
                $(if $condition(stream) {
                    return write_numbers(
                        items,
                        stream,
                        |item| (item as $wire).to_be_bytes(),
                        |item| (item as $wire).to_le_bytes(),
                    );
                })+
                items.iter().try_for_each(|item| stream.write(item))
            }
        }

        impl FromStream for $type {
            fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
                Self::read_by_qt(stream)
            }

            fn list_from_stream(stream: &mut QDataStream<'_>) -> Result<Vec<Self>, StreamError> {
                $(if $condition(stream) {
                    return read_numbers(
                        stream,
                        |bytes| $wire::from_be_bytes(bytes) as Self,
                        |bytes| $wire::from_le_bytes(bytes) as Self,
                    );
                })+
                read_items::<Self, _>(stream)
            }
        }
    )*};
}

numbers! {
    i16: i16 if always;
    i32: i32 if always;
    i64: i64 if has_whole_i64;
    u16: u16 if always;
    u32: u32 if always;
    u64: u64 if has_whole_i64;
    f32: f64 if is_double, f32 if always;
    f64: f32 if is_single, f64 if always;
}

fn always(_: &QDataStream<'_>) -> bool {
    true
}

/// Whether a 64-bit integer is one number; before Qt 3.3 it is two halves.
fn has_whole_i64(stream: &QDataStream<'_>) -> bool {
    stream.version() >= QDataStreamVersion::QT_3_3
}

/// Whether floating-point numbers of both types have eight bytes.
fn is_double(stream: &QDataStream<'_>) -> bool {
    stream.version() >= QDataStreamVersion::QT_4_6 && !is_single(stream)
}

/// Whether they both have four.
fn is_single(stream: &QDataStream<'_>) -> bool {
    stream.version() >= QDataStreamVersion::QT_4_6
        && stream.floating_point_precision() == QDataStreamFloatingPointPrecision::SinglePrecision
}

impl ToStream for u8 {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        self.write_by_qt(stream)
    }

    fn items_to_stream(items: &[Self], stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        stream.write_raw_data(items)
    }
}

impl FromStream for u8 {
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        Self::read_by_qt(stream)
    }

    fn list_from_stream(stream: &mut QDataStream<'_>) -> Result<Vec<Self>, StreamError> {
        // The same bytes. Qt allocates memory only for the available data.
        QByteArray::read_by_qt(stream).map(|bytes| bytes.as_slice().to_vec())
    }
}

/// Types that Qt reads only after a check of the data.
macro_rules! read_checked {
    ($($type:ty: $read:path;)*) => {$(
        impl FromStream for $type {
            fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
                $read(stream)
            }
        }
    )*};
}

read_checked! {
    QDateTime: datetime_reader::read_date_time;
    QJsonArray: json_reader::read_array;
    QJsonObject: json_reader::read_object;
    QJsonValue: json_reader::read_value;
    QUrl: url_reader::read;
}

impl FromStream for QStringList {
    /// Reads the strings one by one: Qt would allocate for the claimed number of strings.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        let items: Vec<QString> = read_items(stream)?;
        Ok(items.into_iter().collect())
    }
}

impl FromStream for QVariant {
    /// Reads a variant of a type that cxx-qt-lib supports without QtGui. Any other type is
    /// [`ReadCorruptData`](StreamError::ReadCorruptData), since its length is unknown. Lists, maps
    /// and hashes of variants and JSON may be nested 64 levels deep; deeper data is
    /// [`SizeLimitExceeded`](StreamError::SizeLimitExceeded).
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        qvariant_reader::read(stream)
    }
}

impl ToStream for QTimeZone {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        let status = ffi::stream_write_time_zone(stream.pin(), self);
        stream.result(status)
    }
}

impl FromStream for UniquePtr<QTimeZone> {
    /// Reads a time zone. An ID that leads out of the time zone directory, or that is a POSIX rule,
    /// is [`ReadCorruptData`](StreamError::ReadCorruptData).
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        datetime_reader::read_time_zone(stream)
    }
}

impl ToStream for str {
    /// Writes a `QString`.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        write_texts([self], stream)
    }
}

impl ToStream for String {
    /// Writes a `QString`.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        self.as_str().to_stream(stream)
    }

    fn items_to_stream(items: &[Self], stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        write_texts(items.iter().map(String::as_str), stream)
    }
}

impl FromStream for String {
    /// Reads a `QString`. A null string becomes an empty one, invalid UTF-16 becomes U+FFFD.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        stream.check()?;
        let mut status = ffi::StreamStatus::Ok;
        let units = ffi::stream_read_text(stream.pin(), &mut status);
        let text = text_from_utf16(units.iter().copied());
        stream.result(status).map(|()| text)
    }

    fn list_from_stream(stream: &mut QDataStream<'_>) -> Result<Vec<Self>, StreamError> {
        read_texts(stream)
    }
}

/// Types whose null value in Qt is `None` in Rust.
macro_rules! nullable {
    ($($type:ty: $null:ident, $is_null:ident;)*) => {$(
        impl ToStream for Option<$type> {
            /// `None` writes Qt's null value.
            fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
                match self {
                    Some(value) => value.to_stream(stream),
                    None => ffi::$null().to_stream(stream),
                }
            }
        }

        impl FromStream for Option<$type> {
            /// Qt's null value is `None`.
            fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
                let value = <$type>::from_stream(stream)?;
                Ok((!ffi::$is_null(&value)).then_some(value))
            }
        }
    )*};
}

nullable! {
    QByteArray: stream_null_byte_array, stream_is_null_qbytearray;
    QString: stream_null_string, stream_is_null_qstring;
}

/// Tuples, written item by item as a `QPair`.
macro_rules! tuples {
    ($($($item:ident)+;)*) => {$(
        impl<$($item: ToStream),+> ToStream for ($($item,)+) {
            #[allow(non_snake_case, reason = "the names of the types serve for the values")]
            fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
                let ($($item,)+) = self;
                $(stream.write($item)?;)+
                Ok(())
            }
        }

        impl<$($item: FromStream),+> FromStream for ($($item,)+) {
            fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
                Ok(($(stream.read::<$item>()?,)+))
            }
        }
    )*};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
}

impl<T: ToStream + ?Sized> ToStream for &T {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        (**self).to_stream(stream)
    }
}

impl<T: ToStream + ?Sized> ToStream for Box<T> {
    /// Writes the value it contains.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        (**self).to_stream(stream)
    }
}

impl<T: FromStream> FromStream for Box<T> {
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        T::from_stream(stream).map(Self::new)
    }
}

impl ToStream for CStr {
    /// Writes a C string with its terminating zero, as `operator<<(const char *)`.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        self.to_bytes_with_nul().to_stream(stream)
    }
}

impl ToStream for CString {
    /// Writes a C string.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        self.as_c_str().to_stream(stream)
    }
}

impl FromStream for CString {
    /// Reads a C string up to its first zero, as `operator>>(char *&)`. A null string becomes an
    /// empty one.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        let mut bytes: Vec<u8> = stream.read()?;
        let length = bytes.iter().position(|&byte| byte == 0);
        bytes.truncate(length.unwrap_or(bytes.len()));
        Self::new(bytes).map_err(|_| stream.set_status(StreamError::ReadCorruptData))
    }
}
