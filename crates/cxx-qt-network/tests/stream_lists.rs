// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Lists of numbers and of strings, which are read and written in blocks: bytes, values and errors
//! are the same as for single items.

use std::fmt::Debug;

use crate::support::{DEADLINE, Pair, qt};
use cxx_qt_network::StreamError::{ReadCorruptData, ReadPastEnd};
use cxx_qt_network::{
    FromStream, QDataStream, QDataStreamByteOrder, QDataStreamFloatingPointPrecision,
    QDataStreamVersion, QIODeviceExt, StreamError, ToStream,
};

#[derive(Clone, Copy, Debug)]
struct Format {
    version: QDataStreamVersion,
    order: QDataStreamByteOrder,
    precision: QDataStreamFloatingPointPrecision,
}

impl Format {
    /// The versions that differ: a 64-bit integer is two halves before 3.3, the precision applies
    /// from 4.6 on.
    fn all() -> impl Iterator<Item = Self> {
        let versions = [
            QDataStreamVersion::QT_3_1,
            QDataStreamVersion::QT_4_5,
            QDataStreamVersion::newest(),
        ];
        versions.into_iter().flat_map(|version| {
            [
                (
                    QDataStreamByteOrder::BigEndian,
                    QDataStreamFloatingPointPrecision::DoublePrecision,
                ),
                (
                    QDataStreamByteOrder::LittleEndian,
                    QDataStreamFloatingPointPrecision::SinglePrecision,
                ),
            ]
            .map(|(order, precision)| Self {
                version,
                order,
                precision,
            })
        })
    }

    fn apply<'d>(self, mut stream: QDataStream<'d>) -> QDataStream<'d> {
        stream.set_version(self.version);
        stream.set_byte_order(self.order);
        stream.set_floating_point_precision(self.precision);
        stream
    }

    fn write(self, write: impl FnOnce(&mut QDataStream<'_>) -> Result<(), StreamError>) -> Vec<u8> {
        let mut stream = self.apply(QDataStream::to_bytes());
        write(&mut stream).unwrap();
        stream.into_bytes().as_slice().to_vec()
    }
}

fn write_one_by_one<T: ToStream>(
    items: &[T],
    stream: &mut QDataStream<'_>,
) -> Result<(), StreamError> {
    stream.write(&(items.len() as u32))?;
    items.iter().try_for_each(|item| stream.write(item))
}

fn read_one_by_one<T: FromStream>(stream: &mut QDataStream<'_>) -> Result<Vec<T>, StreamError> {
    let count: u32 = stream.read()?;
    (0..count).map(|_| stream.read()).collect()
}

/// Checks lists that end at a block boundary and after it.
fn check_numbers<T, B>(item: fn(u64) -> T, bits: fn(T) -> B)
where
    T: FromStream + ToStream + Copy,
    B: PartialEq + Debug,
{
    let bits = |items: &[T]| -> Vec<B> { items.iter().map(|item| bits(*item)).collect() };
    for format in Format::all() {
        for count in [0, 8192, 8193_u64] {
            // Bits of all places, NaN with and without a payload among them.
            let items: Vec<T> = (0..count)
                .map(|i| item(i.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 0x7ff0 << 48 >> (i % 64)))
                .collect();
            let expected = format.write(|stream| write_one_by_one(&items, stream));
            let written = format.write(|stream| stream.write(&items));
            assert!(written == expected, "{format:?} {count}");

            let mut stream = format.apply(QDataStream::from_slice(&expected));
            let read: Vec<T> = stream.read().unwrap();
            assert!(stream.at_end());
            let mut stream = format.apply(QDataStream::from_slice(&expected));
            let expected_items = read_one_by_one(&mut stream).unwrap();
            assert!(bits(&read) == bits(&expected_items), "{format:?} {count}");

            let cut = &expected[..expected.len() - 1];
            let mut stream = format.apply(QDataStream::from_slice(cut));
            assert_eq!(stream.read::<Vec<T>>().err(), Some(ReadPastEnd));
        }
    }
}

#[test]
fn number_list_has_the_bytes_of_its_items() {
    qt(|| {
        check_numbers(|bits| bits as i16, |item| item);
        check_numbers(|bits| bits as u16, |item| item);
        check_numbers(|bits| bits as i32, |item| item);
        check_numbers(|bits| bits as u32, |item| item);
        check_numbers(|bits| bits as i64, |item| item);
        check_numbers(|bits| bits, |item| item);
        check_numbers(|bits| f32::from_bits(bits as u32), f32::to_bits);
        check_numbers(f64::from_bits, f64::to_bits);
    });
}

/// Encodes the string without Qt.
fn put_string(text: &str, order: QDataStreamByteOrder, bytes: &mut Vec<u8>) {
    let length = 2 * text.encode_utf16().count() as u32;
    if order == QDataStreamByteOrder::LittleEndian {
        bytes.extend(length.to_le_bytes());
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    } else {
        bytes.extend(length.to_be_bytes());
        bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    }
}

