// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `QLocalServer` as bound: listening, taking connections, and claiming a name safely.

#![cfg(unix)]

mod support;

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::rc::Rc;
use std::time::Duration;

use cxx_qt_lib::QString;
use cxx_qt_network::{
    ListenError, OpenMode, QBox, QIODeviceExt, QLocalServer, QLocalSocket, SocketOptions,
};
use support::{DEADLINE, Folder, qt, run};

fn listening(folder: &Folder) -> QBox<QLocalServer> {
    let mut server = QLocalServer::new();
    server.pin_mut().listen(&folder.name("s")).unwrap();
    server
}

#[test]
fn a_fresh_server_is_at_rest() {
    qt(|| {
        let mut server = QLocalServer::new();
        assert!(!server.is_listening() && !server.has_pending_connections());
        assert_eq!(server.max_pending_connections(), 30);
        assert_eq!(server.listen_backlog_size(), 50);
        assert_eq!(server.socket_options(), SocketOptions::NONE);
        assert!(server.server_name().is_empty() && server.full_server_name().is_empty());
        assert!(server.socket_descriptor().is_none());
        assert!(server.pin_mut().next_pending_connection().is_none());
        assert!(
            server
                .pin_mut()
                .wait_for_new_connection(Some(DEADLINE))
                .is_err()
        );
        assert!(matches!(
            server.pin_mut().listen(&QString::default()),
            Err(ListenError::NameEmpty)
        ));
        server.pin_mut().set_max_pending_connections(7);
        assert_eq!(server.max_pending_connections(), 7);
        server.pin_mut().close();
    });
}

#[test]
fn a_server_tells_its_names_and_listens_once() {
    qt(|| {
        let folder = Folder::new();
        let mut server = listening(&folder);
        assert!(server.is_listening());
        assert_eq!(server.full_server_name(), folder.name("s"));
        assert!(server.socket_descriptor().is_some());
        assert!(matches!(
            server.pin_mut().listen(&folder.name("other")),
            Err(ListenError::AlreadyListening)
        ));
        let waited = server
            .pin_mut()
            .wait_for_new_connection(Some(Duration::from_millis(1)));
        assert!(!waited.unwrap(), "nobody came");
        server.pin_mut().close();
        assert!(!folder.path("s").exists());
        server.pin_mut().listen(&folder.name("other")).unwrap();
    });
}

#[test]
fn a_relative_name_lives_in_the_folder_for_temporary_files() {
    qt(|| {
        let name = format!("cxx-qt-network-{}", std::process::id());
        let mut server = QLocalServer::new();
        server
            .pin_mut()
            .claim(&QString::from(name.as_str()))
            .unwrap();
        let path = std::env::temp_dir().join(&name);
        assert_eq!(
            server.full_server_name().to_string(),
            path.to_str().unwrap()
        );
        assert_eq!(server.server_name().to_string(), name);
        assert_eq!(
            QLocalServer::path_of(&QString::from(name.as_str())),
            server.full_server_name()
        );
        let mut socket = QLocalSocket::new();
        socket
            .pin_mut()
            .connect_to_server(&QString::from(name.as_str()), OpenMode::READ_ONLY);
        socket.pin_mut().wait_for_connected(Some(DEADLINE)).unwrap();
    });
}

#[test]
fn several_that_come_at_once_are_all_announced_and_taken() {
    qt(|| {
        let folder = Folder::new();
        let mut server = listening(&folder);
        let sockets: Vec<_> = (0..10)
            .map(|_| UnixStream::connect(folder.path("s")).unwrap())
            .collect();
        let taken = Rc::new(RefCell::new(Vec::new()));
        run(|quit| {
            let (quit, taken) = (quit.clone(), taken.clone());
            server
                .pin_mut()
                .on_new_connection(move |mut server| {
                    while let Some(mut socket) = server.as_mut().next_pending_connection() {
                        socket.pin_mut().write(b"x").unwrap();
                        socket.pin_mut().flush();
                        taken.borrow_mut().push(socket);
                    }
                    if taken.borrow().len() == 10 {
                        quit.quit();
                    }
                })
                .release();
        });
        for mut socket in sockets {
            socket.read_exact(&mut [0]).unwrap();
        }
    });
}

#[test]
fn a_wait_for_somebody_who_waits_already_ends_at_once() {
    qt(|| {
        let folder = Folder::new();
        let mut server = listening(&folder);
        let _clients = [(); 2].map(|()| UnixStream::connect(folder.path("s")).unwrap());
        assert!(server.pin_mut().wait_for_new_connection(None).unwrap());
        assert!(server.has_pending_connections());
        assert!(server.pin_mut().wait_for_new_connection(None).unwrap());
    });
}

