// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What Qt's own test of local sockets promises of a socket at rest and of connecting;
//! `docs/promises.md` has the table.

mod support;

use std::time::{Duration, Instant};

use cxx_qt_network::{
    LocalSocketError, LocalSocketState as State, OpenMode, QIODeviceExt, QLocalSocket,
};
use support::told::{Counts, Told};
use support::{DEADLINE, Folder, accept, connect, qt, run, serve};

/// What is seen at once takes less, and what waits for its limit takes more.
const AT_ONCE: Duration = Duration::from_secs(2);

#[test]
fn a_fresh_socket_waits_for_nothing_and_tells_nothing() {
    qt(|| {
        let mut socket = QLocalSocket::new();
        let told = Told::by(socket.pin_mut());
        assert_eq!(socket.server_name().to_string(), "");
        assert_eq!(socket.full_server_name().to_string(), "");
        socket.pin_mut().abort();
        assert_eq!((socket.bytes_available(), socket.bytes_to_write()), (0, 0));
        assert!(!socket.can_read_line());
        socket.pin_mut().close();
        socket.pin_mut().disconnect_from_server();
        assert_eq!(socket.error(), LocalSocketError::UnknownSocketError);
        assert_eq!(socket.error_string(), "Unknown error");
        assert!(!socket.pin_mut().flush() && !socket.is_valid());
        assert_eq!(socket.read_buffer_size(), None);
        socket.pin_mut().set_read_buffer_size(None);
        assert_eq!(socket.read_buffer_size(), None);
        assert_eq!(socket.state(), State::UnconnectedState);
        let begun = Instant::now();
        assert!(socket.pin_mut().wait_for_connected(Some(DEADLINE)).is_err());
        assert!(
            socket
                .pin_mut()
                .wait_for_ready_read(Some(DEADLINE))
                .is_err()
        );
        assert!(
            socket
                .pin_mut()
                .wait_for_bytes_written(Some(DEADLINE))
                .is_err()
        );
        let disconnected = socket.pin_mut().wait_for_disconnected(Some(DEADLINE));
        assert_eq!(disconnected, Ok(()), "it is not connected, as asked for");
        assert!(begun.elapsed() < AT_ONCE);
        assert_eq!(told.counts(), Counts::default());
    });
}

#[test]
fn opening_a_socket_with_a_name_connects_it_and_closing_it_is_announced_once() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let mut server = serve(&name);
        let mut socket = QLocalSocket::new();
        let told = Told::by(socket.pin_mut());
        socket.pin_mut().set_server_name(&name);
        assert_eq!(socket.server_name(), name);
        socket.pin_mut().open(OpenMode::READ_WRITE).unwrap();
        let _theirs = accept(&mut server);
        assert_eq!(socket.full_server_name(), name);
        socket.pin_mut().close();
        server.pin_mut().close();
        // Qt 5 says it twice.
        let times = if cfg!(cxxqt_qt_version_at_least_6) {
            1
        } else {
            2
        };
        let counts = told.counts();
        assert_eq!((counts.connected, counts.about_to_close), (1, times));
    });
}

#[test]
fn a_path_is_a_name_that_is_forgotten_after_the_connection() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let server = serve(&name);
        assert_eq!(server.server_name(), name);
        assert_eq!(server.full_server_name(), name);
        let mut socket = connect(&name);
        assert_eq!(socket.server_name(), name);
        assert_eq!(socket.full_server_name(), name);
        socket.pin_mut().disconnect_from_server();
        assert_eq!(socket.server_name().to_string(), "");
        assert_eq!(socket.full_server_name().to_string(), "");
    });
}

#[test]
#[cfg(unix)]
fn a_name_of_256_characters_is_refused_on_both_sides() {
    use cxx_qt_lib::QString;
    use cxx_qt_network::{ListenError, QLocalServer};

    qt(|| {
        let name = QString::from("a".repeat(256).as_str());
        let mut server = QLocalServer::new();
        let refused = server.pin_mut().listen(&name);
        assert!(
            matches!(refused, Err(ListenError::NameTooLong { .. })),
            "{refused:?}"
        );
        assert!(!server.is_listening());
        let mut socket = QLocalSocket::new();
        let told = Told::by(socket.pin_mut());
        socket
            .pin_mut()
            .connect_to_server(&name, OpenMode::READ_WRITE);
        assert_eq!(socket.state(), State::UnconnectedState);
        assert_eq!(
            told.counts().errors,
            [LocalSocketError::ServerNotFoundError]
        );
    });
}

#[test]
fn one_socket_asks_three_times_and_tells_no_error() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let mut server = serve(&name);
        let mut ours = QLocalSocket::new();
        let told = Told::by(ours.pin_mut());
        for answer in ["You will be asked again.", "And again.", "It is enough."] {
            ours.pin_mut().abort();
            let before = told.counts().ready_read;
            ours.pin_mut()
                .connect_to_server(&name, OpenMode::READ_WRITE);
            ours.pin_mut().wait_for_connected(Some(DEADLINE)).unwrap();
            let mut theirs = accept(&mut server);
            theirs.pin_mut().write(answer.as_bytes()).unwrap();
            assert!(theirs.pin_mut().flush());
            let _guard = run(|quit| {
                let quit = quit.clone();
                ours.pin_mut().on_ready_read(move |_| quit.quit())
            });
            assert_eq!(told.counts().ready_read, before + 1);
            assert_eq!(ours.pin_mut().read_all().as_slice(), answer.as_bytes());
            assert_eq!(told.counts().errors, []);
        }
    });
}

#[test]
fn errors_and_states_print_their_names() {
    for (error, name) in [
        (
            LocalSocketError::ConnectionRefusedError,
            "ConnectionRefusedError",
        ),
        (LocalSocketError::PeerClosedError, "PeerClosedError"),
        (LocalSocketError::ServerNotFoundError, "ServerNotFoundError"),
        (LocalSocketError::SocketTimeoutError, "SocketTimeoutError"),
        (LocalSocketError::UnknownSocketError, "UnknownSocketError"),
    ] {
        assert_eq!(
            (format!("{error:?}"), error.to_string().as_str()),
            (name.to_owned(), name)
        );
    }
    for (state, name) in [
        (State::UnconnectedState, "UnconnectedState"),
        (State::ConnectingState, "ConnectingState"),
        (State::ConnectedState, "ConnectedState"),
        (State::ClosingState, "ClosingState"),
    ] {
        assert_eq!(
            (format!("{state:?}"), state.to_string().as_str()),
            (name.to_owned(), name)
        );
    }
}
