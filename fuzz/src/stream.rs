// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The binding's typed reading and its framing, of bytes that mean no good.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::CString;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use cxx_qt_lib::{QByteArray, QDate, QList, QString, QStringList, QTime, QUrl, QUuid};
use cxx_qt_network::{
    ByteOrder, FloatingPointPrecision, FrameError, Framing, FromStream, Prefix, QDataStream,
    QIODeviceExt, QLocalSocket, StreamError, ToStream, Version,
};

use crate::input::Input;

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

/// Every kind of value that is read item by item or by a length from the peer.
const READS: [Read; 20] = [
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
];

fn stream(mut input: Input<'_>) {
    let version = input.choice(&[
        Version::QT_4_0,
        Version::QT_4_6,
        Version::QT_5_0,
        Version::QT_5_10,
        Version::QT_6_0,
        Version::newest(),
    ]);
    let order = input.choice(&[ByteOrder::BigEndian, ByteOrder::LittleEndian]);
    let precision = input.choice(&[
        FloatingPointPrecision::DoublePrecision,
        FloatingPointPrecision::SinglePrecision,
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
    assert_eq!(copy.read::<T>().as_ref(), Ok(&value));
    assert!(copy.at_end());
    Ok(())
}

fn raw(stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    let count = stream.read::<u32>()?;
    stream.read_raw_bytes(count as usize, 1000).map(drop)
}

fn frames(mut input: Input<'_>) {
    let prefix = input.choice(&[Prefix::U8, Prefix::U16, Prefix::U32, Prefix::U64]);
    let choices = input.byte();
    let mut framing = Framing::new(prefix);
    if choices & 1 != 0 {
        framing = Framing::byte_array();
    }
    if choices & 2 != 0 {
        framing = framing.byte_order(ByteOrder::LittleEndian);
    }
    if choices & 4 != 0 {
        framing = framing.counting_itself();
    }
    let limit = input.choice(&[1 << 20, 0, 5, 300]);
    let framing = framing.limit(limit);
    // What a socket surely takes at once.
    let bytes = &input.0[..input.0.len().min(4096)];

    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let mut socket = QLocalSocket::new();
    socket.pin_mut().set_socket_descriptor(ours).unwrap();
    theirs.write_all(bytes).unwrap();
    if !bytes.is_empty() {
        socket
            .pin_mut()
            .wait_for_ready_read(Some(Duration::from_secs(5)))
            .unwrap();
    }
    assert_eq!(socket.bytes_available(), bytes.len());
    loop {
        let before = socket.bytes_available();
        match framing.read(socket.pin_mut()) {
            Ok(Some(message)) => {
                assert!(message.len() <= limit);
                assert!(message.len() + socket.bytes_available() < before);
            }
            Ok(None) => break assert_eq!(socket.bytes_available(), before),
            Err(FrameError::TooLong { bytes, limit: said }) => {
                break assert!(said == limit as u64 && bytes > said);
            }
            Err(FrameError::BadLength { bytes }) => break assert!(bytes < 8),
            Err(error) => panic!("{error}"),
        }
    }
}
