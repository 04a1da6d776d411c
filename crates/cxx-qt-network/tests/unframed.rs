// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Messages of other programs without a length prefix: only reading shows whether one is complete.
//! Values to bytes and back on a real connection, truncated at every byte; a value that is larger
//! than the read buffer is an error as soon as the buffer is full.

use crate::support::protocol::{Protocol, bytes, encode, read_more, send, written};
use crate::support::{Pair, qt};
use cxx_qt_lib::{QByteArray, QString, QVariant};
use cxx_qt_network::{
    FromStream, QDataStream, QDataStreamByteOrder, QDataStreamVersion, QIODeviceExt, StreamError,
    ToStream,
};

const CORRUPT: &str = "the data is corrupt";

fn newest(_: &mut QDataStream<'_>) {}

/// The message of KDSingleApplication: the version of its protocol, and a `QByteArray`.
#[derive(PartialEq, Debug)]
struct Kd(Vec<u8>);

impl ToStream for Kd {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        stream.write(&(2u8, QByteArray::from(self.0.as_slice())))
    }
}

impl FromStream for Kd {
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        if stream.read::<u8>()? != 2 {
            return Err(stream.set_status(StreamError::ReadCorruptData));
        }
        match stream.read::<u32>()? {
            u32::MAX => Ok(Self(Vec::new())),
            length => stream.read_raw_bytes(length as usize, 65_536).map(Self),
        }
    }
}

#[test]
fn kdsingleapplication_sends_bytes_after_a_version() {
    qt(|| {
        let message = Protocol::stream(newest);
        message.speaks(Kd(b"hello".to_vec()), "02 00000005 68656c6c6f");
        message.understands(Kd(Vec::new()), "02 ffffffff");
        message.refuses("03", CORRUPT);
        message.refuses("02 fffffff0", "the value is too large");
    });
}

/// A message of the SDDM greeter: its type, and the fields of that type.
#[derive(PartialEq, Debug)]
enum Greeter {
    Connect,
    Login(String, String, String),
}

impl ToStream for Greeter {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        match self {
            Self::Connect => stream.write(&0u32),
            Self::Login(user, password, desktop) => stream.write(&(1u32, user, password, desktop)),
        }
    }
}

impl FromStream for Greeter {
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        match stream.read::<u32>()? {
            0 => Ok(Self::Connect),
            1 => Ok(Self::Login(stream.read()?, stream.read()?, stream.read()?)),
            _ => Err(stream.set_status(StreamError::ReadCorruptData)),
        }
    }
}

#[test]
fn sddm_is_told_who_logs_in() {
    qt(|| {
        let message = Protocol::stream(newest);
        message.speaks(Greeter::Connect, "00000000");
        message.speaks(
            Greeter::Login("user".into(), "pass".into(), "plasma".into()),
            "00000001 00000008 0075 0073 0065 0072 00000008 0070 0061 0073 0073 \
             0000000c 0070 006c 0061 0073 006d 0061",
        );
        message.refuses("000000ff", CORRUPT);
        message.refuses("00000001 00000003 006100", CORRUPT);
        message.refuses_when_full("00000001 fffffff0");
    });
}

#[test]
fn quickshell_is_called_in_nested_transactions() {
    // Index of the type, and its fields.
    type Call = (u8, String, String, Vec<String>);
    qt(|| {
        let call = Protocol::<Call>::new(
            |socket, call| {
                socket.write(&encode(call, newest)?)?;
                Ok(())
            },
            |socket| {
                let mut stream = QDataStream::on_device(socket);
                let call = stream.transaction(|stream| {
                    // An incomplete inner transaction leaves the outer one incomplete too.
                    stream.transaction(|stream| {
                        let kind = stream.read()?;
                        match kind {
                            3 => Ok((kind, stream.read()?, stream.read()?, stream.read()?)),
                            _ => Err(StreamError::ReadCorruptData),
                        }
                    })
                })?;
                Ok(call.flatten())
            },
        )
        .buffer(crate::support::protocol::BUFFER);
        call.speaks(
            (3, "bar".into(), "toggle".into(), vec!["1".into()]),
            "03 00000006 0062 0061 0072 0000000c 0074 006f 0067 0067 006c 0065 \
             00000001 00000002 0031",
        );
        call.refuses("00", CORRUPT);
        call.refuses("03 00000001", CORRUPT);
        call.refuses_when_full("03 fffffff0");
    });
}

