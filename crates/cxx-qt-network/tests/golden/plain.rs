// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Values that are not in a variant.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use cxx::UniquePtr;
use cxx_qt_lib::{
    DateFormat, QByteArray, QDate, QDateTime, QHash, QHashPair_QString_QVariant, QJsonArray,
    QJsonObject, QJsonValue, QLine, QLineF, QList, QMap, QMapPair_QString_QVariant, QMargins,
    QMarginsF, QPoint, QPointF, QRect, QRectF, QSet, QSize, QSizeF, QString, QStringList, QTime,
    QTimeZone, QUrl, QUuid, QVariant, QVector,
};
use cxx_qt_network::QDataStreamVersion;

use super::{How, Value, Values, same_date_time};

pub(super) fn add(values: &mut Values) {
    numbers(values);
    texts(values);
    containers(values);
    dates_and_times(values);
    shapes(values);
    json(values);
}

fn numbers(values: &mut Values) {
    values.add("bool_false", false);
    values.add("bool_true", true);
    values.add("i8_min", i8::MIN);
    values.add("i8_max", i8::MAX);
    values.add("i8_minus_2", -2i8);
    values.add("u8_0", 0u8);
    values.add("u8_max", u8::MAX);
    values.add("u8_ab", 0xabu8);
    values.add("i16_min", i16::MIN);
    values.add("i16_max", i16::MAX);
    values.add("i16_minus_2", -2i16);
    values.add("u16_0", 0u16);
    values.add("u16_max", u16::MAX);
    values.add("u16_abcd", 0xabcdu16);
    values.add("i32_min", i32::MIN);
    values.add("i32_max", i32::MAX);
    values.add("i32_minus_2", -2i32);
    values.add("u32_0", 0u32);
    values.add("u32_max", u32::MAX);
    values.add("u32_01234567", 0x0123_4567u32);
    values.add("i64_min", i64::MIN);
    values.add("i64_max", i64::MAX);
    values.add("i64_minus_2", -2i64);
    values.add("u64_0", 0u64);
    values.add("u64_max", u64::MAX);
    values.add("u64_0123456789abcdef", 0x0123_4567_89ab_cdefu64);
    // NaN is not equal to itself, and zero is equal to negative zero.
    let f32 = || How::DEFAULT.same(|a: &f32, b: &f32| a.to_bits() == b.to_bits());
    let f64 = || How::DEFAULT.same(|a: &f64, b: &f64| a.to_bits() == b.to_bits());
    values.add_as("f32_1_5", 1.5, f32());
    values.add_as("f32_0_1", 0.1, f32());
    values.add_as("f32_minus_0", -0.0, f32());
    values.add_as("f32_max", f32::MAX, f32());
    values.add_as("f32_nan", f32::from_bits(0x7fc0_0000), f32());
    values.add_as("f32_minus_infinite", f32::NEG_INFINITY, f32());
    values.add_as("f64_1_5", 1.5, f64());
    values.add_as("f64_0_1", 0.1, f64());
    values.add_as("f64_minus_0", -0.0, f64());
    values.add_as("f64_max", f64::MAX, f64());
    values.add_as("f64_least", f64::from_bits(1), f64());
    values.add_as("f64_nan", f64::from_bits(0x7ff8_0000_0000_0000), f64());
    values.add_as("f64_infinite", f64::INFINITY, f64());
    values.add_as("single_f32_0_1", 0.1f32, How::SINGLE);
    values.add_as(
        "single_f32_nan",
        f32::NAN,
        How::SINGLE.same(|a, b| a.is_nan() && b.is_nan()),
    );
    values.add_as("single_f64_minus_2_5", -2.5f64, How::SINGLE);
    values.add_as(
        "single_f64_nan",
        f64::NAN,
        How::SINGLE.same(|a, b| a.is_nan() && b.is_nan()),
    );
    values.add_as("single_f64_infinite", f64::INFINITY, How::SINGLE);
    values.add_as("single_pointf", QPointF::new(1.5, -0.25), How::SINGLE);
    values.add_as("little_i16", -2i16, How::LITTLE);
    values.add_as("little_u32", 0x0123_4567u32, How::LITTLE);
    values.add_as("little_u64", 0x0123_4567_89ab_cdefu64, How::LITTLE);
    values.add_as("little_f32", 1.5f32, How::LITTLE);
    values.add_as("little_f64", 0.1f64, How::LITTLE);
}

