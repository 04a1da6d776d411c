// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `QLocalSocket` and `QIODevice` as bound: states, signals, errors, blocking calls.

mod support;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use cxx_qt_lib::QString;
use cxx_qt_network::{
    LocalSocketError, LocalSocketState, OpenMode, QIODeviceExt, QLocalServer, QLocalSocket,
};
use support::{DEADLINE, Folder, Pair, qt, run};

#[test]
fn a_fresh_socket_is_at_rest() {
    qt(|| {
        let mut socket = QLocalSocket::new();
        assert_eq!(socket.state(), LocalSocketState::UnconnectedState);
        assert_eq!(socket.error(), LocalSocketError::UnknownSocketError);
        assert_eq!(socket.read_buffer_size(), None);
        assert_eq!(socket.bytes_available(), 0);
        assert_eq!(socket.bytes_to_write(), 0);
        assert_eq!(socket.open_mode(), OpenMode::NOT_OPEN);
        assert!(socket.server_name().is_empty());
        assert!(socket.full_server_name().is_empty());
        #[cfg(unix)]
        assert!(socket.socket_descriptor().is_none());
        assert!(!socket.is_open() && !socket.is_valid() && socket.is_sequential());
        let no_time = Some(Duration::ZERO);
        assert!(socket.pin_mut().wait_for_ready_read(no_time).is_err());
        assert!(socket.pin_mut().wait_for_bytes_written(no_time).is_err());
        assert!(
            socket
                .pin_mut()
                .wait_for_disconnected(Some(Duration::ZERO))
                .is_ok()
        );
        assert!(socket.pin_mut().write(b"x").is_err());
        assert!(socket.pin_mut().read(&mut [0; 4]).is_err());
    });
}

#[test]
fn the_life_of_a_connection_is_told_in_order() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("life");
        let mut server = QLocalServer::new();
        server.pin_mut().listen(&name).unwrap();
        let mut socket = QLocalSocket::new();
        let told = Rc::new(RefCell::new(Vec::new()));
        let tell = |told: &Rc<RefCell<Vec<String>>>, what: String| told.borrow_mut().push(what);
        let log = told.clone();
        socket
            .pin_mut()
            .on_connected(move |_| tell(&log, "connected".into()))
            .release();
        let log = told.clone();
        socket
            .pin_mut()
            .on_state_changed(move |_, state| tell(&log, format!("{state:?}")))
            .release();
        let log = told.clone();
        socket
            .pin_mut()
            .on_error_occurred(move |_, error| tell(&log, error.text))
            .release();
        let log = told.clone();
        socket
            .pin_mut()
            .on_ready_read(move |mut device| {
                tell(
                    &log,
                    String::from_utf8(device.as_mut().read_all().as_slice().to_vec()).unwrap(),
                );
            })
            .release();
        let log = told.clone();
        socket
            .pin_mut()
            .on_read_channel_finished(move |_| tell(&log, "finished".into()))
            .release();
        run(|quit| {
            let quit = quit.clone();
            let log = told.clone();
            socket
                .pin_mut()
                .on_disconnected(move |socket| {
                    assert_eq!(socket.state(), LocalSocketState::UnconnectedState);
                    tell(&log, "disconnected".into());
                    quit.quit();
                })
                .release();
            server
                .pin_mut()
                .on_new_connection(|server| {
                    let mut peer = server.next_pending_connection().unwrap();
                    peer.pin_mut().write(b"hello").unwrap();
                    peer.pin_mut()
                        .wait_for_bytes_written(Some(DEADLINE))
                        .unwrap();
                })
                .release();
            socket
                .pin_mut()
                .connect_to_server(&name, OpenMode::READ_ONLY);
        });
        let told = told.borrow().join(" | ");
        assert_eq!(
            told,
            "ConnectingState | ConnectedState | connected | hello | QLocalSocket: Remote closed | \
             ClosingState | UnconnectedState | finished | disconnected"
        );
        assert_eq!(socket.full_server_name().to_string(), "");
    });
}

