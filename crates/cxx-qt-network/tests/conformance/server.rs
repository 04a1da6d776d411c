// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Conformance: local servers. See `docs/conformance-sockets.md`.

use std::time::Duration;

use crate::support::signal_spy::{Counts, SignalSpy, announced};
use crate::support::{DEADLINE, Folder, accept, connect, qt, serve, settle};
use cxx_qt_lib::QString;
use cxx_qt_network::{
    ListenError, QIODeviceExt, QLocalServer, QLocalSocket, QLocalSocketError,
    QLocalSocketState as State,
};

/// A time-out that is expected.
const MOMENT: Duration = Duration::from_millis(1);

#[test]
fn unused_server_has_no_error_and_no_signal() {
    qt(|| {
        let server = QLocalServer::new();
        let announced = announced(&server);
        server.close();
        assert_eq!(server.error_string(), "");
        let waited = server.wait_for_new_connection(Some(DEADLINE));
        assert!(waited.is_err(), "a time-out is Ok");
        settle();
        assert_eq!(announced.get(), 0);
    });
}

#[test]
fn listen_without_name_is_refused() {
    qt(|| {
        let server = QLocalServer::new();
        let announced = announced(&server);
        let refused = server.listen(QString::default()).unwrap_err();
        assert!(matches!(refused, ListenError::NameEmpty), "{refused:?}");
        assert_eq!(refused.to_string(), "the name is empty");
        assert!(!server.is_listening() && !server.has_pending_connections());
        assert_eq!(server.server_name().to_string(), "");
        assert_eq!(server.full_server_name().to_string(), "");
        assert!(server.socket_descriptor().is_none());
        assert!(server.next_pending_connection().is_none());
        assert_eq!(server.max_pending_connections(), 30);
        let waited = server.wait_for_new_connection(Some(DEADLINE));
        assert!(waited.is_err(), "a time-out is Ok");
        settle();
        assert_eq!(announced.get(), 0);
    });
}

#[test]
fn listening_without_clients_times_out() {
    for close in [true, false] {
        qt(move || {
            let folder = Folder::new();
            let name = folder.name("s");
            let server = QLocalServer::new();
            let announced = announced(&server);
            server.listen(name.clone()).unwrap();
            assert!(server.is_listening() && !server.has_pending_connections());
            assert_eq!(server.server_name(), name);
            assert_eq!(server.full_server_name(), name);
            assert_eq!(server.error_string(), "");
            assert!(server.socket_descriptor().is_some());
            assert!(server.next_pending_connection().is_none());
            assert_eq!(server.max_pending_connections(), 30);
            let again = server.listen(name.clone());
            assert!(
                matches!(again, Err(ListenError::AlreadyListening)),
                "{again:?}"
            );
            let waited = server.wait_for_new_connection(Some(MOMENT));
            assert!(!waited.unwrap(), "there is no client");
            settle();
            assert_eq!(announced.get(), 0);
            if close {
                server.close();
            }
            drop(server);
            assert!(!folder.path("s").exists());
        });
    }
}

#[test]
fn clients_connect_and_are_announced_once() {
    for clients in [0, 1, 5] {
        qt(move || {
            let folder = Folder::new();
            let name = folder.name("s");
            let server = serve(&name);
            let announced = announced(&server);
            let mut kept = Vec::new();
            for client in 1..=clients {
                let socket = QLocalSocket::new();
                let spy = SignalSpy::by(&socket);
                socket.connect_to_server(name.clone());
                assert_eq!(socket.server_name(), name);
                assert_eq!(socket.full_server_name(), name);
                socket.wait_for_connected(Some(DEADLINE)).unwrap();
                assert!(socket.is_valid());
                assert_eq!(socket.state(), State::ConnectedState);
                assert_eq!(socket.error(), QLocalSocketError::UnknownSocketError);
                assert_eq!(socket.error_string(), "Unknown error");
                assert_eq!((socket.bytes_available(), socket.bytes_to_write()), (0, 0));
                assert!(!socket.can_read_line() && !socket.flush());
                assert_eq!(socket.read_buffer_size(), None);
                assert_eq!(
                    spy.counts(),
                    Counts {
                        connected: 1,
                        states: vec![State::ConnectingState, State::ConnectedState],
                        ..Counts::default()
                    }
                );
                let again = socket.wait_for_connected(Some(Duration::ZERO));
                assert_eq!(again, Ok(()), "the socket is connected");
                let nothing = socket.wait_for_ready_read(Some(Duration::ZERO));
                assert!(nothing.is_err(), "nothing was sent");
                let errors = spy.counts().errors;
                let over = QLocalSocketError::SocketTimeoutError;
                assert!(errors.iter().all(|error| *error == over), "{errors:?}");

                let waited = server.wait_for_new_connection(Some(DEADLINE));
                assert!(waited.unwrap());
                assert!(server.has_pending_connections() && server.is_listening());
                assert_eq!(server.server_name(), name);
                assert_eq!(server.full_server_name(), name);
                assert_eq!(server.error_string(), "");
                kept.push(server.next_pending_connection().unwrap());
                assert!(server.next_pending_connection().is_none());
                assert_eq!(announced.get(), client);
                assert_eq!((spy.counts().connected, spy.counts().ready_read), (1, 0));
                kept.push(socket);
            }
            drop(kept);
            server.close();
            settle();
            assert_eq!(announced.get(), clients);
        });
    }
}

