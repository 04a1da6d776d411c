// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Conformance: reading: complete, too short or corrupt. See
//! `docs/conformance-streams.md`.

use std::collections::{BTreeMap, HashMap};
use std::ffi::CString;
use std::fmt::Debug;

use crate::support::qt;
use cxx_qt_lib::{
    QByteArray, QJsonArray, QJsonObject, QJsonValue, QList, QString, QStringList, QVector,
};
use cxx_qt_network::{
    FromStream, QDataStream, QDataStreamByteOrder, QDataStreamFloatingPointPrecision, StreamError,
};

use StreamError::{ReadCorruptData, ReadPastEnd};

fn reader(bytes: &[u8]) -> QDataStream<'static> {
    QDataStream::from_bytes(&QByteArray::from(bytes))
}

/// The value or the error, which is also the status of the stream.
fn read<T: FromStream>(bytes: &[u8]) -> Result<T, StreamError> {
    let mut stream = reader(bytes);
    let read = stream.read();
    assert_eq!(stream.status(), read.as_ref().err().copied());
    read
}

/// Checks that the value is read in both byte orders without the byte after it, and is incomplete
/// if any byte is missing.
fn whole_or_past_the_end<T>(big: &[u8], value: T, set_up: fn(&mut QDataStream<'_>))
where
    T: FromStream + PartialEq + Debug,
{
    let little: Vec<u8> = big.iter().rev().copied().collect();
    for (order, bytes) in [
        (QDataStreamByteOrder::BigEndian, big),
        (QDataStreamByteOrder::LittleEndian, &little),
    ] {
        let mut stream = reader(&[bytes, b"j"].concat());
        stream.set_byte_order(order);
        set_up(&mut stream);
        assert_eq!(stream.read::<T>().as_ref(), Ok(&value), "{order:?}");
        assert_eq!(stream.read::<u8>(), Ok(b'j'));
        for length in 0..bytes.len() {
            let mut stream = reader(&bytes[..length]);
            stream.set_byte_order(order);
            set_up(&mut stream);
            assert_eq!(stream.read::<T>(), Err(ReadPastEnd), "{length} {order:?}");
            assert_eq!(stream.status(), Some(ReadPastEnd));
        }
    }
}

fn integer<T: FromStream + PartialEq + Debug>(big: &[u8], value: T) {
    whole_or_past_the_end(big, value, |_| ());
}

#[test]
fn integers_of_8_bits_are_read_whole_or_past_the_end() {
    qt(|| {
        integer(&[0], 0i8);
        integer(&[0xff], -1i8);
        integer(&[0x25], 37i8);
        integer(&[0x80], i8::MIN);
        integer(&[0xff], 255u8);
        integer(&[0x25], 37u8);
    });
}

#[test]
fn integers_of_16_bits_are_read_whole_or_past_the_end() {
    qt(|| {
        integer(&[0, 0], 0i16);
        integer(&[0xff, 0xff], -1i16);
        integer(&[0x00, 0x25], 37i16);
        integer(&[0x12, 0x34], 0x1234i16);
        integer(&[0xff, 0xfe], 65_534u16);
        integer(&[0x12, 0x34], 0x1234u16);
    });
}

#[test]
fn integers_of_32_bits_are_read_whole_or_past_the_end() {
    qt(|| {
        integer(&[0; 4], 0i32);
        integer(&[0xff; 4], -1i32);
        integer(&[0, 0, 0, 0x25], 37i32);
        integer(&[0x12, 0x34, 0x56, 0x78], 0x1234_5678i32);
        integer(&[0xff, 0xff, 0xff, 0xfe], 4_294_967_294u32);
        integer(&[0x12, 0x34, 0x56, 0x78], 0x1234_5678u32);
    });
}

#[test]
fn integers_of_64_bits_are_read_whole_or_past_the_end() {
    let bytes = [0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0];
    qt(move || {
        integer(&[0; 8], 0i64);
        integer(&[0xff; 8], -1i64);
        integer(&[0, 0, 0, 0, 0, 0, 0, 0x25], 37i64);
        integer(&bytes, 0x1234_5678_9abc_def0i64);
        integer(&[0xff; 8], u64::MAX);
        integer(&bytes, 0x1234_5678_9abc_def0u64);
    });
}

#[test]
fn float_of_4_bytes_is_whole_or_past_the_end() {
    fn single<T: FromStream + PartialEq + Debug>(big: &[u8], value: T) {
        whole_or_past_the_end(big, value, |stream| {
            stream.set_floating_point_precision(QDataStreamFloatingPointPrecision::SinglePrecision);
        });
    }
    qt(|| {
        single(&[0; 4], 0f32);
        single(&[0xbf, 0x80, 0, 0], -1f32);
        single(&[0x42, 0x14, 0, 0], 37f32);
        single(&[0x3d, 0xcc, 0xcc, 0xcd], 0.1f32);
        single(&[0x42, 0x14, 0, 0], 37f64);
    });
}

#[test]
fn float_of_8_bytes_is_whole_or_past_the_end() {
    qt(|| {
        integer(&[0; 8], 0f64);
        integer(&[0xbf, 0xf0, 0, 0, 0, 0, 0, 0], -1f64);
        integer(&[0x40, 0x42, 0x80, 0, 0, 0, 0, 0], 37f64);
        integer(&0x3fb9_9999_9999_999a_u64.to_be_bytes(), 0.1f64);
        integer(&[0x40, 0x42, 0x80, 0, 0, 0, 0, 0], 37f32);
    });
}

/// Qt reads long values in steps of 1 MiB: lengths around one and three of them.
const LONG: [usize; 6] = [
    (1 << 20) - 1,
    1 << 20,
    (1 << 20) + 1,
    (3 << 20) - 1,
    3 << 20,
    (3 << 20) + 1,
];

/// Items without a zero, and without a period that divides the steps.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|i| 1 + (i % 251) as u8).collect()
}

fn with_length(length: usize, bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(length).unwrap().to_be_bytes(), bytes].concat()
}

