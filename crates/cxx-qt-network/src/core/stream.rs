// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What can be written to a [`QDataStream`] and read from it.

use cxx_qt_lib::{QByteArray, QString};

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

impl<T: ToStream + ?Sized> ToStream for &T {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        (**self).to_stream(stream)
    }
}
