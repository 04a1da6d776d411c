// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Conformance: the stream: status, precision, versions, raw bytes and
//! transactions. See `docs/conformance-streams.md`.

use std::ffi::CString;

use crate::support::{Pair, qt};
use cxx_qt_lib::{QByteArray, QDate, QString, QTime, QVariant};
use cxx_qt_network::{
    FromStream, QDataStream, QDataStreamByteOrder, QDataStreamFloatingPointPrecision,
    QDataStreamVersion, QIODeviceExt, QLocalSocket, StreamError, ToStream,
};

use StreamError::{ReadCorruptData, ReadPastEnd, WriteFailed};

fn reader(bytes: &[u8]) -> QDataStream<'static> {
    QDataStream::from_bytes(&QByteArray::from(bytes))
}

#[test]
fn first_error_stays_until_it_is_reset() {
    qt(|| {
        let mut stream = reader(&[1]);
        assert_eq!(stream.status(), None);
        assert_eq!(stream.set_status(ReadPastEnd), ReadPastEnd);
        assert_eq!(stream.status(), Some(ReadPastEnd));
        assert_eq!(stream.set_status(ReadCorruptData), ReadPastEnd);
        stream.reset_status();
        assert_eq!(stream.set_status(ReadCorruptData), ReadCorruptData);
        assert_eq!(stream.status(), Some(ReadCorruptData));
        stream.reset_status();
        assert_eq!(stream.set_status(WriteFailed), WriteFailed);
        stream.reset_status();
        assert_eq!(stream.read::<u8>(), Ok(1));
    });
}

#[test]
fn precision_applies_to_both_kinds_of_floats() {
    qt(|| {
        let mut stream = QDataStream::to_bytes();
        stream.write(&123f32).unwrap();
        stream.write(&234f64).unwrap();
        stream.set_floating_point_precision(QDataStreamFloatingPointPrecision::SinglePrecision);
        stream.write(&123f32).unwrap();
        stream.write(&234f64).unwrap();
        let bytes = stream.into_bytes();
        let expected = [
            &[0x40, 0x5e, 0xc0, 0, 0, 0, 0, 0][..],
            &[0x40, 0x6d, 0x40, 0, 0, 0, 0, 0],
            &[0x42, 0xf6, 0, 0],
            &[0x43, 0x6a, 0, 0],
        ];
        assert_eq!(bytes.as_slice(), expected.concat());
        let mut stream = QDataStream::from_bytes(&bytes);
        assert_eq!(stream.read(), Ok(123f32));
        assert_eq!(stream.read(), Ok(234f64));
        stream.set_floating_point_precision(QDataStreamFloatingPointPrecision::SinglePrecision);
        assert_eq!(stream.read(), Ok(123f32));
        assert_eq!(stream.read(), Ok(234f64));
        assert!(stream.at_end());
    });
}

#[test]
fn float_keeps_its_bits_when_reversed_it_is_nan() {
    qt(|| {
        for order in [
            QDataStreamByteOrder::BigEndian,
            QDataStreamByteOrder::LittleEndian,
        ] {
            for bits in [0x0100_80ff_u32, 0x0100_807f, 0x7fc0_0001, 0xffc1_2345] {
                let mut stream = QDataStream::to_bytes();
                stream.set_byte_order(order);
                stream.set_floating_point_precision(
                    QDataStreamFloatingPointPrecision::SinglePrecision,
                );
                f32::from_bits(bits).to_stream(&mut stream).unwrap();
                let bytes = stream.into_bytes();
                let expected = match order {
                    QDataStreamByteOrder::LittleEndian => bits.to_le_bytes(),
                    _ => bits.to_be_bytes(),
                };
                assert_eq!(bytes.as_slice(), expected);
                let mut stream = QDataStream::from_bytes(&bytes);
                stream.set_byte_order(order);
                stream.set_floating_point_precision(
                    QDataStreamFloatingPointPrecision::SinglePrecision,
                );
                assert_eq!(stream.read::<f32>().map(f32::to_bits), Ok(bits));
            }
        }
    });
}

