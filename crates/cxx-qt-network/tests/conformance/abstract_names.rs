// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Conformance: the abstract namespace of Linux. See `docs/conformance-sockets.md`.

use std::time::Duration;

use cxx_qt_lib::QString;
use cxx_qt_network::{
    QBox, QIODeviceExt, QIODeviceOpenModeFlag, QLocalServer, QLocalServerSocketOption,
    QLocalServerSocketOptions, QLocalSocket, QLocalSocketError, QLocalSocketSocketOption,
    QLocalSocketSocketOptions, QLocalSocketState,
};

use crate::support::{DEADLINE, Folder, qt};

/// A server listens and a client connects; returns the client if that succeeds.
fn meet(
    server: (&QString, QLocalServerSocketOptions),
    client: (&QString, QLocalSocketSocketOptions),
) -> Option<QBox<QLocalSocket>> {
    let (name, options) = server;
    let server = QLocalServer::new();
    server.set_socket_options(options);
    server.listen(name.clone()).unwrap();
    assert_eq!(server.full_server_name(), *name);
    let (name, options) = client;
    let client = QLocalSocket::new();
    client.set_socket_options(options);
    assert_eq!(client.socket_options(), options);
    client.set_server_name(name.clone());
    let opened = client.open(QIODeviceOpenModeFlag::ReadWrite).is_ok();
    // Local connections are made immediately, so a failed one needs no long wait.
    let limit = if opened {
        DEADLINE
    } else {
        Duration::from_millis(1)
    };
    let accepted = server.wait_for_new_connection(Some(limit));
    assert_eq!(accepted.unwrap(), opened, "both sides agree");
    opened.then_some(client)
}

#[test]
fn name_is_found_only_in_its_namespace() {
    let (file, abstract_name) = (
        QLocalServerSocketOption::NoOptions,
        QLocalServerSocketOption::AbstractNamespaceOption,
    );
    let looks_in_files = QLocalSocketSocketOption::NoOptions;
    let looks_abstract = QLocalSocketSocketOption::AbstractNamespaceOption;
    for (server, client, met) in [
        (abstract_name, looks_abstract, true),
        (file, looks_in_files, true),
        (
            QLocalServerSocketOption::UserAccessOption,
            looks_abstract,
            false,
        ),
        (abstract_name, looks_in_files, false),
    ] {
        qt(move || {
            let folder = Folder::new();
            let name = folder.name("s");
            let found = meet((&name, server.into()), (&name, client.into()));
            assert_eq!(found.is_some(), met, "{server:?}, {client:?}");
        });
    }
}

#[test]
fn trailing_nul_is_part_of_abstract_name() {
    for (server, client, met) in [
        ("s\0", "s\0", true),
        ("s", "s\0", false),
        ("s\0", "s", false),
        ("s", "s", true),
    ] {
        qt(move || {
            let folder = Folder::new();
            let name = |end| {
                let path = folder.path("").join(end);
                QString::from(path.to_str().unwrap())
            };
            let found = meet(
                (
                    &name(server),
                    QLocalServerSocketOption::AbstractNamespaceOption.into(),
                ),
                (
                    &name(client),
                    QLocalSocketSocketOption::AbstractNamespaceOption.into(),
                ),
            );
            assert_eq!(found.is_some(), met, "{server:?}, {client:?}");
            if let Some(socket) = found {
                assert_eq!(socket.full_server_name(), name(client));
            }
        });
    }
}

#[test]
fn missing_abstract_name_is_refused() {
    qt(|| {
        let folder = Folder::new();
        let socket = QLocalSocket::new();
        socket.set_socket_options(QLocalSocketSocketOption::AbstractNamespaceOption);
        socket.set_server_name(folder.name("nobody"));
        assert!(socket.open(QIODeviceOpenModeFlag::ReadWrite).is_err());
        assert_eq!(socket.full_server_name().to_string(), "");
        assert_eq!(socket.state(), QLocalSocketState::UnconnectedState);
        assert_eq!(
            socket.error(),
            QLocalSocketError::ConnectionRefusedError,
            "the error of Linux for an abstract name that is not in use"
        );
    });
}
