// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Length-delimited messages of other programs: values to bytes and back on a real connection,
//! truncated at every byte, and with invalid lengths.

use crate::support::protocol::{Protocol, decode, encode, read_more, send, written};
use crate::support::{Pair, qt};
use cxx_qt_lib::{QByteArray, QDate, QVariant};
use cxx_qt_network::{
    FromStream, LengthDelimited, LengthPrefix, QDataStream, QDataStreamByteOrder,
    QDataStreamVersion, QIODeviceExt, StreamError, ToStream,
};

/// The error of a length of 0xffffffff bytes.
const FAR_TOO_LONG: &str = "the message has 4294967295 bytes, but only 1048576 are allowed";

fn newest(_: &mut QDataStream<'_>) {}

fn raw(framing: LengthDelimited) -> Protocol<Vec<u8>> {
    Protocol::framed(
        framing,
        |value: &Vec<u8>| Ok(value.clone()),
        |it| Ok(it.into()),
    )
}

#[test]
fn keepassxc_is_asked_to_open_files_and_to_lock() {
    qt(|| {
        let set = |stream: &mut QDataStream<'_>| stream.set_version(QDataStreamVersion::QT_5_0);
        let open = Protocol::framed_stream(LengthDelimited::new(LengthPrefix::U32), set);
        open.speaks(
            (1u32, vec![String::from("/a.kdbx")]),
            "0000001a 00000001 00000001 0000000e 002f 0061 002e 006b 0064 0062 0078",
        );
        open.refuses("ffffffff", FAR_TOO_LONG);
        // A message that ends inside the name.
        open.refuses(
            "0000000e 00000001 00000001 0000000e 002f",
            "the data ends too early",
        );
        let lock = Protocol::framed_stream(LengthDelimited::new(LengthPrefix::U32), set);
        lock.speaks(2u32, "00000004 00000002");
    });
}

#[test]
fn qtlocalpeer_is_told_a_text_and_acknowledges_it() {
    qt(|| {
        let framing = LengthDelimited::new(LengthPrefix::U32).limit(65_535);
        let text = raw(framing);
        text.speaks("Grüße".into(), "00000007 4772c3bcc39f65");
        text.refuses(
            "00010000",
            "the message has 65536 bytes, but only 65535 are allowed",
        );
        // The answer has no frame.
        let pair = Pair::new();
        send(&pair, b"\0\0\0\x02Hi");
        let message = framing.read(&*pair.ours);
        assert_eq!(message, Ok(Some(b"Hi".to_vec())));
        pair.ours.write(b"ack").unwrap();
        let mut answer = [0; 3];
        written(&pair.ours);
        while pair.theirs.bytes_available() < answer.len() {
            read_more(&pair.theirs);
        }
        assert_eq!(pair.theirs.read(&mut answer), Ok(3));
        assert_eq!(&answer, b"ack");
    });
}

/// CRC-16 of ISO 3309, bit by bit as in the standard: the checksum of `qChecksum`.
fn checksum(bytes: &[u8]) -> u16 {
    let crc = bytes.iter().fold(0xffff, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0x8408 } else { 0 }
        })
    });
    !crc
}

#[test]
fn singleapplication_is_greeted_with_a_checksum() {
    // Server name, connection type, instance ID.
    type Greeting = (QByteArray, u8, u32);
    // The check value that catalogues of CRCs list.
    assert_eq!(checksum(b"123456789"), 0x906e);
    qt(|| {
        let set = |stream: &mut QDataStream<'_>| stream.set_version(QDataStreamVersion::QT_5_6);
        let greeting = Protocol::framed(
            LengthDelimited::new(LengthPrefix::U64),
            move |greeting: &Greeting| {
                let mut message = encode(greeting, set)?;
                message.extend(encode(&checksum(&message), set)?);
                Ok(message)
            },
            move |message| {
                let (greeting, sum): (Greeting, u16) = decode(message, set)?;
                match checksum(&message[..message.len() - 2]) == sum {
                    true => Ok(greeting),
                    false => Err("the checksum is wrong".into()),
                }
            },
        );
        greeting.speaks(
            (QByteArray::from(&b"app"[..]), 1, 7),
            "000000000000000e 00000003 617070 01 00000007 4fd1",
        );
        greeting.refuses(
            "000000000000000e 00000003 617070 01 00000008 4fd1",
            "the checksum is wrong",
        );
        greeting.refuses(
            "ffffffffffffffff",
            "the message has 18446744073709551615 bytes, but only 1048576 are allowed",
        );
    });
}