#[test]
fn names_are_told_while_connected() {
    qt(|| {
        let Pair { ours, folder, .. } = Pair::new();
        assert_eq!(ours.full_server_name(), folder.name("pair"));
        assert_eq!(ours.server_name(), folder.name("pair"));
        assert!(ours.is_valid());
        #[cfg(unix)]
        assert!(ours.socket_descriptor().is_some());
    });
}

#[cfg(unix)]
#[test]
fn nobody_there_is_told_apart_from_nobody_answering() {
    qt(|| {
        let folder = Folder::new();
        let mut socket = QLocalSocket::new();
        socket
            .pin_mut()
            .connect_to_server(&folder.name("nobody"), OpenMode::READ_ONLY);
        assert_eq!(socket.error(), LocalSocketError::ServerNotFoundError);

        drop(std::os::unix::net::UnixListener::bind(folder.path("dead")).unwrap());
        socket
            .pin_mut()
            .connect_to_server(&folder.name("dead"), OpenMode::READ_ONLY);
        assert_eq!(socket.error(), LocalSocketError::ConnectionRefusedError);

        std::fs::write(folder.path("file"), "text").unwrap();
        let error = Rc::new(RefCell::new(None));
        let seen = error.clone();
        socket
            .pin_mut()
            .on_error_occurred(move |_, error| *seen.borrow_mut() = Some(error))
            .release();
        socket
            .pin_mut()
            .connect_to_server(&folder.name("file"), OpenMode::READ_ONLY);
        let error = error.take().unwrap();
        assert_eq!(error.kind, LocalSocketError::ConnectionRefusedError);
        assert_eq!(
            error.to_string(),
            "QLocalSocket::connectToServer: Connection refused"
        );

        socket.pin_mut().connect_to_server(
            &QString::from("x".repeat(256).as_str()),
            OpenMode::READ_ONLY,
        );
        assert_eq!(socket.error(), LocalSocketError::ServerNotFoundError);
    });
}

#[test]
fn what_was_written_before_closing_arrives_whole() {
    for chunks in [1, 20] {
        qt(move || {
            let Pair {
                mut theirs,
                mut ours,
                server: _server,
                folder: _folder,
            } = Pair::new();
            let finished = Rc::new(Cell::new(0));
            let count = finished.clone();
            ours.pin_mut()
                .on_read_channel_finished(move |_| count.set(count.get() + 1))
                .release();
            for _ in 0..chunks {
                assert_eq!(theirs.pin_mut().write(&[7; 60_000]), Ok(60_000));
            }
            let ours = run(|quit| {
                theirs.pin_mut().disconnect_from_server();
                let quit = quit.clone();
                ours.pin_mut()
                    .on_disconnected(move |_| quit.quit())
                    .release();
                ours
            });
            let mut ours = ours;
            assert_eq!(ours.bytes_available(), chunks * 60_000);
            assert_eq!(ours.pin_mut().read_all().len() as usize, chunks * 60_000);
            assert_eq!(finished.get(), 1);
        });
    }
}

#[test]
fn one_socket_connects_again_and_again() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("again");
        let mut server = QLocalServer::new();
        server.pin_mut().listen(&name).unwrap();
        let mut socket = QLocalSocket::new();
        for round in 0..3u8 {
            socket.pin_mut().abort();
            socket
                .pin_mut()
                .connect_to_server(&name, OpenMode::READ_ONLY);
            socket.pin_mut().wait_for_connected(Some(DEADLINE)).unwrap();
            assert!(
                server
                    .pin_mut()
                    .wait_for_new_connection(Some(DEADLINE))
                    .unwrap()
            );
            let mut peer = server.pin_mut().next_pending_connection().unwrap();
            peer.pin_mut().write(&[round]).unwrap();
            peer.pin_mut()
                .wait_for_bytes_written(Some(DEADLINE))
                .unwrap();
            socket
                .pin_mut()
                .wait_for_ready_read(Some(DEADLINE))
                .unwrap();
            let mut byte = [9];
            assert_eq!(socket.pin_mut().read(&mut byte), Ok(1));
            assert_eq!(byte, [round]);
        }
    });
}

