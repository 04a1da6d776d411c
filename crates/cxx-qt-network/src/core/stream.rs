// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What can be written to a [`QDataStream`] and read from it.

use std::ffi::{CStr, CString};

use cxx::UniquePtr;
use cxx_qt_lib::{
    QByteArray, QDate, QDateTime, QJsonArray, QJsonObject, QJsonValue, QLine, QLineF, QMargins,
    QMarginsF, QPoint, QPointF, QRect, QRectF, QSize, QSizeF, QString, QStringList, QTime,
    QTimeZone, QUrl, QUuid, QVariant,
};

use super::qdatastream::{QDataStream, StreamError, ffi};
use super::{datetime_reader, json_reader, qvariant_reader, url_reader};

/// A value that can be written to a stream: `operator<<`.
pub trait ToStream {
    /// Writes the value.
    ///
    /// # Errors
    ///
    /// If the device does not take it, or the stream had an error before.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError>;

    /// Writes several values, one after the other: where that is faster together.
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

    /// Reads a list: where that is faster together.
    #[doc(hidden)]
    fn list_from_stream(stream: &mut QDataStream<'_>) -> Result<Vec<Self>, StreamError> {
        super::containers::read_items(stream)
    }
}

/// Types that Qt's own operators write and read.
macro_rules! by_qt {
    ($($type:ty: $write:ident($($deref:tt)?), $read:ident;)*) => {$(
        impl ToStream for $type {
            fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
                ffi::$write(stream.pin(), $($deref)? self);
                stream.check()
            }
        }

        impl FromStream for $type {
            fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
                let value = ffi::$read(stream.pin());
                stream.check().map(|()| value)
            }
        }
    )*};
}

/// Types that Qt's own operators write, and read only after a look at the data.
macro_rules! written_by_qt {
    ($($type:ty: $write:ident, $read:path;)*) => {$(
        impl ToStream for $type {
            fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
                ffi::$write(stream.pin(), self);
                stream.check()
            }
        }

        impl FromStream for $type {
            fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
                $read(stream)
            }
        }
    )*};
}

written_by_qt! {
    QDateTime: stream_write_qdatetime, datetime_reader::read_date_time;
    QJsonArray: stream_write_qjsonarray, json_reader::read_array;
    QJsonObject: stream_write_qjsonobject, json_reader::read_object;
    QJsonValue: stream_write_qjsonvalue, json_reader::read_value;
    QUrl: stream_write_qurl, url_reader::read;
}

by_qt! {
    bool: stream_write_bool(*), stream_read_bool;
    i8: stream_write_i8(*), stream_read_i8;
    i16: stream_write_i16(*), stream_read_i16;
    i32: stream_write_i32(*), stream_read_i32;
    i64: stream_write_i64(*), stream_read_i64;
    u16: stream_write_u16(*), stream_read_u16;
    u32: stream_write_u32(*), stream_read_u32;
    u64: stream_write_u64(*), stream_read_u64;
    f32: stream_write_f32(*), stream_read_f32;
    f64: stream_write_f64(*), stream_read_f64;
    QByteArray: stream_write_qbytearray(), stream_read_qbytearray;
    QString: stream_write_qstring(), stream_read_qstring;
    QDate: stream_write_qdate(), stream_read_qdate;
    QLine: stream_write_qline(), stream_read_qline;
    QLineF: stream_write_qlinef(), stream_read_qlinef;
    QMargins: stream_write_qmargins(), stream_read_qmargins;
    QMarginsF: stream_write_qmarginsf(), stream_read_qmarginsf;
    QPoint: stream_write_qpoint(), stream_read_qpoint;
    QPointF: stream_write_qpointf(), stream_read_qpointf;
    QRect: stream_write_qrect(), stream_read_qrect;
    QRectF: stream_write_qrectf(), stream_read_qrectf;
    QSize: stream_write_qsize(), stream_read_qsize;
    QSizeF: stream_write_qsizef(), stream_read_qsizef;
    QTime: stream_write_qtime(), stream_read_qtime;
    QUuid: stream_write_quuid(), stream_read_quuid;
}

impl ToStream for u8 {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        ffi::stream_write_u8(stream.pin(), *self);
        stream.check()
    }

    fn items_to_stream(items: &[Self], stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        stream.write_raw_data(items)
    }
}

impl FromStream for u8 {
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        let value = ffi::stream_read_u8(stream.pin());
        stream.check().map(|()| value)
    }

    fn list_from_stream(stream: &mut QDataStream<'_>) -> Result<Vec<Self>, StreamError> {
        // The same bytes, and Qt makes room only for what is there.
        QByteArray::from_stream(stream).map(|bytes| bytes.as_slice().to_vec())
    }
}

impl ToStream for QStringList {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        ffi::stream_write_qstringlist(stream.pin(), self);
        stream.check()
    }
}

impl FromStream for QStringList {
    /// Reads the strings one by one: Qt would make room for as many as are claimed.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        let items: Vec<QString> = super::containers::read_items(stream)?;
        Ok(items.into_iter().collect())
    }
}

impl ToStream for QVariant {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        ffi::stream_write_qvariant(stream.pin(), self);
        stream.check()
    }
}

impl FromStream for QVariant {
    /// Reads a variant of a type that cxx-qt-lib knows without QtGui; each other type is
    /// [`ReadCorruptData`](StreamError::ReadCorruptData), since what follows it is unknown. Lists,
    /// maps and hashes of variants and JSON may be 64 levels deep; more is
    /// [`SizeLimitExceeded`](StreamError::SizeLimitExceeded).
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        qvariant_reader::read(stream)
    }
}

impl ToStream for QTimeZone {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        ffi::stream_write_qtimezone(stream.pin(), self);
        stream.check()
    }
}

impl FromStream for UniquePtr<QTimeZone> {
    /// Reads a time zone. An ID that is a path out of the directory of the zones, or a rule of POSIX,
    /// is corrupt.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        datetime_reader::read_time_zone(stream)
    }
}

impl ToStream for str {
    /// Writes a `QString`.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        if self.starts_with('\u{feff}') {
            // Qt takes the first for a byte order mark and drops it: one to drop, and all is kept.
            return QString::from(&format!("\u{feff}{self}")).to_stream(stream);
        }
        QString::from(self).to_stream(stream)
    }
}

impl ToStream for String {
    /// Writes a `QString`.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        self.as_str().to_stream(stream)
    }
}

impl FromStream for String {
    /// Reads a `QString`; a null one is empty. UTF-16 that is not valid becomes U+FFFD.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        QString::from_stream(stream).map(String::from)
    }
}

/// Types that are null in Qt where they are `None` in Rust.
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

/// Tuples are their items one after the other, as `QPair` is.
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
    /// Writes what is in it.
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
    /// Writes a C string, as `operator<<(const char *)`: the number of its bytes with the zero at
    /// their end, then all of them.
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
    /// Reads a C string up to its first zero, as `operator>>(char *&)`; a null one is empty.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        let mut bytes: Vec<u8> = stream.read()?;
        let length = bytes.iter().position(|&byte| byte == 0);
        bytes.truncate(length.unwrap_or(bytes.len()));
        Self::new(bytes).map_err(|_| stream.set_status(StreamError::ReadCorruptData))
    }
}