fn texts(values: &mut Values) {
    let blob = || QByteArray::from(&[0x00, 0xff, 0x80][..]);
    let string = |text: &str| Some(QString::from(text));
    values.add("string_null", None::<QString>);
    values.add("string_empty", string(""));
    values.add("string_ascii", String::from("Fortune"));
    values.add("string_e_acute", string("H\u{e9}"));
    values.add("string_crab", String::from("\u{1f980}"));
    values.add("string_begins_feff", String::from("\u{feff}a"));
    values.add("string_with_zero", string("a\0b"));
    values.add_as("little_string", string("H\u{e9}"), How::LITTLE);
    values.add("bytes_null", None::<QByteArray>);
    values.add("bytes_empty", Some(QByteArray::from(&[][..])));
    values.add("bytes_00ff80", blob());
    values.add_as("little_bytes", blob(), How::LITTLE);
    values.add("list_of_bytes_00ff80", vec![0x00u8, 0xff, 0x80]);
    values.add("cstring_empty", c"".to_owned());
    values.add("cstring_ab", c"ab".to_owned());
    values.add("string_list_empty", QStringList::default());
    values.add(
        "string_list_three",
        QStringList::from_iter([QString::from("a"), QString::from(""), QString::default()]),
    );
    values.add("url_empty", QUrl::default());
    values.add("url_resource", QUrl::from("qrc:/a"));
    values.add(
        "url_escaped",
        QUrl::from("http://example.org/\u{e4} b?q=1#f"),
    );
}

fn containers(values: &mut Values) {
    let a = || String::from("a");
    let (yes, two) = (QVariant::from(&true), QVariant::from(&2i32));
    values.add("list_i32_empty", Vec::<i32>::new());
    values.add("list_i32_two", vec![1i32, -2]);
    values.add_as("little_list_i32", vec![1i32, -2], How::LITTLE);
    values.add("qlist_i32_two", QList::from(&[1i32, -2]));
    values.add("qvector_f64_one", QVector::from(&[1.5f64]));
    values.add("list_string_two", vec![a(), String::new()]);
    values.add("list_nested", vec![vec![1u16, 2], vec![], vec![3]]);
    values.add("list_of_pairs", vec![(1u8, true), (2, false)]);
    values.add("map_empty", BTreeMap::<String, i32>::new());
    values.add("map_one", BTreeMap::from([(a(), 1i32)]));
    values.add(
        "map_two",
        BTreeMap::from([(a(), 1i32), (String::from("b"), 2)]),
    );
    values.add(
        "map_of_lists",
        BTreeMap::from([(7u16, QStringList::from(&QString::from("x")))]),
    );
    values.add("hash_one", HashMap::<_, _>::from([(a(), 1i32)]));
    values.add("set_one", HashSet::<_>::from([a()]));
    values.add("sorted_set_one", BTreeSet::from([7u32]));
    values.add("qset_one", QSet::from_iter([7u32]));
    let mut map = QMap::<QMapPair_QString_QVariant>::default();
    map.insert(QString::from("a"), yes.clone());
    values.add("qmap_one", map.clone());
    map.insert(QString::from("b"), two);
    values.add("qmap_two", map);
    let mut hash = QHash::<QHashPair_QString_QVariant>::default();
    hash.insert(QString::from("a"), yes);
    values.add("qhash_one", hash);
    values.add("pair", (5i32, a()));
}

pub(super) fn date_time(text: &str) -> QDateTime {
    QDateTime::from_string(&QString::from(text), DateFormat::ISODateWithMs)
        .expect("a date and a time")
}

fn berlin() -> UniquePtr<QTimeZone> {
    let zone = QTimeZone::from_iana(&QByteArray::from("Europe/Berlin"));
    assert!(
        zone.is_valid(),
        "Europe/Berlin is missing: install the package tzdata"
    );
    zone
}

