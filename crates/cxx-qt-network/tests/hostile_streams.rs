// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Hostile bytes: reading them returns a value or an error, and never crashes, hangs, opens a file
//! or allocates memory for a claimed length.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::CString;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use crate::support::qt;
use cxx::UniquePtr;
use cxx_qt_lib::{
    QByteArray, QDate, QDateTime, QHash, QHashPair_QString_QVariant, QJsonArray, QJsonObject,
    QJsonValue, QLine, QLineF, QList, QMap, QMapPair_QString_QVariant, QMargins, QMarginsF, QPoint,
    QPointF, QRect, QRectF, QSet, QSize, QSizeF, QString, QStringList, QTime, QTimeZone, QUrl,
    QUuid, QVariant, QVariantValue,
};
use cxx_qt_network::StreamError::{ReadCorruptData, ReadPastEnd, SizeLimitExceeded, WriteFailed};
use cxx_qt_network::{
    FromStream, QBox, QDataStream, QDataStreamByteOrder, QDataStreamFloatingPointPrecision,
    QDataStreamVersion, QIODeviceExt, QLocalSocket, StreamError, ToStream, qt_version,
};
use rustix::fs::{CWD, FileType, Mode, mknodat};

fn versions() -> impl Iterator<Item = QDataStreamVersion> {
    (1..=QDataStreamVersion::newest().number()).filter_map(QDataStreamVersion::from_number)
}

fn reader(bytes: &[u8], version: QDataStreamVersion) -> QDataStream<'_> {
    let mut stream = QDataStream::from_slice(bytes);
    stream.set_version(version);
    stream
}

fn read<T: FromStream>(bytes: &[u8], version: QDataStreamVersion) -> Result<T, StreamError> {
    let mut stream = reader(bytes, version);
    let result = stream.read();
    assert_eq!(stream.status(), result.as_ref().err().copied());
    result
}

fn written<T: ToStream + ?Sized>(value: &T, version: QDataStreamVersion) -> Vec<u8> {
    let mut stream = QDataStream::to_bytes();
    stream.set_version(version);
    stream.write(value).unwrap();
    stream.into_bytes().as_slice().to_vec()
}

fn is_qt_5() -> bool {
    qt_version().starts_with("5.")
}

/// The header of a variant of that type, from version 4.2 on.
fn variant_of(id: u32) -> Vec<u8> {
    [&id.to_be_bytes()[..], &[0]].concat()
}

/// The type numbers of Qt 4 and of later versions for lists and other types with a count.
const LIST: u32 = 9;
const WITH_COUNT: [u32; 8] = [8, LIST, 10, 11, 12, 17, 46, 47];

/// Nested variants of lists, around an invalid variant.
fn lists(levels: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..levels {
        bytes.extend(variant_of(LIST));
        bytes.extend(1u32.to_be_bytes());
    }
    bytes.extend([0, 0, 0, 0, 1]);
    bytes
}

#[test]
fn bit_array_in_a_variant_is_corrupt() {
    let bits = [&variant_of(13)[..], &[0xff; 8]].concat();
    let in_list = [&variant_of(LIST)[..], &[0, 0, 0, 1], &bits].concat();
    qt(move || {
        for version in versions().filter(|version| *version >= QDataStreamVersion::QT_4_2) {
            for bytes in [&bits, &in_list] {
                let error = read::<QVariant>(bytes, version).err();
                assert_eq!(error, Some(ReadCorruptData), "{version:?}");
            }
        }
    });
}

#[test]
fn variants_may_be_64_levels_deep() {
    qt(|| {
        for version in [
            QDataStreamVersion::QT_4_2,
            QDataStreamVersion::QT_5_10,
            QDataStreamVersion::newest(),
        ] {
            let mut bytes = lists(64);
            if version < QDataStreamVersion::QT_5_0 {
                // The null string after an invalid variant.
                bytes.extend([0xff; 4]);
            }
            let mut stream = reader(&bytes, version);
            let value: QVariant = stream.read().unwrap();
            assert!(stream.at_end());
            assert_eq!(written(&value, version), bytes);
            let error = read::<QVariant>(&lists(65), version).err();
            assert_eq!(error, Some(SizeLimitExceeded));
            // Deeper than the stack of any thread allows.
            let error = read::<QVariant>(&lists(1 << 18), version).err();
            assert_eq!(error, Some(SizeLimitExceeded));
        }
    });
}

#[test]
fn nesting_is_counted_in_each_container() {
    qt(|| {
        for (id, head) in [
            (8, &b"\0\0\0\x02\0a"[..]),
            (LIST, b""),
            (28, b"\0\0\0\x02\0a"),
        ] {
            let level = [&variant_of(id)[..], &[0, 0, 0, 1], head].concat();
            let deep = |levels: usize| [&level.repeat(levels)[..], &[0, 0, 0, 0, 1]].concat();
            let version = QDataStreamVersion::QT_5_10;
            assert!(read::<QVariant>(&deep(64), version).is_ok());
            assert_eq!(
                read::<QVariant>(&deep(65), version).err(),
                Some(SizeLimitExceeded)
            );
            // Siblings do not add levels.
            let mut wide = variant_of(LIST);
            wide.extend(1000u32.to_be_bytes());
            wide.extend(deep(63).repeat(1000));
            assert!(read::<QVariant>(&wide, version).is_ok());
        }
    });
}

