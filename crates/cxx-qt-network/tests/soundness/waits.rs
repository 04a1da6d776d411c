// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Blocking calls: what they return, and when.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use cxx_qt_network::{QIODeviceExt, QLocalServer, QLocalSocketError, QLocalSocketState as State};

use super::fixture::{LIMIT, client, send, socket_pair};
use crate::support::{DEADLINE, Folder, qt};

/// Far less than the deadline, and more than the calls take.
const SOON: Duration = Duration::from_secs(5);

#[test]
fn wait_is_true_for_a_client_of_incoming_handler() {
    qt(|| {
        let folder = Folder::new();
        let count = Rc::new(Cell::new(0));
        let seen = count.clone();
        let server = QLocalServer::with_incoming_connection(move |_, descriptor| {
            seen.set(seen.get() + 1);
            drop(descriptor);
        });
        server.listen_exclusive(folder.name("s")).unwrap();
        for clients in 1..=3 {
            let _client = client(&folder, "s");
            assert!(server.wait_for_new_connection(LIMIT).unwrap());
            assert_eq!(count.get(), clients, "the handler runs in the wait");
        }
        let limit = Some(Duration::from_millis(10));
        assert!(!server.wait_for_new_connection(limit).unwrap());
        assert!(server.is_listening());
    });
}

#[test]
fn wait_for_disconnected_keeps_its_limit_when_full() {
    qt(|| {
        let (socket, peer) = socket_pair();
        socket.set_read_buffer_size(Some(100));
        send(&peer, &[0; 1000]);
        let start = Instant::now();
        let limit = Some(Duration::from_millis(100));
        assert!(socket.wait_for_disconnected(limit).is_err());
        assert!(start.elapsed() < SOON);
        let error = socket.wait_for_disconnected(LIMIT).unwrap_err();
        assert_ne!(error.kind, QLocalSocketError::SocketTimeoutError);
        assert_eq!(socket.state(), State::ConnectedState);
        assert_eq!(socket.bytes_available(), 100);
    });
}

#[test]
fn wait_for_ready_read_keeps_its_limit_when_full() {
    qt(|| {
        let (socket, peer) = socket_pair();
        socket.set_read_buffer_size(Some(100));
        send(&peer, &[0; 1000]);
        socket.wait_for_ready_read(LIMIT).unwrap();
        let start = Instant::now();
        let limit = Some(Duration::from_millis(100));
        assert!(socket.wait_for_ready_read(limit).is_err());
        assert!(start.elapsed() < SOON);
        let error = socket.wait_for_ready_read(LIMIT).unwrap_err();
        assert_ne!(error.to_string(), "time-out");
    });
}

#[test]
fn wait_without_a_limit_left_takes_what_is_there() {
    qt(|| {
        let (socket, peer) = socket_pair();
        send(&peer, b"x");
        socket.wait_for_ready_read(Some(Duration::ZERO)).unwrap();
        let error = socket.wait_for_ready_read(Some(Duration::ZERO));
        assert_eq!(error.unwrap_err().to_string(), "time-out");
    });
}

#[test]
fn wait_for_disconnected_ends_with_full_buffer() {
    qt(|| {
        let (socket, peer) = socket_pair();
        socket.set_read_buffer_size(Some(100));
        send(&peer, &[7; 50]);
        drop(peer);
        socket.wait_for_disconnected(LIMIT).unwrap();
        assert_eq!(socket.read_all().as_slice(), [7; 50]);
    });
}

#[test]
fn limit_below_a_millisecond_is_not_zero() {
    qt(|| {
        let (socket, _peer) = socket_pair();
        let start = Instant::now();
        let limit = Duration::from_micros(900);
        assert!(socket.wait_for_ready_read(Some(limit)).is_err());
        let waited = start.elapsed();
        assert!(waited >= limit, "{waited:?}");
        assert!(waited < SOON);
    });
}

#[test]
fn read_buffer_of_zero_is_not_unlimited() {
    qt(|| {
        let (socket, peer) = socket_pair();
        socket.set_read_buffer_size(Some(0));
        assert_eq!(socket.read_buffer_size(), Some(1));
        send(&peer, &[0; 10_000]);
        socket.wait_for_ready_read(LIMIT).unwrap();
        assert_eq!(socket.bytes_available(), 1);
        socket.set_read_buffer_size(None);
        assert_eq!(socket.read_buffer_size(), None);
    });
}

#[test]
fn waits_of_an_unconnected_socket_return_at_once() {
    qt(|| {
        let (socket, _peer) = socket_pair();
        socket.abort();
        let start = Instant::now();
        assert!(socket.wait_for_connected(LIMIT).is_err());
        assert!(socket.wait_for_ready_read(LIMIT).is_err());
        assert!(socket.wait_for_bytes_written(LIMIT).is_err());
        socket.wait_for_disconnected(LIMIT).unwrap();
        assert!(start.elapsed() < DEADLINE);
    });
}

#[test]
fn wait_ends_when_a_handler_of_it_dropped_the_socket() {
    qt(|| {
        let (socket, peer) = socket_pair();
        send(&peer, b"x");
        let handle = socket.downgrade();
        let owner = std::cell::RefCell::new(Some(socket));
        handle.with(|socket| {
            socket.on_ready_read(move |_| drop(owner.take()));
            socket.wait_for_ready_read(LIMIT).unwrap();
            // Not connected any more: each wait fails immediately.
            let start = Instant::now();
            assert!(socket.wait_for_ready_read(LIMIT).is_err());
            assert!(start.elapsed() < SOON);
        });
        assert!(handle.is_null());
    });
}

#[test]
fn time_out_is_told_as_such() {
    qt(|| {
        let (socket, _peer) = socket_pair();
        let limit = Some(Duration::from_millis(5));
        let error = socket.wait_for_disconnected(limit).unwrap_err();
        assert_eq!(error.kind, QLocalSocketError::SocketTimeoutError);
        assert_eq!(socket.state(), State::ConnectedState);
    });
}
