// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What Qt's own test of local sockets promises of the server; `docs/promises.md` has the table.

#![cfg(unix)]

mod support;

use std::time::Duration;

use cxx_qt_lib::QString;
use cxx_qt_network::{
    ListenError, LocalSocketError, LocalSocketState as State, OpenMode, QIODeviceExt, QLocalServer,
    QLocalSocket,
};
use support::told::{Counts, Told, announced};
use support::{DEADLINE, Folder, accept, connect, qt, serve, settle};

/// Long enough for nobody to come.
const MOMENT: Duration = Duration::from_millis(1);

#[test]
fn a_server_that_never_listened_tells_no_error_and_announces_nobody() {
    qt(|| {
        let mut server = QLocalServer::new();
        let announced = announced(server.pin_mut());
        server.pin_mut().close();
        assert_eq!(server.error_string(), "");
        let waited = server.pin_mut().wait_for_new_connection(Some(DEADLINE));
        assert!(waited.is_err(), "a time limit that was over would be Ok");
        settle();
        assert_eq!(announced.get(), 0);
    });
}

#[test]
fn a_server_without_a_name_does_not_listen_and_says_why() {
    qt(|| {
        let mut server = QLocalServer::new();
        let announced = announced(server.pin_mut());
        let refused = server.pin_mut().listen(&QString::default()).unwrap_err();
        assert!(matches!(refused, ListenError::NameEmpty), "{refused:?}");
        assert_eq!(refused.to_string(), "the name is empty");
        assert!(!server.is_listening() && !server.has_pending_connections());
        assert_eq!(server.server_name().to_string(), "");
        assert_eq!(server.full_server_name().to_string(), "");
        assert!(server.socket_descriptor().is_none());
        assert!(server.pin_mut().next_pending_connection().is_none());
        assert_eq!(server.max_pending_connections(), 30);
        let waited = server.pin_mut().wait_for_new_connection(Some(DEADLINE));
        assert!(waited.is_err(), "a time limit that was over would be Ok");
        assert_eq!(announced.get(), 0);
    });
}

#[test]
fn a_server_with_a_name_listens_and_waits_for_somebody_in_vain() {
    for close in [true, false] {
        qt(move || {
            let folder = Folder::new();
            let name = folder.name("s");
            let mut server = QLocalServer::new();
            let announced = announced(server.pin_mut());
            server.pin_mut().listen(&name).unwrap();
            assert!(server.is_listening() && !server.has_pending_connections());
            assert_eq!(server.server_name(), name);
            assert_eq!(server.full_server_name(), name);
            assert_eq!(server.error_string(), "");
            assert!(server.socket_descriptor().is_some());
            assert!(server.pin_mut().next_pending_connection().is_none());
            assert_eq!(server.max_pending_connections(), 30);
            let again = server.pin_mut().listen(&name);
            assert!(
                matches!(again, Err(ListenError::AlreadyListening)),
                "{again:?}"
            );
            let waited = server.pin_mut().wait_for_new_connection(Some(MOMENT));
            assert!(!waited.unwrap(), "nobody came");
            assert_eq!(announced.get(), 0);
            if close {
                server.pin_mut().close();
            }
            drop(server);
            assert!(!folder.path("s").exists());
        });
    }
}

#[test]
fn every_client_of_a_server_is_connected_and_announced_once() {
    for clients in [0, 1, 5] {
        qt(move || {
            let folder = Folder::new();
            let name = folder.name("s");
            let mut server = serve(&name);
            let announced = announced(server.pin_mut());
            let mut kept = Vec::new();
            for client in 1..=clients {
                let mut socket = QLocalSocket::new();
                let told = Told::by(socket.pin_mut());
                socket
                    .pin_mut()
                    .connect_to_server(&name, OpenMode::READ_WRITE);
                assert_eq!(socket.server_name(), name);
                assert_eq!(socket.full_server_name(), name);
                socket.pin_mut().wait_for_connected(Some(DEADLINE)).unwrap();
                assert!(socket.is_valid());
                assert_eq!(socket.state(), State::ConnectedState);
                assert_eq!(socket.error(), LocalSocketError::UnknownSocketError);
                assert_eq!(socket.error_string(), "Unknown error");
                assert_eq!((socket.bytes_available(), socket.bytes_to_write()), (0, 0));
                assert!(!socket.can_read_line() && !socket.pin_mut().flush());
                assert_eq!(socket.read_buffer_size(), None);
                assert_eq!(
                    told.counts(),
                    Counts {
                        connected: 1,
                        states: vec![State::ConnectingState, State::ConnectedState],
                        ..Counts::default()
                    }
                );
                let again = socket.pin_mut().wait_for_connected(Some(Duration::ZERO));
                assert_eq!(again, Ok(()), "it is connected already");
                let nothing = socket.pin_mut().wait_for_ready_read(Some(Duration::ZERO));
                assert!(nothing.is_err(), "nobody wrote");
                let errors = told.counts().errors;
                let over = LocalSocketError::SocketTimeoutError;
                assert!(errors.iter().all(|error| *error == over), "{errors:?}");

                let waited = server.pin_mut().wait_for_new_connection(Some(DEADLINE));
                assert!(waited.unwrap());
                assert!(server.has_pending_connections() && server.is_listening());
                assert_eq!(server.server_name(), name);
                assert_eq!(server.full_server_name(), name);
                assert_eq!(server.error_string(), "");
                kept.push(server.pin_mut().next_pending_connection().unwrap());
                assert!(server.pin_mut().next_pending_connection().is_none());
                assert_eq!(announced.get(), client);
                assert_eq!((told.counts().connected, told.counts().ready_read), (1, 0));
                kept.push(socket);
            }
            drop(kept);
            server.pin_mut().close();
            assert_eq!(announced.get(), clients);
        });
    }
}

