// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What Qt's own test of local sockets promises of Linux's abstract namespace; `docs/promises.md`
//! has the table.

#![cfg(all(target_os = "linux", cxxqt_qt_version_at_least_6_2))]

mod support;

use std::time::Duration;

use cxx_qt_lib::QString;
use cxx_qt_network::{
    LocalSocketError, LocalSocketOptions, LocalSocketState, OpenMode, QBox, QIODeviceExt,
    QLocalServer, QLocalSocket, SocketOptions,
};

use support::{DEADLINE, Folder, qt};

/// Lets a client and a server look for each other; the client, if they meet.
fn meet(
    server: (&QString, SocketOptions),
    client: (&QString, LocalSocketOptions),
) -> Option<QBox<QLocalSocket>> {
    let (name, options) = server;
    let mut server = QLocalServer::new();
    server.pin_mut().set_socket_options(options);
    server.pin_mut().listen(name).unwrap();
    assert_eq!(server.full_server_name(), *name);
    let (name, options) = client;
    let mut client = QLocalSocket::new();
    client.pin_mut().set_socket_options(options);
    assert_eq!(client.socket_options(), options);
    client.pin_mut().set_server_name(name);
    let opened = client.pin_mut().open(OpenMode::READ_WRITE).is_ok();
    // Local connections are made at once: who is not there now does not come.
    let limit = if opened {
        DEADLINE
    } else {
        Duration::from_millis(1)
    };
    let came = server.pin_mut().wait_for_new_connection(Some(limit));
    assert_eq!(came.unwrap(), opened, "both sides see the same");
    opened.then_some(client)
}

#[test]
fn a_name_is_found_only_in_the_namespace_it_is_in() {
    let (file, abstract_name) = (SocketOptions::NONE, SocketOptions::ABSTRACT_NAMESPACE);
    let looks_in_files = LocalSocketOptions::NONE;
    let looks_abstract = LocalSocketOptions::ABSTRACT_NAMESPACE;
    for (server, client, met) in [
        (abstract_name, looks_abstract, true),
        (file, looks_in_files, true),
        (SocketOptions::USER_ACCESS, looks_abstract, false),
        (abstract_name, looks_in_files, false),
    ] {
        qt(move || {
            let folder = Folder::new();
            let name = folder.name("s");
            let found = meet((&name, server), (&name, client));
            assert_eq!(found.is_some(), met, "{server:?}, {client:?}");
        });
    }
}

#[test]
fn a_zero_at_the_end_is_part_of_an_abstract_name() {
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
                (&name(server), SocketOptions::ABSTRACT_NAMESPACE),
                (&name(client), LocalSocketOptions::ABSTRACT_NAMESPACE),
            );
            assert_eq!(found.is_some(), met, "{server:?}, {client:?}");
            if let Some(socket) = found {
                assert_eq!(socket.full_server_name(), name(client));
            }
        });
    }
}

#[test]
fn a_socket_that_finds_no_abstract_name_has_no_name_and_an_error() {
    qt(|| {
        let folder = Folder::new();
        let mut socket = QLocalSocket::new();
        socket
            .pin_mut()
            .set_socket_options(LocalSocketOptions::ABSTRACT_NAMESPACE);
        socket.pin_mut().set_server_name(&folder.name("nobody"));
        assert!(socket.pin_mut().open(OpenMode::READ_WRITE).is_err());
        assert_eq!(socket.full_server_name().to_string(), "");
        assert_eq!(socket.state(), LocalSocketState::UnconnectedState);
        assert_eq!(
            socket.error(),
            LocalSocketError::ConnectionRefusedError,
            "what Linux says of a name in the abstract namespace that nobody has"
        );
    });
}