#[test]
fn a_read_takes_what_is_there_and_a_transaction_puts_it_back() {
    qt(|| {
        let Pair {
            mut theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        theirs.pin_mut().write(b"abcdef").unwrap();
        theirs
            .pin_mut()
            .wait_for_bytes_written(Some(DEADLINE))
            .unwrap();
        ours.pin_mut().wait_for_ready_read(Some(DEADLINE)).unwrap();
        let mut buffer = [0; 4];
        assert_eq!(ours.pin_mut().peek(&mut buffer), Ok(4));
        ours.pin_mut().start_transaction();
        assert!(ours.is_transaction_started());
        assert_eq!(ours.pin_mut().skip(2), Ok(2));
        assert_eq!(ours.pin_mut().read(&mut buffer), Ok(4));
        assert_eq!(&buffer, b"cdef");
        assert!(ours.at_end());
        ours.pin_mut().rollback_transaction();
        assert_eq!(ours.bytes_available(), 6);
        assert_eq!(ours.pin_mut().skip(100), Ok(6));
        assert_eq!(
            ours.pin_mut().read(&mut buffer),
            Ok(0),
            "nothing yet is no error"
        );
    });
}

#[test]
fn a_small_read_buffer_loses_nothing() {
    qt(|| {
        let Pair {
            mut theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        ours.pin_mut().set_read_buffer_size(Some(128));
        assert_eq!(ours.read_buffer_size(), Some(128));
        theirs.pin_mut().write(&[1; 256]).unwrap();
        theirs
            .pin_mut()
            .wait_for_bytes_written(Some(DEADLINE))
            .unwrap();
        ours.pin_mut().wait_for_ready_read(Some(DEADLINE)).unwrap();
        assert_eq!(ours.bytes_available(), 128);
        assert_eq!(ours.pin_mut().read_all().len(), 128);
        ours.pin_mut().wait_for_ready_read(Some(DEADLINE)).unwrap();
        assert_eq!(ours.pin_mut().read_all().len(), 128);
    });
}

#[test]
fn a_closing_peer_ends_a_wait_without_limit() {
    qt(|| {
        let Pair {
            mut theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        theirs.pin_mut().disconnect_from_server();
        ours.pin_mut().wait_for_disconnected(None).unwrap();
        assert_eq!(ours.error(), LocalSocketError::PeerClosedError);
    });
}

#[test]
fn a_wait_ends_at_its_limit() {
    qt(|| {
        let Pair {
            theirs: _theirs,
            mut ours,
            server: _server,
            folder: _folder,
        } = Pair::new();
        let error = ours
            .pin_mut()
            .wait_for_disconnected(Some(Duration::from_millis(1)))
            .unwrap_err();
        assert_eq!(error.kind, LocalSocketError::SocketTimeoutError);
        assert!(
            ours.pin_mut()
                .wait_for_ready_read(Some(Duration::from_millis(1)))
                .is_err()
        );
    });
}

#[cfg(unix)]
#[test]
fn a_descriptor_becomes_a_socket() {
    qt(|| {
        let (descriptor, mut other) = std::os::unix::net::UnixStream::pair().unwrap();
        let mut socket = QLocalSocket::new();
        socket.pin_mut().set_socket_descriptor(descriptor).unwrap();
        assert_eq!(socket.state(), LocalSocketState::ConnectedState);
        std::io::Write::write_all(&mut other, b"hi").unwrap();
        socket
            .pin_mut()
            .wait_for_ready_read(Some(DEADLINE))
            .unwrap();
        assert_eq!(socket.pin_mut().read_all().as_slice(), b"hi");
        drop(socket);
        assert_eq!(
            std::io::Read::read(&mut other, &mut [0; 1]).unwrap(),
            0,
            "closed with the socket"
        );
    });
}
