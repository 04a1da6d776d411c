// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `QDataStream`: literal bytes, and the three outcomes of a read.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ffi::CString;
use std::fmt::Debug;

use crate::support::{DEADLINE, Pair, qt};
use cxx::UniquePtr;
use cxx_qt_lib::{
    QByteArray, QDate, QHash, QHashPair_QString_QVariant, QJsonObject, QJsonValue, QList, QMap,
    QMapPair_QString_QVariant, QMargins, QPoint, QPointF, QRect, QSet, QSize, QString, QStringList,
    QTime, QTimeZone, QUrl, QUuid, QVariant, QVector,
};
use cxx_qt_network::{
    FromStream, QDataStream, QDataStreamByteOrder, QDataStreamFloatingPointPrecision,
    QDataStreamVersion, QIODeviceExt, StreamError, ToStream,
};

fn hex(bytes: &QByteArray) -> String {
    bytes
        .as_slice()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn bytes(hex: &str) -> QByteArray {
    let bytes: Vec<u8> = (0..hex.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
        .collect();
    QByteArray::from(bytes.as_slice())
}

fn written(write: impl FnOnce(&mut QDataStream<'_>)) -> String {
    let mut stream = QDataStream::to_bytes();
    write(&mut stream);
    hex(&stream.into_bytes())
}

#[test]
fn bytes_are_read_where_they_are() {
    let bytes = vec![0, 0, 0, 4, 0, 97, 0, 98, 7, 0, 0, 0, 2, 1, 2];
    let mut stream = QDataStream::from_slice(&bytes);
    assert_eq!(stream.read::<String>().unwrap(), "ab");
    assert_eq!(stream.read::<u8>(), Ok(7));
    // The result is a copy and outlives them.
    let inner = stream.read::<QByteArray>().unwrap();
    assert!(stream.at_end());
    assert_eq!(stream.read::<u8>(), Err(StreamError::ReadPastEnd));
    assert_ne!(stream.write(&1u8), Ok(()), "it is for reading");
    drop(stream);
    assert_eq!(bytes.len(), 15);
    drop(bytes);
    assert_eq!(inner.as_slice(), [1, 2]);
    assert!(QDataStream::from_slice(&[]).at_end());
}

/// The value is written as these bytes, read back from them, and incomplete without the last byte.
fn both_ways<T: ToStream + FromStream + PartialEq + Debug>(value: T, expected: &str) {
    assert_eq!(
        written(|stream| stream.write(&value).unwrap()),
        expected,
        "{value:?}"
    );
    let mut stream = QDataStream::from_bytes(&bytes(expected));
    assert_eq!(stream.read::<T>(), Ok(value));
    assert!(stream.at_end());
    let mut stream = QDataStream::from_bytes(&bytes(&expected[..expected.len() - 2]));
    assert_eq!(stream.read::<T>(), Err(StreamError::ReadPastEnd));
    assert_eq!(stream.status(), Some(StreamError::ReadPastEnd));
}

#[test]
fn values_have_the_bytes_of_qt() {
    qt(|| {
        both_ways(true, "01");
        both_ways(-2i8, "fe");
        both_ways(-2i16, "fffe");
        both_ways(-2i32, "fffffffe");
        both_ways(-1i64, "ffffffffffffffff");
        both_ways(0xabu8, "ab");
        both_ways(0xabcdu16, "abcd");
        both_ways(0x0123_4567u32, "01234567");
        both_ways(0x0123_4567_89ab_cdefu64, "0123456789abcdef");
        both_ways(1.5f32, "3ff8000000000000");
        both_ways(1.5f64, "3ff8000000000000");
        both_ways(QString::from("Hé"), "00000004004800e9");
        both_ways(String::from("🦀"), "00000004d83edd80");
        both_ways(String::new(), "00000000");
        both_ways(None::<QString>, "ffffffff");
        both_ways(Some(QString::from("")), "00000000");
        both_ways(QByteArray::from(&[1, 2][..]), "000000020102");
        both_ways(None::<QByteArray>, "ffffffff");
        assert_eq!(
            written(|stream| stream.write("text").unwrap()),
            "000000080074006500780074"
        );
    });
}

#[test]
fn collections_have_the_bytes_of_qt() {
    qt(|| {
        both_ways(vec![1u16, 2], "0000000200010002");
        both_ways(Vec::<u8>::new(), "00000000");
        both_ways(
            vec![String::from("a"), String::new()],
            "0000000200000002006100000000",
        );
        both_ways(
            BTreeMap::from([(2u8, true), (1, false)]),
            "0000000201000201",
        );
        both_ways(HashMap::from([(1u8, 5u16)]), "00000001010005");
        both_ways((1u8, String::from("a"), true), "0100000002006101");
        both_ways(vec![(1u8, 2u8)], "000000010102");
        both_ways(BTreeSet::from([2u8, 1]), "000000020102");
        both_ways(HashSet::from([3u16]), "000000010003");
        both_ways(vec![1u8, 2, 3], "00000003010203");
        both_ways(c"ab".to_owned(), "00000003616200");
        both_ways(c"".to_owned(), "0000000100");
        let mut null = QDataStream::from_bytes(&bytes("ffffffff"));
        assert_eq!(null.read::<Vec<u8>>(), Ok(Vec::new()));
        let mut no_list = QDataStream::from_bytes(&bytes("ffffffff"));
        assert_eq!(
            no_list.read::<Vec<u16>>(),
            Err(StreamError::ReadCorruptData)
        );
        let mut to_the_zero = QDataStream::from_bytes(&bytes("0000000361006200"));
        assert_eq!(to_the_zero.read::<CString>(), Ok(c"a".to_owned()));
    });
}

#[test]
fn containers_of_cxx_qt_lib_have_the_bytes_of_qt() {
    qt(|| {
        both_ways(QList::from(&[1u16, 2]), "0000000200010002");
        both_ways(QVector::from(&[1u16, 2]), "0000000200010002");
        let mut set = QSet::<u8>::default();
        set.insert(7);
        both_ways(set, "0000000107");
        let variant = QVariant::from(&true);
        let mut map = QMap::<QMapPair_QString_QVariant>::default();
        map.insert(QString::from("b"), variant.clone());
        map.insert(QString::from("a"), QVariant::from(&false));
        let mut stream = QDataStream::to_bytes();
        stream.set_version(QDataStreamVersion::QT_5_15);
        stream.write(&map).unwrap();
        let expected = "00000002000000020061000000010000000000020062000000010001";
        assert_eq!(hex(&stream.into_bytes()), expected);
        let mut stream = QDataStream::from_bytes(&bytes(expected));
        stream.set_version(QDataStreamVersion::QT_5_15);
        let read: QMap<QMapPair_QString_QVariant> = stream.read().unwrap();
        assert!(read == map);
        assert!(stream.at_end());
        let mut hash = QHash::<QHashPair_QString_QVariant>::default();
        hash.insert(QString::from("b"), variant);
        let mut stream = QDataStream::to_bytes();
        stream.set_version(QDataStreamVersion::QT_5_15);
        stream.write(&hash).unwrap();
        let expected = "00000001000000020062000000010001";
        assert_eq!(hex(&stream.into_bytes()), expected);
        let mut stream = QDataStream::from_bytes(&bytes(expected));
        stream.set_version(QDataStreamVersion::QT_5_15);
        assert!(stream.read::<QHash<QHashPair_QString_QVariant>>().unwrap() == hash);
    });
}

#[test]
fn bytes_are_taken_only_when_all_are_there() {
    qt(|| {
        let pair = Pair::new();
        send(&pair, "00000004aabb");
        let read = |stream: &mut QDataStream<'_>| {
            assert!(stream.is_device_transaction_started());
            let count = stream.read::<u32>()?;
            stream.read_raw_bytes(count as usize, 4)
        };
        let mut stream = QDataStream::on_device(&*pair.ours);
        assert_eq!(stream.transaction(read), Ok(None));
        assert!(!stream.is_device_transaction_started());
        drop(stream);
        send(&pair, "ccdd00000005");
        let mut stream = QDataStream::on_device(&*pair.ours);
        assert_eq!(
            stream.transaction(read),
            Ok(Some(vec![0xaa, 0xbb, 0xcc, 0xdd]))
        );
        assert_eq!(
            stream.transaction(read),
            Err(StreamError::SizeLimitExceeded)
        );
        assert_eq!(stream.status(), Some(StreamError::SizeLimitExceeded));
    });
}

#[test]
fn claimed_bytes_take_no_memory() {
    qt(|| {
        let mut stream = QDataStream::from_slice(b"abc");
        // More than any system has.
        let read = stream.read_raw_bytes(usize::MAX, usize::MAX);
        assert_eq!(read, Err(StreamError::ReadPastEnd));
    });
}

#[test]
fn transaction_larger_than_read_buffer_is_refused() {
    qt(|| {
        let pair = Pair::new();
        pair.ours.set_read_buffer_size(Some(8));
        send(&pair, "0000000100000008");
        let mut stream = QDataStream::on_device(&*pair.ours);
        assert_eq!(
            stream.transaction(number_and_text),
            Err(StreamError::ReadBufferFull)
        );
        drop(stream);
        assert_eq!(pair.ours.bytes_available(), 8, "nothing is used up");
        pair.ours.set_read_buffer_size(Some(9));
        let mut stream = QDataStream::on_device(&*pair.ours);
        assert_eq!(stream.transaction(number_and_text), Ok(None));
    });
}

#[test]
fn values_of_qt_have_the_bytes_of_qt() {
    qt(|| {
        let mut list = QStringList::default();
        list.append(QString::from("a"));
        list.append(QString::default());
        // A default QString is null.
        both_ways(list, "00000002000000020061ffffffff");
        both_ways(QPoint::new(1, -1), "00000001ffffffff");
        both_ways(QSize::new(2, 3), "0000000200000003");
        // Left, top, right, bottom; the last pixels are inside.
        both_ways(
            QMargins::new(1, 2, 3, 4),
            "00000001000000020000000300000004",
        );
        both_ways(QRect::new(1, 2, 3, 4), "00000001000000020000000300000005");
        both_ways(QPointF::new(1.5, 0.0), "3ff80000000000000000000000000000");
        both_ways(QUrl::from("qrc:/a"), "000000067172633a2f61");
        both_ways(QUuid::default(), "00000000000000000000000000000000");
        both_ways(QTime::new(0, 0, 1, 0), "000003e8");
        // The Julian day; 64 bits since Qt 5.0.
        both_ways(QDate::new(2000, 1, 1), "0000000000256859");
        let mut stream = QDataStream::to_bytes();
        stream.write(&*QTimeZone::utc()).unwrap();
        let mut stream = QDataStream::from_bytes(&stream.into_bytes());
        let zone: UniquePtr<QTimeZone> = stream.read().unwrap();
        assert!(*zone == *QTimeZone::utc() && stream.at_end());
        let mut object = QJsonObject::default();
        object.insert(&QString::from("a"), &QJsonValue::from(true));
        both_ways(object, "0000000a7b2261223a747275657d");
    });
}

#[test]
fn variant_tells_its_type() {
    qt(|| {
        for (value, expected) in [
            (QVariant::from(&1i32), "000000020000000001"),
            (
                QVariant::from(&QString::from("x")),
                "0000000a00000000020078",
            ),
            (QVariant::from(&true), "000000010001"),
        ] {
            let mut stream = QDataStream::to_bytes();
            stream.set_version(QDataStreamVersion::QT_5_15);
            stream.write(&value).unwrap();
            assert_eq!(hex(&stream.into_bytes()), expected);
            let mut stream = QDataStream::from_bytes(&bytes(expected));
            stream.set_version(QDataStreamVersion::QT_5_15);
            assert!(stream.read::<QVariant>().unwrap() == value);
        }
        // A type without a value.
        let mut stream = QDataStream::from_bytes(&bytes("0000000200"));
        assert_eq!(
            stream.read::<QVariant>().map(|_| ()),
            Err(StreamError::ReadPastEnd)
        );
    });
}

#[test]
fn claimed_item_count_allocates_nothing() {
    qt(|| {
        for count in ["fffffffd", "fffffffe", "7fffffff"] {
            let mut stream = QDataStream::from_bytes(&bytes(&format!("{count}0102")));
            assert_eq!(
                stream.read::<Vec<u8>>(),
                Err(StreamError::ReadPastEnd),
                "{count}"
            );
        }
    });
}

/// Qt 6.11 allocates as many strings and variants as the data claims, and throws if it cannot.
#[test]
fn claimed_qt_list_is_an_error() {
    fn read<T: FromStream>(hex: &str) -> Option<StreamError> {
        let mut stream = QDataStream::from_bytes(&bytes(hex));
        stream.set_version(QDataStreamVersion::QT_5_15);
        stream.read::<T>().err()
    }
    let is_error = |error| {
        matches!(
            error,
            Some(StreamError::ReadPastEnd | StreamError::SizeLimitExceeded)
        )
    };
    qt(move || {
        // Strings; a variant with a list of variants, and one with a list of strings.
        assert!(is_error(read::<QStringList>("fffffffd")));
        assert!(is_error(read::<QVariant>("0000000900fffffffd")));
        assert!(is_error(read::<QVariant>("0000000b00fffffffd")));
    });
}

#[test]
fn byte_order_and_precision_change_the_bytes() {
    qt(|| {
        let little = written(|stream| {
            stream.set_byte_order(QDataStreamByteOrder::LittleEndian);
            assert_eq!(stream.byte_order(), QDataStreamByteOrder::LittleEndian);
            stream.write(&0x0102_0304u32).unwrap();
        });
        assert_eq!(little, "04030201");
        let single = written(|stream| {
            stream.set_floating_point_precision(QDataStreamFloatingPointPrecision::SinglePrecision);
            assert_eq!(
                stream.floating_point_precision(),
                QDataStreamFloatingPointPrecision::SinglePrecision
            );
            stream.write(&1.5f64).unwrap();
        });
        assert_eq!(single, "3fc00000");
    });
}

#[test]
fn version_is_one_that_this_qt_can_write() {
    qt(|| {
        let mut stream = QDataStream::to_bytes();
        assert_eq!(stream.version(), QDataStreamVersion::newest());
        stream.set_version(QDataStreamVersion::QT_4_0);
        assert_eq!(stream.version().number(), 7);
        assert_eq!(
            QDataStreamVersion::from_number(17),
            Some(QDataStreamVersion::QT_5_10)
        );
        assert_eq!(QDataStreamVersion::from_number(0), None);
        assert_eq!(
            QDataStreamVersion::from_number(QDataStreamVersion::newest().number() + 1),
            None
        );
        // In Qt 4.5 and before, a float took four bytes.
        stream.write(&1.5f32).unwrap();
        assert_eq!(hex(&stream.into_bytes()), "3fc00000");
    });
}

#[test]
fn raw_bytes_stand_beside_values() {
    qt(|| {
        let raw = written(|stream| {
            stream.write(&1u8).unwrap();
            stream.write_raw_data(b"raw").unwrap();
        });
        assert_eq!(raw, "01726177");
        let mut stream = QDataStream::from_bytes(&bytes(&raw));
        stream.skip_raw_data(2).unwrap();
        let mut two = [0; 2];
        stream.read_raw_data(&mut two).unwrap();
        assert_eq!(&two, b"aw");
        assert_eq!(stream.skip_raw_data(1), Err(StreamError::ReadPastEnd));
        assert_eq!(
            stream.read_raw_data(&mut two),
            Err(StreamError::ReadPastEnd)
        );
    });
}

#[test]
fn an_error_stays_until_it_is_reset() {
    qt(|| {
        let mut stream = QDataStream::from_bytes(&bytes("0001"));
        assert_eq!(stream.read::<u32>(), Err(StreamError::ReadPastEnd));
        assert_eq!(stream.read::<u8>(), Err(StreamError::ReadPastEnd));
        stream.reset_status();
        assert_eq!(stream.status(), None);
    });
}

#[test]
fn claimed_length_allocates_nothing() {
    qt(|| {
        let mut stream = QDataStream::from_bytes(&bytes("fffffff00041"));
        assert_eq!(
            stream.read::<QString>().map(|_| ()),
            Err(StreamError::ReadPastEnd)
        );
    });
}

fn send(pair: &Pair, hex: &str) {
    pair.theirs.write(bytes(hex).as_slice()).unwrap();
    pair.theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
    pair.ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
}

fn number_and_text(stream: &mut QDataStream<'_>) -> Result<(u32, String), StreamError> {
    Ok((stream.read()?, stream.read()?))
}

#[test]
fn transaction_takes_all_or_nothing() {
    qt(|| {
        let pair = Pair::new();
        send(&pair, "00000007000000040048");
        let mut stream = QDataStream::on_device(&*pair.ours);
        assert_eq!(stream.transaction(number_and_text), Ok(None));
        drop(stream);
        assert_eq!(pair.ours.bytes_available(), 10, "put back");

        // The rest, and the beginning of the next.
        send(&pair, "00e900000008");
        let mut stream = QDataStream::on_device(&*pair.ours);
        assert_eq!(
            stream.transaction(number_and_text),
            Ok(Some((7, "Hé".into())))
        );
        assert_eq!(stream.transaction(number_and_text), Ok(None));
        drop(stream);
        assert_eq!(pair.ours.bytes_available(), 4);
    });
}

#[test]
fn corrupt_data_is_told_apart_from_missing_data() {
    qt(|| {
        let pair = Pair::new();
        // UTF-16 never has three bytes.
        send(&pair, "0000000700000003004800");
        let mut stream = QDataStream::on_device(&*pair.ours);
        assert_eq!(
            stream.transaction(number_and_text),
            Err(StreamError::ReadCorruptData)
        );
        assert_eq!(stream.status(), Some(StreamError::ReadCorruptData));
    });
}

#[test]
fn reader_reports_corrupt_data_itself() {
    qt(|| {
        let pair = Pair::new();
        send(&pair, "00000007");
        let mut stream = QDataStream::on_device(&*pair.ours);
        let refused = stream.transaction(|stream| match stream.read::<u32>()? {
            7 => Err::<(), _>(StreamError::ReadCorruptData),
            _ => Ok(()),
        });
        assert_eq!(refused, Err(StreamError::ReadCorruptData));
        drop(stream);
        assert!(!pair.ours.is_transaction_started());
    });
}

#[test]
fn reader_that_ignores_an_error_fails() {
    qt(|| {
        let pair = Pair::new();
        send(&pair, "0007");
        let mut stream = QDataStream::on_device(&*pair.ours);
        let overlooked = stream.transaction(|stream| Ok(stream.read::<u32>().unwrap_or_default()));
        assert_eq!(overlooked, Ok(None));
        drop(stream);
        assert_eq!(pair.ours.bytes_available(), 2);
    });
}

#[test]
fn panic_of_a_reader_ends_the_transaction() {
    qt(|| {
        let pair = Pair::new();
        send(&pair, "0007");
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut stream = QDataStream::on_device(&*pair.ours);
            stream.transaction::<()>(|_| panic!("in the reader"))
        }));
        assert!(panic.is_err());
        assert!(!pair.ours.is_transaction_started());
        assert_eq!(pair.ours.bytes_available(), 2);
    });
}

#[test]
fn device_that_takes_nothing_fails_writes() {
    qt(|| {
        let socket = cxx_qt_network::QLocalSocket::new();
        let mut stream = QDataStream::on_device(&*socket);
        assert_eq!(stream.write(&1u32), Err(StreamError::WriteFailed));
    });
}

/// The peak virtual memory of this process, in KiB.
#[cfg(target_os = "linux")]
fn asked_for() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmPeak:"));
    peak.unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn list_of_strings_allocates_only_what_is_there() {
    qt(|| {
        let before = asked_for();
        let mut stream =
            QDataStream::from_bytes(&bytes("08000000 00000002 0061".replace(' ', "").as_str()));
        assert_eq!(stream.read::<QStringList>(), Err(StreamError::ReadPastEnd));
        let more = asked_for() - before;
        assert!(more < 1 << 20, "{more} KiB for 10 bytes");
    });
}