#[test]
fn json_may_be_64_levels_deep() {
    fn text(levels: usize, open: &str, close: &str) -> Vec<u8> {
        let text = format!("{}1{}", open.repeat(levels), close.repeat(levels));
        written(text.as_bytes(), QDataStreamVersion::newest())
    }
    qt(|| {
        let version = QDataStreamVersion::newest();
        for levels in [1, 63, 64] {
            let array = text(levels, "[", "]");
            let value = read::<QJsonArray>(&array, version).unwrap();
            assert_eq!(written(&value, version), array);
            let object = text(levels, "{\"a\":", "}");
            let value = read::<QJsonObject>(&object, version).unwrap();
            assert_eq!(written(&value, version), object);
        }
        for levels in [65, 100_000] {
            let (array, object) = (text(levels, "[", "]"), text(levels, "{\"a\":", "}"));
            let too_deep = Some(SizeLimitExceeded);
            assert_eq!(read::<QJsonArray>(&array, version).err(), too_deep);
            assert_eq!(read::<QJsonObject>(&object, version).err(), too_deep);
            for (kind, id, bytes) in [(4, 47, &array), (5, 46, &object)] {
                let value = [&[kind], &bytes[..]].concat();
                assert_eq!(read::<QJsonValue>(&value, version).err(), too_deep);
                let variant = [&variant_of(id)[..], bytes].concat();
                assert_eq!(read::<QVariant>(&variant, version).err(), too_deep);
            }
        }
        // Levels of variants and of JSON together.
        let nested = |levels, json: usize| {
            let mut bytes = lists(levels);
            bytes.truncate(bytes.len() - 5);
            bytes.extend(variant_of(47));
            bytes.extend(text(json, "[", "]"));
            read::<QVariant>(&bytes, version).map(drop)
        };
        assert_eq!(nested(32, 32), Ok(()));
        assert_eq!(nested(32, 33), Err(SizeLimitExceeded));
        // Brackets in a string do not count.
        let text = format!("[\"{}\"]", "[".repeat(1000));
        assert!(read::<QJsonArray>(&written(text.as_bytes(), version), version).is_ok());
        // Of an unknown type.
        assert_eq!(
            read::<QJsonValue>(&[6], version).err(),
            Some(ReadCorruptData)
        );
    });
}

/// The peak memory of the process in bytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    peak.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        << 10
}

#[test]
fn claimed_counts_in_variants_take_no_memory() {
    qt(|| {
        let before = peak_memory();
        for version in versions() {
            for id in WITH_COUNT {
                for count in [u32::MAX - 2, u32::MAX - 1, 0x7fff_fffe, 0x1000_0000] {
                    let mut bytes = id.to_be_bytes().to_vec();
                    if version >= QDataStreamVersion::QT_4_2 {
                        bytes.push(0);
                    }
                    bytes.extend(count.to_be_bytes());
                    // Not zeros: from 6.7 on, a 64-bit count follows `u32::MAX - 1`.
                    bytes.extend([0x7f; 16]);
                    // The numbers are those of other types before 4.0.
                    let is_error = read::<QVariant>(&bytes, version).is_err();
                    assert!(
                        is_error || version < QDataStreamVersion::QT_4_0,
                        "{id} {count}"
                    );
                }
            }
        }
        assert!(peak_memory() < before + (256 << 20));
    });
}

#[test]
fn variant_of_an_unknown_type_is_corrupt() {
    qt(|| {
        for version in versions() {
            // The types that each version reads; QChar, QBitArray, QLocale, QRegularExpression,
            // model indexes, pointers and all of QtGui are not among them.
            let known: &[u32] = if version < QDataStreamVersion::QT_4_0 {
                &[
                    0, 1, 2, 3, 4, 8, 9, 14, 16, 17, 18, 19, 26, 27, 28, 29, 33, 34,
                ]
            } else {
                &[
                    0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 14, 15, 16, 17, 19, 20, 21, 22, 23, 24,
                    25, 26, 28, 30, 32, 33, 35, 36, 37, 38, 40, 45, 46, 47,
                ]
            };
            let (user, moved) = match version.number() {
                ..7 => (&[][..], false),
                7..13 => (&[127, 1024][..], true),
                13..20 => (&[1024][..], false),
                _ => (&[65536][..], false),
            };
            let is_known = |id: u32| {
                known.contains(&id)
                    || user.contains(&id)
                    || moved && id >= 128 && known.contains(&(id - 97))
            };
            let ids = (0..300)
                .chain(1000..1100)
                .chain(4090..4130)
                .chain(65500..65600);
            for id in ids.chain([u32::MAX, 1 << 31]) {
                let bytes = [&id.to_be_bytes()[..], &[0; 64]].concat();
                let error = read::<QVariant>(&bytes, version).err();
                // The user type has an empty name, which is not a type name.
                let refused = !is_known(id) || user.contains(&id);
                assert_eq!(
                    error.is_some(),
                    refused,
                    "{id} at {}: {error:?}",
                    version.number()
                );
                assert!(
                    !refused || error == Some(ReadCorruptData),
                    "{id}: {error:?}"
                );
            }
        }
    });
}

