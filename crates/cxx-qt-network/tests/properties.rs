// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Properties of streams and framing for random values, bytes and pieces: compares Qt with a codec
//! in plain Rust.

mod pieces;
use std::ffi::CString;
use std::fmt::Debug;

use crate::support::oracle::{Format, Oracle, put_utf16, qstring, written};
use crate::support::qt;
use cxx::UniquePtr;
use cxx_qt_lib::{
    QByteArray, QDate, QDateTime, QHash, QHashPair_QString_QVariant, QJsonArray, QJsonObject,
    QJsonValue, QList, QMap, QMapPair_QString_QVariant, QRectF, QString, QStringList, QTime,
    QTimeZone, QUrl, QUuid, QVariant,
};
use cxx_qt_network::{
    FromStream, QDataStream, QDataStreamByteOrder, QDataStreamFloatingPointPrecision,
    QDataStreamVersion, StreamError, ToStream, qt_version,
};
use proptest::collection::{btree_map, btree_set, hash_map, hash_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseResult, TestRunner};

/// Checks a property of values on the Qt thread. A failure prints the smallest value found.
fn check<S: Strategy>(values: S, property: impl Fn(S::Value) -> TestCaseResult) {
    // Fewer cases than by default, unless PROPTEST_CASES is set.
    let default = ProptestConfig::default();
    let is_chosen = std::env::var_os("PROPTEST_CASES").is_some();
    let config = ProptestConfig {
        cases: if is_chosen { default.cases } else { 96 },
        failure_persistence: None,
        ..default
    };
    TestRunner::new(config)
        .run(&values, property)
        .unwrap_or_else(|failure| panic!("{failure}"));
}

fn any_format() -> impl Strategy<Value = Format> {
    let versions = 7..=QDataStreamVersion::newest().number();
    (versions, any::<bool>(), any::<bool>()).prop_map(|(version, little, single)| Format {
        version,
        little,
        single,
    })
}

fn set_up(stream: &mut QDataStream<'_>, format: Format) {
    stream.set_version(QDataStreamVersion::from_number(format.version).unwrap());
    if format.little {
        stream.set_byte_order(QDataStreamByteOrder::LittleEndian);
    }
    if format.single {
        stream.set_floating_point_precision(QDataStreamFloatingPointPrecision::SinglePrecision);
    }
}

fn reader(bytes: &[u8], format: Format) -> QDataStream<'static> {
    let mut stream = QDataStream::from_bytes(&QByteArray::from(bytes));
    set_up(&mut stream, format);
    stream
}

fn written_by_qt<T: ToStream>(value: &T, format: Format) -> Vec<u8> {
    let mut stream = QDataStream::to_bytes();
    set_up(&mut stream, format);
    stream.write(value).unwrap();
    stream.into_bytes().as_slice().to_vec()
}

/// Any characters; `any::<String>()` leaves out control characters.
fn any_text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 0..12).prop_map(String::from_iter)
}

/// With more surrogates than by chance.
fn any_utf16() -> impl Strategy<Value = Vec<u16>> {
    vec(prop_oneof![any::<u16>(), 0xd7ffu16..=0xe000], 0..12)
}

fn any_qstring() -> impl Strategy<Value = QString> {
    any_utf16().prop_map(|units| qstring(&units))
}

fn any_c_string() -> impl Strategy<Value = CString> {
    vec(1..=u8::MAX, 0..12).prop_map(|bytes| CString::new(bytes).unwrap())
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..24)
}

/// A type that the oracle implements too.
trait Kind: ToStream + FromStream + Oracle + PartialEq + Debug {}

impl<T: ToStream + FromStream + Oracle + PartialEq + Debug> Kind for T {}

/// A property of all kinds of values.
trait Property {
    fn check<S: Strategy<Value: Kind>>(&self, values: S);
}

fn check_all_kinds(property: impl Property) {
    property.check(any::<(bool, i8, i16, i32, i64)>());
    property.check(any::<(u8, u16, u32, u64)>());
    property.check((prop::num::f32::ANY, prop::num::f64::ANY));
    property.check(any_text());
    property.check(option::of(any_qstring()));
    property.check(option::of(
        any_bytes().prop_map(|bytes| QByteArray::from(&bytes[..])),
    ));
    property.check(any_c_string());
    property.check(any_bytes());
    property.check(vec(any::<f32>(), 0..6));
    property.check(vec(any_text(), 0..4));
    property.check(vec(vec(any::<i16>(), 0..4), 0..4));
    property.check(btree_set(any::<i64>(), 0..6));
    property.check(hash_set(any_text(), 0..4));
    property.check(btree_map(any_text(), vec(any::<i32>(), 0..3), 0..4));
    property.check(hash_map(any::<u16>(), any_text(), 0..4));
    property.check(vec((any_text(), (any::<u8>(), any::<bool>())), 0..4));
}

/// Whether two values are the same: by `==`, since the order of a hash varies, or by their bytes,
/// since NaN is not equal to itself.
fn same<T: Oracle + PartialEq>(a: &T, b: &T, format: Format) -> bool {
    a == b || written(a, format) == written(b, format)
}

