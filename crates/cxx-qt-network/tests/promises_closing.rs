// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What Qt's own test of local sockets promises of the end of a connection; `docs/promises.md` has
//! the table.

mod support;

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant};

use cxx_qt_network::{
    LocalSocketState as State, OpenMode, QBox, QIODevice, QIODeviceExt, QLocalSocket,
};
use support::told::Told;
use support::{DEADLINE, Folder, Pair, accept, qt, run, serve};

/// What is seen at once takes less, and what waits for its limit takes more.
const AT_ONCE: Duration = Duration::from_secs(2);

#[test]
fn a_client_that_disconnects_is_seen_at_once() {
    qt(|| {
        let Pair {
            mut theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        ours.pin_mut().disconnect_from_server();
        let begun = Instant::now();
        theirs
            .pin_mut()
            .wait_for_disconnected(Some(DEADLINE))
            .unwrap();
        assert!(begun.elapsed() < AT_ONCE);
        assert_eq!(theirs.state(), State::UnconnectedState);
    });
}

#[test]
fn a_server_that_closes_a_connection_disconnects_its_client_once() {
    qt(|| {
        let Pair {
            mut theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let told = Told::by(ours.pin_mut());
        theirs.pin_mut().close();
        assert_eq!(theirs.state(), State::UnconnectedState);
        assert_eq!(ours.state(), State::ConnectedState);
        ours.pin_mut()
            .wait_for_disconnected(Some(DEADLINE))
            .unwrap();
        assert_eq!(told.counts().disconnected, 1);
    });
}

#[test]
fn a_wait_for_more_inside_a_handler_ends_when_the_peer_has_closed() {
    qt(|| {
        let Pair {
            mut theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let called = Rc::new(Cell::new(0));
        let count = called.clone();
        ours.pin_mut()
            .on_ready_read(move |mut device| {
                count.set(count.get() + 1);
                assert_eq!(device.as_mut().get_char(), Some(0));
                let more = device.as_mut().wait_for_ready_read(Some(DEADLINE));
                assert!(more.is_err(), "nothing more comes");
            })
            .release();
        theirs.pin_mut().put_char(0).unwrap();
        theirs
            .pin_mut()
            .wait_for_bytes_written(Some(DEADLINE))
            .unwrap();
        theirs.pin_mut().close();
        let begun = Instant::now();
        ours.pin_mut().wait_for_ready_read(Some(DEADLINE)).unwrap();
        assert!(begun.elapsed() < AT_ONCE);
        assert_eq!(called.get(), 1);
    });
}

#[test]
fn a_byte_that_was_not_sent_yet_delays_the_end_and_arrives() {
    qt(|| {
        let Pair {
            mut theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let seen = Rc::new(Cell::new(None));
        let before_close = seen.clone();
        theirs
            .pin_mut()
            .on_about_to_close(move |mut device| {
                let mut byte = [9; 2];
                let peeked = device.as_mut().peek(&mut byte);
                before_close.set(Some((device.is_open(), device.bytes_available())));
                assert_eq!((peeked, byte), (Ok(1), [0, 9]));
            })
            .release();
        ours.pin_mut().put_char(0).unwrap();
        ours.pin_mut().disconnect_from_server();
        assert_eq!(ours.state(), State::ClosingState);
        ours.pin_mut()
            .wait_for_disconnected(Some(DEADLINE))
            .unwrap();
        assert_eq!(ours.state(), State::UnconnectedState);
        assert!(ours.is_open());

        theirs
            .pin_mut()
            .wait_for_ready_read(Some(DEADLINE))
            .unwrap();
        theirs.pin_mut().close();
        assert_eq!(seen.get(), Some((true, 1)));
        assert_eq!(theirs.state(), State::UnconnectedState);
        assert!(!theirs.is_open());
        assert_eq!(theirs.bytes_available(), 0);
    });
}

#[test]
fn a_socket_that_only_writes_waits_for_its_end_without_a_limit() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let mut server = serve(&name);
        let mut ours = QLocalSocket::new();
        ours.pin_mut()
            .connect_to_server(&name, OpenMode::WRITE_ONLY);
        ours.pin_mut().wait_for_connected(Some(DEADLINE)).unwrap();
        let mut theirs = accept(&mut server);
        assert_eq!(ours.bytes_available(), 0);
        assert_eq!(ours.state(), State::ConnectedState);
        assert!(ours.is_writable() && !ours.is_readable());
        theirs.pin_mut().abort();
        ours.pin_mut().wait_for_disconnected(None).unwrap();
        assert_eq!(ours.state(), State::UnconnectedState);
    });
}

#[test]
fn writing_to_a_peer_that_has_gone_is_one_error() {
    qt(|| {
        let Pair {
            mut theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let told = Told::by(ours.pin_mut());
        theirs.pin_mut().abort();
        assert_eq!(ours.state(), State::ConnectedState);
        ours.pin_mut().put_char(0).unwrap();
        assert_eq!(ours.bytes_to_write(), 1);
        assert!(
            ours.pin_mut()
                .wait_for_bytes_written(Some(DEADLINE))
                .is_err()
        );
        assert_eq!(told.counts().errors.len(), 1);
        assert_eq!(ours.state(), State::UnconnectedState);
    });
}

/// Writes down the socket's state inside `disconnected` and `readChannelFinished`.
fn states_at_the_end(socket: &mut QBox<QLocalSocket>) -> Rc<RefCell<Vec<(&'static str, State)>>> {
    let states = Rc::new(RefCell::new(Vec::new()));
    let seen = states.clone();
    socket
        .pin_mut()
        .on_disconnected(move |socket| seen.borrow_mut().push(("disconnected", socket.state())))
        .release();
    let (seen, handle) = (states.clone(), socket.downgrade());
    let finished = move |_: Pin<&mut QIODevice>| {
        let state = handle.with(|socket| socket.state()).unwrap();
        seen.borrow_mut().push(("finished", state));
    };
    socket
        .pin_mut()
        .on_read_channel_finished(finished)
        .release();
    states
}

#[test]
fn a_blocking_wait_that_meets_the_end_tells_it_in_the_unconnected_state() {
    qt(|| {
        let Pair {
            theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let states = states_at_the_end(&mut ours);
        drop(theirs);
        assert!(ours.pin_mut().wait_for_ready_read(Some(DEADLINE)).is_err());
        assert_eq!(
            *states.borrow(),
            [
                ("finished", State::UnconnectedState),
                ("disconnected", State::UnconnectedState)
            ]
        );
        assert!(ours.pin_mut().put_char(0).is_err());
    });
}

#[test]
fn an_event_loop_that_meets_the_end_tells_it_in_the_unconnected_state() {
    qt(|| {
        let Pair {
            theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let states = states_at_the_end(&mut ours);
        let _guard = run(|quit| {
            let quit = quit.clone();
            drop(theirs);
            ours.pin_mut().on_disconnected(move |_| quit.quit())
        });
        assert_eq!(
            *states.borrow(),
            [
                ("finished", State::UnconnectedState),
                ("disconnected", State::UnconnectedState)
            ]
        );
    });
}