#[test]
fn variant_of_qcolor_does_not_lose_step() {
    qt(|| {
        // QColor was 67 in Qt 5 and is 4099 in Qt 6; and a type that a program registered.
        for (id, version) in [
            (67, QDataStreamVersion::QT_5_15),
            (4099, QDataStreamVersion::newest()),
        ] {
            let list = [
                &variant_of(LIST)[..],
                &[0, 0, 0, 2],
                &variant_of(id),
                &[1; 11],
            ]
            .concat();
            let mut stream = reader(&list, version);
            assert_eq!(stream.read::<QVariant>().err(), Some(ReadCorruptData));
            assert_eq!(stream.read::<u8>(), Err(ReadCorruptData));
        }
        let version = QDataStreamVersion::QT_5_15;
        let named = |name: &[u8]| [&variant_of(1024)[..], &written(name, version)].concat();
        for name in [
            &b"Secret\0"[..],
            b"",
            b"\0",
            b"QBitArray\0",
            b"QColor\0",
            b"QObject*\0",
        ] {
            let error = read::<QVariant>(&named(name), version).err();
            assert_eq!(error, Some(ReadCorruptData));
        }
        // Types that cxx-qt-lib registers, with a name or without.
        let uuid = [&named(b"QUuid\0")[..], &[7; 16]].concat();
        let uuid = read::<QVariant>(&uuid, version).unwrap();
        assert_eq!(uuid.value::<QUuid>(), read::<QUuid>(&[7; 16], version).ok());
    });
}

/// A variant of each type that is read, and the first version that has the type.
fn variants() -> Vec<(QVariant, QDataStreamVersion)> {
    fn of<T: QVariantValue>(value: T) -> QVariant {
        QVariant::from(&value)
    }
    let mut map = QMap::<QMapPair_QString_QVariant>::default();
    map.insert(QString::from("a"), of(QString::default()));
    let mut hash = QHash::<QHashPair_QString_QVariant>::default();
    hash.insert(QString::from("a"), of(true));
    let list: QList<QVariant> = [of(1i32), QVariant::default()].into_iter().collect();
    let json = read::<QJsonValue>(&[1, 1], QDataStreamVersion::newest()).unwrap();
    let object = read::<QJsonObject>(b"\0\0\0\x07{\"a\":1}", QDataStreamVersion::newest()).unwrap();
    let array = read::<QJsonArray>(b"\0\0\0\x03[1]", QDataStreamVersion::newest()).unwrap();
    let (qt_1, qt_4, qt_5) = (
        QDataStreamVersion::QT_1_0,
        QDataStreamVersion::QT_4_0,
        QDataStreamVersion::QT_5_0,
    );
    vec![
        (QVariant::default(), qt_1),
        (of(true), qt_1),
        (of(-5i32), qt_1),
        (of(5u32), qt_1),
        (of(1.5f64), qt_1),
        (of(QByteArray::from("bytes")), qt_1),
        (of(QString::from("text")), qt_1),
        (of(QStringList::from_iter([QString::from("text")])), qt_1),
        (of(QDate::new(2000, 1, 2)), qt_1),
        (of(QTime::new(3, 4, 5, 6)), qt_1),
        (of(QRect::new(1, 2, 3, 4)), qt_1),
        (of(QSize::new(1, 2)), qt_1),
        (of(QPoint::new(1, 2)), qt_1),
        (of(map), qt_1),
        (of(list), qt_1),
        (of(-5i64), qt_4),
        (of(5u64), qt_4),
        (of(-5i16), qt_4),
        (of(5u16), qt_4),
        (of(5u8), qt_4),
        (of(-5i8), qt_5),
        (of(1.5f32), qt_4),
        (of(QRectF::new(1.0, 2.0, 3.0, 4.0)), qt_4),
        (of(QSizeF::new(1.0, 2.0)), qt_4),
        (of(QPointF::new(1.0, 2.0)), qt_4),
        (of(QLine::new(QPoint::new(1, 2), QPoint::new(3, 4))), qt_4),
        (
            of(QLineF::new(QPointF::new(1.0, 2.0), QPointF::new(3.0, 4.0))),
            qt_4,
        ),
        (of(QUrl::from("qrc:/a")), qt_4),
        (of(QUuid::create_uuid()), qt_4),
        (of(hash), qt_4),
        (of(QDateTime::default()), qt_4),
        (of(json), qt_5),
        (of(object), qt_5),
        (of(array), qt_5),
    ]
}