#[test]
fn descriptors_can_go_to_a_closure() {
    qt(|| {
        let folder = Folder::new();
        let seen = Rc::new(Cell::new(0));
        let count = seen.clone();
        let mut server = QLocalServer::with_incoming_connection(move |server, descriptor| {
            assert!(server.is_listening());
            UnixStream::from(descriptor).write_all(b"direct").unwrap();
            count.set(count.get() + 1);
        });
        server.pin_mut().listen(&folder.name("s")).unwrap();
        let mut client = UnixStream::connect(folder.path("s")).unwrap();
        server
            .pin_mut()
            .wait_for_new_connection(Some(Duration::from_millis(200)))
            .ok();
        let mut text = String::new();
        client.read_to_string(&mut text).unwrap();
        assert_eq!(text, "direct");
        assert_eq!(seen.get(), 1);
        assert!(!server.has_pending_connections());
    });
}

#[test]
fn a_descriptor_from_a_closure_can_become_a_socket() {
    qt(|| {
        let folder = Folder::new();
        let taken = Rc::new(RefCell::new(None::<QBox<QLocalSocket>>));
        let keep = taken.clone();
        let mut server = QLocalServer::with_incoming_connection(move |_, descriptor| {
            let mut socket = QLocalSocket::new();
            socket.pin_mut().set_socket_descriptor(descriptor).unwrap();
            *keep.borrow_mut() = Some(socket);
        });
        server.pin_mut().listen(&folder.name("s")).unwrap();
        let mut client = UnixStream::connect(folder.path("s")).unwrap();
        client.write_all(b"hi").unwrap();
        server
            .pin_mut()
            .wait_for_new_connection(Some(Duration::from_millis(200)))
            .ok();
        let mut socket = taken.take().unwrap();
        socket
            .pin_mut()
            .wait_for_ready_read(Some(DEADLINE))
            .unwrap();
        assert_eq!(socket.pin_mut().read_all().as_slice(), b"hi");
    });
}

#[test]
fn a_panic_over_a_descriptor_closes_it_and_harms_nobody() {
    qt(|| {
        let folder = Folder::new();
        let mut server = QLocalServer::with_incoming_connection(|_, _| panic!("in the handler"));
        server.pin_mut().listen(&folder.name("s")).unwrap();
        let mut client = UnixStream::connect(folder.path("s")).unwrap();
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            server
                .pin_mut()
                .wait_for_new_connection(Some(Duration::from_millis(200)))
                .ok();
        }));
        assert!(caught.is_err());
        assert_eq!(client.read(&mut [0; 1]).unwrap(), 0);
        assert!(server.is_listening());
    });
}

#[test]
fn a_server_listens_on_a_descriptor_made_elsewhere() {
    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        let mut server = QLocalServer::new();
        server.pin_mut().listen_descriptor(listener).unwrap();
        assert_eq!(server.full_server_name(), folder.name("s"));
        let _client = UnixStream::connect(folder.path("s")).unwrap();
        assert!(
            server
                .pin_mut()
                .wait_for_new_connection(Some(DEADLINE))
                .unwrap()
        );
        server.pin_mut().close();
        assert!(!folder.path("s").exists());
        assert!(UnixStream::connect(folder.path("s")).is_err());
    });
}

#[test]
fn a_descriptor_that_cannot_listen_is_refused_and_closed() {
    qt(|| {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let mut server = QLocalServer::new();
        let refused = server.pin_mut().listen_descriptor(OwnedFd::from(ours));
        drop(server);
        drop(refused);
        assert_eq!(theirs.read(&mut [0; 1]).unwrap(), 0);
    });
}

#[test]
#[cfg(all(target_os = "linux", cxxqt_qt_version_at_least_6_2))]
fn the_abstract_namespace_has_no_file() {
    use cxx_qt_network::LocalSocketOptions;

    qt(|| {
        let name =
            QString::from(format!("cxx-qt-network-abstract-{}", std::process::id()).as_str());
        let abstract_server = || {
            let mut server = QLocalServer::new();
            server
                .pin_mut()
                .set_socket_options(SocketOptions::ABSTRACT_NAMESPACE);
            server
        };
        // The same name in the file system is another one.
        let mut file = QLocalServer::new();
        file.pin_mut().claim(&name).unwrap();
        let mut server = abstract_server();
        server.pin_mut().claim(&name).unwrap();
        drop(file);
        let second = abstract_server().pin_mut().claim(&name);
        assert!(
            matches!(second, Err(ListenError::InUse { .. })),
            "{second:?}"
        );
        let mut socket = QLocalSocket::new();
        socket
            .pin_mut()
            .connect_to_server(&name, OpenMode::READ_ONLY);
        assert!(
            socket
                .pin_mut()
                .wait_for_connected(Some(Duration::ZERO))
                .is_err()
        );
        socket
            .pin_mut()
            .set_socket_options(LocalSocketOptions::ABSTRACT_NAMESPACE);
        socket
            .pin_mut()
            .connect_to_server(&name, OpenMode::READ_ONLY);
        socket.pin_mut().wait_for_connected(Some(DEADLINE)).unwrap();
    });
}

fn claim(folder: &Folder, name: &str) -> Result<QBox<QLocalServer>, ListenError> {
    let mut server = QLocalServer::new();
    server
        .pin_mut()
        .set_socket_options(SocketOptions::USER_ACCESS);
    server.pin_mut().claim(&folder.name(name)).map(|()| server)
}

