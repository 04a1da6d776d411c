// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A codec of stream values in plain Rust, independent of Qt: the reference for `QDataStream`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ffi::CString;
use std::hash::Hash;

use cxx_qt_lib::{QByteArray, QString};
use cxx_qt_network::{QDataStream, StreamError};

use StreamError::{ReadCorruptData, ReadPastEnd};

/// The settings that determine the bytes of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Format {
    /// The number of the stream version, 7 or more.
    pub version: i32,
    pub little: bool,
    pub single: bool,
}

impl Format {
    /// The oldest version, big-endian.
    pub const PLAIN: Self = Self {
        version: 7,
        little: false,
        single: false,
    };

    /// The size of floating-point numbers; before 4.6 each type has its own size.
    fn float_size(self, own: usize) -> usize {
        match (self.version >= 12, self.single) {
            (false, _) => own,
            (true, false) => 8,
            (true, true) => 4,
        }
    }
}

/// A value that can be written and read without Qt.
pub trait Oracle: Sized {
    /// Whether a list of these may be null, which is read as empty: true for `QByteArray`.
    const NULL_LIST: bool = false;

    fn put(&self, format: Format, out: &mut Vec<u8>);

    /// Reads the value from the front of the input.
    fn take(format: Format, input: &mut &[u8]) -> Result<Self, StreamError>;
}

/// The bytes of a value.
pub fn written<T: Oracle>(value: &T, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    value.put(format, &mut out);
    out
}

fn take_bytes<'i>(input: &mut &'i [u8], count: u64) -> Result<&'i [u8], StreamError> {
    let count = usize::try_from(count).map_err(|_| ReadPastEnd)?;
    let (taken, rest) = input.split_at_checked(count).ok_or(ReadPastEnd)?;
    *input = rest;
    Ok(taken)
}

/// In place of a length: null.
const NULL: u32 = 0xffff_ffff;
/// In place of a length: the length follows in 64 bits. From 6.7 on, number 22.
const EXTENDED: u32 = 0xffff_fffe;

fn put_length(length: usize, format: Format, out: &mut Vec<u8>) {
    u32::try_from(length).unwrap().put(format, out);
}

/// Reads a length, or `None` for null.
fn take_length(format: Format, input: &mut &[u8]) -> Result<Option<u64>, StreamError> {
    match u32::take(format, input)? {
        NULL => Ok(None),
        EXTENDED if format.version >= 22 => {
            let length = i64::take(format, input)?;
            u64::try_from(length).map(Some).map_err(|_| ReadCorruptData)
        }
        length => Ok(Some(length.into())),
    }
}

macro_rules! integers {
    ($($type:ty $(: $null_list:literal)?;)*) => {$(
        impl Oracle for $type {
            $(const NULL_LIST: bool = $null_list;)?

            fn put(&self, format: Format, out: &mut Vec<u8>) {
                match format.little {
                    true => out.extend(self.to_le_bytes()),
                    false => out.extend(self.to_be_bytes()),
                }
            }

            fn take(format: Format, input: &mut &[u8]) -> Result<Self, StreamError> {
                let bytes = take_bytes(input, size_of::<Self>() as u64)?;
                let bytes = bytes.try_into().unwrap();
                Ok(match format.little {
                    true => Self::from_le_bytes(bytes),
                    false => Self::from_be_bytes(bytes),
                })
            }
        }
    )*};
}

integers! {
    i8;
    i16;
    i32;
    i64;
    u8: true;
    u16;
    u32;
    u64;
}

impl Oracle for bool {
    fn put(&self, format: Format, out: &mut Vec<u8>) {
        u8::from(*self).put(format, out);
    }

    fn take(format: Format, input: &mut &[u8]) -> Result<Self, StreamError> {
        Ok(u8::take(format, input)? != 0)
    }
}

macro_rules! floats {
    ($($type:ty: $own:literal;)*) => {$(
        impl Oracle for $type {
            fn put(&self, format: Format, out: &mut Vec<u8>) {
                match format.float_size($own) {
                    4 => (*self as f32).to_bits().put(format, out),
                    _ => f64::from(*self).to_bits().put(format, out),
                }
            }

            fn take(format: Format, input: &mut &[u8]) -> Result<Self, StreamError> {
                Ok(match format.float_size($own) {
                    4 => f32::from_bits(u32::take(format, input)?).into(),
                    _ => f64::from_bits(u64::take(format, input)?) as Self,
                })
            }
        }
    )*};
}

floats! {
    f32: 4;
    f64: 8;
}

pub fn put_utf16(units: &[u16], format: Format, out: &mut Vec<u8>) {
    put_length(2 * units.len(), format, out);
    units.iter().for_each(|unit| unit.put(format, out));
}

/// A string with these units, read from a stream, since cxx-qt-lib cannot create one from UTF-16.
/// Another property checks that a stream preserves them.
pub fn qstring(units: &[u16]) -> QString {
    let mut bytes = Vec::new();
    put_utf16(units, Format::PLAIN, &mut bytes);
    let mut stream = QDataStream::from_bytes(&QByteArray::from(&bytes[..]));
    stream.read().unwrap()
}