#[test]
fn variant_is_read_at_each_version_as_written() {
    qt(|| {
        for (value, since) in variants() {
            for version in versions().filter(|version| *version >= since) {
                let what = (version.number(), value.type_name());
                let bytes = written(&value, version);
                let mut stream = reader(&bytes, version);
                let read: QVariant = stream.read().unwrap_or_else(|error| {
                    panic!("{what:?}: {error}: {bytes:02x?}");
                });
                assert!(stream.at_end(), "{what:?}");
                assert_eq!(read.type_id(), value.type_id(), "{what:?}");
                assert_eq!(written(&read, version), bytes, "{what:?}");
                for length in 0..bytes.len() {
                    let error = self::read::<QVariant>(&bytes[..length], version).err();
                    assert!(
                        matches!(error, Some(ReadPastEnd | ReadCorruptData)),
                        "{what:?} {length}: {error:?}"
                    );
                }
            }
        }
    });
}

#[test]
fn variant_list_of_numbers_is_read_by_name() {
    fn check<T: FromStream + QVariantValue + PartialEq + std::fmt::Debug>(value: T) {
        for version in versions().filter(|version| *version >= QDataStreamVersion::QT_4_0) {
            let bytes = written(&QVariant::from(&value), version);
            let read: QVariant = read(&bytes, version).unwrap_or_else(|error| {
                panic!("{version:?} {error}: {:?}", String::from_utf8_lossy(&bytes))
            });
            assert_eq!(read.value::<T>().as_ref(), Some(&value));
            assert_eq!(written(&read, version), bytes);
        }
    }
    qt(|| {
        // Qt 5 has no operators for them.
        if !is_qt_5() {
            check(QList::<bool>::from_iter([true, false]));
            check(QList::<i8>::from_iter([-1, 2]));
            check(QList::<i16>::from_iter([-1, 2]));
            check(QList::<i32>::from_iter([-1, 2]));
            check(QList::<u8>::from_iter([1, 2]));
            check(QList::<u16>::from_iter([1, 2]));
            check(QList::<u32>::from_iter([1, 2]));
            check(QList::<f32>::from_iter([1.5, 2.5]));
            check(QList::<f64>::from_iter([1.5, 2.5]));
        }
    });
}

#[test]
fn null_variant_keeps_its_type_and_value() {
    qt(|| {
        for (value, since) in variants() {
            for version in versions().filter(|v| *v >= since && *v >= QDataStreamVersion::QT_4_2) {
                let what = (version.number(), value.type_name());
                let mut bytes = written(&value, version);
                bytes[4] = 1;
                let read: QVariant = read(&bytes, version).unwrap();
                // In Qt 5, some types have their own null state.
                assert!(read.is_null() || is_qt_5(), "{what:?}");
                assert_eq!(read.type_id(), value.type_id(), "{what:?}");
                assert!(read == value || is_qt_5(), "{what:?}");
                assert_eq!(written(&read, version), bytes, "{what:?}");
                assert_eq!(written(&read.clone(), version), bytes, "{what:?}");
            }
        }
    });
}

/// The bytes of a date, a time and the following fields.
fn date_time(day: i64, spec: Option<i8>, rest: &[u8], version: QDataStreamVersion) -> Vec<u8> {
    let mut bytes = if version < QDataStreamVersion::QT_5_0 {
        (day as u32).to_be_bytes().to_vec()
    } else {
        day.to_be_bytes().to_vec()
    };
    bytes.extend(1000u32.to_be_bytes());
    bytes.extend(spec.map(|spec| spec as u8));
    bytes.extend(rest);
    bytes
}

/// Exercises a value: clones, compares, writes and drops it.
fn use_date_time(value: &QDateTime) {
    let _ = (value.is_valid(), value.to_string(), format!("{value:?}"));
    let _ = (
        value.clone() == *value,
        value.to_utc(),
        value.date(),
        value.time(),
    );
    let _ = value.offset_from_utc();
    for version in versions() {
        let _ = QDataStream::to_bytes().write(value);
        let mut stream = QDataStream::to_bytes();
        stream.set_version(version);
        let _ = stream.write(value);
    }
}

#[test]
fn date_time_of_an_unknown_spec_is_corrupt() {
    qt(|| {
        for version in versions().filter(|version| *version >= QDataStreamVersion::QT_4_0) {
            let is_of_qt_4 =
                version < QDataStreamVersion::QT_5_0 || version == QDataStreamVersion::QT_5_1;
            for spec in i8::MIN..=i8::MAX {
                for day in [2_460_000, i64::MIN, i64::MAX, 0, -1 << 40] {
                    let rest = match spec {
                        3 if !is_of_qt_4 && version != QDataStreamVersion::QT_5_0 => {
                            written("Europe/Berlin", version)
                        }
                        2 if !is_of_qt_4 && version != QDataStreamVersion::QT_5_0 => {
                            vec![0, 0, 14, 16]
                        }
                        _ => vec![],
                    };
                    let bytes = date_time(day, Some(spec), &rest, version);
                    let mut stream = reader(&bytes, version);
                    let result = stream.read::<QDateTime>();
                    let known = if is_of_qt_4 { -1..=4 } else { 0..=3 };
                    if known.contains(&spec) {
                        assert!(stream.at_end());
                        use_date_time(&result.unwrap());
                    } else {
                        assert_eq!(result.err(), Some(ReadCorruptData));
                    }
                }
            }
        }
    });
}