#[test]
fn string_list_has_the_bytes_of_its_items() {
    qt(|| {
        let some = [
            "",
            "plain",
            "\u{7f}\u{80}",
            "\u{80}",
            "é",
            "🦀",
            "\u{feff}",
            "\0",
        ];
        // The length of the first is another one of these bytes in the wrong order.
        let long = ["x".repeat(0x8000), "x".repeat(70_000), "é🦀".repeat(40_000)];
        let mut texts: Vec<String> = some.into_iter().map(String::from).collect();
        texts.extend(long);
        texts.extend((0..5_000).map(|i| some[i % some.len()].repeat(i % 7)));
        for format in Format::all() {
            let mut expected = format.write(|stream| stream.write(&(texts.len() as u32)));
            texts
                .iter()
                .for_each(|text| put_string(text, format.order, &mut expected));
            let written = format.write(|stream| stream.write(&texts));
            assert!(written == expected, "{format:?}");
            let one_by_one = format.write(|stream| write_one_by_one(&texts, stream));
            assert!(one_by_one == expected, "{format:?}");

            let mut stream = format.apply(QDataStream::from_slice(&expected));
            assert!(stream.read() == Ok(texts.clone()), "{format:?}");
            assert!(stream.at_end());
        }
    });
}

#[test]
fn string_list_is_latin_1_in_version_1() {
    qt(|| {
        let texts = ["aé".to_owned(), String::new(), "b".to_owned()];
        let mut stream = QDataStream::to_bytes();
        stream.set_version(QDataStreamVersion::QT_1_0);
        stream.write(&texts[..]).unwrap();
        let bytes = stream.into_bytes();
        assert_eq!(
            bytes.as_slice(),
            b"\0\0\0\x03\0\0\0\x02a\xe9\0\0\0\0\0\0\0\x01b"
        );
        let mut stream = QDataStream::from_bytes(&bytes);
        stream.set_version(QDataStreamVersion::QT_1_0);
        assert_eq!(stream.read(), Ok(texts.to_vec()));
    });
}

type Texts = Result<Vec<String>, StreamError>;
type Read = fn(&mut QDataStream<'_>) -> Texts;

fn read_list(stream: &mut QDataStream<'_>) -> Texts {
    stream.read()
}

/// The result of reading, and the remaining bytes.
fn outcome(mut stream: QDataStream<'_>, read: Read) -> (Texts, Vec<u8>) {
    let result = read(&mut stream);
    assert_eq!(stream.status(), result.as_ref().err().copied());
    stream.reset_status();
    let mut rest = Vec::new();
    while let Ok(byte) = stream.read() {
        rest.push(byte);
    }
    (result, rest)
}

#[test]
fn string_list_ends_as_its_items_do() {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    let cases: [(&[u8], Texts); 9] = [
        (
            b"\0\0\0\x02\0\0\0\x02\0a\xff\xff\xff\xff!",
            Ok(texts(&["a", ""])),
        ),
        (b"\0\0\0\x01\0\0\0\x02\0a\0\0\0\x02\0b", Ok(texts(&["a"]))),
        (b"\0\0\0\x01\0\0\0\x02\xd8\0!", Ok(texts(&["\u{fffd}"]))),
        (b"\0\0\0\x01\0\0\0\x04\xd8\0\0a!", Ok(texts(&["\u{fffd}a"]))),
        (
            b"\0\0\0\x02\0\0\0\x02\0a\0\0\0\x03\0a\0\0\0!",
            Err(ReadCorruptData),
        ),
        (b"\0\0\0\x02\0\0\0\x02\0a\0\0\0\x04\0a\0", Err(ReadPastEnd)),
        (b"\0\0\0\x02\0\0\0\x02\0a\0\0", Err(ReadPastEnd)),
        (
            b"\x7f\xff\xff\xff\0\0\0\x02\0a\xff\xff\xff\0\0a",
            Err(ReadPastEnd),
        ),
        (b"\0\0\0\x01", Err(ReadPastEnd)),
    ];
    qt(move || {
        for (bytes, expected) in cases {
            for version in [QDataStreamVersion::QT_5_15, QDataStreamVersion::newest()] {
                let stream = || {
                    let mut stream = QDataStream::from_slice(bytes);
                    stream.set_version(version);
                    stream
                };
                let (result, rest) = outcome(stream(), read_list);
                assert_eq!(result, expected, "{bytes:?}");
                assert_eq!(
                    (result, rest),
                    outcome(stream(), read_one_by_one),
                    "{bytes:?}"
                );
            }
        }
    });
}

#[test]
fn string_with_64_bit_length_is_read_in_a_list() {
    let list = b"\0\0\0\x02\xff\xff\xff\xfe\0\0\0\0\0\0\0\x02\0a\0\0\0\x02\0b!";
    qt(|| {
        let (result, rest) = outcome(QDataStream::from_slice(list), read_list);
        if QDataStreamVersion::newest().number() < 22 {
            assert_eq!(result, Err(ReadPastEnd));
        } else {
            assert_eq!(result, Ok(vec!["a".to_owned(), "b".to_owned()]));
            assert_eq!(rest, b"!");
        }
    });
}

#[test]
fn string_list_is_read_as_its_items_in_text_mode() {
    qt(|| {
        // A carriage return is left out, which makes room for the byte after the string.
        let bytes = b"\0\0\0\x02\0\0\0\x04\x0d\x0d\0a\0b\0\0\0\x02\0c!";
        let outcomes = [read_list, read_one_by_one as Read].map(|read| {
            let pair = Pair::new();
            pair.theirs.write(bytes).unwrap();
            pair.theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
            while pair.ours.bytes_available() < bytes.len() {
                pair.ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
            }
            pair.ours.set_text_mode_enabled(true);
            outcome(QDataStream::on_device(&*pair.ours), read)
        });
        assert_eq!(outcomes[0], outcomes[1]);
        assert_eq!(outcomes[0].0, Ok(vec!["ab".to_owned(), "c".to_owned()]));
    });
}