#[test]
fn bytes_and_c_strings_are_read_whole_or_past_the_end() {
    fn check<T: FromStream + PartialEq + Debug>(value: impl Fn(&[u8]) -> T) {
        for bytes in [&b""[..], b"j", b"jk", b"jkl", b"jklm"] {
            let whole = with_length(bytes.len(), bytes);
            assert_eq!(read(&[&whole, &b"n"[..]].concat()), Ok(value(bytes)));
            for length in 0..whole.len() {
                assert_eq!(read::<T>(&whole[..length]), Err(ReadPastEnd));
            }
        }
        for length in LONG {
            let bytes = pattern(length);
            let mut whole = with_length(length, &bytes);
            // `assert_eq` would print them.
            assert!(read(&whole) == Ok(value(&bytes)), "{length}");
            whole.pop();
            assert!(read::<T>(&whole) == Err(ReadPastEnd), "{length}");
        }
        for claimed in [*b"xxxx", [0xff, 0xff, 0xff, 0xfe]] {
            assert_eq!(read::<T>(&claimed), Err(ReadPastEnd));
        }
    }
    qt(|| {
        check(|bytes| QByteArray::from(bytes));
        check(|bytes| bytes.to_vec());
        check(|bytes| CString::new(bytes).unwrap());
        // A null: Qt returns no `char *` and sets `ReadPastEnd`.
        assert_eq!(read::<Option<QByteArray>>(&[0xff; 4]), Ok(None));
        assert_eq!(read::<Vec<u8>>(&[0xff; 4]), Ok(Vec::new()));
        assert_eq!(read::<CString>(&[0xff; 4]), Ok(CString::default()));
    });
}

fn utf16(text: &[u8]) -> Vec<u8> {
    text.iter().flat_map(|byte| [0, *byte]).collect()
}

#[test]
fn strings_are_whole_past_the_end_or_corrupt() {
    qt(|| {
        for text in ["", "j", "jk", "jkl", "jklm"] {
            let bytes = utf16(text.as_bytes());
            let whole = with_length(bytes.len(), &bytes);
            let more = [&whole, &b"nn"[..]].concat();
            assert_eq!(read::<QString>(&more), Ok(QString::from(text)));
            assert_eq!(read::<String>(&more), Ok(text.to_owned()));
            for length in 0..whole.len() {
                assert_eq!(read::<QString>(&whole[..length]), Err(ReadPastEnd));
                assert_eq!(read::<String>(&whole[..length]), Err(ReadPastEnd));
            }
        }
        for length in LONG {
            let bytes = utf16(&pattern(length));
            let mut whole = with_length(2 * length, &bytes);
            let read_whole = read::<QString>(&whole).unwrap();
            let units = pattern(length).into_iter().map(u16::from);
            assert!(read_whole.as_slice().iter().copied().eq(units), "{length}");
            whole.pop();
            assert!(read::<QString>(&whole).is_err_and(|error| error == ReadPastEnd));
        }
        for claimed in [[0xff, 0xff, 0xff, 0xfe], [0x7f, 0xff, 0xff, 0xfe], *b"xxxx"] {
            assert_eq!(read::<QString>(&claimed), Err(ReadPastEnd));
        }
        for odd in [&b"yyyy"[..], &[0xff, 0xff, 0xff, 0xfd], b"\0\0\0\x03\0jk"] {
            assert_eq!(read::<QString>(odd), Err(ReadCorruptData));
            assert_eq!(read::<String>(odd), Err(ReadCorruptData));
        }
        assert_eq!(read::<Option<QString>>(&[0xff; 4]), Ok(None));
    });
}