#[test]
fn date_time_of_an_endless_offset_is_corrupt() {
    qt(|| {
        let version = QDataStreamVersion::QT_5_10;
        for (seconds, expected) in [
            (50_400, None),
            (-86_400, None),
            (2_147_483, None),
            (2_147_484, Some(ReadCorruptData)),
            (i32::MIN, Some(ReadCorruptData)),
        ] {
            let bytes = date_time(2_460_000, Some(2), &seconds.to_be_bytes(), version);
            let read = read::<QDateTime>(&bytes, version);
            assert_eq!(read.as_ref().err().copied(), expected);
            read.iter().for_each(use_date_time);
        }
    });
}

#[test]
fn date_time_is_read_at_each_version_as_written() {
    qt(|| {
        let zone = QTimeZone::from_iana(&QByteArray::from("Europe/Berlin"));
        let offset = QTimeZone::from_offset_seconds(7200);
        let now = QDateTime::current_date_time_utc();
        for value in [
            QDateTime::default(),
            now.to_time_zone(&zone),
            now.to_time_zone(&offset),
            now.to_local_time(),
            now,
        ] {
            for version in versions() {
                let bytes = written(&value, version);
                let mut stream = reader(&bytes, version);
                let read: QDateTime = stream.read().unwrap();
                assert!(stream.at_end());
                // Before 5.2 the offset and the zone are lost.
                if version >= QDataStreamVersion::QT_5_2 {
                    assert_eq!(written(&read, version), bytes);
                    assert!(read == value);
                }
            }
        }
    });
}

/// The fields of a custom time zone: an offset with its names.
fn offset_zone(id: &str, offset: i32, country: i32, version: QDataStreamVersion) -> Vec<u8> {
    [
        written("OffsetFromUtc", version),
        written(id, version),
        written(&offset, version),
        written("name", version),
        written("abbreviation", version),
        written(&country, version),
        written("comment", version),
    ]
    .concat()
}

#[test]
fn time_zone_of_a_path_or_a_rule_is_corrupt() {
    qt(|| {
        for version in [QDataStreamVersion::QT_5_10, QDataStreamVersion::newest()] {
            for id in [
                "../../../etc/passwd",
                "/etc/passwd",
                "Europe/../../x",
                "Europe/..",
                "..",
                ".",
                "./Berlin",
                "Europe/./Berlin",
                "Europe//Berlin",
                "Europe/",
                "Europe/Berlin\0",
                "Europe/Berlin\0/../x",
                "..\\x",
                // A POSIX rule on which Qt 6.4 loops forever, and a valid one.
                "EST<EDT,M3.2.3,M111.1.0",
                "EST5EDT,M3.2.0,M11.1.0",
                "Europe/Berl\u{ed}n",
            ] {
                let corrupt = Some(ReadCorruptData);
                let zone = written(id, version);
                let with_names = offset_zone(id, 3600, 0, version);
                for bytes in [&zone, &with_names] {
                    let read_zone = read::<UniquePtr<QTimeZone>>(bytes, version);
                    assert_eq!(read_zone.err(), corrupt, "{id}");
                    let bytes = date_time(2_460_000, Some(3), bytes, version);
                    assert_eq!(read::<QDateTime>(&bytes, version).err(), corrupt, "{id}");
                    let bytes = [&variant_of(16)[..], &bytes].concat();
                    assert_eq!(read::<QVariant>(&bytes, version).err(), corrupt, "{id}");
                }
            }
            for id in [
                "",
                "Europe/Berlin",
                "America/Argentina/Ushuaia",
                "UTC+01:00",
                "No/Such..",
            ] {
                let bytes = written(id, version);
                let mut stream = reader(&bytes, version);
                assert!(stream.read::<UniquePtr<QTimeZone>>().is_ok(), "{id}");
                assert!(stream.at_end(), "{id}");
            }
        }
    });
}

#[test]
fn time_zone_with_names_of_its_own_is_checked() {
    fn result(bytes: &[u8]) -> Result<bool, StreamError> {
        let mut stream = reader(bytes, QDataStreamVersion::QT_5_10);
        let zone: UniquePtr<QTimeZone> = stream.read()?;
        assert!(stream.at_end());
        Ok(zone.is_valid())
    }
    qt(|| {
        let version = QDataStreamVersion::QT_5_10;
        assert_eq!(result(&offset_zone("Our/Zone", 3600, 0, version)), Ok(true));
        assert_eq!(
            result(&offset_zone("Our/Zone", 3600, 261, version)),
            Ok(true)
        );
        for country in [-1, 512, i32::MAX, i32::MIN] {
            let bytes = offset_zone("Our/Zone", 3600, country, version);
            assert_eq!(result(&bytes), Err(ReadCorruptData));
        }
        let bytes = offset_zone("Our/Zone", i32::MIN, 0, version);
        assert_eq!(result(&bytes), Err(ReadCorruptData));
    });
}