#[test]
fn a_server_that_answers_keeps_its_name() {
    qt(|| {
        let folder = Folder::new();
        let first = claim(&folder, "s").unwrap();
        let second = claim(&folder, "s");
        assert_eq!(
            second.unwrap_err().to_string(),
            format!(
                "another server is already listening on {}",
                folder.name("s")
            )
        );
        UnixStream::connect(folder.path("s")).unwrap();
        drop(first);
        claim(&folder, "s").unwrap();
    });
}

#[test]
fn a_server_whose_queue_is_full_keeps_its_name() {
    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        rustix::net::listen(listener.as_fd(), 0).unwrap();
        let _waiting = UnixStream::connect(folder.path("s")).unwrap();
        assert!(matches!(
            claim(&folder, "s"),
            Err(ListenError::InUse { .. })
        ));
    });
}

#[test]
fn a_name_left_by_a_crash_is_used_again() {
    qt(|| {
        let folder = Folder::new();
        drop(UnixListener::bind(folder.path("s")).unwrap());
        assert!(folder.path("s").exists());
        let _server = claim(&folder, "s").unwrap();
        UnixStream::connect(folder.path("s")).unwrap();
    });
}

#[test]
fn what_is_not_a_socket_is_left_alone() {
    qt(|| {
        let folder = Folder::new();
        fs::write(folder.path("file"), "mine").unwrap();
        fs::create_dir(folder.path("folder")).unwrap();
        symlink(folder.path("nowhere"), folder.path("link")).unwrap();
        drop(UnixListener::bind(folder.path("dead")).unwrap());
        symlink(folder.path("dead"), folder.path("link to dead")).unwrap();
        for name in ["file", "folder", "link", "link to dead"] {
            let error = claim(&folder, name).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "{} exists and is not a socket, so it was left alone",
                    folder.name(name)
                )
            );
            assert!(folder.path(name).symlink_metadata().is_ok());
        }
        assert_eq!(fs::read(folder.path("file")).unwrap(), b"mine");
    });
}

#[test]
#[cfg(all(target_os = "linux", cxxqt_qt_version_at_least_6_2))]
fn a_name_that_is_too_long_says_so() {
    qt(|| {
        let folder = Folder::new();
        let room = 106 - folder.name("").to_string().len();
        claim(&folder, &"x".repeat(room)).unwrap();
        let error = claim(&folder, &"x".repeat(room + 1)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the name is too long (107 bytes, 106 are allowed)"
        );
        let error = QLocalServer::new()
            .pin_mut()
            .listen(&folder.name(&"x".repeat(256)));
        assert!(matches!(error, Err(ListenError::NameTooLong { .. })));
    });
}

#[test]
fn a_folder_that_is_missing_says_so() {
    qt(|| {
        let folder = Folder::new();
        let missing = folder.path("missing").display().to_string();
        let error = claim(&folder, "missing/s").unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the directory {missing} does not exist")
        );
        let error = QLocalServer::new()
            .pin_mut()
            .listen(&folder.name("missing/s"))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the directory {missing} does not exist")
        );
    });
}

#[test]
fn a_socket_has_exactly_the_rights_of_its_options() {
    qt(|| {
        let folder = Folder::new();
        for (options, mode) in [
            (SocketOptions::USER_ACCESS, 0o700),
            (SocketOptions::GROUP_ACCESS, 0o070),
            (SocketOptions::OTHER_ACCESS, 0o007),
            (SocketOptions::WORLD_ACCESS, 0o777),
            (
                SocketOptions::USER_ACCESS | SocketOptions::GROUP_ACCESS,
                0o770,
            ),
        ] {
            let mut server = QLocalServer::new();
            server.pin_mut().set_socket_options(options);
            server.pin_mut().claim(&folder.name("s")).unwrap();
            let rights = fs::metadata(folder.path("s")).unwrap().permissions().mode() & 0o777;
            assert_eq!(format!("{rights:o}"), format!("{mode:o}"), "{options:?}");
        }
    });
}

/// Enough, and often enough, that two of them meet without the lock.
const CLAIMERS: usize = 16;

#[test]
fn of_many_claims_at_the_same_moment_one_wins() {
    for _ in 0..150 {
        let folder = Folder::new();
        drop(UnixListener::bind(folder.path("s")).unwrap());
        let name = folder.path("s").to_str().unwrap().to_owned();
        let start = std::sync::Barrier::new(CLAIMERS);
        let done = std::sync::Barrier::new(CLAIMERS);
        let results: Vec<Result<(), String>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..CLAIMERS)
                .map(|_| {
                    scope.spawn(|| {
                        let mut server = QLocalServer::new();
                        start.wait();
                        let result = server.pin_mut().claim(&QString::from(name.as_str()));
                        done.wait();
                        result.map_err(|error| error.to_string())
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(
            results.iter().filter(|result| result.is_ok()).count(),
            1,
            "{results:?}"
        );
        let refused = format!("another server is already listening on {name}");
        assert!(
            results
                .iter()
                .flat_map(|result| result.as_ref().err())
                .all(|error| *error == refused)
        );
    }
}
