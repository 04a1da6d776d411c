// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The ownership of descriptors, and which ones are accepted.

use std::fs::{self, File};
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::time::Duration;

use cxx_qt_network::{
    ListenError, QIODeviceExt, QIODeviceOpenModeFlag, QLocalServer, QLocalSocket,
    QLocalSocketState as State,
};

use super::fixture::{
    LIMIT, ThreadTime, client, is_closed, open_sockets, run_for, run_until, send, socket_pair,
};
use crate::support::{Folder, qt};

#[test]
fn duplicate_outlives_the_connection() {
    qt(|| {
        let folder = Folder::new();
        fs::write(folder.path("file"), "a file").unwrap();
        let (socket, peer) = socket_pair();
        let number = socket.socket_descriptor().unwrap();
        let duplicate = socket.duplicate_descriptor().unwrap();
        assert_ne!(duplicate.as_raw_fd(), number);
        send(&peer, b"hello");
        peer.shutdown(std::net::Shutdown::Both).unwrap();
        run_until(|| socket.state() == State::UnconnectedState);
        assert_eq!(socket.socket_descriptor(), None);
        assert_eq!(
            socket.duplicate_descriptor().unwrap_err().kind(),
            std::io::ErrorKind::NotConnected
        );
        // The number may be reused, and the duplicate is still the socket.
        let file = File::open(folder.path("file")).unwrap();
        assert_eq!(file.as_raw_fd(), number, "the test sees nothing");
        let mut text = String::new();
        assert_eq!(
            UnixStream::from(duplicate)
                .read_to_string(&mut text)
                .unwrap(),
            0
        );
    });
}

#[test]
fn duplicate_of_a_server_outlives_it() {
    qt(|| {
        let folder = Folder::new();
        let server = QLocalServer::new();
        server.listen(folder.name("s")).unwrap();
        let duplicate = server.duplicate_descriptor().unwrap();
        assert_ne!(Some(duplicate.as_raw_fd()), server.socket_descriptor());
        let _client = client(&folder, "s");
        server.close();
        assert_eq!(server.socket_descriptor(), None);
        assert!(server.duplicate_descriptor().is_err());
        UnixListener::from(duplicate).accept().unwrap();
    });
}

#[test]
fn tcp_listener_is_refused_and_closed() {
    qt(|| {
        let server = QLocalServer::new();
        let before = open_sockets();
        for _ in 0..10 {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let error = server.listen_descriptor(listener).unwrap_err();
            assert!(matches!(error, ListenError::NotListening), "{error:?}");
            #[cfg(cxxqt_qt_version_at_least_6_2)]
            {
                let listener = TcpListener::bind("127.0.0.1:0").unwrap();
                assert!(server.listen_inherited(listener).is_err());
            }
            assert!(!server.is_listening());
        }
        assert_eq!(open_sockets(), before);
    });
}

#[test]
fn descriptor_that_does_not_listen_is_refused() {
    qt(|| {
        let folder = Folder::new();
        let path = folder.path("s");
        let unnamed = UnixListener::from(
            rustix::net::socket(
                rustix::net::AddressFamily::UNIX,
                rustix::net::SocketType::STREAM,
                None,
            )
            .unwrap(),
        );
        let descriptors: [OwnedFd; 4] = [
            File::open("/dev/null").unwrap().into(),
            UnixStream::pair().unwrap().0.into(),
            UnixDatagram::bind(path).unwrap().into(),
            unnamed.into(),
        ];
        let server = QLocalServer::new();
        for descriptor in descriptors {
            let error = server.listen_descriptor(descriptor).unwrap_err();
            assert!(matches!(error, ListenError::NotListening), "{error:?}");
            assert!(!server.is_listening());
        }
    });
}

