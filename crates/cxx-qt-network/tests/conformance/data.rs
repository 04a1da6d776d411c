// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Conformance: the transfer of bytes and values. See
//! `docs/conformance-sockets.md`.

use std::cell::RefCell;
use std::rc::Rc;

use crate::support::signal_spy::{Counts, SignalSpy, announced};
use crate::support::{DEADLINE, Folder, Pair, accept, qt, serve, settle};
use cxx_qt_lib::{QRect, QVariant};
use cxx_qt_network::{
    QDataStream, QDataStreamVersion, QIODeviceExt, QLocalServer, QLocalSocket, QLocalSocketError,
    QLocalSocketState as State, StreamError,
};

#[test]
fn long_line_arrives_with_expected_signals() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let server = serve(&name);
        let announced = announced(&server);
        let ours = QLocalSocket::new();
        let spy = SignalSpy::by(&ours);
        ours.connect_to_server(name);
        let theirs = accept(&server);
        assert_eq!(
            (ours.state(), theirs.state()),
            (State::ConnectedState, State::ConnectedState)
        );
        assert_eq!(spy.counts().connected, 1);

        let line = [b"text".as_slice(), &[b'x'; 50_000], b"\n"].concat();
        assert_eq!(theirs.write(&line), Ok(50_005));
        theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
        let mut waits = 0;
        while !ours.can_read_line() {
            ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
            waits += 1;
        }
        assert_eq!(spy.counts().ready_read, waits);
        assert_eq!(ours.bytes_available(), 50_005);
        assert_eq!(ours.bytes_to_write(), 0);
        assert!(ours.is_valid() && !ours.flush());
        assert_eq!(ours.read_buffer_size(), None);
        let read = ours.read_line(None).unwrap();
        assert!(read.as_slice() == line, "{} bytes are not so", read.len());
        assert_eq!(theirs.error_string(), "Unknown error");
        assert_eq!(ours.error_string(), "Unknown error");

        ours.disconnect_from_server();
        settle();
        assert_eq!(
            spy.counts(),
            Counts {
                connected: 1,
                disconnected: 1,
                ready_read: waits,
                read_channel_finished: 1,
                about_to_close: 0,
                states: vec![
                    State::ConnectingState,
                    State::ConnectedState,
                    State::ClosingState,
                    State::UnconnectedState
                ],
                errors: vec![],
            }
        );
        server.close();
        assert_eq!(announced.get(), 1);
    });
}

#[test]
fn failed_connect_emits_two_states_and_one_error() {
    qt(|| {
        let server = QLocalServer::new();
        let socket = QLocalSocket::new();
        let spy = SignalSpy::by(&socket);
        socket.connect_to_server("");
        let waited = server.wait_for_new_connection(Some(DEADLINE));
        assert!(waited.is_err(), "a time limit that was over would be Ok");
        socket.disconnect_from_server();
        settle();
        assert_eq!(
            spy.counts(),
            Counts {
                errors: vec![QLocalSocketError::ServerNotFoundError],
                states: vec![State::ConnectingState, State::UnconnectedState],
                ..Counts::default()
            }
        );
    });
}

/// A command: the length of the rest, a number, and a rectangle in a variant.
fn command(number: i32, rectangle: &QRect) -> Vec<u8> {
    let part = |write: &dyn Fn(&mut QDataStream<'_>) -> Result<(), StreamError>| {
        let mut stream = QDataStream::to_bytes();
        stream.set_version(QDataStreamVersion::QT_5_15);
        write(&mut stream).unwrap();
        stream.into_bytes().as_slice().to_vec()
    };
    let rest = part(&|stream| stream.write(&(number, QVariant::from(rectangle))));
    let length = part(&|stream| stream.write(&(rest.len() as i64)));
    [length, rest].concat()
}

/// The command as 33 bytes.
#[rustfmt::skip]
const COMMAND_7: [u8; 33] = [
    0, 0, 0, 0, 0, 0, 0, 25,  // the length of the rest
    0, 0, 0, 7,  // the number
    0, 0, 0, 19, 0,  // a variant with a QRect that is not null
    0, 0, 0, 6,  0, 0, 0, 7,  0, 0, 0, 15,  0, 0, 0, 16,  // left, top, right, bottom
];

