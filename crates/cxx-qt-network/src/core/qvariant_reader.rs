// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reads a `QVariant`: its type, whether it is null, and the value, with the reader of that type.
//!
//! Qt's own operator reads any type that the process has registered, misreads the stream after an
//! unknown type, and recurses without limit.

use cxx_qt_lib::{
    QByteArray, QDate, QDateTime, QHash, QHashPair_QString_QVariant, QJsonArray, QJsonObject,
    QJsonValue, QLine, QLineF, QList, QMap, QMapPair_QString_QVariant, QPoint, QPointF, QRect,
    QRectF, QSize, QSizeF, QString, QStringList, QTime, QUrl, QUuid, QVariant, QVariantValue,
};

use super::qdatastream::{QDataStream, QDataStreamVersion, StreamError, ffi};
use super::stream::FromStream;

type Read = fn(&mut QDataStream<'_>) -> Result<QVariant, StreamError>;

/// A type that a variant may have.
#[derive(Clone, Copy)]
struct Type {
    /// Its number in `QMetaType`.
    id: u32,
    name: &'static [u8],
    read: Read,
}

const fn of(id: u32, name: &'static str, read: Read) -> Type {
    Type {
        id,
        name: name.as_bytes(),
        read,
    }
}

/// An item type whose lists a variant stores by type name.
struct Item {
    name: &'static [u8],
    /// The name in the type names that cxx-qt-lib registers, which Qt before 6.0 writes.
    rust_name: &'static [u8],
    read_list: Read,
}

const fn item(name: &'static str, rust_name: &'static str, read_list: Read) -> Item {
    Item {
        name: name.as_bytes(),
        rust_name: rust_name.as_bytes(),
        read_list,
    }
}

/// The types that cxx-qt-lib can store in a variant without QtGui, and that can be streamed. The
/// numbers are the same in Qt 5 and Qt 6.
const TYPES: [Type; 35] = [
    of(1, "bool", value::<bool>),
    of(2, "int", value::<i32>),
    of(3, "uint", value::<u32>),
    of(4, "qlonglong", |stream| {
        stream.read().map(ffi::variant_of_long_long)
    }),
    of(5, "qulonglong", |stream| {
        stream.read().map(ffi::variant_of_ulong_long)
    }),
    of(6, "double", value::<f64>),
    of(
        8,
        "QVariantMap",
        container::<QMap<QMapPair_QString_QVariant>>,
    ),
    of(9, "QVariantList", container::<QList<QVariant>>),
    of(10, "QString", value::<QString>),
    of(11, "QStringList", value::<QStringList>),
    of(12, "QByteArray", value::<QByteArray>),
    of(14, "QDate", value::<QDate>),
    of(15, "QTime", value::<QTime>),
    of(16, "QDateTime", value::<QDateTime>),
    of(17, "QUrl", value::<QUrl>),
    of(19, "QRect", value::<QRect>),
    of(20, "QRectF", value::<QRectF>),
    of(21, "QSize", value::<QSize>),
    of(22, "QSizeF", value::<QSizeF>),
    of(23, "QLine", value::<QLine>),
    of(24, "QLineF", value::<QLineF>),
    of(25, "QPoint", value::<QPoint>),
    of(26, "QPointF", value::<QPointF>),
    of(
        28,
        "QVariantHash",
        container::<QHash<QHashPair_QString_QVariant>>,
    ),
    of(30, "QUuid", value::<QUuid>),
    // A `long` has 64 bits in a stream, whatever its size in memory.
    of(32, "long", |stream| stream.read().map(ffi::variant_of_long)),
    of(33, "short", value::<i16>),
    of(35, "ulong", |stream| {
        stream.read().map(ffi::variant_of_ulong)
    }),
    of(36, "ushort", value::<u16>),
    of(37, "uchar", value::<u8>),
    of(38, "float", value::<f32>),
    of(40, "signed char", value::<i8>),
    of(45, "QJsonValue", value::<QJsonValue>),
    of(46, "QJsonObject", value::<QJsonObject>),
    of(47, "QJsonArray", value::<QJsonArray>),
];

/// The item types of the lists that a variant stores by type name, in the same form.
const ITEMS: [Item; 9] = [
    item("bool", "bool", value::<QList<bool>>),
    item("float", "f32", value::<QList<f32>>),
    item("double", "f64", value::<QList<f64>>),
    item("signed char", "i8", value::<QList<i8>>),
    item("short", "i16", value::<QList<i16>>),
    item("int", "i32", value::<QList<i32>>),
    item("uchar", "u8", value::<QList<u8>>),
    item("ushort", "u16", value::<QList<u16>>),
    item("uint", "u32", value::<QList<u32>>),
];

/// The type numbers before 4.0, with those from 5.0 on.
const OF_QT_3: [(u32, u32); 17] = [
    (1, 8),
    (2, 9),
    (3, 10),
    (4, 11),
    (8, 19),
    (9, 21),
    (14, 25),
    (16, 2),
    (17, 3),
    (18, 1),
    (19, 6),
    (26, 14),
    (27, 15),
    (28, 16),
    (29, 12),
    (33, 4),
    (34, 5),
];

/// The type of a variant, as the stream has it.
enum Id {
    Invalid,
    Known(Read),
    /// The type's name follows.
    User,
}

pub(super) fn read(stream: &mut QDataStream<'_>) -> Result<QVariant, StreamError> {
    let version = stream.version();
    let id = stream.read()?;
    let Some(id) = find_id(id, version) else {
        return Err(stream.set_status(StreamError::ReadCorruptData));
    };
    let is_null = version >= QDataStreamVersion::QT_4_2 && stream.read::<i8>()? != 0;
    let read = match id {
        Id::Invalid => {
            if version < QDataStreamVersion::QT_5_0 {
                // A string without meaning.
                stream.read::<QString>()?;
            }
            return Ok(QVariant::default());
        }
        Id::Known(read) => read,
        Id::User => read_name(stream)?,
    };
    let value = read(stream)?;
    Ok(if is_null {
        ffi::variant_as_null(&value)
    } else {
        value
    })
}

fn find_id(id: u32, version: QDataStreamVersion) -> Option<Id> {
    let user = match version {
        _ if version < QDataStreamVersion::QT_4_0 => None,
        _ if version <= QDataStreamVersion::QT_5_15 => Some(1024),
        _ => Some(65536),
    };
    if user == Some(id) {
        return Some(Id::User);
    }
    let id = if version < QDataStreamVersion::QT_4_0 {
        let of_qt_3 = OF_QT_3.iter().find(|(of_qt_3, _)| *of_qt_3 == id);
        of_qt_3.map_or((id == 0).then_some(0), |(_, id)| Some(*id))?
    } else if version < QDataStreamVersion::QT_5_0 {
        match id {
            127 => return Some(Id::User),
            // There was a gap between the types of QtGui and these.
            128.. => id - 97,
            _ => id,
        }
    } else {
        id
    };
    if id == 0 {
        return Some(Id::Invalid);
    }
    let known = TYPES.iter().find(|known| known.id == id);
    known.map(|known| Id::Known(known.read))
}

/// Reads the name of a type, which has a zero at its end.
fn read_name(stream: &mut QDataStream<'_>) -> Result<Read, StreamError> {
    let name: Vec<u8> = stream.read()?;
    let length = name.iter().position(|&byte| byte == 0);
    find_name(&name[..length.unwrap_or(name.len())])
        .ok_or_else(|| stream.set_status(StreamError::ReadCorruptData))
}

fn find_name(name: &[u8]) -> Option<Read> {
    if let Some(known) = TYPES.iter().find(|known| known.name == name) {
        return Some(known.read);
    }
    // To Qt 6, a QVector is a QList.
    let list = [&b"QList"[..], b"QVector"];
    let item = list.iter().find_map(|list| name.strip_prefix(*list))?;
    let is_of = |item_type: &&Item| match item.strip_prefix(b"_") {
        Some(rust_name) => item_type.rust_name == rust_name,
        None => {
            item.strip_prefix(b"<")
                .and_then(|item| item.strip_suffix(b">"))
                == Some(item_type.name)
        }
    };
    ITEMS
        .iter()
        .find(is_of)
        .map(|item_type| item_type.read_list)
}

fn value<T: FromStream + QVariantValue>(
    stream: &mut QDataStream<'_>,
) -> Result<QVariant, StreamError> {
    stream.read::<T>().map(|value| QVariant::from(&value))
}

/// A value with variants in it.
fn container<T: FromStream + QVariantValue>(
    stream: &mut QDataStream<'_>,
) -> Result<QVariant, StreamError> {
    stream.read_nested(1, value::<T>)
}

#[cfg(test)]
mod tests {
    use super::{Id, find_id};
    use crate::core::qdatastream::QDataStreamVersion;

    #[test]
    fn user_types_have_other_numbers_in_each_qt() {
        for (version, numbers) in [
            (QDataStreamVersion::QT_3_3, &[][..]),
            (QDataStreamVersion::QT_4_0, &[127, 1024]),
            (QDataStreamVersion::QT_4_9, &[127, 1024]),
            (QDataStreamVersion::QT_5_0, &[1024]),
            (QDataStreamVersion::QT_5_15, &[1024]),
            #[cfg(cxxqt_qt_version_at_least_6)]
            (QDataStreamVersion::QT_6_0, &[65536]),
        ] {
            for id in [127, 1024, 65536] {
                let is_user = matches!(find_id(id, version), Some(Id::User));
                assert_eq!(is_user, numbers.contains(&id), "{id} {version:?}");
            }
        }
    }
}
