// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What can be written to a [`QDataStream`] and read from it.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use cxx_qt_lib::{
    QByteArray, QDate, QDateTime, QLine, QLineF, QPoint, QPointF, QRect, QRectF, QSize, QSizeF,
    QString, QStringList, QTime, QUrl, QUuid, QVariant,
};

use super::qdatastream::{QDataStream, StreamError, ffi};

/// A value that can be written to a stream: `operator<<`.
pub trait ToStream {
    /// Writes the value.
    ///
    /// # Errors
    ///
    /// If the device does not take it, or the stream had an error before.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError>;
}

/// A value that can be read from a stream: `operator>>`.
pub trait FromStream: Sized {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// If the data ends too early or is corrupt, or the stream had an error before.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError>;
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

by_qt! {
    bool: stream_write_bool(*), stream_read_bool;
    i8: stream_write_i8(*), stream_read_i8;
    i16: stream_write_i16(*), stream_read_i16;
    i32: stream_write_i32(*), stream_read_i32;
    i64: stream_write_i64(*), stream_read_i64;
    u8: stream_write_u8(*), stream_read_u8;
    u16: stream_write_u16(*), stream_read_u16;
    u32: stream_write_u32(*), stream_read_u32;
    u64: stream_write_u64(*), stream_read_u64;
    f32: stream_write_f32(*), stream_read_f32;
    f64: stream_write_f64(*), stream_read_f64;
    QByteArray: stream_write_qbytearray(), stream_read_qbytearray;
    QString: stream_write_qstring(), stream_read_qstring;
    QDate: stream_write_qdate(), stream_read_qdate;
    QDateTime: stream_write_qdatetime(), stream_read_qdatetime;
    QLine: stream_write_qline(), stream_read_qline;
    QLineF: stream_write_qlinef(), stream_read_qlinef;
    QPoint: stream_write_qpoint(), stream_read_qpoint;
    QPointF: stream_write_qpointf(), stream_read_qpointf;
    QRect: stream_write_qrect(), stream_read_qrect;
    QRectF: stream_write_qrectf(), stream_read_qrectf;
    QSize: stream_write_qsize(), stream_read_qsize;
    QSizeF: stream_write_qsizef(), stream_read_qsizef;
    QStringList: stream_write_qstringlist(), stream_read_qstringlist;
    QTime: stream_write_qtime(), stream_read_qtime;
    QUrl: stream_write_qurl(), stream_read_qurl;
    QUuid: stream_write_quuid(), stream_read_quuid;
    QVariant: stream_write_qvariant(), stream_read_qvariant;
}

impl ToStream for str {
    /// Writes a `QString`.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
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

/// The number of items as Qt writes it before them; larger ones follow in 64 bits, in the versions
/// that have them.
const EXTENDED: u32 = 0xffff_fffe;

/// What Qt calls null where a number of items stands.
const NULL: u32 = u32::MAX;

/// The number of the first version with numbers of items in 64 bits, `Qt_6_7`.
const FIRST_EXTENDED: i32 = 22;

fn write_count(count: usize, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    match u32::try_from(count) {
        Ok(short) if short < EXTENDED => stream.write(&short),
        _ if stream.version().number() >= FIRST_EXTENDED => {
            stream.write(&EXTENDED)?;
            stream.write(&i64::try_from(count).unwrap_or(i64::MAX))
        }
        _ => Err(stream.fail(StreamError::SizeLimitExceeded)),
    }
}

fn read_count(stream: &mut QDataStream<'_>) -> Result<u64, StreamError> {
    match stream.read::<u32>()? {
        NULL => Ok(0),
        EXTENDED if stream.version().number() >= FIRST_EXTENDED => {
            let count = stream.read::<i64>()?;
            u64::try_from(count).map_err(|_| stream.fail(StreamError::ReadCorruptData))
        }
        short => Ok(short.into()),
    }
}

/// Reads as many items as are there: a number that is only claimed makes room for nothing.
fn read_items<T: FromStream, C: Default + Extend<T>>(
    stream: &mut QDataStream<'_>,
) -> Result<C, StreamError> {
    let mut items = C::default();
    for _ in 0..read_count(stream)? {
        items.extend([stream.read()?]);
    }
    Ok(items)
}

impl<T: ToStream> ToStream for [T] {
    /// Writes a `QList`.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        write_count(self.len(), stream)?;
        self.iter().try_for_each(|item| stream.write(item))
    }
}

impl<T: ToStream> ToStream for Vec<T> {
    /// Writes a `QList`. Bytes as one piece, as `QByteArray` is written, are a [`QByteArray`].
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        self.as_slice().to_stream(stream)
    }
}

impl<T: FromStream> FromStream for Vec<T> {
    /// Reads a `QList`.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        read_items(stream)
    }
}

impl<K: ToStream, V: ToStream> ToStream for BTreeMap<K, V> {
    /// Writes a `QMap`, in the order of its keys.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        write_count(self.len(), stream)?;
        self.iter().try_for_each(|pair| stream.write(&pair))
    }
}

impl<K: FromStream + Ord, V: FromStream> FromStream for BTreeMap<K, V> {
    /// Reads a `QMap`, in whatever order it was written.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        read_items(stream)
    }
}

impl<K: ToStream, V: ToStream, S> ToStream for HashMap<K, V, S> {
    /// Writes a `QHash`, whose order means nothing.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        write_count(self.len(), stream)?;
        self.iter().try_for_each(|pair| stream.write(&pair))
    }
}

impl<K, V, S> FromStream for HashMap<K, V, S>
where
    K: FromStream + Eq + Hash,
    V: FromStream,
    S: BuildHasher + Default,
{
    /// Reads a `QHash`.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        read_items(stream)
    }
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