fn rectangle(left: i32, top: i32) -> QRect {
    QRect::new(left, top, 10, 10)
}

#[test]
fn commands_pass_with_blocking_calls() {
    qt(|| {
        assert_eq!(command(7, &rectangle(6, 7)), COMMAND_7);
        let pair = Pair::new();
        let (theirs, ours) = (&pair.theirs, &pair.ours);
        let mut before = 0;
        for number in 0..2_000 {
            let rectangle = rectangle(before, number);
            assert_eq!(
                ours.write(&command(number, &rectangle)),
                Ok(COMMAND_7.len())
            );
            while ours.bytes_to_write() > 0 {
                ours.wait_for_bytes_written(Some(DEADLINE)).unwrap();
            }
            while theirs.bytes_available() < COMMAND_7.len() {
                theirs.wait_for_ready_read(Some(DEADLINE)).unwrap();
            }
            let mut stream = QDataStream::on_device(&**theirs);
            stream.set_version(QDataStreamVersion::QT_5_15);
            let (length, read, variant) = stream.read::<(i64, i32, QVariant)>().unwrap();
            assert_eq!((length, read), (25, number));
            assert_eq!(variant.value::<QRect>(), Some(rectangle));
            before = read;
        }
        assert_eq!(theirs.bytes_available(), 0);
    });
}

#[test]
fn commands_are_read_until_the_writer_aborts() {
    qt(|| {
        let pair = Pair::new();
        let (theirs, ours) = (&pair.theirs, &pair.ours);
        let spy = SignalSpy::by(ours);
        let read = Rc::new(RefCell::new(Vec::new()));
        let taken = read.clone();
        let length = RefCell::new(None::<i64>);
        let take_all = move |device: &QLocalSocket| loop {
            let mut length = length.borrow_mut();
            if length.is_none() && device.bytes_available() < 8 {
                return;
            }
            let available = device.bytes_available();
            let mut stream = QDataStream::on_device(device);
            stream.set_version(QDataStreamVersion::QT_5_15);
            let Some(rest) = *length else {
                *length = Some(stream.read().unwrap());
                continue;
            };
            assert_eq!(rest, 25);
            if available < 25 {
                return;
            }
            let (number, variant) = stream.read::<(i32, QVariant)>().unwrap();
            let rectangle = variant.value::<QRect>().unwrap();
            assert_eq!(rectangle.y(), number);
            taken.borrow_mut().push(number);
            *length = None;
        };
        theirs.on_ready_read(take_all);
        for number in 0..500 {
            let rectangle = rectangle(read.borrow().len() as i32, number);
            ours.write(&command(number, &rectangle)).unwrap();
            if number % 10 == 0 {
                settle();
            }
        }
        assert!(ours.bytes_to_write() > 0, "there is something to drop");
        ours.abort();
        assert_eq!(ours.state(), State::UnconnectedState);
        assert_eq!(ours.bytes_to_write(), 0);
        // Qt 5 leaves it open after an abort.
        assert_eq!(ours.is_open(), cfg!(not(cxxqt_qt_version_at_least_6)));
        theirs.wait_for_disconnected(Some(DEADLINE)).unwrap();
        let read = read.take();
        assert!(read.iter().copied().eq(0..read.len() as i32), "{read:?}");
        assert!(!read.is_empty() && read.len() < 500, "{}", read.len());
        assert_eq!(spy.counts().disconnected, 1);
    });
}

#[test]
fn chunks_written_before_close_arrive() {
    for chunks in [1, 20] {
        qt(move || {
            let pair = Pair::new();
            let (theirs, ours) = (&pair.theirs, &pair.ours);
            let spy = SignalSpy::by(ours);
            pair.server.close();
            let sent: Vec<u8> = (0..100 * chunks).map(|n| n as u8).collect();
            for chunk in sent.chunks(100) {
                assert_eq!(theirs.write(chunk), Ok(100));
            }
            theirs.close();
            theirs.wait_for_disconnected(Some(DEADLINE)).unwrap();
            ours.wait_for_disconnected(Some(DEADLINE)).unwrap();
            assert_eq!(spy.counts().read_channel_finished, 1);
            assert_eq!(ours.read_all().as_slice(), sent);
            assert_eq!(ours.state(), State::UnconnectedState);
        });
    }
}