#[test]
fn socket_takes_local_stream_sockets_only() {
    qt(|| {
        let socket = QLocalSocket::new();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let tcp = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (pipe, _writer) = std::io::pipe().unwrap();
        let (datagram, _peer) = UnixDatagram::pair().unwrap();
        let descriptors: [OwnedFd; 4] = [
            File::open("/dev/null").unwrap().into(),
            tcp.into(),
            pipe.into(),
            datagram.into(),
        ];
        for descriptor in descriptors {
            let number = descriptor.as_raw_fd();
            let returned = socket.set_socket_descriptor(descriptor).unwrap_err();
            assert_eq!(returned.as_raw_fd(), number);
            assert_eq!(socket.state(), State::UnconnectedState);
            assert!(!socket.is_open());
        }
    });
}

#[test]
fn second_descriptor_is_handed_back() {
    qt(|| {
        let (socket, peer) = socket_pair();
        let (second, mut second_peer) = UnixStream::pair().unwrap();
        let number = second.as_raw_fd();
        let returned = socket.set_socket_descriptor(second).unwrap_err();
        assert_eq!(returned.as_raw_fd(), number);
        assert!(!is_closed(&mut second_peer));
        drop(returned);
        assert!(is_closed(&mut second_peer));
        send(&peer, b"hello");
        socket.wait_for_ready_read(LIMIT).unwrap();
        assert_eq!(socket.read_all().as_slice(), b"hello");
    });
}

#[test]
fn descriptor_is_taken_after_the_peer_has_closed() {
    qt(|| {
        let (socket, peer) = socket_pair();
        drop(peer);
        run_until(|| socket.state() == State::UnconnectedState);
        let before = open_sockets();
        let (second, mut peer) = UnixStream::pair().unwrap();
        socket.set_socket_descriptor(second).unwrap();
        assert_eq!(open_sockets(), before + 2);
        socket.write(b"hello").unwrap();
        socket.wait_for_bytes_written(LIMIT).unwrap();
        send(&peer, b"answer");
        socket.wait_for_ready_read(LIMIT).unwrap();
        assert_eq!(socket.read_all().as_slice(), b"answer");
        let mut bytes = [0; 5];
        peer.read_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"hello");
    });
}

#[test]
fn descriptor_of_another_mode_is_closed_once() {
    qt(|| {
        let before = open_sockets();
        for mode in [
            QIODeviceOpenModeFlag::NotOpen,
            QIODeviceOpenModeFlag::ReadOnly,
            QIODeviceOpenModeFlag::WriteOnly,
        ] {
            let (ours, _theirs) = UnixStream::pair().unwrap();
            let socket = QLocalSocket::new();
            drop(socket.set_socket_descriptor_with(ours, mode));
            run_for(Duration::from_millis(1));
        }
        assert_eq!(open_sockets(), before);
    });
}

#[cfg(cxxqt_qt_version_at_least_6_2)]
#[test]
fn shared_listener_keeps_both_servers_listening() {
    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        let servers = [QLocalServer::new(), QLocalServer::new()];
        for server in &servers {
            server
                .listen_inherited(listener.try_clone().unwrap())
                .unwrap();
        }
        for clients in 1..=5 {
            let _client = client(&folder, "s");
            // Both wake up, and one finds no connection to accept.
            run_until(|| {
                servers
                    .iter()
                    .any(|server| server.has_pending_connections())
            });
            run_for(Duration::from_millis(2));
            for server in &servers {
                assert!(server.is_listening(), "client {clients}");
                drop(server.next_pending_connection());
            }
            run_until(|| servers.iter().all(|server| !server.is_accept_paused()));
        }
    });
}

#[test]
fn socket_on_a_listener_neither_hangs_nor_spins() {
    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        let _client = client(&folder, "s");
        let socket = QLocalSocket::new();
        if socket.set_socket_descriptor(listener).is_ok() {
            let limit = Some(Duration::from_millis(20));
            let _ = socket.wait_for_ready_read(limit);
            let _ = socket.wait_for_disconnected(limit);
            ThreadTime::new().assert_idle_loop();
        }
    });
}