#[test]
fn supercollider_gets_variants_and_sends_text() {
    qt(|| {
        let set = |stream: &mut QDataStream<'_>| stream.set_version(QDataStreamVersion::QT_4_6);
        let to_language = Protocol::<(String, Vec<QVariant>)>::stream(set);
        let arguments = vec![
            QVariant::from(&QByteArray::from(&b"id"[..])),
            QVariant::from(&5i32),
            QVariant::from(&0i32),
            QVariant::from(&QString::from("é")),
        ];
        to_language.speaks(
            ("updateDocText".into(), arguments),
            "0000001a 0075 0070 0064 0061 0074 0065 0044 006f 0063 0054 0065 0078 0074 \
             00000004 0000000c 00 00000002 6964 00000002 00 00000005 00000002 00 00000000 \
             0000000a 00 00000002 00e9",
        );
        // In this version an invalid variant has a trailing null string, in later ones not.
        to_language.speaks(
            (String::new(), vec![QVariant::default()]),
            "00000000 00000001 00000000 01 ffffffff",
        );
        to_language.refuses_when_full("00000000 00000001 0000000a 00 fffffff0");
        let from_language = Protocol::<(String, String)>::stream(set);
        from_language.speaks(
            ("introspection".into(), "- a".into()),
            "0000001a 0069 006e 0074 0072 006f 0073 0070 0065 0063 0074 0069 006f 006e \
             00000006 002d 0020 0061",
        );
        from_language.refuses_when_full("fffffff0");
    });
}

#[test]
fn akonadi_writes_in_native_byte_order() {
    // Tag of request and response, type, two fields.
    type Command = (i64, u8, String, QByteArray);
    qt(|| {
        let set =
            |stream: &mut QDataStream<'_>| stream.set_byte_order(QDataStreamByteOrder::NATIVE);
        let command = Protocol::<Command>::stream(set);
        let (expected, lie) = match cfg!(target_endian = "little") {
            true => (
                "0700000000000000 01 02000000 e900 02000000 6964",
                "0700000000000000 01 f0ffffff",
            ),
            false => (
                "0000000000000007 01 00000002 00e9 00000002 6964",
                "0000000000000007 01 fffffff0",
            ),
        };
        let id = QByteArray::from(&b"id"[..]);
        command.speaks((7, 1, "é".into(), id), expected);
        command.refuses_when_full(lie);
    });
}

/// A fortune of Qt's example: its number of UTF-16 units, and a `QString`.
#[derive(PartialEq, Debug)]
struct Fortune(String);

impl ToStream for Fortune {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        let units = self.0.encode_utf16().count();
        let units = u32::try_from(units).map_err(|_| StreamError::SizeLimitExceeded)?;
        stream.write(&(units, &self.0))
    }
}

impl FromStream for Fortune {
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        let units = stream.read::<u32>()? as usize;
        if units > 4096 {
            return Err(stream.set_status(StreamError::SizeLimitExceeded));
        }
        let text: String = stream.read()?;
        match text.encode_utf16().count() == units {
            true => Ok(Self(text)),
            false => Err(stream.set_status(StreamError::ReadCorruptData)),
        }
    }
}

fn version(stream: &mut QDataStream<'_>) {
    stream.set_version(QDataStreamVersion::QT_5_10);
}

#[test]
fn example_copies_count_utf16_units() {
    qt(|| {
        let fortune = Protocol::stream(version);
        fortune.speaks(Fortune("Hé".into()), "00000002 00000004 0048 00e9");
        fortune.refuses("7fffffff", "the value is too large");
        fortune.refuses("00000003 00000002 0048", CORRUPT);
        fortune.refuses_when_full("00000002 fffffff0");
    });
}

#[test]
fn example_copies_answer_on_one_device() {
    qt(|| {
        let pair = Pair::new();
        // Two requests in one write, then half of a third.
        let questions = "00000001 00000002 0061 00000001 00000002 0062 00000001 0000";
        send(&pair, &bytes(questions));
        let mut asked = Vec::new();
        loop {
            let mut stream = QDataStream::on_device(&*pair.ours);
            version(&mut stream);
            let Some(Fortune(text)) = stream.transaction(QDataStream::read).unwrap() else {
                break;
            };
            // The response is written to the device that the next request is read from.
            stream.write(&Fortune(text.to_uppercase())).unwrap();
            asked.push(text);
        }
        assert_eq!(asked, ["a", "b"]);
        assert_eq!(pair.ours.bytes_available(), 6);
        let answers = bytes("00000001 00000002 0041 00000001 00000002 0042");
        written(&pair.ours);
        while pair.theirs.bytes_available() < answers.len() {
            read_more(&pair.theirs);
        }
        assert_eq!(pair.theirs.read_all().as_slice(), answers);
    });
}