#[test]
fn time_zone_ahead_of_utc_is_an_id_before_6_5() {
    qt(|| {
        let version = QDataStreamVersion::newest();
        let of = |offset: i32| {
            let bytes = [written("AheadOfUtcBy", version), written(&offset, version)].concat();
            let mut stream = reader(&bytes, version);
            let zone = stream.read::<UniquePtr<QTimeZone>>();
            (zone.err(), stream.at_end())
        };
        if cfg!(cxxqt_qt_version_at_least_6_5) {
            assert_eq!(of(3600), (None, true));
            assert_eq!(of(i32::MIN).0, Some(ReadCorruptData));
        } else {
            assert_eq!(of(3600), (None, false));
        }
    });
}

#[test]
fn time_zone_of_a_fifo_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let id = format!("../../..{}", fifo.display());
    // Opening the FIFO would block until the deadline.
    qt(move || {
        let version = QDataStreamVersion::QT_5_10;
        let zone = written(&id, version);
        let error = read::<UniquePtr<QTimeZone>>(&zone, version).err();
        assert_eq!(error, Some(ReadCorruptData));
        let bytes = date_time(2_460_000, Some(3), &zone, version);
        assert_eq!(
            read::<QDateTime>(&bytes, version).err(),
            Some(ReadCorruptData)
        );
    });
}

#[test]
fn url_with_a_huge_host_takes_no_seconds() {
    qt(|| {
        for part in [
            "xn--a9z",
            "xn--a9z.",
            "%41",
            "%",
            "[",
            ":",
            "@",
            ".",
            "/../",
            "\u{e4}",
            "\u{fdfa}",
            "\u{fffd}",
            "a\u{301}\u{323}",
            "\u{ad}",
            "1.",
            "0x1.",
        ] {
            for before in ["http://", "//", "http://h/"] {
                let text = format!("{before}{}", part.repeat((1 << 18) / part.len()));
                let bytes = written(text.as_bytes(), QDataStreamVersion::newest());
                let start = Instant::now();
                match read::<QUrl>(&bytes, QDataStreamVersion::newest()) {
                    Ok(url) => drop((url.is_valid(), url.to_string(), url.clone() == url)),
                    Err(error) => assert_eq!(error, ReadCorruptData),
                }
                assert!(start.elapsed() < Duration::from_secs(2), "{before}{part}");
            }
        }
    });
}

#[test]
fn url_with_a_long_host_beyond_ascii_is_corrupt() {
    qt(|| {
        let version = QDataStreamVersion::newest();
        let read = |url: &str| read::<QUrl>(&written(url.as_bytes(), version), version).err();
        assert_eq!(read("http://h\u{f6}st.example/\u{f6}"), None);
        assert_eq!(
            read(&format!("http://host/{}", "\u{f6}".repeat(10_000))),
            None
        );
        assert_eq!(read(&format!("http://{}", "a.".repeat(10_000))), None);
        let host = "\u{f6}".repeat(10_000);
        assert_eq!(read(&format!("http://{host}")), Some(ReadCorruptData));
        let host = "%c3%b6".repeat(10_000);
        assert_eq!(read(&format!("//user@{host}:80/")), Some(ReadCorruptData));
    });
}

#[test]
fn time_zone_that_is_unknown_can_be_written() {
    qt(|| {
        let version = QDataStreamVersion::QT_5_15;
        let unknown = written("No/Such/Zone", version);
        let zone: UniquePtr<QTimeZone> = read(&unknown, version).unwrap();
        assert!(!zone.is_valid());
        let copy = read::<UniquePtr<QTimeZone>>(&written(&*zone, version), version).unwrap();
        assert!(!copy.is_valid());
        let bytes = date_time(2_460_000, Some(3), &unknown, version);
        let value = read::<QDateTime>(&bytes, version).unwrap();
        assert!(!value.is_valid());
        use_date_time(&value);
        use_date_time(&QDateTime::current_date_time().to_time_zone(&zone));
        let variant = [&variant_of(16)[..], &bytes].concat();
        let variant = read::<QVariant>(&variant, version).unwrap();
        let _ = written(&variant, version);
    });
}

#[test]
fn aborted_transaction_stands_at_its_error() {
    qt(|| {
        let mut stream = QDataStream::from_slice(&[0, 0, 0, 1, 5]);
        let refused = stream.transaction(|stream| stream.read_raw_bytes(100, 10));
        assert_eq!(refused, Err(SizeLimitExceeded));
        assert_eq!(stream.status(), Some(SizeLimitExceeded));
        assert_eq!(stream.read::<u8>(), Err(SizeLimitExceeded));
        assert_eq!(stream.set_status(ReadPastEnd), SizeLimitExceeded);
        // An error that only the reader returns.
        stream.reset_status();
        assert_eq!(stream.status(), None);
        for error in [SizeLimitExceeded, WriteFailed, ReadCorruptData] {
            assert_eq!(stream.transaction::<()>(|_| Err(error)), Err(error));
            assert_eq!(stream.status(), Some(error));
        }
        // The next outermost transaction begins without it, one inside another does not.
        let nested = stream.transaction(|stream| {
            assert_eq!(stream.status(), None);
            let inner = stream.transaction::<()>(|_| Err(SizeLimitExceeded));
            assert_eq!(inner, Err(SizeLimitExceeded));
            assert_eq!(stream.status(), Some(SizeLimitExceeded));
            let inner = stream.transaction::<()>(|_| Ok(()));
            assert_eq!(inner, Err(SizeLimitExceeded));
            Ok(())
        });
        assert_eq!(nested, Err(SizeLimitExceeded));
        assert_eq!(stream.transaction(|_| Err::<(), _>(ReadPastEnd)), Ok(None));
        assert_eq!(stream.status(), Some(ReadPastEnd));
    });
}

