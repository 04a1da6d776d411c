// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What Qt's own test of local sockets promises of descriptors that were made elsewhere;
//! `docs/promises.md` has the table.

#![cfg(unix)]

mod support;

use std::os::unix::net::{UnixListener, UnixStream};

use cxx_qt_network::{
    LocalSocketState as State, OpenMode, QIODeviceExt, QLocalServer, QLocalSocket,
};
use support::{Folder, accept, connect, qt};

#[test]
fn a_descriptor_keeps_the_state_and_the_mode_it_is_given() {
    qt(|| {
        let (descriptor, _other) = UnixStream::pair().unwrap();
        let mut socket = QLocalSocket::new();
        socket
            .pin_mut()
            .set_socket_descriptor_with(descriptor, State::ConnectingState, OpenMode::APPEND)
            .unwrap();
        assert_eq!(socket.state(), State::ConnectingState);
        assert!(socket.open_mode().contains(OpenMode::APPEND));
        assert!(!socket.open_mode().contains(OpenMode::READ_ONLY));
        assert!(socket.socket_descriptor().is_some());
    });
}

#[test]
fn a_descriptor_bound_to_a_path_gives_the_server_its_names() {
    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("short")).unwrap();
        let mut server = QLocalServer::new();
        server.pin_mut().listen_descriptor(listener).unwrap();
        assert_eq!(server.full_server_name(), folder.name("short"));
        assert_eq!(server.server_name().to_string(), "short");
        let _client = connect(&folder.name("short"));
        accept(&mut server);
    });
}

/// What Qt 5 writes for the zero before an abstract name.
#[cfg(target_os = "linux")]
const ABSTRACT: &str = if cfg!(cxxqt_qt_version_at_least_6) {
    ""
} else {
    "@"
};

/// Listens on a descriptor in the abstract namespace, and returns the server's full and short name.
#[cfg(target_os = "linux")]
fn names_of_a_descriptor_bound_to(name: &str) -> (String, String) {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;

    let name = name.to_owned();
    qt(move || {
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let listener = UnixListener::bind_addr(&address).unwrap();
        let mut server = QLocalServer::new();
        server.pin_mut().listen_descriptor(listener).unwrap();
        let _client = UnixStream::connect_addr(&address).unwrap();
        accept(&mut server);
        let full = server.full_server_name().to_string();
        (full, server.server_name().to_string())
    })
}

#[test]
#[cfg(target_os = "linux")]
fn a_descriptor_in_the_abstract_namespace_gives_the_server_its_name() {
    // Not a path, and nobody else's: the process's number is in it.
    let name = format!("cxx-qt-network-descriptor-{}", std::process::id());
    let (full, short) = names_of_a_descriptor_bound_to(&name);
    assert_eq!(full, format!("{ABSTRACT}{name}"));
    assert_eq!(short, full);
}

#[test]
#[cfg(target_os = "linux")]
fn a_slash_in_an_abstract_name_ends_no_folder() {
    let folder = Folder::new();
    let name = folder.path("s").to_str().unwrap().to_owned();
    let (full, short) = names_of_a_descriptor_bound_to(&name);
    assert_eq!(full, format!("{ABSTRACT}{name}"));
    // Qt 5 takes the name for a path all the same.
    assert_eq!(short, if ABSTRACT == "@" { "s" } else { &name });
    assert!(!folder.path("s").exists());
}
