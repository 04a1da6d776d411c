// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Variants of each type that cxx-qt-lib supports.

use cxx_qt_lib::{
    QByteArray, QDate, QHash, QHashPair_QString_QVariant, QList, QMap, QMapPair_QString_QVariant,
    QPoint, QPointF, QRect, QRectF, QSize, QSizeF, QString, QStringList, QTime, QUrl, QVariant,
};
use cxx_qt_network::{QDataStream, QDataStreamVersion};

use super::plain::{date_time, line, line_f, uuid};
use super::{How, Values, bytes, same_variant};

/// A variant of a type that Rust cannot create, from the bytes of a C++ program.
fn from_cpp(hex: &str) -> QVariant {
    let mut stream = QDataStream::from_bytes(&bytes(hex));
    stream.set_version(QDataStreamVersion::QT_5_0);
    stream.read().expect("a variant")
}

pub(super) fn add(values: &mut Values) {
    values.add_variant("variant_invalid", QVariant::default());
    values.variant("variant_bool", true);
    values.add_as(
        "variant_i8",
        QVariant::from(&-2i8),
        How::since(QDataStreamVersion::QT_5_0).same(same_variant),
    );
    values.variant("variant_u8", 0xabu8);
    values.variant("variant_i16", -2i16);
    values.variant("variant_u16", 0xabcdu16);
    values.variant("variant_i32", -2i32);
    values.variant("variant_u32", 0x0123_4567u32);
    // Whether i64 and u64 are `long long` or `long` depends on the system.
    let number = from_cpp("0000000400fffffffffffffffe");
    assert_eq!(number.value::<i64>(), Some(-2));
    values.add_variant("variant_longlong", number);
    let number = from_cpp("00000005000000000000000005");
    assert_eq!(number.value::<u64>(), Some(5));
    values.add_variant("variant_ulonglong", number);
    let number = from_cpp("0000002000fffffffffffffffe");
    assert_eq!(number.value::<i64>(), Some(-2));
    values.add_variant("variant_long", number);
    let number = from_cpp("00000023000000000000000005");
    assert_eq!(number.value::<u64>(), Some(5));
    values.add_variant("variant_ulong", number);
    values.variant("variant_f64", 1.5f64);
    values.variant("variant_f32", 1.5f32);
    values.variant("variant_string", QString::from("x"));
    values.variant("variant_string_null", QString::default());
    values.variant("variant_bytes", QByteArray::from(&[0x00, 0xff][..]));
    let strings = QStringList::from_iter([QString::from("a"), QString::from("")]);
    values.variant("variant_string_list", strings);
    values.variant("variant_date", QDate::new(2000, 1, 1));
    values.variant("variant_time", QTime::new(0, 0, 1, 0));
    values.variant("variant_datetime", date_time("2001-02-03T04:05:06.789Z"));
    values.variant("variant_url", QUrl::from("qrc:/a"));
    values.variant("variant_uuid", uuid());
    values.variant("variant_point", QPoint::new(1, -1));
    values.variant("variant_pointf", QPointF::new(1.5, -0.25));
    values.variant("variant_size", QSize::new(2, 3));
    values.variant("variant_sizef", QSizeF::new(2.5, 3.0));
    values.variant("variant_rect", QRect::new(1, 2, 3, 4));
    values.variant("variant_rectf", QRectF::new(1.0, 2.0, 3.0, 4.5));
    values.variant("variant_line", line());
    values.variant("variant_linef", line_f());
    let one = QVariant::from(&1i32);
    let mut list = QList::<QVariant>::default();
    list.append(one.clone());
    list.append(QVariant::from(&QString::from("x")));
    values.variant("variant_list", list);
    let mut map = QMap::<QMapPair_QString_QVariant>::default();
    map.insert(QString::from("a"), one.clone());
    values.variant("variant_map", map);
    let mut hash = QHash::<QHashPair_QString_QVariant>::default();
    hash.insert(QString::from("a"), one.clone());
    values.variant("variant_hash", hash);
    values.add_as("little_variant", one, How::LITTLE.same(same_variant));
}