#[test]
fn values_have_the_bytes_of_the_oracle() {
    struct BothWays;

    impl Property for BothWays {
        fn check<S: Strategy<Value: Kind>>(&self, values: S) {
            check((any_format(), values), |(format, value)| {
                let bytes = written(&value, format);
                prop_assert_eq!(&written_by_qt(&value, format), &bytes);
                let mut stream = reader(&bytes, format);
                let read = stream.read().unwrap();
                prop_assert!(stream.at_end());
                // Single precision may have changed it.
                let kept = S::Value::take(format, &mut &bytes[..]).unwrap();
                prop_assert!(same(&read, &kept, format), "{read:?}");
                Ok(())
            });
        }
    }

    qt(|| check_all_kinds(BothWays));
}

#[test]
fn invalid_utf_16_becomes_u_fffd_in_a_string() {
    qt(|| {
        check((any_format(), any_utf16()), |(format, units)| {
            let mut bytes = Vec::new();
            put_utf16(&units, format, &mut bytes);
            let string: QString = reader(&bytes, format).read().unwrap();
            prop_assert_eq!(string.as_slice(), &units[..]);
            prop_assert_eq!(&written_by_qt(&string, format), &bytes);
            let string: String = reader(&bytes, format).read().unwrap();
            prop_assert_eq!(string, String::from_utf16_lossy(&units));
            Ok(())
        });
    });
}

/// Random bytes, and small numbers, which are valid values more often.
fn arbitrary_bytes() -> impl Strategy<Value = Vec<u8>> {
    let small = prop_oneof![
        6 => Just(0u8),
        3 => 1..5u8,
        1 => prop_oneof![Just(0xffu8), Just(0xfe), any::<u8>()],
    ];
    prop_oneof![vec(any::<u8>(), 0..64), vec(small, 0..64)]
}

#[test]
fn arbitrary_bytes_are_read_as_the_oracle_reads_them() {
    struct AsTheOracle;

    impl Property for AsTheOracle {
        fn check<S: Strategy<Value: Kind>>(&self, _: S) {
            check((any_format(), arbitrary_bytes()), |(format, bytes)| {
                let mut rest = &bytes[..];
                let expected = S::Value::take(format, &mut rest);
                let mut stream = reader(&bytes, format);
                let read = stream.read::<S::Value>();
                let alike = match (&read, &expected) {
                    (Ok(read), Ok(expected)) => same(read, expected, format),
                    (read, expected) => read.as_ref().err() == expected.as_ref().err(),
                };
                prop_assert!(alike, "{read:?} instead of {expected:?}");
                prop_assert_eq!(stream.status(), read.as_ref().err().copied());
                if read.is_ok() {
                    prop_assert_eq!(stream.at_end(), rest.is_empty());
                }
                Ok(())
            });
        }
    }

    qt(|| check_all_kinds(AsTheOracle));
}

/// Formats in which Qt does not crash on any date and time: at version 5.0, number 13, it does on
/// an invalid time spec.
fn any_format_for_dates() -> impl Strategy<Value = Format> {
    any_format().prop_filter("Qt crashes", |format| format.version != 13)
}

/// Bytes without type numbers that abort the program in a variant. Some types of QtGui need a
/// `QGuiApplication`: 0x40 to 0x57, 0x61 more in the versions of Qt 4, and from 0x1000 on in Qt 6.
/// Qt allocates any length of a `QBitArray`, 0x0d, at version 6.0.
fn arbitrary_bytes_for_variants() -> impl Strategy<Value = Vec<u8>> {
    arbitrary_bytes().prop_map(|mut bytes| {
        for byte in &mut bytes {
            if matches!(byte, 0x0d | 0x10 | 0x3f..=0x5f | 0xa0..=0xbf) {
                *byte = 0;
            }
        }
        bytes
    })
}

#[test]
fn arbitrary_bytes_are_a_value_or_an_error_for_qt() {
    fn ends<T: FromStream>(cases: impl Strategy<Value = (Format, Vec<u8>)>) {
        check(cases, |(format, bytes)| {
            let mut stream = reader(&bytes, format);
            let error = stream.read::<T>().err();
            prop_assert_eq!(stream.status(), error);
            let is_of_reading = matches!(
                error,
                None | Some(
                    StreamError::ReadPastEnd
                        | StreamError::ReadCorruptData
                        | StreamError::SizeLimitExceeded
                )
            );
            prop_assert!(is_of_reading, "{error:?}");
            Ok(())
        });
    }
    qt(|| {
        let any = || (any_format(), arbitrary_bytes());
        ends::<QDate>(any());
        ends::<QTime>(any());
        ends::<UniquePtr<QTimeZone>>(any());
        ends::<QUrl>(any());
        ends::<QUuid>(any());
        ends::<QRectF>(any());
        ends::<QJsonValue>(any());
        ends::<QJsonObject>(any());
        ends::<QJsonArray>(any());
        ends::<QDateTime>((any_format_for_dates(), arbitrary_bytes()));
        // Qt 5 allocates as many items as a list claims, and aborts if it cannot.
        if !qt_version().starts_with("5.") {
            let any_variant = || (any_format_for_dates(), arbitrary_bytes_for_variants());
            ends::<QStringList>(any());
            ends::<QVariant>(any_variant());
            ends::<QList<QVariant>>(any_variant());
            ends::<QMap<QMapPair_QString_QVariant>>(any_variant());
            ends::<QHash<QHashPair_QString_QVariant>>(any_variant());
        }
    });
}
