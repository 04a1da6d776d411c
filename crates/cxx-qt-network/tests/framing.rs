// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Messages with their length before them: bytes as literals, cut anywhere, and lied about.

mod support;

use std::cell::RefCell;
use std::rc::Rc;

use cxx_qt_network::{ByteOrder, FrameError, Framing, Prefix, QIODeviceExt};
use support::{DEADLINE, Pair, qt, run};

fn arrived(pair: &mut Pair) -> Vec<u8> {
    pair.theirs
        .pin_mut()
        .wait_for_bytes_written(Some(DEADLINE))
        .unwrap();
    pair.ours
        .pin_mut()
        .wait_for_ready_read(Some(DEADLINE))
        .unwrap();
    pair.ours.pin_mut().read_all().as_slice().to_vec()
}

fn send(pair: &mut Pair, bytes: &[u8]) {
    pair.theirs.pin_mut().write(bytes).unwrap();
    pair.theirs
        .pin_mut()
        .wait_for_bytes_written(Some(DEADLINE))
        .unwrap();
    pair.ours
        .pin_mut()
        .wait_for_ready_read(Some(DEADLINE))
        .unwrap();
}

#[test]
fn every_kind_of_length_has_these_bytes_and_is_read_from_them() {
    use Prefix::{U8, U16, U32, U64};
    let little = ByteOrder::LittleEndian;
    qt(move || {
        for (framing, bytes) in [
            (Framing::new(U8), &b"\x02hi"[..]),
            (Framing::new(U16), b"\x00\x02hi"),
            (Framing::new(U32), b"\x00\x00\x00\x02hi"),
            (Framing::new(U64), b"\x00\x00\x00\x00\x00\x00\x00\x02hi"),
            (Framing::new(U16).byte_order(little), b"\x02\x00hi"),
            (Framing::new(U32).byte_order(little), b"\x02\x00\x00\x00hi"),
            (Framing::new(U32).counting_itself(), b"\x00\x00\x00\x06hi"),
            (Framing::new(U8).counting_itself(), b"\x03hi"),
        ] {
            let mut pair = Pair::new();
            framing.write(pair.theirs.pin_mut(), b"hi").unwrap();
            assert_eq!(arrived(&mut pair), bytes, "{framing:?}");
            for (number, byte) in bytes.iter().enumerate() {
                assert_eq!(
                    framing.read(pair.ours.pin_mut()),
                    Ok(None),
                    "{framing:?} {number}"
                );
                send(&mut pair, &[*byte]);
            }
            assert_eq!(
                framing.read(pair.ours.pin_mut()),
                Ok(Some(b"hi".to_vec())),
                "{framing:?}"
            );
            assert_eq!(framing.read(pair.ours.pin_mut()), Ok(None), "{framing:?}");
        }
    });
}

#[test]
fn several_messages_that_come_at_once_are_all_read() {
    qt(|| {
        let Pair {
            mut theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let framing = Framing::new(Prefix::U16);
        let lengths = [0, 1, 60_000, 0, 300];
        let read = Rc::new(RefCell::new(Vec::new()));
        run(|quit| {
            let (quit, read) = (quit.clone(), read.clone());
            ours.pin_mut()
                .on_ready_read(move |mut device| {
                    while let Some(message) = framing.read(device.as_mut()).unwrap() {
                        read.borrow_mut().push(message.len());
                    }
                    if read.borrow().len() == lengths.len() {
                        quit.quit();
                    }
                })
                .release();
            for length in lengths {
                framing.write(theirs.pin_mut(), &vec![7; length]).unwrap();
            }
        });
        assert_eq!(*read.borrow(), lengths);
    });
}

#[test]
fn a_length_past_the_limit_is_refused_before_anything_follows() {
    qt(|| {
        let mut pair = Pair::new();
        send(&mut pair, b"\xff\xff\xff\xff");
        let refused = Framing::new(Prefix::U32)
            .limit(100)
            .read(pair.ours.pin_mut());
        assert_eq!(
            refused,
            Err(FrameError::TooLong {
                bytes: 0xffff_ffff,
                limit: 100
            })
        );

        let mut pair = Pair::new();
        send(&mut pair, &[0xff; 8]);
        let refused = Framing::new(Prefix::U64).read(pair.ours.pin_mut());
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
fn a_length_that_does_not_count_itself_is_refused() {
    qt(|| {
        let mut pair = Pair::new();
        send(&mut pair, b"\x00\x03");
        let framing = Framing::new(Prefix::U16).counting_itself();
        assert_eq!(
            framing.read(pair.ours.pin_mut()),
            Ok(None),
            "one byte is to come"
        );
        let mut pair = Pair::new();
        send(&mut pair, b"\x00\x01");
        assert_eq!(
            framing.read(pair.ours.pin_mut()),
            Err(FrameError::BadLength { bytes: 1 })
        );
    });
}

#[test]
fn a_message_that_the_length_cannot_count_is_not_written() {
    qt(|| {
        let mut pair = Pair::new();
        let framing = Framing::new(Prefix::U8);
        framing.write(pair.theirs.pin_mut(), &[0; 255]).unwrap();
        let refused = framing.write(pair.theirs.pin_mut(), &[0; 256]);
        assert_eq!(
            refused,
            Err(FrameError::TooLong {
                bytes: 256,
                limit: 255
            })
        );
        let refused = framing
            .counting_itself()
            .write(pair.theirs.pin_mut(), &[0; 255]);
        assert_eq!(
            refused,
            Err(FrameError::TooLong {
                bytes: 255,
                limit: 254
            })
        );
        assert_eq!(arrived(&mut pair).len(), 256);
    });
}

#[test]
fn a_closed_device_is_told_of() {
    qt(|| {
        let mut pair = Pair::new();
        pair.theirs.pin_mut().abort();
        let refused = Framing::new(Prefix::U8).write(pair.theirs.pin_mut(), b"x");
        assert!(matches!(refused, Err(FrameError::Device(_))), "{refused:?}");
    });
}

#[test]
fn a_null_byte_array_is_an_empty_message() {
    qt(|| {
        let mut pair = Pair::new();
        send(&mut pair, &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, b'x']);
        let framing = Framing::byte_array();
        let ours = &mut pair.ours;
        assert_eq!(framing.read(ours.pin_mut()), Ok(Some(Vec::new())));
        assert_eq!(framing.read(ours.pin_mut()), Ok(Some(b"x".to_vec())));
        send(&mut pair, &[0xff, 0xff, 0xff, 0xff]);
        assert_eq!(
            Framing::new(Prefix::U32).read(pair.ours.pin_mut()),
            Err(FrameError::TooLong {
                bytes: 0xffff_ffff,
                limit: 1 << 20
            })
        );
    });
}

#[test]
fn a_message_larger_than_the_read_buffer_is_refused() {
    qt(|| {
        let mut pair = Pair::new();
        pair.ours.pin_mut().set_read_buffer_size(Some(6));
        send(&mut pair, &[0, 0, 0, 3, b'a', b'b', b'c']);
        assert_eq!(
            Framing::new(Prefix::U32).read(pair.ours.pin_mut()),
            Err(FrameError::ReadBufferFull { needed: 7, size: 6 })
        );
        pair.ours.pin_mut().set_read_buffer_size(Some(7));
        let more = pair.ours.pin_mut().wait_for_ready_read(Some(DEADLINE));
        assert_eq!(more, Ok(()));
        assert_eq!(
            Framing::new(Prefix::U32).read(pair.ours.pin_mut()),
            Ok(Some(b"abc".to_vec()))
        );
    });
}
