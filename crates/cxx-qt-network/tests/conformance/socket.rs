// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Conformance: new sockets and connecting. See `docs/conformance-sockets.md`.

use std::time::{Duration, Instant};

use crate::support::signal_spy::{Counts, SignalSpy};
use crate::support::{DEADLINE, Folder, accept, connect, qt, run, serve, settle};
use cxx_qt_network::{
    QIODeviceExt, QIODeviceOpenModeFlag, QLocalSocket, QLocalSocketError,
    QLocalSocketState as State,
};

/// A call that returns immediately takes less; one that waits for its time-out takes more.
const AT_ONCE: Duration = Duration::from_secs(2);

#[test]
fn new_socket_neither_waits_nor_emits() {
    qt(|| {
        let socket = QLocalSocket::new();
        let spy = SignalSpy::by(&socket);
        assert_eq!(socket.server_name().to_string(), "");
        assert_eq!(socket.full_server_name().to_string(), "");
        socket.abort();
        assert_eq!((socket.bytes_available(), socket.bytes_to_write()), (0, 0));
        assert!(!socket.can_read_line());
        socket.close();
        socket.disconnect_from_server();
        assert_eq!(socket.error(), QLocalSocketError::UnknownSocketError);
        assert_eq!(socket.error_string(), "Unknown error");
        assert!(!socket.flush() && !socket.is_valid());
        assert_eq!(socket.read_buffer_size(), None);
        socket.set_read_buffer_size(None);
        assert_eq!(socket.read_buffer_size(), None);
        assert_eq!(socket.state(), State::UnconnectedState);
        let begun = Instant::now();
        assert!(socket.wait_for_connected(Some(DEADLINE)).is_err());
        assert!(socket.wait_for_ready_read(Some(DEADLINE)).is_err());
        assert!(socket.wait_for_bytes_written(Some(DEADLINE)).is_err());
        let disconnected = socket.wait_for_disconnected(Some(DEADLINE));
        assert_eq!(disconnected, Ok(()), "it is not connected, as asked for");
        assert!(begun.elapsed() < AT_ONCE);
        assert_eq!(spy.counts(), Counts::default());
    });
}

#[test]
fn open_connects_and_close_is_emitted_once() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let server = serve(&name);
        let socket = QLocalSocket::new();
        let spy = SignalSpy::by(&socket);
        socket.set_server_name(name.clone());
        assert_eq!(socket.server_name(), name);
        socket.open(QIODeviceOpenModeFlag::ReadWrite).unwrap();
        let _theirs = accept(&server);
        assert_eq!(socket.full_server_name(), name);
        socket.close();
        server.close();
        settle();
        // Qt 5 emits it twice.
        let times = if cfg!(cxxqt_qt_version_at_least_6) {
            1
        } else {
            2
        };
        let counts = spy.counts();
        assert_eq!((counts.connected, counts.about_to_close), (1, times));
    });
}

#[test]
fn path_is_forgotten_after_disconnect() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let server = serve(&name);
        assert_eq!(server.server_name(), name);
        assert_eq!(server.full_server_name(), name);
        let socket = connect(&name);
        assert_eq!(socket.server_name(), name);
        assert_eq!(socket.full_server_name(), name);
        socket.disconnect_from_server();
        assert_eq!(socket.server_name().to_string(), "");
        assert_eq!(socket.full_server_name().to_string(), "");
    });
}

#[test]
#[cfg(unix)]
fn name_of_256_characters_is_refused() {
    use cxx_qt_network::{ListenError, QLocalServer};

    qt(|| {
        let name = "a".repeat(256);
        let server = QLocalServer::new();
        let refused = server.listen(name.as_str());
        assert!(
            matches!(refused, Err(ListenError::NameTooLong { .. })),
            "{refused:?}"
        );
        assert!(!server.is_listening());
        let socket = QLocalSocket::new();
        let spy = SignalSpy::by(&socket);
        socket.connect_to_server(name);
        assert_eq!(socket.state(), State::UnconnectedState);
        settle();
        assert_eq!(
            spy.counts().errors,
            [QLocalSocketError::ServerNotFoundError]
        );
    });
}

#[test]
fn socket_reconnects_three_times_without_error() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let server = serve(&name);
        let ours = QLocalSocket::new();
        let spy = SignalSpy::by(&ours);
        for answer in ["You will be asked again.", "And again.", "It is enough."] {
            ours.abort();
            let before = spy.counts().ready_read;
            ours.connect_to_server(name.clone());
            ours.wait_for_connected(Some(DEADLINE)).unwrap();
            let theirs = accept(&server);
            theirs.write(answer.as_bytes()).unwrap();
            assert!(theirs.flush());
            let _guard = run(|quit| {
                let quit = quit.clone();
                ours.on_ready_read(move |_| quit.quit()).guard()
            });
            assert_eq!(spy.counts().ready_read, before + 1);
            assert_eq!(ours.read_all().as_slice(), answer.as_bytes());
            assert_eq!(spy.counts().errors, []);
        }
    });
}

#[test]
fn errors_and_states_print_their_names() {
    for (error, name) in [
        (
            QLocalSocketError::ConnectionRefusedError,
            "ConnectionRefusedError",
        ),
        (QLocalSocketError::PeerClosedError, "PeerClosedError"),
        (
            QLocalSocketError::ServerNotFoundError,
            "ServerNotFoundError",
        ),
        (QLocalSocketError::SocketTimeoutError, "SocketTimeoutError"),
        (QLocalSocketError::UnknownSocketError, "UnknownSocketError"),
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
