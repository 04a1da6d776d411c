// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Names with a NUL, at which Qt truncates them.

use std::os::unix::net::UnixListener;

use cxx_qt_network::{QLocalServer, QLocalSocket, QLocalSocketError, QLocalSocketState as State};

use super::fixture::{LIMIT, run_until};
use crate::support::{Folder, qt};

#[test]
fn connect_to_a_name_with_a_zero_finds_no_server() {
    qt(|| {
        let folder = Folder::new();
        let _listener = UnixListener::bind(folder.path("s")).unwrap();
        let socket = QLocalSocket::new();
        let name = format!("{}\0other", folder.name("s"));
        socket.connect_to_server(name.as_str());
        let error = socket.wait_for_connected(LIMIT).unwrap_err();
        assert_eq!(error.kind, QLocalSocketError::ServerNotFoundError);
        assert_eq!(socket.state(), State::UnconnectedState);
        run_until(|| true);
    });
}

#[test]
fn listen_on_a_name_with_a_zero_is_refused() {
    qt(|| {
        let folder = Folder::new();
        let name = format!("{}\0other", folder.name("s"));
        let server = QLocalServer::new();
        assert!(server.listen(name.as_str()).is_err());
        assert!(!server.is_listening());
        assert!(server.listen_exclusive(name.as_str()).is_err());
        assert!(!server.is_listening());
        drop(server);
        let left: Vec<_> = std::fs::read_dir(folder.path("")).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    });
}

#[test]
fn remove_server_keeps_what_a_cut_name_would_hit() {
    qt(|| {
        let folder = Folder::new();
        let _listener = UnixListener::bind(folder.path("s")).unwrap();
        QLocalServer::remove_server(format!("{}\0other", folder.name("s")).as_str());
        assert!(folder.path("s").exists());
    });
}
