// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Length-delimited messages: literal bytes, in pieces, and with invalid lengths.

use std::cell::RefCell;
use std::error::Error;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::support::{DEADLINE, Folder, Pair, busy_listener, qt, run};
use cxx_qt_network::{
    FrameError, LengthDelimited, LengthPrefix, QBox, QDataStreamByteOrder, QIODeviceExt,
    QIODeviceOpenModeFlag, QLocalSocket, QLocalSocketState,
};

fn arrived(pair: &Pair) -> Vec<u8> {
    pair.theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
    pair.ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
    pair.ours.read_all().as_slice().to_vec()
}

fn send(pair: &Pair, bytes: &[u8]) {
    QIODeviceExt::write(&*pair.theirs, bytes).unwrap();
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
        let error = refused.unwrap_err();
        assert!(matches!(error, FrameError::Device(_)), "{error:?}");
        assert_eq!(error.source().unwrap().to_string(), error.to_string());
        assert!(FrameError::TimedOut.source().is_none());
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

/// A socket whose peer is a stream of the standard library.
fn peer() -> (QBox<QLocalSocket>, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    theirs.set_read_timeout(Some(DEADLINE)).unwrap();
    let socket = QLocalSocket::new();
    socket.set_socket_descriptor(ours).unwrap();
    (socket, theirs)
}

const LIMIT: Option<Duration> = Some(DEADLINE);
const SHORT: Option<Duration> = Some(Duration::from_millis(50));
const FRAMING: LengthDelimited = LengthDelimited::new(LengthPrefix::U16);

fn error<T: std::fmt::Debug>(result: Result<T, FrameError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn blocking_read_waits_for_the_whole_message() {
    qt(|| {
        let (socket, mut peer) = peer();
        let sender = thread::spawn(move || {
            for byte in b"\x00\x03one\x00\x00\x00\x03two" {
                peer.write_all(&[*byte]).unwrap();
                thread::yield_now();
            }
        });
        for message in [&b"one"[..], b"", b"two"] {
            let read = FRAMING.read_blocking(&*socket, LIMIT);
            assert_eq!(read, Ok(Some(message.to_vec())));
        }
        sender.join().unwrap();
        assert_eq!(FRAMING.read_blocking(&*socket, LIMIT), Ok(None));
        assert_eq!(FRAMING.read(&*socket), Ok(None));
    });
}

#[test]
fn connection_that_ends_inside_a_message() {
    qt(|| {
        for bytes in [&b"\x00"[..], b"\x00\x03", b"\x00\x03on"] {
            let (socket, mut peer) = peer();
            peer.write_all(bytes).unwrap();
            assert_eq!(FRAMING.read(&*socket), Ok(None), "more can come");
            drop(peer);
            let received = bytes.len();
            let ended = Err(FrameError::UnexpectedEof { received });
            assert_eq!(FRAMING.read_blocking(&*socket, LIMIT), ended);
            assert_eq!(FRAMING.read(&*socket), ended);
            assert_eq!(
                error(FRAMING.read(&*socket)),
                format!("the connection ended inside a message, after {received} bytes of it")
            );
        }
    });
}

#[test]
fn message_that_is_late_is_read_afterwards() {
    qt(|| {
        let (socket, mut peer) = peer();
        for limit in [SHORT, Some(Duration::ZERO)] {
            peer.write_all(b"\x00\x03o").unwrap();
            let late = FRAMING.read_blocking(&*socket, limit);
            assert_eq!(late, Err(FrameError::TimedOut));
            peer.write_all(b"ne").unwrap();
            let read = FRAMING.read_blocking(&*socket, LIMIT);
            assert_eq!(read, Ok(Some(b"one".to_vec())));
        }
        assert_eq!(FrameError::TimedOut.to_string(), "time-out");
    });
}

#[test]
fn message_that_is_there_is_read_without_a_limit_left() {
    qt(|| {
        let (socket, mut peer) = peer();
        peer.write_all(b"\x00\x03one").unwrap();
        let read = FRAMING.read_blocking(&*socket, Some(Duration::ZERO));
        assert_eq!(read, Ok(Some(b"one".to_vec())));
    });
}

#[test]
fn endless_message_does_not_prolong_the_limit() {
    qt(|| {
        const LENGTH: u32 = 256 << 20;

        let (socket, mut peer) = peer();
        let sender = thread::spawn(move || {
            peer.write_all(&LENGTH.to_be_bytes()).unwrap();
            // Until the socket is closed, or all is sent.
            let piece = [0; 1 << 14];
            (0..LENGTH >> 14).all(|_| peer.write_all(&piece).is_ok())
        });
        let framing = LengthDelimited::new(LengthPrefix::U32).limit(LENGTH as usize);
        let late = framing.read_blocking(&*socket, Some(Duration::from_millis(20)));
        assert_eq!(late, Err(FrameError::TimedOut));
        socket.abort();
        assert!(!sender.join().unwrap());
    });
}

#[test]
fn handler_takes_no_part_of_a_message() {
    qt(|| {
        let (socket, mut peer) = peer();
        let taken = Rc::new(RefCell::new(Vec::new()));
        let log = taken.clone();
        socket.on_ready_read(move |socket| {
            log.borrow_mut().push(socket.read_all().as_slice().to_vec());
        });
        peer.write_all(b"\x00\x03o").unwrap();
        let sender = thread::spawn(move || {
            for byte in b"ne\x00\x03two" {
                peer.write_all(&[*byte]).unwrap();
            }
            peer
        });
        let read = FRAMING.read_blocking(&*socket, LIMIT);
        assert_eq!(read, Ok(Some(b"one".to_vec())));
        drop(sender.join().unwrap());
        socket.wait_for_disconnected(LIMIT).unwrap();
        // The handler reads from the next message on.
        assert_eq!(taken.borrow().concat(), b"\x00\x03two");
    });
}

#[test]
fn handler_reads_the_next_message_itself() {
    qt(|| {
        let (socket, mut peer) = peer();
        let second = Rc::new(RefCell::new(None));
        let log = second.clone();
        socket.on_ready_read(move |socket| {
            if log.borrow().is_none() {
                log.replace(Some(FRAMING.read_blocking(socket, LIMIT)));
            }
        });
        peer.write_all(b"\x00\x03one\x00\x03tw").unwrap();
        let sender = thread::spawn(move || {
            peer.write_all(b"o").unwrap();
            peer
        });
        let first = FRAMING.read_blocking(&*socket, LIMIT);
        assert_eq!(first, Ok(Some(b"one".to_vec())));
        assert_eq!(second.take(), Some(Ok(Some(b"two".to_vec()))));
        drop(sender.join().unwrap());
    });
}

#[test]
fn device_in_a_transaction_is_refused() {
    qt(|| {
        let (socket, mut peer) = peer();
        peer.write_all(b"\x00\x03one").unwrap();
        socket.wait_for_ready_read(LIMIT).unwrap();
        socket.start_transaction();
        assert_eq!(socket.get_char(), Some(0));
        let refused = Err(FrameError::TransactionStarted);
        assert_eq!(FRAMING.read(&*socket), refused);
        assert_eq!(FRAMING.read_blocking(&*socket, LIMIT), refused);
        // A transaction affects only reading.
        FRAMING.write_blocking(&*socket, b"x", LIMIT).unwrap();
        socket.rollback_transaction();
        assert_eq!(FRAMING.read(&*socket), Ok(Some(b"one".to_vec())));
    });
}

#[test]
fn device_in_text_mode_is_refused() {
    qt(|| {
        let (socket, mut peer) = peer();
        peer.write_all(b"\x00\x04a\r\nb").unwrap();
        socket.wait_for_ready_read(LIMIT).unwrap();
        socket.set_text_mode_enabled(true);
        assert_eq!(FRAMING.read(&*socket), Err(FrameError::TextMode));
        let refused = Err(FrameError::TextMode);
        assert_eq!(FRAMING.read_blocking(&*socket, LIMIT), refused);
        assert_eq!(FRAMING.write(&*socket, b"x"), Err(FrameError::TextMode));
        assert_eq!(socket.bytes_to_write(), 0);
        socket.set_text_mode_enabled(false);
        assert_eq!(FRAMING.read(&*socket), Ok(Some(b"a\r\nb".to_vec())));
    });
}

#[test]
fn device_that_is_not_open_in_the_direction() {
    qt(|| {
        let new = QLocalSocket::new();
        let closed = peer().0;
        closed.close();
        let write_only = QLocalSocket::new();
        let (descriptor, mut peer) = UnixStream::pair().unwrap();
        let mode = QIODeviceOpenModeFlag::WriteOnly;
        write_only
            .set_socket_descriptor_with(descriptor, mode)
            .unwrap();
        peer.write_all(b"\x00\x03one").unwrap();
        for socket in [&new, &closed, &write_only] {
            for read in [
                FRAMING.read(&**socket),
                FRAMING.read_blocking(&**socket, LIMIT),
            ] {
                assert_eq!(error(read), "the device is not open for reading");
            }
        }
        let read_only = QLocalSocket::new();
        let (descriptor, _peer) = UnixStream::pair().unwrap();
        let mode = QIODeviceOpenModeFlag::ReadOnly;
        read_only
            .set_socket_descriptor_with(descriptor, mode)
            .unwrap();
        for socket in [&new, &closed, &read_only] {
            for written in [
                FRAMING.write(&**socket, b"x"),
                FRAMING.write_blocking(&**socket, b"x", LIMIT),
            ] {
                assert_eq!(error(written), "the device is not open for writing");
            }
        }
    });
}

#[test]
fn connection_that_is_closing_takes_no_message() {
    qt(|| {
        let (socket, mut peer) = peer();
        peer.write_all(b"\x00\x03one\x00").unwrap();
        socket.wait_for_ready_read(LIMIT).unwrap();
        QIODeviceExt::write(&*socket, &vec![b'x'; 4 << 20]).unwrap();
        socket.disconnect_from_server();
        assert_eq!(socket.state(), QLocalSocketState::ClosingState);
        assert_eq!(FRAMING.write(&*socket, b"x"), Err(FrameError::Closing));
        let refused = FRAMING.write_blocking(&*socket, b"x", LIMIT);
        assert_eq!(refused, Err(FrameError::Closing));
        // Data that has arrived can still be read.
        let read = FRAMING.read_blocking(&*socket, LIMIT);
        assert_eq!(read, Ok(Some(b"one".to_vec())));
        let refused = FRAMING.read_blocking(&*socket, LIMIT);
        assert_eq!(refused, Err(FrameError::Closing));
        assert_eq!(FRAMING.read(&*socket), Ok(None));
    });
}

#[test]
fn connection_that_has_ended_takes_no_message() {
    qt(|| {
        let (socket, peer) = peer();
        drop(peer);
        socket.wait_for_disconnected(LIMIT).unwrap();
        assert!(socket.is_writable(), "Qt leaves it open");
        for written in [
            FRAMING.write(&*socket, b"x"),
            FRAMING.write_blocking(&*socket, b"x", LIMIT),
        ] {
            assert_eq!(error(written), "the connection has ended");
        }
    });
}

#[test]
fn blocking_calls_wait_for_the_connection() {
    qt(|| {
        let folder = Folder::new();
        let (listener, _waiting) = busy_listener(&folder.path("busy"));
        let (reader, writer) = (QLocalSocket::new(), QLocalSocket::new());
        for socket in [&reader, &writer] {
            socket.connect_to_server(folder.name("busy"));
            assert_eq!(socket.state(), QLocalSocketState::ConnectingState);
        }
        assert_eq!(FRAMING.read(&*reader), Ok(None));
        let written = FRAMING.write(&*writer, b"x");
        assert_eq!(error(written), "the device is not open for writing");
        let late = FRAMING.write_blocking(&*writer, b"x", SHORT);
        assert_eq!(late, Err(FrameError::TimedOut));

        let received = greet_all(listener);
        FRAMING.write_blocking(&*writer, b"one", LIMIT).unwrap();
        let read = FRAMING.read_blocking(&*reader, LIMIT);
        assert_eq!(read, Ok(Some(b"hello".to_vec())));
        let bytes = received.recv_timeout(DEADLINE).unwrap();
        assert_eq!(&bytes, b"\x00\x03one");
    });
}

#[test]
fn connection_that_fails_is_an_error() {
    qt(|| {
        let folder = Folder::new();
        let socket = QLocalSocket::new();
        socket.connect_to_server(folder.name("missing"));
        for failed in [
            FRAMING.read_blocking(&*socket, LIMIT).map(drop),
            FRAMING.write_blocking(&*socket, b"x", LIMIT),
        ] {
            assert!(matches!(failed, Err(FrameError::Device(_))), "{failed:?}");
        }
    });
}

#[test]
fn connection_that_fails_during_the_call_is_an_error() {
    type Call = fn(&QLocalSocket) -> Result<(), FrameError>;
    let calls: [Call; 2] = [
        |socket| FRAMING.read_blocking(socket, LIMIT).map(drop),
        |socket| FRAMING.write_blocking(socket, b"x", LIMIT),
    ];
    qt(move || {
        for call in calls {
            let folder = Folder::new();
            let listener = busy_listener(&folder.path("busy"));
            let socket = QLocalSocket::new();
            socket.connect_to_server(folder.name("busy"));
            assert_eq!(socket.state(), QLocalSocketState::ConnectingState);
            drop(listener);
            let failed = error(call(&socket));
            assert_eq!(failed, socket.socket_error().message);
            assert!(failed.ends_with(": connection refused"), "{failed}");
        }
    });
}

#[test]
fn blocking_write_sends_without_an_event_loop() {
    qt(|| {
        let (socket, mut peer) = peer();
        let large = vec![7; 60_000];
        let expected = [&b"\xea\x60"[..], &large, b"\x00\x03end"].concat();
        let reader = thread::spawn(move || {
            let mut bytes = vec![0; expected.len()];
            peer.read_exact(&mut bytes).unwrap();
            assert!(bytes == expected);
        });
        for message in [&large[..], b"end"] {
            FRAMING.write_blocking(&*socket, message, LIMIT).unwrap();
            assert_eq!(socket.bytes_to_write(), 0);
        }
        reader.join().unwrap();
    });
}

#[test]
fn write_that_is_late_goes_out_before_the_next() {
    qt(|| {
        let (socket, mut peer) = peer();
        let framing = LengthDelimited::new(LengthPrefix::U32).limit(8 << 20);
        let large = vec![7; 4 << 20];
        let late = framing.write_blocking(&*socket, &large, SHORT);
        assert_eq!(late, Err(FrameError::TimedOut));
        let reader = thread::spawn(move || {
            let mut bytes = vec![0; 4 + (4 << 20) + 4 + 3];
            peer.read_exact(&mut bytes).unwrap();
            bytes
        });
        framing.write_blocking(&*socket, b"end", LIMIT).unwrap();
        let bytes = reader.join().unwrap();
        assert_eq!(bytes[..4], [0, 0x40, 0, 0]);
        assert!(bytes[4..][..4 << 20] == large);
        assert_eq!(bytes[4 + (4 << 20)..], *b"\x00\x00\x00\x03end");
    });
}

#[test]
fn peer_that_closes_during_a_write_is_an_error() {
    qt(|| {
        let (socket, mut peer) = peer();
        let reader = thread::spawn(move || {
            peer.read_exact(&mut [0; 100]).unwrap();
        });
        let framing = LengthDelimited::new(LengthPrefix::U32).limit(8 << 20);
        let lost = framing.write_blocking(&*socket, &vec![7; 4 << 20], LIMIT);
        assert!(matches!(lost, Err(FrameError::Device(_))), "{lost:?}");
        reader.join().unwrap();
    });
}

#[test]
fn blocking_read_of_a_too_small_read_buffer_ends() {
    qt(|| {
        let (socket, mut peer) = peer();
        socket.set_read_buffer_size(Some(4));
        peer.write_all(b"\x00\x03one").unwrap();
        let (needed, size) = (5, 4);
        assert_eq!(
            FRAMING.read_blocking(&*socket, LIMIT),
            Err(FrameError::ReadBufferFull { needed, size })
        );
        socket.set_read_buffer_size(Some(5));
        let read = FRAMING.read_blocking(&*socket, LIMIT);
        assert_eq!(read, Ok(Some(b"one".to_vec())));
    });
}

#[test]
fn unbuffered_device_has_whole_messages() {
    qt(|| {
        let (descriptor, mut peer) = UnixStream::pair().unwrap();
        let socket = QLocalSocket::new();
        let mode = QIODeviceOpenModeFlag::ReadWrite | QIODeviceOpenModeFlag::Unbuffered;
        socket.set_socket_descriptor_with(descriptor, mode).unwrap();
        let sender = thread::spawn(move || {
            for byte in b"\x00\x03one\x00\x03two" {
                peer.write_all(&[*byte]).unwrap();
                thread::yield_now();
            }
            let mut bytes = [0; 5];
            peer.read_exact(&mut bytes).unwrap();
            bytes
        });
        for message in [b"one", b"two"] {
            let read = FRAMING.read_blocking(&*socket, LIMIT);
            assert_eq!(read, Ok(Some(message.to_vec())));
        }
        FRAMING.write_blocking(&*socket, b"end", LIMIT).unwrap();
        assert_eq!(sender.join().unwrap(), *b"\x00\x03end");
    });
}

#[test]
fn panic_of_a_handler_surfaces_from_a_blocking_read() {
    qt(|| {
        let (socket, mut peer) = peer();
        socket.on_ready_read(|_| panic!("in a handler"));
        peer.write_all(b"\x00\x03one\x00\x03two").unwrap();
        let read = || FRAMING.read_blocking(&*socket, LIMIT);
        assert!(catch_unwind(AssertUnwindSafe(read)).is_err());
        assert_eq!(FRAMING.read(&*socket), Ok(Some(b"two".to_vec())));
    });
}

/// Accepts all pending and new connections and sends a message to each; returns the data that one
/// of them sends.
fn greet_all(listener: UnixListener) -> Receiver<[u8; 5]> {
    let (tell, received) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, tell) = (stream.unwrap(), tell.clone());
            thread::spawn(move || {
                let _ = stream.write_all(b"\x00\x05hello");
                let mut bytes = [0; 5];
                if stream.read_exact(&mut bytes).is_ok() {
                    let _ = tell.send(bytes);
                }
            });
        }
    });
    received
}