type Write = fn(&mut QDataStream<'_>) -> Result<(), StreamError>;

/// Each kind of write.
const WRITES: [Write; 16] = [
    |stream| stream.write(&true),
    |stream| stream.write(&1i8),
    |stream| stream.write(&1u8),
    |stream| stream.write(&1i16),
    |stream| stream.write(&1u16),
    |stream| stream.write(&1i32),
    |stream| stream.write(&1u32),
    |stream| stream.write(&1i64),
    |stream| stream.write(&1u64),
    |stream| stream.write(&1f32),
    |stream| stream.write(&1f64),
    |stream| stream.write("hello"),
    |stream| stream.write(c"hello"),
    |stream| stream.write(&vec![1u8, 2]),
    |stream| stream.write(&QVariant::from(&1i32)),
    |stream| stream.write_raw_data(b"test"),
];

#[test]
fn write_to_closed_device_fails_for_each_type() {
    qt(|| {
        for write in WRITES {
            let socket = QLocalSocket::new();
            let mut stream = QDataStream::on_device(&*socket);
            assert_eq!(write(&mut stream), Err(WriteFailed));
            assert_eq!(stream.status(), Some(WriteFailed));
            assert_eq!(write(&mut stream), Err(WriteFailed));
        }
    });
}

#[test]
fn nothing_is_written_after_an_error() {
    qt(|| {
        for write in WRITES {
            for error in [WriteFailed, ReadPastEnd, ReadCorruptData] {
                let mut stream = QDataStream::to_bytes();
                stream.write_raw_data(b"hello").unwrap();
                stream.set_status(error);
                assert_eq!(write(&mut stream), Err(error));
                assert_eq!(stream.status(), Some(error));
                assert_eq!(stream.into_bytes().as_slice(), b"hello");
            }
        }
    });
}

#[test]
fn nothing_is_read_after_an_error() {
    fn read<T: FromStream>(stream: &mut QDataStream<'_>) -> Option<StreamError> {
        stream.read::<T>().err()
    }
    qt(|| {
        for read in [
            read::<bool>,
            read::<i32>,
            read::<f64>,
            read::<QString>,
            read::<String>,
            read::<Vec<u8>>,
            read::<Vec<f64>>,
            read::<Vec<String>>,
            |stream: &mut QDataStream<'_>| stream.read_raw_data(&mut [0; 2]).err(),
            |stream: &mut QDataStream<'_>| stream.skip_raw_data(2).err(),
        ] {
            let mut stream = reader(&[0; 8]);
            stream.set_status(ReadCorruptData);
            assert_eq!(read(&mut stream), Some(ReadCorruptData));
            stream.reset_status();
            assert_eq!(stream.skip_raw_data(8), Ok(()));
        }
    });
}

/// After `before` bytes, `skipped` are skipped, and `next` is the byte after them.
fn skips(stream: &mut QDataStream<'_>, before: usize, skipped: usize, next: u8) {
    for _ in 0..before {
        stream.read::<u8>().unwrap();
    }
    stream.skip_raw_data(skipped).unwrap();
    assert_eq!(stream.read(), Ok(next));
}

#[test]
fn raw_bytes_are_not_skipped_past_the_end() {
    qt(|| {
        let short = b"abcdefghij";
        let mut long = vec![b'a'; 20_000];
        long[10_001] = b'x';
        let pair = Pair::new();
        for (bytes, before, skipped, next) in [
            (&short[..], 3, 6, b'j'),
            (&long, 1, 10_000, b'x'),
            (&long, 1, 0, b'a'),
        ] {
            skips(&mut reader(bytes), before, skipped, next);
            pair.feed(bytes);
            let mut stream = QDataStream::on_device(&*pair.ours);
            skips(&mut stream, before, skipped, next);
            drop(stream);
            pair.ours.read_all();
        }
        // Qt returns the number of available bytes; here it is an error.
        let past_the_end = |stream: &mut QDataStream<'_>| {
            stream.read::<u8>().unwrap();
            assert_eq!(stream.skip_raw_data(20_000), Err(ReadPastEnd));
            assert!(stream.at_end());
            assert_eq!(stream.read::<u8>(), Err(ReadPastEnd));
        };
        past_the_end(&mut reader(&long));
        pair.feed(&long);
        past_the_end(&mut QDataStream::on_device(&*pair.ours));
    });
}

#[test]
fn value_is_followed_correctly_at_each_version() {
    qt(|| {
        for number in 1..=QDataStreamVersion::newest().number() {
            let version = QDataStreamVersion::from_number(number).unwrap();
            let mut stream = QDataStream::to_bytes();
            stream.set_version(version);
            assert_eq!(stream.version(), version);
            let (date, time) = (QDate::new(2000, 1, 2), QTime::new(3, 4, 5, 0));
            let variant = QVariant::from(&QString::from("text"));
            stream.write(&date).unwrap();
            stream.write(&time).unwrap();
            stream.write(&variant).unwrap();
            stream.write(&1.5f32).unwrap();
            stream.write(&0xdead_beef_u32).unwrap();
            let mut stream = QDataStream::from_bytes(&stream.into_bytes());
            stream.set_version(version);
            assert_eq!(stream.read().as_ref(), Ok(&date), "{number}");
            assert_eq!(stream.read().as_ref(), Ok(&time), "{number}");
            assert_eq!(stream.read().as_ref(), Ok(&variant), "{number}");
            assert_eq!(stream.read(), Ok(1.5f32), "{number}");
            assert_eq!(stream.read(), Ok(0xdead_beef_u32), "{number}");
            assert!(stream.at_end());
        }
    });
}