#[test]
fn status_is_too_large_where_it_was_set_so() {
    qt(|| {
        let mut stream = QDataStream::to_bytes();
        assert_eq!(stream.set_status(SizeLimitExceeded), SizeLimitExceeded);
        assert_eq!(stream.set_status(WriteFailed), SizeLimitExceeded);
        assert_eq!(stream.write(&1u8), Err(SizeLimitExceeded));
        stream.reset_status();
        assert_eq!(stream.set_status(WriteFailed), WriteFailed);
        assert_eq!(stream.set_status(SizeLimitExceeded), WriteFailed);
        stream.reset_status();
        assert_eq!(stream.write(&1u8), Ok(()));
    });
}

/// A socket with these bytes to read.
fn socket(bytes: &[u8]) -> QBox<QLocalSocket> {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let socket = QLocalSocket::new();
    socket.set_socket_descriptor(ours).unwrap();
    theirs.write_all(bytes).unwrap();
    socket
        .wait_for_ready_read(Some(crate::support::DEADLINE))
        .unwrap();
    // The peer may close: the bytes are buffered.
    socket
}

#[test]
fn replaced_stream_leaves_no_transaction() {
    qt(|| {
        let replace = |result: Result<u8, StreamError>| {
            let socket = socket(b"hello");
            let mut stream = QDataStream::on_device(&*socket);
            let outcome = stream.transaction(|stream| {
                assert_eq!(stream.read(), Ok(b'h'));
                *stream = QDataStream::to_bytes();
                // It may have the same address as the first.
                *stream = QDataStream::to_bytes();
                result
            });
            assert_eq!(stream.status(), None);
            assert!(stream.transaction(|_| Ok(())).is_ok());
            drop(stream);
            assert!(!socket.is_transaction_started());
            (outcome, socket.read_all().as_slice().to_vec())
        };
        assert_eq!(replace(Ok(1)), (Ok(Some(1)), b"ello".to_vec()));
        assert_eq!(replace(Err(ReadPastEnd)), (Ok(None), b"hello".to_vec()));
        let corrupt = (Err(ReadCorruptData), b"ello".to_vec());
        assert_eq!(replace(Err(ReadCorruptData)), corrupt);
    });
}

#[test]
fn replaced_stream_in_an_inner_transaction() {
    qt(|| {
        let socket = socket(b"hello");
        let mut stream = QDataStream::on_device(&*socket);
        let outcome = stream.transaction(|stream| {
            let inner = stream.transaction(|stream| {
                assert_eq!(stream.read(), Ok(b'h'));
                *stream = QDataStream::from_slice(b"other");
                Ok(())
            });
            assert_eq!(inner, Ok(Some(())));
            assert_eq!(stream.read(), Ok(b'o'));
            Err::<(), _>(ReadPastEnd)
        });
        assert_eq!(outcome, Ok(None));
        drop(stream);
        assert!(!socket.is_transaction_started());
        assert_eq!(socket.read_all().as_slice(), b"hello");
        // A stream in memory takes its device with it.
        let mut stream = QDataStream::from_slice(b"first");
        let outcome = stream.transaction(|stream| {
            *stream = QDataStream::from_slice(b"second");
            stream.read::<u8>()
        });
        assert_eq!(outcome, Ok(Some(b's')));
    });
}

#[test]
fn odd_byte_order_and_precision_are_the_default() {
    qt(|| {
        let mut stream = QDataStream::to_bytes();
        stream.set_byte_order(QDataStreamByteOrder { repr: 77 });
        stream.set_floating_point_precision(QDataStreamFloatingPointPrecision { repr: 77 });
        assert_eq!(stream.byte_order(), QDataStreamByteOrder::BigEndian);
        let precision = stream.floating_point_precision();
        assert_eq!(
            precision,
            QDataStreamFloatingPointPrecision::DoublePrecision
        );
        stream.write(&(1u16, 0f32)).unwrap();
        assert_eq!(
            stream.into_bytes().as_slice(),
            [0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
        );
    });
}

/// Deterministic random numbers: xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 16
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn bytes(&mut self, limit: usize) -> Vec<u8> {
        (0..self.below(limit))
            .map(|_| match self.next() % 8 {
                0..5 => 0,
                5 | 6 => self.next() as u8 % 16,
                _ => self.next() as u8,
            })
            .collect()
    }

    /// A variant with a valid header, often with nested variants.
    fn variant(&mut self, levels: usize, version: QDataStreamVersion) -> Vec<u8> {
        let id = match self.next() % 4 {
            0 => [8, LIST, 28][self.below(3)],
            1 => [127, 1024, 65536][self.below(3)],
            2 => self.below(180) as u32,
            _ => self.below(50) as u32,
        };
        let mut bytes = id.to_be_bytes().to_vec();
        if version >= QDataStreamVersion::QT_4_2 {
            bytes.push(self.next().is_multiple_of(8).into());
        }
        if levels > 0 && matches!(id, 8 | LIST | 28) {
            let count = self.below(4);
            bytes.extend((count as u32).to_be_bytes());
            for _ in 0..count {
                if id != LIST {
                    bytes.extend([0, 0, 0, 2, 0, self.next() as u8]);
                }
                bytes.extend(self.variant(levels - 1, version));
            }
        } else {
            bytes.extend(self.bytes(48));
        }
        bytes
    }
}