#[test]
fn connecting_without_server_is_not_found() {
    qt(|| {
        let folder = Folder::new();
        for name in [QString::default(), folder.name("nobody")] {
            for _ in 0..5 {
                let socket = QLocalSocket::new();
                let spy = SignalSpy::by(&socket);
                socket.connect_to_server(name.clone());
                let error = socket.wait_for_connected(Some(Duration::ZERO));
                let error = error.unwrap_err();
                assert_eq!(error.kind, QLocalSocketError::ServerNotFoundError);
                let text = socket.error_string();
                assert!(
                    text.starts_with("QLocalSocket::connectToServer: "),
                    "{text}"
                );
                assert_eq!(socket.state(), State::UnconnectedState);
                assert!(!socket.is_valid() && !socket.flush());
                assert_eq!((socket.bytes_available(), socket.bytes_to_write()), (0, 0));
                assert!(!socket.can_read_line());
                assert!(socket.socket_descriptor().is_none());
                let nothing = socket.wait_for_ready_read(Some(Duration::ZERO));
                assert!(nothing.is_err());
                assert_eq!(
                    spy.counts(),
                    Counts {
                        errors: vec![QLocalSocketError::ServerNotFoundError],
                        states: vec![State::ConnectingState, State::UnconnectedState],
                        ..Counts::default()
                    }
                );
            }
        }
    });
}

#[test]
fn full_server_still_accepts() {
    for limit in [0, 1, 3] {
        qt(move || {
            let folder = Folder::new();
            let name = folder.name("s");
            let server = serve(&name);
            server.set_max_pending_connections(limit);
            assert_eq!(server.max_pending_connections(), limit);
            let clients: Vec<_> = (0..=limit).map(|_| connect(&name)).collect();
            let waited = server.wait_for_new_connection(Some(DEADLINE));
            assert!(waited.unwrap());
            assert!(server.has_pending_connections());
            for _ in &clients {
                drop(accept(&server));
            }
        });
    }
}

#[test]
fn removed_name_can_be_reused() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        assert!(
            QLocalServer::remove_server(name.clone()),
            "the name is free"
        );
        let first = serve(&name);
        let second = QLocalServer::new();
        let refused = second.listen(name.clone());
        assert!(
            matches!(refused, Err(ListenError::InUse { .. })),
            "{refused:?}"
        );
        assert!(!second.is_listening());
        assert!(QLocalServer::remove_server(name.clone()));
        second.listen(name.clone()).unwrap();
        let _client = connect(&name);
        accept(&second);
        let waited = first.wait_for_new_connection(Some(MOMENT));
        assert!(
            !waited.unwrap(),
            "the client is connected to the second server"
        );
    });
}

#[test]
fn server_and_socket_are_reused_with_new_name() {
    qt(|| {
        let folder = Folder::new();
        let server = QLocalServer::new();
        let client = QLocalSocket::new();
        for name in ["first", "second"] {
            let name = folder.name(name);
            server.listen(name.clone()).unwrap();
            assert_eq!(server.full_server_name(), name);
            client.connect_to_server(name.clone());
            client.wait_for_connected(Some(DEADLINE)).unwrap();
            assert_eq!(client.full_server_name(), name);
            drop(accept(&server));
            server.close();
            client.disconnect_from_server();
            settle();
            assert!(!server.is_listening());
            assert_eq!(client.state(), State::UnconnectedState);
        }
    });
}

#[test]
fn three_sockets_connect_at_once() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let server = serve(&name);
        let clients = [(); 3].map(|()| QLocalSocket::new());
        for client in &clients {
            client.connect_to_server(name.clone());
        }
        for client in &clients {
            client.wait_for_connected(Some(DEADLINE)).unwrap();
        }
        let taken = [(); 3].map(|()| accept(&server));
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
fn listen_sets_file_mode_of_options() {
    use cxx_qt_network::QLocalServerSocketOption;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    for (options, rights) in [
        (QLocalServerSocketOption::UserAccessOption, "700"),
        (QLocalServerSocketOption::GroupAccessOption, "70"),
        (QLocalServerSocketOption::OtherAccessOption, "7"),
        (QLocalServerSocketOption::WorldAccessOption, "777"),
    ] {
        qt(move || {
            let folder = Folder::new();
            let server = QLocalServer::new();
            server.set_socket_options(options);
            server.listen(folder.name("s")).unwrap();
            let mode = fs::metadata(folder.path("s")).unwrap().permissions().mode();
            assert_eq!(format!("{:o}", mode & 0o7777), rights, "{options:?}");
        });
    }
}