#[test]
fn sddm_helper_asks_for_a_password() {
    // The message type, the number of prompts, and for each: type, text, hidden, answer.
    type Request = (i32, i32, (i32, String, bool, QByteArray));
    qt(|| {
        let framing =
            LengthDelimited::new(LengthPrefix::U64).byte_order(QDataStreamByteOrder::NATIVE);
        let request = Protocol::<Request>::framed_stream(framing, newest);
        let length = match cfg!(target_endian = "little") {
            true => "2700000000000000",
            false => "0000000000000027",
        };
        let values = "00000004 00000001 00000001 \
            00000012 0050 0061 0073 0073 0077 006f 0072 0064 003a 01 00000000";
        let prompt = (1, "Password:".into(), true, QByteArray::from(&b""[..]));
        request.speaks((4, 1, prompt), &format!("{length} {values}"));
        // -1, which the program itself reads as EOF.
        request.refuses(
            "ffffffffffffffff",
            "the message has 18446744073709551615 bytes, but only 1048576 are allowed",
        );
    });
}

#[test]
fn qt_creator_launcher_reports_exit() {
    // Kind and token of the packet; exit code, exit status, error; three texts.
    type Packet = ((u8, u64), (i32, i32, i32), (String, QByteArray, QByteArray));
    qt(|| {
        // The length is a signed number; a negative one is invalid.
        let packet =
            Protocol::<Packet>::framed_stream(LengthDelimited::new(LengthPrefix::U32), newest);
        packet.speaks(
            (
                (6, 0x0102_0304_0506_0708),
                (1, 0, 5),
                (
                    String::new(),
                    QByteArray::from(&b"out"[..]),
                    QByteArray::from(&b""[..]),
                ),
            ),
            "00000024 06 0102030405060708 00000001 00000000 00000005 00000000 \
             00000003 6f7574 00000000",
        );
        packet.refuses("ffffffff", FAR_TOO_LONG);
        // It ends inside the token.
        packet.refuses("00000008 0601020304050607", "the data ends too early");
    });
}

#[test]
fn qmlpuppet_counts_commands_of_types_of_its_own() {
    // A QVariant of a user type: 127, the null flag, the type name with a final NUL, the value.
    type Synchronize = (u32, (u32, i8, QByteArray), i32);
    qt(|| {
        let set = |stream: &mut QDataStream<'_>| stream.set_version(QDataStreamVersion::QT_4_8);
        let own =
            Protocol::<Synchronize>::framed_stream(LengthDelimited::new(LengthPrefix::U32), set);
        let name = QByteArray::from(&b"SynchronizeCommand\0"[..]);
        own.speaks(
            (7, (127, 0, name), 42),
            "00000024 00000007 0000007f 00 \
             00000013 53796e6368726f6e697a65436f6d6d616e6400 0000002a",
        );
        own.refuses("ffffffff", FAR_TOO_LONG);
        // The day of a date has four bytes in this version, and eight in later ones.
        let known = Protocol::framed_stream(LengthDelimited::new(LengthPrefix::U32), set);
        known.speaks(
            (8u32, QVariant::from(&QDate::new(2000, 1, 1))),
            "0000000d 00000008 0000000e 00 00256859",
        );
    });
}

#[test]
#[cfg(cxxqt_qt_version_at_least_6)]
fn qt_remote_objects_shake_hands_in_little_endian() {
    qt(|| {
        let framing =
            LengthDelimited::new(LengthPrefix::U32).byte_order(QDataStreamByteOrder::LittleEndian);
        let set = |stream: &mut QDataStream<'_>| {
            stream.set_version(QDataStreamVersion::QT_6_2);
            stream.set_byte_order(QDataStreamByteOrder::LittleEndian);
        };
        let handshake = Protocol::framed_stream(framing, set);
        handshake.speaks(
            (1u16, String::from("QtRO 2.0")),
            "16000000 0100 10000000 5100 7400 5200 4f00 2000 3200 2e00 3000",
        );
        handshake.refuses("ffffffff", FAR_TOO_LONG);
        let add_object = Protocol::framed_stream(framing, set);
        add_object.speaks(
            (4u16, String::from("pad"), true),
            "0d000000 0400 06000000 7000 6100 6400 01",
        );
    });
}