/// With and without a transaction: `whole` is the value, each prefix of it is past the end,
/// `corrupt` is corrupt; an earlier error is kept.
fn container<T>(whole: &[u8], value: &T, corrupt: &[u8])
where
    T: FromStream + PartialEq + Debug,
{
    let transaction = |bytes: &[u8]| reader(bytes).transaction(QDataStream::read::<T>);
    assert_eq!(read::<T>(whole).as_ref(), Ok(value));
    assert_eq!(
        transaction(whole).as_ref().map(Option::as_ref),
        Ok(Some(value))
    );
    for length in 0..whole.len() {
        assert_eq!(read::<T>(&whole[..length]), Err(ReadPastEnd), "{length}");
        assert_eq!(transaction(&whole[..length]), Ok(None), "{length}");
    }
    assert_eq!(read::<T>(corrupt), Err(ReadCorruptData));
    assert_eq!(transaction(corrupt), Err(ReadCorruptData));
    for before in [ReadPastEnd, ReadCorruptData] {
        for bytes in [whole, &whole[..4], corrupt] {
            let mut stream = reader(bytes);
            stream.set_status(before);
            assert_eq!(stream.read::<T>(), Err(before));
            assert_eq!(stream.status(), Some(before));
        }
    }
}

#[test]
fn maps_are_whole_past_the_end_or_corrupt() {
    let one = b"\0\0\0\x01\0\0\0\0\0\0\0\0";
    let two = b"\0\0\0\x02\0\0\0\x02\0J\0\0\0\x02\0K\0\0\0\x02\0L\0\0\0\x04\0M\0N";
    let corrupt = b"\0\0\0\x02\0\0\0\x01\0J\0\0\0\x01\0K\0\0\0\x01\0L\0\0\0\x02\0M\0N";
    let pairs = |pairs: &[(&str, &str)]| {
        let owned = pairs
            .iter()
            .map(|(key, value)| (key.to_string(), value.to_string()));
        owned.collect::<Vec<_>>()
    };
    qt(move || {
        for (whole, pairs) in [
            (&b"\0\0\0\0"[..], pairs(&[])),
            (one, pairs(&[("", "")])),
            (two, pairs(&[("J", "K"), ("L", "MN")])),
        ] {
            let map = pairs.iter().cloned().collect::<BTreeMap<_, _>>();
            container(whole, &map, corrupt);
            let hash = pairs.iter().cloned().collect::<HashMap<_, _>>();
            container(whole, &hash, corrupt);
        }
        assert_eq!(
            read::<BTreeMap<String, String>>(b"\0\0\0\x01\0\0\0\x01"),
            Err(ReadCorruptData)
        );
    });
}

#[test]
fn lists_are_whole_past_the_end_or_corrupt() {
    let corrupt = b"\0\0\0\x02\0\0\0\x01\0J\0\0\0\x02\0M\0N";
    qt(move || {
        for (whole, items) in [
            (&b"\0\0\0\0"[..], &[][..]),
            (b"\0\0\0\x01\0\0\0\0", &[""]),
            (b"\0\0\0\x02\0\0\0\x02\0J\0\0\0\x04\0M\0N", &["J", "MN"]),
        ] {
            let items: Vec<_> = items.iter().map(|item| QString::from(*item)).collect();
            container(whole, &items, corrupt);
            container(whole, &QStringList::from_iter(items.clone()), corrupt);
            container(whole, &QList::from_iter(items.clone()), corrupt);
            container(whole, &QVector::from_iter(items), corrupt);
        }
    });
}

#[test]
fn invalid_json_is_corrupt() {
    qt(|| {
        let no_json = with_length(11, b"invalidJson");
        assert_eq!(read::<QJsonObject>(&no_json), Err(ReadCorruptData));
        assert_eq!(read::<QJsonArray>(&no_json), Err(ReadCorruptData));
        // 42 is not the number of a kind.
        assert_eq!(read::<QJsonValue>(&[42]), Err(ReadCorruptData));
        let array = with_length(7, b"[1,2,3]");
        assert_eq!(read::<QJsonArray>(&array).map(|array| array.len()), Ok(3));
    });
}
