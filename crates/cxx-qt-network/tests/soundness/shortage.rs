// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A server in a process without free descriptors. Each test runs in its own process.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use cxx_qt_network::{
    QBox, QEventLoop, QIODeviceExt, QLocalServer, QLocalSocket, QLocalSocketError,
};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::fixture::{LIMIT, ThreadTime, client, read_to_end, run_for, run_until, send};
use crate::support::process::succeed_in_process;
use crate::support::{Folder, qt};

/// Uses up all descriptors until it is dropped.
struct Shortage {
    _files: Vec<File>,
}

impl Shortage {
    fn begin() -> Self {
        let limit = getrlimit(Resource::Nofile);
        let current = Some(100);
        setrlimit(Resource::Nofile, Rlimit { current, ..limit }).unwrap();
        let _files = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
        Self { _files }
    }
}

/// Clients that have created their sockets before the shortage, and connect during it.
struct Clients {
    folder: Folder,
    sockets: Vec<OwnedFd>,
}

impl Clients {
    fn new(count: usize, folder: Folder) -> Self {
        let socket = |_| rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None);
        let sockets = (0..count).map(|index| socket(index).unwrap()).collect();
        Self { folder, sockets }
    }

    fn connect(self, name: &str) -> Vec<UnixStream> {
        let address = SocketAddrUnix::new(self.folder.path(name)).unwrap();
        let connect = |socket| {
            rustix::net::connect(&socket, &address).unwrap();
            let client = UnixStream::from(socket);
            client.set_read_timeout(LIMIT).unwrap();
            client
        };
        self.sockets.into_iter().map(connect).collect()
    }
}

/// Answers each pending client, and returns their number.
fn answer_all(server: &QLocalServer) -> usize {
    let mut count = 0;
    while let Some(socket) = server.next_pending_connection() {
        socket.write(b"hello").unwrap();
        socket.wait_for_bytes_written(LIMIT).unwrap();
        count += 1;
    }
    count
}

fn assert_answered(clients: Vec<UnixStream>) {
    for mut client in clients {
        assert_eq!(read_to_end(&mut client), b"hello");
    }
}

/// A server, listening in the given way, runs out of descriptors while one connection is pending;
/// three more clients connect. All are served when descriptors are available again.
fn survives(listen: fn(&QLocalServer, &Folder)) {
    qt(move || {
        let folder = Folder::new();
        let server = QLocalServer::new();
        listen(&server, &folder);
        let first = client(&folder, "s");
        run_until(|| server.has_pending_connections());
        let clients = Clients::new(3, folder);
        let time = ThreadTime::new();
        let shortage = Shortage::begin();
        let mut clients = clients.connect("s");
        clients.push(first);
        run_until(|| server.is_accept_paused());
        assert!(server.is_listening());
        assert!(!server.has_pending_connections());
        assert!(server.next_pending_connection().is_none());
        time.assert_idle_loop();
        assert!(server.is_accept_paused());

        drop(shortage);
        let mut answered = 0;
        run_until(|| !server.is_accept_paused());
        while answered < clients.len() {
            assert!(server.wait_for_new_connection(LIMIT).unwrap());
            answered += answer_all(&server);
        }
        assert_answered(clients);
        assert!(server.is_listening());
        assert!(!server.is_accept_paused());
    });
}

// With Qt 5, connections that were pending before the shortage are closed.
#[cfg(cxxqt_qt_version_at_least_6)]
#[test]
fn exclusive_server_serves_clients_after_a_shortage() {
    succeed_in_process(|| {
        survives(|server, folder| server.listen_exclusive(folder.name("s")).unwrap());
    });
}

#[cfg(cxxqt_qt_version_at_least_6_2)]
#[test]
fn inherited_server_serves_clients_after_a_shortage() {
    succeed_in_process(|| {
        survives(|server, folder| {
            let listener = UnixListener::bind(folder.path("s")).unwrap();
            server.listen_inherited(listener).unwrap();
        });
    });
}

#[test]
fn plain_server_stops_in_a_shortage_without_a_crash() {
    succeed_in_process(|| {
        qt(|| {
            let folder = Folder::new();
            let name = folder.name("s");
            let server = QLocalServer::new();
            server.listen(name.clone()).unwrap();
            let _first = client(&folder, "s");
            run_until(|| server.has_pending_connections());
            let clients = Clients::new(1, folder);
            let shortage = Shortage::begin();
            let _clients = clients.connect("s");
            run_until(|| !server.is_listening());
            assert!(!server.is_accept_paused());
            assert!(!server.has_pending_connections());
            assert!(server.next_pending_connection().is_none());
            assert!(server.wait_for_new_connection(LIMIT).is_err());
            drop(shortage);
            server.close();
        });
    });
}