#[test]
fn copyq_sends_a_code_and_raw_bytes() {
    qt(|| {
        let message = Protocol::framed(
            LengthDelimited::new(LengthPrefix::U32),
            |(code, text): &(i32, Vec<u8>)| {
                let mut stream = QDataStream::to_bytes();
                stream.write(code)?;
                stream.write_raw_data(text)?;
                Ok(stream.into_bytes().as_slice().to_vec())
            },
            |message| {
                let mut stream = QDataStream::from_bytes(&QByteArray::from(message));
                let code = stream.read()?;
                let rest = message.len() - size_of::<i32>();
                Ok((code, stream.read_raw_bytes(rest, rest)?))
            },
        );
        message.speaks((1, b"text".to_vec()), "00000008 00000001 74657874");
        message.speaks((-1, Vec::new()), "00000004 ffffffff");
        message.refuses("ffffffff", FAR_TOO_LONG);
        message.refuses("00000003 000000", "the data ends too early");
    });
}

#[test]
fn clementine_tagreader_sends_protocol_buffers() {
    qt(|| {
        let message = raw(LengthDelimited::new(LengthPrefix::U32));
        message.speaks(vec![0x08, 0x01, 0x22, 0x00], "00000004 08012200");
        message.refuses("ffffffff", FAR_TOO_LONG);
    });
}

#[test]
fn molequeue_sends_json_in_byte_arrays() {
    qt(|| {
        let packet = raw(LengthDelimited::byte_array());
        packet.speaks(
            br#"{"jsonrpc":"2.0"}"#.to_vec(),
            "00000011 7b226a736f6e727063223a22322e30227d",
        );
        // A null array is a message too.
        packet.understands(Vec::new(), "ffffffff");
        packet.refuses(
            "fffffffe",
            "the message has 4294967294 bytes, but only 1048576 are allowed",
        );
    });
}

/// A message of GammaRay: the sign of the length marks a compressed payload, and the length does
/// not include the address and the type before the payload.
#[derive(Clone, PartialEq, Debug)]
struct Gamma {
    compressed: bool,
    address: u16,
    kind: u8,
    payload: Vec<u8>,
}

impl ToStream for Gamma {
    fn to_stream(&self, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
        let size = i32::try_from(self.payload.len()).map_err(|_| StreamError::SizeLimitExceeded)?;
        let size = if self.compressed { -size } else { size };
        stream.write(&(size, self.address, self.kind))?;
        stream.write_raw_data(&self.payload)
    }
}

impl FromStream for Gamma {
    fn from_stream(stream: &mut QDataStream<'_>) -> Result<Self, StreamError> {
        let (size, address, kind): (i32, u16, u8) = stream.read()?;
        Ok(Self {
            compressed: size < 0,
            address,
            kind,
            payload: stream.read_raw_bytes(size.unsigned_abs() as usize, 1 << 20)?,
        })
    }
}

#[test]
fn gammaray_has_a_header_after_the_length() {
    qt(|| {
        let message = Protocol::stream(newest);
        let call = Gamma {
            compressed: false,
            address: 300,
            kind: 27,
            payload: encode(&7u32, |stream| {
                stream.set_version(QDataStreamVersion::QT_4_8)
            })
            .unwrap(),
        };
        message.speaks(call.clone(), "00000004 012c 1b 00000007");
        let compressed = Gamma {
            compressed: true,
            payload: vec![1, 2, 3],
            ..call
        };
        message.speaks(compressed, "fffffffd 012c 1b 010203");
        for lie in ["7fffffff 012c 1b", "80000000 012c 1b"] {
            message.refuses(lie, "the value is too large");
        }
    });
}