#[test]
fn variants_and_null_times_of_qt_3() {
    qt(|| {
        let version = QDataStreamVersion::QT_3_3;
        let mut stream = QDataStream::to_bytes();
        stream.set_version(version);
        stream
            .write(&QVariant::from(&QByteArray::from("hello")))
            .unwrap();
        stream.write(&QTime::new(24, 0, 0, 0)).unwrap();
        let bytes = stream.into_bytes();
        // A QByteArray was type 29, and a null QTime is written as midnight.
        assert_eq!(bytes.as_slice(), b"\0\0\0\x1d\0\0\0\x05hello\0\0\0\0");
        let mut stream = QDataStream::from_bytes(&bytes);
        stream.set_version(version);
        let variant: QVariant = stream.read().unwrap();
        assert_eq!(variant.value(), Some(QByteArray::from("hello")));
        assert!(stream.read::<QTime>().unwrap().is_null());
    });
}

/// Values of each kind, followed by raw bytes.
type Values = (i8, i16, i32, i64, (bool, f32, f64, CString));

#[test]
fn transaction_cut_anywhere_takes_all_later() {
    let rows: [(Values, &[u8]); 3] = [
        (
            (1, 2, 3, 4, (true, 5.0, 6.0, c"Hello world!".into())),
            b"Qt rocks!",
        ),
        (
            (
                64,
                1 << 14,
                1 << 30,
                1 << 62,
                (false, 123.0, 234.0, c"a \n CRLF".into()),
            ),
            b"",
        ),
        (
            (-1, -2, -3, -4, (true, -123.0, -234.0, c"".into())),
            b"\0\xff",
        ),
    ];
    qt(move || {
        let pair = Pair::new();
        for (values, raw) in rows {
            let mut stream = QDataStream::to_bytes();
            stream.write(&values).unwrap();
            stream.write_raw_data(raw).unwrap();
            let bytes = stream.into_bytes();
            let read = |stream: &mut QDataStream<'_>| {
                let values: Values = stream.read()?;
                let mut read = vec![0; raw.len()];
                stream.read_raw_data(&mut read)?;
                Ok((values, read))
            };
            for length in 0..=bytes.as_slice().len() {
                let (begin, rest) = bytes.as_slice().split_at(length);
                pair.feed(begin);
                let mut stream = QDataStream::on_device(&*pair.ours);
                if !rest.is_empty() {
                    assert_eq!(stream.transaction(read), Ok(None), "{length}");
                    assert_eq!(stream.status(), Some(ReadPastEnd));
                    assert_eq!(stream.at_end(), length == 0);
                    drop(stream);
                    pair.feed(rest);
                    stream = QDataStream::on_device(&*pair.ours);
                }
                let (read, read_raw) = stream.transaction(read).unwrap().unwrap();
                assert!(stream.at_end());
                assert_eq!((read, &read_raw[..]), (values.clone(), raw));
            }
        }
    });
}

/// How an inner transaction ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Abort,
    RollBack,
    Commit,
}

/// Reads a byte in an inner transaction that ends in the given way, then in a second one, both in
/// an outer one. Returns the result of the outer one and whether the stream is at its end.
fn nested(first: End, second: End) -> (Result<Option<()>, StreamError>, bool) {
    let result = |end| match end {
        End::Abort => Err(ReadCorruptData),
        End::RollBack => Err(ReadPastEnd),
        End::Commit => Ok(()),
    };
    let mut stream = reader(&[0]);
    let outer = stream.transaction(|stream| {
        let _ = stream.transaction(|stream| {
            stream.read::<u8>().unwrap();
            result(first)
        });
        let _ = stream.transaction(|_| result(second));
        Ok(())
    });
    (outer, stream.at_end())
}

#[test]
fn inner_transaction_decides_the_outer_one() {
    use End::{Abort, Commit, RollBack};
    qt(|| {
        let corrupt = (Err(ReadCorruptData), true);
        let not_yet = (Ok(None), false);
        let taken = (Ok(Some(())), true);
        for (first, second, expected) in [
            (Abort, Abort, corrupt),
            (Abort, RollBack, corrupt),
            (Abort, Commit, corrupt),
            // Corrupt for Qt; here the status of the stream takes precedence over the result of the
            // reader.
            (RollBack, Abort, not_yet),
            (RollBack, RollBack, not_yet),
            (RollBack, Commit, not_yet),
            (Commit, Abort, corrupt),
            (Commit, RollBack, not_yet),
            (Commit, Commit, taken),
        ] {
            assert_eq!(nested(first, second), expected, "{first:?} {second:?}");
        }
    });
}
