// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The binding's typed reading and its framing, of bytes that mean no good.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::CString;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use cxx_qt_lib::{
    QByteArray, QDate, QDateTime, QHash, QHashPair_QString_QVariant, QJsonArray, QJsonObject,
    QJsonValue, QLine, QLineF, QList, QMap, QMapPair_QString_QVariant, QMargins, QMarginsF, QPoint,
    QPointF, QRect, QRectF, QSet, QSize, QSizeF, QString, QStringList, QTime, QTimeZone, QUrl,
    QUuid, QVariant, QVector,
};
use cxx_qt_network::{
    FrameError, FromStream, LengthDelimited, LengthPrefix, QDataStream, QDataStreamByteOrder,
    QDataStreamFloatingPointPrecision, QDataStreamVersion, QIODeviceExt, QLocalSocket, StreamError,
    ToStream,
};

use super::input::Input;

/// Runs one input: a few reads of a stream, or of frames from a socket.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    if input.byte() % 16 == 15 {
        frames(input);
    } else {
        stream(input);
    }
}

type Read = fn(&mut QDataStream<'_>) -> Result<(), StreamError>;

/// Every type that is read, and lists and maps of them. What is new comes last: inputs count.
const READS: [Read; 50] = [
    again::<String>,
    again::<Vec<u8>>,
    again::<Vec<u32>>,
    again::<Vec<String>>,
    again::<Vec<Vec<Vec<u16>>>>,
    again::<BTreeMap<String, u32>>,
    again::<BTreeMap<u8, Vec<(i16, bool)>>>,
    again::<(u8, (String, Vec<(u16, bool)>), i64)>,
    again::<CString>,
    only::<HashMap<u32, Vec<u8>>>,
    only::<HashSet<String>>,
    only::<QString>,
    only::<QByteArray>,
    only::<Option<QString>>,
    only::<Option<QByteArray>>,
    only::<QStringList>,
    only::<QList<i32>>,
    only::<QUrl>,
    only::<(QDate, QTime, QUuid, f32, f64)>,
    raw,
    variant,
    rewritten::<QDateTime>,
    time_zone,
    rewritten::<QJsonValue>,
    rewritten::<QJsonObject>,
    rewritten::<QJsonArray>,
    rewritten::<QUrl>,
    only::<Vec<QVariant>>,
    only::<QList<QVariant>>,
    only::<QMap<QMapPair_QString_QVariant>>,
    only::<QHash<QHashPair_QString_QVariant>>,
    only::<BTreeMap<String, Vec<QVariant>>>,
    only::<(QVariant, (QDateTime, QJsonValue), QVariant)>,
    only::<Vec<QDateTime>>,
    only::<QList<QDateTime>>,
    only::<Vec<(u8, QJsonObject)>>,
    again::<(bool, i8, i16, i32, i64)>,
    again::<(u8, u16, u32, u64)>,
    only::<(QLine, QLineF, QMargins, QMarginsF)>,
    only::<(QPoint, QPointF, QRect, QRectF)>,
    only::<(QSize, QSizeF)>,
    only::<QSet<QString>>,
    only::<QSet<u64>>,
    only::<QVector<QUrl>>,
    only::<QVector<f32>>,
    only::<QList<QUuid>>,
    rewritten::<QDate>,
    rewritten::<QTime>,
    rewritten::<QUuid>,
    in_transaction,
];

/// Every version of the stream; the first are those that inputs have from before there were all.
fn versions() -> Vec<QDataStreamVersion> {
    let mut versions = vec![
        QDataStreamVersion::QT_4_0,
        QDataStreamVersion::QT_4_6,
        QDataStreamVersion::QT_5_0,
        QDataStreamVersion::QT_5_10,
        QDataStreamVersion::QT_6_0,
        QDataStreamVersion::newest(),
    ];
    versions.extend(
        (1..=QDataStreamVersion::newest().number()).filter_map(QDataStreamVersion::from_number),
    );
    versions
}

fn stream(mut input: Input<'_>) {
    let version = input.choice(&versions());
    let order = input.choice(&[
        QDataStreamByteOrder::BigEndian,
        QDataStreamByteOrder::LittleEndian,
    ]);
    let precision = input.choice(&[
        QDataStreamFloatingPointPrecision::DoublePrecision,
        QDataStreamFloatingPointPrecision::SinglePrecision,
    ]);
    let reads: Vec<Read> = (0..1 + input.byte() % 4)
        .map(|_| input.choice(&READS))
        .collect();

    let mut stream = QDataStream::from_bytes(&QByteArray::from(input.0));
    stream.set_version(version);
    stream.set_byte_order(order);
    stream.set_floating_point_precision(precision);
    let mut failed = None;
    for read in reads {
        let result = read(&mut stream);
        // The first error stays.
        if failed.is_some() {
            assert_eq!(result.err(), failed);
        } else {
            failed = result.err();
        }
        assert_eq!(stream.status(), failed);
    }
}

fn only<T: FromStream>(stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    stream.read::<T>().map(drop)
}

/// What was read is read again when it is written.
fn again<T: FromStream + ToStream + PartialEq + std::fmt::Debug>(
    stream: &mut QDataStream<'_>,
) -> Result<(), StreamError> {
    let value = stream.read::<T>()?;
    let mut copy = QDataStream::to_bytes();
    copy.set_version(stream.version());
    copy.set_byte_order(stream.byte_order());
    copy.write(&value).unwrap();
    let mut copy = QDataStream::from_bytes(&copy.into_bytes());
    copy.set_version(stream.version());
    copy.set_byte_order(stream.byte_order());
    let copied = copy.read::<T>();
    // Before 3.3, Qt reads the halves of a 64-bit integer in the wrong order.
    if stream.version() >= QDataStreamVersion::QT_3_3 {
        assert_eq!(copied.as_ref(), Ok(&value));
        assert!(copy.at_end());
    }
    Ok(())
}

/// What was read can be written and read, though it need not be equal: not every version keeps all.
fn rewritten<T: FromStream + ToStream + std::fmt::Debug>(
    stream: &mut QDataStream<'_>,
) -> Result<(), StreamError> {
    let value = stream.read::<T>()?;
    let _ = format!("{value:?}");
    let mut copy = QDataStream::to_bytes();
    copy.set_version(stream.version());
    copy.write(&value).unwrap();
    let mut copy = QDataStream::from_bytes(&copy.into_bytes());
    copy.set_version(stream.version());
    copy.read::<T>().unwrap();
    assert!(copy.at_end());
    Ok(())
}

/// Uses a variant in the ways of a program.
fn variant(stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    let value = stream.read::<QVariant>()?;
    let _ = (format!("{value:?}"), value.clone() == value);
    let _ = (value.value::<QString>(), value.value::<i64>());
    let _ = (value.value::<QDateTime>(), value.value::<QUrl>());
    let mut copy = QDataStream::to_bytes();
    copy.set_version(stream.version());
    if copy.write(&value).is_ok() {
        let mut copy = QDataStream::from_bytes(&copy.into_bytes());
        copy.set_version(stream.version());
        copy.read::<QVariant>().unwrap();
        assert!(copy.at_end());
    }
    Ok(())
}

fn time_zone(stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    // Its type cannot be named without the crate cxx.
    let [_, zone] = [QTimeZone::utc(), stream.read()?];
    let _ = (zone.is_valid(), format!("{:?}", &*zone));
    let now = QDateTime::from_msecs_since_epoch(1 << 40, &zone);
    let _ = (now.to_string(), now.to_utc());
    QDataStream::to_bytes().write(&*zone).unwrap();
    Ok(())
}

/// What is put back is read again.
fn in_transaction(stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    // An outermost transaction begins without the error before it.
    if let Some(error) = stream.status() {
        return Err(error);
    }
    let result = stream.transaction(|stream| stream.read::<(QVariant, QDateTime)>());
    match result {
        Ok(Some(_)) => assert_eq!(stream.status(), None),
        Ok(None) => assert_eq!(stream.status(), Some(StreamError::ReadPastEnd)),
        Err(error) => assert_eq!(stream.status(), Some(error)),
    }
    stream.status().map_or(Ok(()), Err)
}

fn raw(stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    let count = stream.read::<u32>()?;
    stream.read_raw_bytes(count as usize, 1000).map(drop)
}

fn frames(mut input: Input<'_>) {
    let prefix = input.choice(&[
        LengthPrefix::U8,
        LengthPrefix::U16,
        LengthPrefix::U32,
        LengthPrefix::U64,
    ]);
    let choices = input.byte();
    let mut framing = LengthDelimited::new(prefix);
    if choices & 1 != 0 {
        framing = LengthDelimited::byte_array();
    }
    if choices & 2 != 0 {
        framing = framing.byte_order(QDataStreamByteOrder::LittleEndian);
    }
    if choices & 4 != 0 {
        framing = framing.length_includes_prefix();
    }
    let limit = input.choice(&[1 << 20, 0, 5, 300]);
    let framing = framing.limit(limit);
    // What a socket surely takes at once.
    let bytes = &input.0[..input.0.len().min(4096)];

    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let socket = QLocalSocket::new();
    socket.set_socket_descriptor(ours).unwrap();
    theirs.write_all(bytes).unwrap();
    if !bytes.is_empty() {
        socket
            .wait_for_ready_read(Some(Duration::from_secs(5)))
            .unwrap();
    }
    assert_eq!(socket.bytes_available(), bytes.len());
    loop {
        let before = socket.bytes_available();
        match framing.read(&*socket) {
            Ok(Some(message)) => {
                assert!(message.len() <= limit);
                assert!(message.len() + socket.bytes_available() < before);
            }
            Ok(None) => break assert_eq!(socket.bytes_available(), before),
            Err(FrameError::TooLong { bytes, limit: said }) => {
                break assert!(said == limit as u64 && bytes > said);
            }
            Err(FrameError::InvalidLength { bytes }) => break assert!(bytes < 8),
            Err(error) => panic!("{error}"),
        }
    }
}