fn dates_and_times(values: &mut Values) {
    values.add("date_null", QDate::default());
    values.add("date_2000", QDate::new(2000, 1, 1));
    values.add_as(
        "date_before_julian_day_0",
        QDate::new(-4714, 11, 23),
        How::since(QDataStreamVersion::QT_5_0),
    );
    values.add_as("little_date", QDate::new(2000, 1, 1), How::LITTLE);
    // A default QTime is midnight in cxx-qt-lib and null in Qt; an invalid time is null.
    values.add("time_null", QTime::new(24, 0, 0, 0));
    values.add("time_midnight", QTime::new(0, 0, 0, 0));
    values.add("time_last", QTime::new(23, 59, 59, 999));
    let always = || How::DEFAULT.same(same_date_time);
    let since_5_2 = || How::since(QDataStreamVersion::QT_5_2).same(same_date_time);
    values.add_as("datetime_null", QDateTime::default(), always());
    values.add_as(
        "datetime_utc",
        date_time("2001-02-03T04:05:06.789Z"),
        always(),
    );
    values.add_as(
        "datetime_utc_1899",
        date_time("1899-12-31T23:59:59.999Z"),
        always(),
    );
    // Before 5.2, the bytes depend on the machine's time zone, and the offset is lost.
    values.add_as(
        "datetime_local",
        date_time("2001-02-03T04:05:06.789"),
        since_5_2(),
    );
    values.add_as(
        "datetime_offset",
        date_time("2001-02-03T04:05:06.789+02:00"),
        since_5_2(),
    );
    values.add_as(
        "datetime_zone",
        date_time("2001-02-03T04:05:06.789Z").to_time_zone(&berlin()),
        since_5_2(),
    );
    // A QTimeZone is a UniquePtr, which has no clone.
    values.0.push(Value {
        name: "timezone_berlin",
        since: QDataStreamVersion::QT_4_0,
        write: Box::new(|stream| stream.write(&*berlin())),
        read: Box::new(|stream| match stream.read::<UniquePtr<QTimeZone>>() {
            Ok(zone) if *zone == *berlin() => Ok(()),
            Ok(zone) => Err(format!("{:?}", &*zone)),
            Err(error) => Err(error.to_string()),
        }),
    });
}

pub(super) fn uuid() -> QUuid {
    QUuid::from_u128(0x67c8_770b_44f1_410a_ab9a_f9b5_446f_13ee)
}

fn shapes(values: &mut Values) {
    values.add("uuid_null", QUuid::default());
    values.add("uuid", uuid());
    values.add_as("little_uuid", uuid(), How::LITTLE);
    values.add("point", QPoint::new(1, -1));
    values.add("pointf", QPointF::new(1.5, -0.25));
    values.add("size_invalid", QSize::new(-1, -1));
    values.add("size", QSize::new(2, 3));
    values.add("sizef", QSizeF::new(2.5, 3.0));
    values.add("rect_null", QRect::new(0, 0, 0, 0));
    values.add("rect", QRect::new(1, 2, 3, 4));
    values.add("rectf", QRectF::new(1.0, 2.0, 3.0, 4.5));
    values.add("line", line());
    values.add("linef", line_f());
    values.add("margins", QMargins::new(1, 2, 3, -4));
    values.add("marginsf", QMarginsF::new(1.0, 2.0, 3.0, -4.5));
}

pub(super) fn line() -> QLine {
    QLine::new(QPoint::new(1, 2), QPoint::new(3, -4))
}

pub(super) fn line_f() -> QLineF {
    QLineF::new(QPointF::new(1.0, 2.0), QPointF::new(3.0, -4.5))
}

fn json(values: &mut Values) {
    let x = QJsonValue::from(&QString::from("x"));
    let mut object = QJsonObject::default();
    object.insert(&QString::from("a"), &QJsonValue::from(true));
    let mut one = QJsonArray::default();
    one.append(&QJsonValue::from(1i64));
    let mut three = one.clone();
    three.append(&x);
    three.append(&QJsonValue::default());
    values.add("json_array", three);
    values.add("json_object", object.clone());
    values.add("json_value_null", QJsonValue::default());
    values.add("json_value_false", QJsonValue::from(false));
    values.add("json_value_number", QJsonValue::from(1.5));
    values.add("json_value_string", x);
    values.add("json_value_array", QJsonValue::from(&one));
    values.add("json_value_object", QJsonValue::from(&object));
}
