// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Length-delimited messages: literal bytes, in pieces, and with invalid lengths.

use std::cell::RefCell;
use std::rc::Rc;

use crate::support::{DEADLINE, Pair, qt, run};
use cxx_qt_network::{
    FrameError, LengthDelimited, LengthPrefix, QDataStreamByteOrder, QIODeviceExt,
};

fn arrived(pair: &Pair) -> Vec<u8> {
    pair.theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
    pair.ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
    pair.ours.read_all().as_slice().to_vec()
}

fn send(pair: &Pair, bytes: &[u8]) {
    pair.theirs.write(bytes).unwrap();
    pair.theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
    pair.ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
}

#[test]
fn each_prefix_has_expected_bytes() {
    use LengthPrefix::{U8, U16, U32, U64};
    let little = QDataStreamByteOrder::LittleEndian;
    qt(move || {
        for (framing, bytes) in [
            (LengthDelimited::new(U8), &b"\x02hi"[..]),
            (LengthDelimited::new(U16), b"\x00\x02hi"),
            (LengthDelimited::new(U32), b"\x00\x00\x00\x02hi"),
            (
                LengthDelimited::new(U64),
                b"\x00\x00\x00\x00\x00\x00\x00\x02hi",
            ),
            (LengthDelimited::new(U16).byte_order(little), b"\x02\x00hi"),
            (
                LengthDelimited::new(U32).byte_order(little),
                b"\x02\x00\x00\x00hi",
            ),
            (
                LengthDelimited::new(U32).length_includes_prefix(),
                b"\x00\x00\x00\x06hi",
            ),
            (LengthDelimited::new(U8).length_includes_prefix(), b"\x03hi"),
        ] {
            let pair = Pair::new();
            framing.write(&*pair.theirs, b"hi").unwrap();
            assert_eq!(arrived(&pair), bytes, "{framing:?}");
            for (number, byte) in bytes.iter().enumerate() {
                assert_eq!(framing.read(&*pair.ours), Ok(None), "{framing:?} {number}");
                send(&pair, &[*byte]);
            }
            assert_eq!(
                framing.read(&*pair.ours),
                Ok(Some(b"hi".to_vec())),
                "{framing:?}"
            );
            assert_eq!(framing.read(&*pair.ours), Ok(None), "{framing:?}");
        }
    });
}

#[test]
fn messages_that_arrive_together_are_all_read() {
    qt(|| {
        let pair = Pair::new();
        let framing = LengthDelimited::new(LengthPrefix::U16);
        let lengths = [0, 1, 60_000, 0, 300];
        let read = Rc::new(RefCell::new(Vec::new()));
        run(|quit| {
            let (quit, read) = (quit.clone(), read.clone());
            pair.ours.on_ready_read(move |device| {
                while let Some(message) = framing.read(device).unwrap() {
                    read.borrow_mut().push(message.len());
                }
                if read.borrow().len() == lengths.len() {
                    quit.quit();
                }
            });
            for length in lengths {
                framing.write(&*pair.theirs, &vec![7; length]).unwrap();
            }
        });
        assert_eq!(*read.borrow(), lengths);
    });
}

#[test]
fn length_past_the_limit_is_refused_immediately() {
    qt(|| {
        let pair = Pair::new();
        send(&pair, b"\xff\xff\xff\xff");
        let refused = LengthDelimited::new(LengthPrefix::U32)
            .limit(100)
            .read(&*pair.ours);
        assert_eq!(
            refused,
            Err(FrameError::TooLong {
                bytes: 0xffff_ffff,
                limit: 100
            })
        );

        let pair = Pair::new();
        send(&pair, &[0xff; 8]);
        let refused = LengthDelimited::new(LengthPrefix::U64).read(&*pair.ours);
        assert_eq!(
            refused,
            Err(FrameError::TooLong {
                bytes: u64::MAX,
                limit: 1 << 20
            })
        );
    });
}

#[test]
fn length_smaller_than_its_prefix_is_refused() {
    qt(|| {
        let pair = Pair::new();
        send(&pair, b"\x00\x03");
        let framing = LengthDelimited::new(LengthPrefix::U16).length_includes_prefix();
        assert_eq!(framing.read(&*pair.ours), Ok(None), "one byte is to come");
        let pair = Pair::new();
        send(&pair, b"\x00\x01");
        assert_eq!(
            framing.read(&*pair.ours),
            Err(FrameError::InvalidLength { bytes: 1 })
        );
    });
}

#[test]
fn message_too_long_for_the_prefix_is_not_written() {
    qt(|| {
        let pair = Pair::new();
        let framing = LengthDelimited::new(LengthPrefix::U8);
        framing.write(&*pair.theirs, &[0; 255]).unwrap();
        let refused = framing.write(&*pair.theirs, &[0; 256]);
        assert_eq!(
            refused,
            Err(FrameError::TooLong {
                bytes: 256,
                limit: 255
            })
        );
        let refused = framing
            .length_includes_prefix()
            .write(&*pair.theirs, &[0; 255]);
        assert_eq!(
            refused,
            Err(FrameError::TooLong {
                bytes: 255,
                limit: 254
            })
        );
        assert_eq!(arrived(&pair).len(), 256);
    });
}

#[test]
fn closed_device_is_an_error() {
    qt(|| {
        let pair = Pair::new();
        pair.theirs.abort();
        let refused = LengthDelimited::new(LengthPrefix::U8).write(&*pair.theirs, b"x");
        assert!(matches!(refused, Err(FrameError::Device(_))), "{refused:?}");
    });
}

#[test]
fn null_byte_array_is_an_empty_message() {
    qt(|| {
        let pair = Pair::new();
        send(&pair, &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, b'x']);
        let framing = LengthDelimited::byte_array();
        assert_eq!(framing.read(&*pair.ours), Ok(Some(Vec::new())));
        assert_eq!(framing.read(&*pair.ours), Ok(Some(b"x".to_vec())));
        send(&pair, &[0xff, 0xff, 0xff, 0xff]);
        assert_eq!(
            LengthDelimited::new(LengthPrefix::U32).read(&*pair.ours),
            Err(FrameError::TooLong {
                bytes: 0xffff_ffff,
                limit: 1 << 20
            })
        );
    });
}

#[test]
fn message_larger_than_the_read_buffer_is_refused() {
    qt(|| {
        let pair = Pair::new();
        pair.ours.set_read_buffer_size(Some(6));
        send(&pair, &[0, 0, 0, 3, b'a', b'b', b'c']);
        assert_eq!(
            LengthDelimited::new(LengthPrefix::U32).read(&*pair.ours),
            Err(FrameError::ReadBufferFull { needed: 7, size: 6 })
        );
        pair.ours.set_read_buffer_size(Some(7));
        let more = pair.ours.wait_for_ready_read(Some(DEADLINE));
        assert_eq!(more, Ok(()));
        assert_eq!(
            LengthDelimited::new(LengthPrefix::U32).read(&*pair.ours),
            Ok(Some(b"abc".to_vec()))
        );
    });
}
