// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Conformance: the end of a connection. See `docs/conformance-sockets.md`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::support::signal_spy::SignalSpy;
use crate::support::{DEADLINE, Folder, Pair, accept, qt, run, serve, settle};
use cxx_qt_network::{
    QIODeviceExt, QIODeviceOpenModeFlag, QLocalSocket, QLocalSocketState as State,
};

/// A call that returns immediately takes less; one that waits for its time-out takes more.
const AT_ONCE: Duration = Duration::from_secs(2);

#[test]
fn client_disconnect_is_seen_immediately() {
    qt(|| {
        let pair = Pair::new();
        let (theirs, ours) = (&pair.theirs, &pair.ours);
        ours.disconnect_from_server();
        let begun = Instant::now();
        theirs.wait_for_disconnected(Some(DEADLINE)).unwrap();
        assert!(begun.elapsed() < AT_ONCE);
        assert_eq!(theirs.state(), State::UnconnectedState);
    });
}

#[test]
fn server_close_disconnects_client_once() {
    qt(|| {
        let pair = Pair::new();
        let (theirs, ours) = (&pair.theirs, &pair.ours);
        let spy = SignalSpy::by(ours);
        theirs.close();
        assert_eq!(theirs.state(), State::UnconnectedState);
        assert_eq!(ours.state(), State::ConnectedState);
        ours.wait_for_disconnected(Some(DEADLINE)).unwrap();
        assert_eq!(spy.counts().disconnected, 1);
    });
}

#[test]
fn wait_inside_handler_ends_with_connection() {
    qt(|| {
        let pair = Pair::new();
        let (theirs, ours) = (&pair.theirs, &pair.ours);
        let called = Rc::new(Cell::new(0));
        let count = called.clone();
        ours.on_ready_read(move |device| {
            count.set(count.get() + 1);
            assert_eq!(device.get_char(), Some(0));
            let more = device.wait_for_ready_read(Some(DEADLINE));
            assert!(more.is_err(), "nothing more comes");
        });
        theirs.put_char(0).unwrap();
        theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
        theirs.close();
        let begun = Instant::now();
        ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
        assert!(begun.elapsed() < AT_ONCE);
        assert_eq!(called.get(), 1);
    });
}

#[test]
fn unsent_byte_delays_disconnect_and_arrives() {
    qt(|| {
        let pair = Pair::new();
        let (theirs, ours) = (&pair.theirs, &pair.ours);
        let spy = SignalSpy::by(theirs);
        ours.put_char(0).unwrap();
        ours.disconnect_from_server();
        assert_eq!(ours.state(), State::ClosingState);
        ours.wait_for_disconnected(Some(DEADLINE)).unwrap();
        assert_eq!(ours.state(), State::UnconnectedState);
        assert!(ours.is_open());

        theirs.wait_for_ready_read(Some(DEADLINE)).unwrap();
        let mut byte = [9; 2];
        assert_eq!((theirs.peek(&mut byte), byte), (Ok(1), [0, 9]));
        theirs.close();
        settle();
        // Qt 5 also forwards the signal of the inner socket.
        let emitted = if cfg!(cxxqt_qt_version_at_least_6) {
            1
        } else {
            2
        };
        assert_eq!(spy.counts().about_to_close, emitted);
        assert_eq!(theirs.state(), State::UnconnectedState);
        assert!(!theirs.is_open());
        assert_eq!(theirs.bytes_available(), 0);
    });
}

#[test]
fn write_only_socket_waits_for_disconnect() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let server = serve(&name);
        let ours = QLocalSocket::new();
        ours.connect_to_server_with(name, QIODeviceOpenModeFlag::WriteOnly);
        ours.wait_for_connected(Some(DEADLINE)).unwrap();
        let theirs = accept(&server);
        assert_eq!(ours.bytes_available(), 0);
        assert_eq!(ours.state(), State::ConnectedState);
        assert!(ours.is_writable() && !ours.is_readable());
        theirs.abort();
        ours.wait_for_disconnected(None).unwrap();
        assert_eq!(ours.state(), State::UnconnectedState);
    });
}

#[test]
fn write_to_closed_peer_is_one_error() {
    qt(|| {
        let pair = Pair::new();
        let (theirs, ours) = (&pair.theirs, &pair.ours);
        let spy = SignalSpy::by(ours);
        theirs.abort();
        assert_eq!(ours.state(), State::ConnectedState);
        ours.put_char(0).unwrap();
        assert_eq!(ours.bytes_to_write(), 1);
        assert!(ours.wait_for_bytes_written(Some(DEADLINE)).is_err());
        assert_eq!(spy.counts().errors.len(), 1);
        assert_eq!(ours.state(), State::UnconnectedState);
    });
}

/// Records the socket's state at `disconnected` and `readChannelFinished`.
fn states_at_the_end(socket: &QLocalSocket) -> Rc<RefCell<Vec<(&'static str, State)>>> {
    let states = Rc::new(RefCell::new(Vec::new()));
    let seen = states.clone();
    socket.on_disconnected(move |socket| seen.borrow_mut().push(("disconnected", socket.state())));
    let seen = states.clone();
    socket.on_read_channel_finished(move |socket| {
        seen.borrow_mut().push(("finished", socket.state()));
    });
    states
}

#[test]
fn blocking_wait_ends_in_unconnected_state() {
    qt(|| {
        let pair = Pair::new();
        let ours = &pair.ours;
        let states = states_at_the_end(ours);
        drop(pair.theirs);
        assert!(ours.wait_for_ready_read(Some(DEADLINE)).is_err());
        assert_eq!(
            *states.borrow(),
            [
                ("finished", State::UnconnectedState),
                ("disconnected", State::UnconnectedState)
            ]
        );
        assert!(ours.put_char(0).is_err());
    });
}

#[test]
fn event_loop_ends_in_unconnected_state() {
    qt(|| {
        let pair = Pair::new();
        let states = states_at_the_end(&pair.ours);
        run(|quit| {
            let quit = quit.clone();
            drop(pair.theirs);
            pair.ours.on_disconnected(move |_| quit.quit())
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