type Read = fn(&mut QDataStream<'_>) -> Result<(), StreamError>;

fn any<T: FromStream>(stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    stream.read::<T>().map(drop)
}

/// A value that can be written is read again from its bytes.
fn again<T: FromStream + ToStream>(stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    let value: T = stream.read()?;
    let mut copy = QDataStream::to_bytes();
    copy.set_version(stream.version());
    if copy.write(&value).is_ok() {
        let copied = copy.into_bytes();
        let mut copy = QDataStream::from_bytes(&copied);
        copy.set_version(stream.version());
        assert!(copy.read::<T>().is_ok(), "{:02x?}", copied.as_slice());
        assert!(copy.at_end(), "{:02x?}", copied.as_slice());
    }
    Ok(())
}

fn variant(stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    let value: QVariant = stream.read()?;
    let copy = value.clone();
    let _ = (copy == value, format!("{value:?}"), value.is_null());
    let _ = (value.value::<QString>(), value.value::<i64>());
    let _ = (value.value::<QDateTime>(), value.value::<QList<QVariant>>());
    let mut copy = QDataStream::to_bytes();
    copy.set_version(stream.version());
    let _ = copy.write(&value);
    Ok(())
}

/// Every type that is read.
const READS: [Read; 48] = [
    again::<bool>,
    again::<(i8, i16, i32, i64)>,
    again::<(u8, u16, u32, u64)>,
    again::<(f32, f64)>,
    again::<QByteArray>,
    again::<QString>,
    again::<QDate>,
    again::<QTime>,
    again::<QLine>,
    again::<QLineF>,
    again::<QMargins>,
    again::<QMarginsF>,
    again::<QPoint>,
    again::<QPointF>,
    again::<QRect>,
    again::<QRectF>,
    again::<QSize>,
    again::<QSizeF>,
    again::<QUrl>,
    again::<QUuid>,
    again::<QStringList>,
    again::<String>,
    again::<CString>,
    again::<Option<QString>>,
    again::<Option<QByteArray>>,
    again::<QJsonArray>,
    again::<QJsonObject>,
    again::<QJsonValue>,
    again::<QDateTime>,
    any::<UniquePtr<QTimeZone>>,
    variant,
    again::<QVariant>,
    any::<Vec<QVariant>>,
    any::<QList<QVariant>>,
    any::<QMap<QMapPair_QString_QVariant>>,
    any::<QHash<QHashPair_QString_QVariant>>,
    any::<BTreeMap<String, Vec<QVariant>>>,
    any::<HashMap<String, HashMap<u8, QVariant>>>,
    again::<Vec<QDateTime>>,
    again::<Vec<Vec<QUrl>>>,
    again::<QSet<QString>>,
    again::<QSet<i32>>,
    again::<HashSet<String>>,
    again::<QList<QDateTime>>,
    again::<QList<f32>>,
    any::<(QVariant, QDateTime, QJsonValue)>,
    any::<Vec<(u8, QJsonObject)>>,
    any::<(QUuid, (QDate, (QTime, QVariant)))>,
];

#[test]
fn random_bytes_end_in_a_value_or_an_error() {
    qt(|| {
        let mut random = Random(88_172_645_463_325_252);
        let all: Vec<_> = versions().collect();
        let end = Instant::now() + Duration::from_secs(2);
        while Instant::now() < end {
            for read in READS {
                let version = all[random.below(all.len())];
                let bytes = match random.next() % 3 {
                    0 => random.bytes(80),
                    1 => random.variant(4, version),
                    // A list, or the map of one.
                    _ => {
                        let mut bytes = 1u32.to_be_bytes().to_vec();
                        if random.next().is_multiple_of(2) {
                            bytes.extend([0, 0, 0, 2, 0, 65]);
                        }
                        bytes.extend(random.variant(3, version));
                        bytes
                    }
                };
                let mut stream = reader(&bytes, version);
                if random.next().is_multiple_of(4) {
                    stream.set_byte_order(QDataStreamByteOrder::LittleEndian);
                }
                let error = read(&mut stream).err();
                assert_eq!(stream.status(), error);
                assert!(!matches!(error, Some(WriteFailed)), "{bytes:02x?}");
            }
        }
    });
}