fn take_utf16(format: Format, input: &mut &[u8]) -> Result<Option<Vec<u16>>, StreamError> {
    let Some(length) = take_length(format, input)? else {
        return Ok(None);
    };
    if length % 2 == 1 {
        return Err(ReadCorruptData);
    }
    let mut bytes = take_bytes(input, length)?;
    (0..length / 2)
        .map(|_| u16::take(format, &mut bytes))
        .collect::<Result<_, _>>()
        .map(Some)
}

impl Oracle for String {
    fn put(&self, format: Format, out: &mut Vec<u8>) {
        put_utf16(&self.encode_utf16().collect::<Vec<_>>(), format, out);
    }

    fn take(format: Format, input: &mut &[u8]) -> Result<Self, StreamError> {
        let units = take_utf16(format, input)?.unwrap_or_default();
        Ok(Self::from_utf16_lossy(&units))
    }
}

impl Oracle for Option<QString> {
    fn put(&self, format: Format, out: &mut Vec<u8>) {
        match self {
            Some(string) => put_utf16(string.as_slice(), format, out),
            None => NULL.put(format, out),
        }
    }

    fn take(format: Format, input: &mut &[u8]) -> Result<Self, StreamError> {
        let units = take_utf16(format, input)?;
        Ok(units.map(|units| qstring(&units)))
    }
}

impl Oracle for Option<QByteArray> {
    fn put(&self, format: Format, out: &mut Vec<u8>) {
        match self {
            Some(bytes) => {
                put_length(bytes.as_slice().len(), format, out);
                out.extend_from_slice(bytes.as_slice());
            }
            None => NULL.put(format, out),
        }
    }

    fn take(format: Format, input: &mut &[u8]) -> Result<Self, StreamError> {
        match take_length(format, input)? {
            None => Ok(None),
            Some(length) => take_bytes(input, length).map(|bytes| Some(bytes.into())),
        }
    }
}

impl Oracle for CString {
    fn put(&self, format: Format, out: &mut Vec<u8>) {
        put_length(self.as_bytes_with_nul().len(), format, out);
        out.extend_from_slice(self.as_bytes_with_nul());
    }

    fn take(format: Format, input: &mut &[u8]) -> Result<Self, StreamError> {
        let length = take_length(format, input)?.unwrap_or(0);
        let mut bytes = take_bytes(input, length)?.to_vec();
        bytes.push(0);
        let zero = bytes.iter().position(|&byte| byte == 0).unwrap();
        bytes.truncate(zero);
        Ok(Self::new(bytes).unwrap())
    }
}

/// Reads the number of items that the length gives.
fn take_items<T: Oracle, C: FromIterator<T>>(
    format: Format,
    input: &mut &[u8],
) -> Result<C, StreamError> {
    let length = match take_length(format, input)? {
        Some(length) => length,
        None if T::NULL_LIST => 0,
        None => return Err(ReadCorruptData),
    };
    (0..length).map(|_| T::take(format, input)).collect()
}

macro_rules! lists {
    ($($container:ident<T: $($bound:path),+>;)*) => {$(
        impl<T: $($bound +)+> Oracle for $container<T> {
            fn put(&self, format: Format, out: &mut Vec<u8>) {
                put_length(self.len(), format, out);
                self.iter().for_each(|item| item.put(format, out));
            }

            fn take(format: Format, input: &mut &[u8]) -> Result<Self, StreamError> {
                take_items::<T, Self>(format, input)
            }
        }
    )*};
}

lists! {
    Vec<T: Oracle>;
    BTreeSet<T: Oracle, Ord>;
    HashSet<T: Oracle, Eq, Hash>;
}

macro_rules! maps {
    ($($container:ident<K: $($bound:path),+>;)*) => {$(
        impl<K: $($bound +)+, V: Oracle> Oracle for $container<K, V> {
            fn put(&self, format: Format, out: &mut Vec<u8>) {
                put_length(self.len(), format, out);
                for (key, value) in self {
                    key.put(format, out);
                    value.put(format, out);
                }
            }

            fn take(format: Format, input: &mut &[u8]) -> Result<Self, StreamError> {
                take_items::<(K, V), Self>(format, input)
            }
        }
    )*};
}

maps! {
    BTreeMap<K: Oracle, Ord>;
    HashMap<K: Oracle, Eq, Hash>;
}

macro_rules! tuples {
    ($($($item:ident $number:tt)+;)*) => {$(
        impl<$($item: Oracle),+> Oracle for ($($item,)+) {
            fn put(&self, format: Format, out: &mut Vec<u8>) {
                $(self.$number.put(format, out);)+
            }

            fn take(format: Format, input: &mut &[u8]) -> Result<Self, StreamError> {
                Ok(($($item::take(format, input)?,)+))
            }
        }
    )*};
}

tuples! {
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
}
