// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Lists, sets and maps on a [`QDataStream`].

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use cxx_qt_lib::{
    QHash, QHashPair, QList, QListElement, QMap, QMapPair, QSet, QSetElement, QVector,
    QVectorElement,
};

use super::qdatastream::{QDataStream, StreamError};
use super::stream::{FromStream, ToStream};

/// The marker in place of a 32-bit number of items if the number follows in 64 bits, from Qt 6.7
/// on.
const EXTENDED: u32 = 0xffff_fffe;

/// The marker in place of the length of a null string or byte array.
pub(super) const NULL: u32 = u32::MAX;

/// The first version with 64-bit numbers of items, `Qt_6_7`.
const FIRST_EXTENDED: i32 = 22;

fn write_count(count: usize, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    match u32::try_from(count) {
        Ok(short) if short < EXTENDED => stream.write(&short),
        _ if stream.version().number() >= FIRST_EXTENDED => {
            stream.write(&EXTENDED)?;
            stream.write(&i64::try_from(count).unwrap_or(i64::MAX))
        }
        Ok(EXTENDED) => stream.write(&EXTENDED),
        _ => Err(stream.set_status(StreamError::SizeLimitExceeded)),
    }
}

pub(super) fn read_count(stream: &mut QDataStream<'_>) -> Result<u64, StreamError> {
    match stream.read::<u32>()? {
        NULL => Err(stream.set_status(StreamError::ReadCorruptData)),
        EXTENDED if stream.version().number() >= FIRST_EXTENDED => {
            let count = stream.read::<i64>()?;
            u64::try_from(count).map_err(|_| stream.set_status(StreamError::ReadCorruptData))
        }
        short => Ok(short.into()),
    }
}

/// The maximum number of items of a zero-sized type. Such an item usually has no bytes in the
/// stream, so the end of the data does not limit their number.
const EMPTY_ITEMS_LIMIT: u64 = 1024;

/// Reads items one by one. Allocates nothing for the claimed number of items.
pub(super) fn read_items<T: FromStream, C: Default + Extend<T>>(
    stream: &mut QDataStream<'_>,
) -> Result<C, StreamError> {
    let mut items = C::default();
    let count = read_count(stream)?;
    if size_of::<T>() == 0 && count > EMPTY_ITEMS_LIMIT {
        return Err(stream.set_status(StreamError::SizeLimitExceeded));
    }
    for _ in 0..count {
        items.extend([stream.read()?]);
    }
    Ok(items)
}

impl<T: ToStream> ToStream for [T] {
    /// Writes a `QList`.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        write_count(self.len(), stream)?;
        T::items_to_stream(self, stream)
    }
}

impl<T: ToStream> ToStream for Vec<T> {
    /// Writes a `QList`. A `Vec<u8>` has the same bytes as a `QByteArray` and as what
    /// `QDataStream::writeBytes` writes.
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        self.as_slice().to_stream(stream)
    }
}

impl<T: FromStream> FromStream for Vec<T> {
    /// Reads a `QList`. A `Vec<u8>` also reads a `QByteArray`, of which a null one becomes empty,
    /// and what `QDataStream::readBytes` reads.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        T::list_from_stream(stream)
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
    /// Reads a `QMap`, whose keys may have any order.
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        read_items(stream)
    }
}

impl<K: ToStream, V: ToStream, S> ToStream for HashMap<K, V, S> {
    /// Writes a `QHash`, in any order.
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

/// Sets, written in iteration order.
macro_rules! sets {
    ($($set:ident<T $(, $hasher:ident)?> where $bound:path $(, $more:path)?;)*) => {$(
        impl<T: ToStream $(, $hasher)?> ToStream for $set<T $(, $hasher)?> {
            /// Writes a `QSet`.
            fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
                write_count(self.len(), stream)?;
                self.iter().try_for_each(|item| stream.write(item))
            }
        }

        impl<T: FromStream + $bound $(+ $more)? $(, $hasher: BuildHasher + Default)?> FromStream
            for $set<T $(, $hasher)?>
        {
            /// Reads a `QSet`.
            fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
                read_items(stream)
            }
        }
    )*};
}

sets! {
    BTreeSet<T> where Ord;
    HashSet<T, S> where Eq, Hash;
}

/// The containers of cxx-qt-lib.
macro_rules! of_cxx_qt_lib {
    ($($container:ident<T: $element:ident>, $items:ty;)*) => {$(
        impl<T: $element> ToStream for $container<T>
        where
            for<'a> &'a Self: IntoIterator<Item: ToStream>,
        {
            fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
                write_count(usize::try_from(self.len()).unwrap_or(0), stream)?;
                self.into_iter().try_for_each(|item| stream.write(&item))
            }
        }

        impl<T: $element> FromStream for $container<T>
        where
            Self: Extend<$items>,
            $items: FromStream,
        {
            fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
                read_items::<$items, Self>(stream)
            }
        }
    )*};
}

of_cxx_qt_lib! {
    QHash<T: QHashPair>, (T::Key, T::Value);
    QList<T: QListElement>, T;
    QMap<T: QMapPair>, (T::Key, T::Value);
    QSet<T: QSetElement>, T;
    QVector<T: QVectorElement>, T;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::qdatastream::QDataStreamVersion;

    /// The bytes of a number of items in a version, or the error.
    fn count_in(count: usize, version: QDataStreamVersion) -> Result<Vec<u8>, StreamError> {
        let mut stream = QDataStream::to_bytes();
        stream.set_version(version);
        write_count(count, &mut stream).map(|()| stream.into_bytes().as_slice().to_vec())
    }

    #[test]
    fn count_has_32_bits_before_6_7() {
        let version = QDataStreamVersion::QT_5_15;
        assert_eq!(count_in(0xffff_fffd, version), Ok(vec![255, 255, 255, 253]));
        assert_eq!(count_in(0xffff_fffe, version), Ok(vec![255, 255, 255, 254]));
        let error = Err(StreamError::SizeLimitExceeded);
        assert_eq!(count_in(0xffff_ffff, version), error);
    }

    #[test]
    fn count_has_64_bits_from_6_7_on() {
        let Some(version) = QDataStreamVersion::from_number(FIRST_EXTENDED) else {
            return; // This Qt is older.
        };
        assert_eq!(count_in(0xffff_fffd, version), Ok(vec![255, 255, 255, 253]));
        for count in [0xffff_fffe, 0xffff_ffff] {
            let bytes = count_in(count, version).unwrap();
            let (marker, number) = bytes.split_at(4);
            assert_eq!(marker, [255, 255, 255, 254]);
            assert_eq!(number, (count as u64).to_be_bytes());
            let mut stream = QDataStream::from_slice(&bytes);
            stream.set_version(version);
            assert_eq!(read_count(&mut stream), Ok(count as u64));
        }
    }
}