#[test]
fn incoming_server_serves_clients_after_a_shortage() {
    succeed_in_process(|| {
        qt(|| {
            let folder = Folder::new();
            let server = QLocalServer::with_incoming_connection(|_, descriptor| {
                send(&UnixStream::from(descriptor), b"hello");
            });
            server.listen_exclusive(folder.name("s")).unwrap();
            let clients = Clients::new(5, folder);
            let shortage = Shortage::begin();
            let clients = clients.connect("s");
            run_until(|| server.is_accept_paused());
            drop(shortage);
            run_until(|| clients.iter().all(answered));
            assert_answered(clients);
        });
    });
}

/// Whether bytes can be read without blocking.
fn answered(client: &UnixStream) -> bool {
    rustix::net::recv(
        client,
        &mut [0; 5],
        rustix::net::RecvFlags::DONTWAIT | rustix::net::RecvFlags::PEEK,
    )
    .is_ok()
}

#[test]
fn blocking_server_waits_through_a_shortage() {
    succeed_in_process(|| {
        qt(|| {
            let folder = Folder::new();
            let server = QLocalServer::new();
            server.listen_exclusive(folder.name("s")).unwrap();
            let clients = Clients::new(3, folder);
            let shortage = Shortage::begin();
            let clients = clients.connect("s");
            let (begin, begun) = channel();
            // Releases descriptors while the server waits.
            let helper = thread::spawn(move || {
                begun.recv().unwrap();
                drop(shortage);
            });
            let short = Some(Duration::from_millis(50));
            assert_ne!(server.wait_for_new_connection(short).ok(), Some(true));
            assert!(server.is_listening());
            begin.send(()).unwrap();
            helper.join().unwrap();
            let mut count = 0;
            while count < clients.len() {
                assert!(server.wait_for_new_connection(LIMIT).unwrap());
                count += answer_all(&server);
            }
            assert_answered(clients);
        });
    });
}

#[test]
fn server_dropped_in_a_shortage_ends_its_clients() {
    succeed_in_process(|| {
        qt(|| {
            let folder = Folder::new();
            let path = folder.path("s");
            let server: QBox<QLocalServer> = QLocalServer::new();
            server.listen_exclusive(folder.name("s")).unwrap();
            let clients = Clients::new(3, folder);
            let _shortage = Shortage::begin();
            let clients = clients.connect("s");
            run_until(|| server.is_accept_paused());
            drop(server);
            for mut client in clients {
                let mut bytes = Vec::new();
                let _ = std::io::Read::read_to_end(&mut client, &mut bytes);
                assert_eq!(bytes, b"");
            }
            assert!(!path.exists());
            run_for(Duration::from_millis(1));
        });
    });
}

#[test]
fn server_whose_socket_was_shut_down_does_not_spin() {
    qt(|| {
        let folder = Folder::new();
        let server = QLocalServer::new();
        server.listen_exclusive(folder.name("s")).unwrap();
        let descriptor = server.duplicate_descriptor().unwrap();
        rustix::net::shutdown(&descriptor, rustix::net::Shutdown::Both).unwrap();
        ThreadTime::new().assert_idle_loop();
        assert!(server.next_pending_connection().is_none());
        server.close();
        server.listen_exclusive(folder.name("s")).unwrap();
        let _client = client(&folder, "s");
        let _events = QEventLoop::new();
        run_until(|| server.has_pending_connections());
    });
}

#[test]
fn connecting_in_a_shortage_names_it() {
    succeed_in_process(|| {
        qt(|| {
            let folder = Folder::new();
            let _listener = UnixListener::bind(folder.path("s")).unwrap();
            let socket = QLocalSocket::new();
            let shortage = Shortage::begin();
            socket.connect_to_server(folder.name("s"));
            let error = socket.socket_error();
            drop(shortage);
            assert_eq!(error.kind, QLocalSocketError::SocketResourceError);
            assert!(
                error.message.ends_with("/s: too many open files"),
                "{error}"
            );
        });
    });
}
