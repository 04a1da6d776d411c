// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Conformance: descriptors. See `docs/conformance-sockets.md`.

use std::os::unix::net::{UnixListener, UnixStream};

use crate::support::{Folder, accept, connect, qt};
use cxx_qt_network::{
    QIODeviceExt, QIODeviceOpenModeFlag, QLocalServer, QLocalSocket, QLocalSocketState as State,
};

#[test]
fn socket_descriptor_gets_state_and_open_mode() {
    qt(|| {
        let (descriptor, _other) = UnixStream::pair().unwrap();
        let socket = QLocalSocket::new();
        socket
            .set_socket_descriptor_with(descriptor, QIODeviceOpenModeFlag::Append)
            .unwrap();
        assert_eq!(socket.state(), State::ConnectedState);
        assert!(socket.open_mode().test_flag(QIODeviceOpenModeFlag::Append));
        assert!(
            !socket
                .open_mode()
                .test_flag(QIODeviceOpenModeFlag::ReadOnly)
        );
        assert!(socket.socket_descriptor().is_some());
    });
}

#[test]
fn listen_descriptor_takes_name_from_path() {
    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("short")).unwrap();
        let server = QLocalServer::new();
        server.listen_descriptor(listener).unwrap();
        assert_eq!(server.full_server_name(), folder.name("short"));
        assert_eq!(server.server_name().to_string(), "short");
        let _client = connect(&folder.name("short"));
        accept(&server);
    });
}

/// The prefix of an abstract name in Qt 5.
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
        let server = QLocalServer::new();
        server.listen_descriptor(listener).unwrap();
        let _client = UnixStream::connect_addr(&address).unwrap();
        accept(&server);
        let full = server.full_server_name().to_string();
        (full, server.server_name().to_string())
    })
}

#[test]
#[cfg(target_os = "linux")]
fn listen_descriptor_takes_abstract_name() {
    // Unique by the process ID.
    let name = format!("cxx-qt-network-descriptor-{}", std::process::id());
    let (full, short) = names_of_a_descriptor_bound_to(&name);
    assert_eq!(full, format!("{ABSTRACT}{name}"));
    assert_eq!(short, full);
}

#[test]
#[cfg(target_os = "linux")]
fn slash_in_abstract_name_is_no_directory() {
    let folder = Folder::new();
    let name = folder.path("s").to_str().unwrap().to_owned();
    let (full, short) = names_of_a_descriptor_bound_to(&name);
    assert_eq!(full, format!("{ABSTRACT}{name}"));
    // Qt 5 treats the name as a path.
    assert_eq!(short, if ABSTRACT == "@" { "s" } else { &name });
    assert!(!folder.path("s").exists());
}