#[test]
fn a_client_of_a_name_that_nobody_serves_is_told_that_there_is_no_server() {
    qt(|| {
        let folder = Folder::new();
        for name in [QString::default(), folder.name("nobody")] {
            for _ in 0..5 {
                let mut socket = QLocalSocket::new();
                let told = Told::by(socket.pin_mut());
                socket
                    .pin_mut()
                    .connect_to_server(&name, OpenMode::READ_WRITE);
                let error = socket.pin_mut().wait_for_connected(Some(Duration::ZERO));
                let error = error.unwrap_err();
                assert_eq!(error.kind, LocalSocketError::ServerNotFoundError);
                assert!(error.text.starts_with("QLocalSocket::connectToServer: "));
                assert_eq!(socket.state(), State::UnconnectedState);
                assert!(!socket.is_valid() && !socket.pin_mut().flush());
                assert_eq!((socket.bytes_available(), socket.bytes_to_write()), (0, 0));
                assert!(!socket.can_read_line());
                assert!(socket.socket_descriptor().is_none());
                let nothing = socket.pin_mut().wait_for_ready_read(Some(Duration::ZERO));
                assert!(nothing.is_err());
                assert_eq!(
                    told.counts(),
                    Counts {
                        errors: vec![LocalSocketError::ServerNotFoundError],
                        states: vec![State::ConnectingState, State::UnconnectedState],
                        ..Counts::default()
                    }
                );
            }
        }
    });
}

#[test]
fn a_server_that_is_full_still_takes_somebody() {
    for limit in [0, 1, 3] {
        qt(move || {
            let folder = Folder::new();
            let name = folder.name("s");
            let mut server = serve(&name);
            server.pin_mut().set_max_pending_connections(limit);
            assert_eq!(server.max_pending_connections(), limit);
            let clients: Vec<_> = (0..=limit).map(|_| connect(&name)).collect();
            let waited = server.pin_mut().wait_for_new_connection(Some(DEADLINE));
            assert!(waited.unwrap());
            assert!(server.has_pending_connections());
            for _ in &clients {
                drop(accept(&mut server));
            }
        });
    }
}

#[test]
fn a_name_that_is_taken_is_free_after_removing_it() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        assert!(QLocalServer::remove_server(&name), "nothing is there");
        let mut first = serve(&name);
        let mut second = QLocalServer::new();
        let refused = second.pin_mut().listen(&name);
        assert!(
            matches!(refused, Err(ListenError::InUse { .. })),
            "{refused:?}"
        );
        assert!(!second.is_listening());
        assert!(QLocalServer::remove_server(&name));
        second.pin_mut().listen(&name).unwrap();
        let _client = connect(&name);
        accept(&mut second);
        let nobody = first.pin_mut().wait_for_new_connection(Some(MOMENT));
        assert!(!nobody.unwrap(), "the client came to the second server");
    });
}

#[test]
fn one_server_and_one_socket_meet_again_under_another_name() {
    qt(|| {
        let folder = Folder::new();
        let mut server = QLocalServer::new();
        let mut client = QLocalSocket::new();
        for name in ["first", "second"] {
            let name = folder.name(name);
            server.pin_mut().listen(&name).unwrap();
            assert_eq!(server.full_server_name(), name);
            client
                .pin_mut()
                .connect_to_server(&name, OpenMode::READ_WRITE);
            client.pin_mut().wait_for_connected(Some(DEADLINE)).unwrap();
            assert_eq!(client.full_server_name(), name);
            drop(accept(&mut server));
            server.pin_mut().close();
            client.pin_mut().disconnect_from_server();
            settle();
            assert!(!server.is_listening());
            assert_eq!(client.state(), State::UnconnectedState);
        }
    });
}

#[test]
fn three_sockets_are_connected_at_once() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let mut server = serve(&name);
        let mut clients = [(); 3].map(|()| QLocalSocket::new());
        for client in &mut clients {
            client
                .pin_mut()
                .connect_to_server(&name, OpenMode::READ_WRITE);
        }
        for client in &mut clients {
            client.pin_mut().wait_for_connected(Some(DEADLINE)).unwrap();
        }
        let taken = [(); 3].map(|()| accept(&mut server));
        assert!(
            taken
                .iter()
                .all(|socket| socket.state() == State::ConnectedState)
        );
        assert!(!server.has_pending_connections());
    });
}

#[test]
#[cfg(target_os = "linux")]
fn listen_gives_the_socket_exactly_the_rights_of_its_options() {
    use cxx_qt_network::SocketOptions;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    for (options, rights) in [
        (SocketOptions::USER_ACCESS, "700"),
        (SocketOptions::GROUP_ACCESS, "70"),
        (SocketOptions::OTHER_ACCESS, "7"),
        (SocketOptions::WORLD_ACCESS, "777"),
    ] {
        qt(move || {
            let folder = Folder::new();
            let mut server = QLocalServer::new();
            server.pin_mut().set_socket_options(options);
            server.pin_mut().listen(&folder.name("s")).unwrap();
            let mode = fs::metadata(folder.path("s")).unwrap().permissions().mode();
            assert_eq!(format!("{:o}", mode & 0o7777), rights, "{options:?}");
        });
    }
}
