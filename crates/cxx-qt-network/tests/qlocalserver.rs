// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `QLocalServer`: listening, accepting connections, and exclusive names.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::rc::Rc;
use std::time::Duration;

use crate::support::{DEADLINE, Folder, qt, run};
use cxx_qt_lib::QString;
use cxx_qt_network::{
    ListenError, QBox, QIODeviceExt, QIODeviceOpenModeFlag, QLocalServer, QLocalServerSocketOption,
    QLocalSocket,
};

fn listening(folder: &Folder) -> QBox<QLocalServer> {
    let server = QLocalServer::new();
    server.listen(folder.name("s")).unwrap();
    server
}

#[test]
fn new_server_defaults() {
    qt(|| {
        let server = QLocalServer::new();
        assert!(!server.is_listening() && !server.has_pending_connections());
        assert_eq!(server.max_pending_connections(), 30);
        assert_eq!(server.listen_backlog_size(), 50);
        assert_eq!(
            server.socket_options(),
            QLocalServerSocketOption::NoOptions.into()
        );
        assert!(server.server_name().is_empty() && server.full_server_name().is_empty());
        assert!(server.socket_descriptor().is_none());
        assert!(server.next_pending_connection().is_none());
        assert!(server.wait_for_new_connection(Some(DEADLINE)).is_err());
        assert!(matches!(
            server.listen(QString::default()),
            Err(ListenError::NameEmpty)
        ));
        server.set_max_pending_connections(7);
        assert_eq!(server.max_pending_connections(), 7);
        server.set_listen_backlog_size(7);
        let size = if cfg!(cxxqt_qt_version_at_least_6_3) {
            7
        } else {
            50
        };
        assert_eq!(server.listen_backlog_size(), size);
        server.close();
    });
}

#[test]
fn second_listen_is_refused() {
    qt(|| {
        let folder = Folder::new();
        let server = listening(&folder);
        assert!(server.is_listening());
        assert_eq!(server.full_server_name(), folder.name("s"));
        assert!(server.socket_descriptor().is_some());
        assert!(matches!(
            server.listen(folder.name("other")),
            Err(ListenError::AlreadyListening)
        ));
        let waited = server.wait_for_new_connection(Some(Duration::from_millis(1)));
        assert!(!waited.unwrap(), "there is no client");
        server.close();
        assert!(!folder.path("s").exists());
        server.listen(folder.name("other")).unwrap();
    });
}

#[test]
fn relative_name_is_in_temp_directory() {
    qt(|| {
        let name = format!("cxx-qt-network-{}", std::process::id());
        let server = QLocalServer::new();
        server.listen_exclusive(&*name).unwrap();
        let path = std::env::temp_dir().join(&name);
        assert_eq!(
            server.full_server_name().to_string(),
            path.to_str().unwrap()
        );
        assert_eq!(server.server_name().to_string(), name);
        assert_eq!(
            QLocalServer::full_server_name_for(&*name).unwrap(),
            server.full_server_name()
        );
        let socket = QLocalSocket::new();
        socket.connect_to_server_with(&*name, QIODeviceOpenModeFlag::ReadOnly);
        socket.wait_for_connected(Some(DEADLINE)).unwrap();
    });
}

#[test]
fn simultaneous_clients_are_all_accepted() {
    qt(|| {
        let folder = Folder::new();
        let server = listening(&folder);
        let sockets: Vec<_> = (0..10)
            .map(|_| UnixStream::connect(folder.path("s")).unwrap())
            .collect();
        let taken = Rc::new(RefCell::new(Vec::new()));
        run(|quit| {
            let (quit, taken) = (quit.clone(), taken.clone());
            server.on_new_connection(move |server| {
                while let Some(mut socket) = server.next_pending_connection() {
                    socket.write_all(b"x").unwrap();
                    socket.flush().unwrap();
                    taken.borrow_mut().push(socket);
                }
                if taken.borrow().len() == 10 {
                    quit.quit();
                }
            });
        });
        for mut socket in sockets {
            socket.read_exact(&mut [0]).unwrap();
        }
    });
}

#[test]
fn wait_returns_for_pending_connection() {
    qt(|| {
        let folder = Folder::new();
        let server = listening(&folder);
        let _clients = [(); 2].map(|()| UnixStream::connect(folder.path("s")).unwrap());
        assert!(server.wait_for_new_connection(None).unwrap());
        assert!(server.has_pending_connections());
        assert!(server.wait_for_new_connection(None).unwrap());
    });
}

#[test]
fn incoming_descriptor_is_passed_to_handler() {
    qt(|| {
        let folder = Folder::new();
        let seen = Rc::new(Cell::new(0));
        let count = seen.clone();
        let server = QLocalServer::with_incoming_connection(move |server, descriptor| {
            assert!(server.is_listening());
            UnixStream::from(descriptor).write_all(b"direct").unwrap();
            count.set(count.get() + 1);
        });
        server.listen(folder.name("s")).unwrap();
        let mut client = UnixStream::connect(folder.path("s")).unwrap();
        assert!(server.wait_for_new_connection(Some(DEADLINE)).unwrap());
        let mut text = String::new();
        client.read_to_string(&mut text).unwrap();
        assert_eq!(text, "direct");
        assert_eq!(seen.get(), 1);
        assert!(!server.has_pending_connections());
    });
}

#[test]
fn incoming_descriptor_becomes_socket() {
    qt(|| {
        let folder = Folder::new();
        let taken = Rc::new(RefCell::new(None::<QBox<QLocalSocket>>));
        let keep = taken.clone();
        let server = QLocalServer::with_incoming_connection(move |_, descriptor| {
            let socket = QLocalSocket::new();
            socket.set_socket_descriptor(descriptor).unwrap();
            *keep.borrow_mut() = Some(socket);
        });
        server.listen(folder.name("s")).unwrap();
        let mut client = UnixStream::connect(folder.path("s")).unwrap();
        client.write_all(b"hi").unwrap();
        assert!(server.wait_for_new_connection(Some(DEADLINE)).unwrap());
        let socket = taken.take().unwrap();
        socket.wait_for_ready_read(Some(DEADLINE)).unwrap();
        assert_eq!(socket.read_all().as_slice(), b"hi");
    });
}

#[test]
fn panic_in_incoming_handler_closes_descriptor() {
    qt(|| {
        let folder = Folder::new();
        let server = QLocalServer::with_incoming_connection(|_, _| panic!("in the handler"));
        server.listen(folder.name("s")).unwrap();
        let mut client = UnixStream::connect(folder.path("s")).unwrap();
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _ = server.wait_for_new_connection(Some(DEADLINE));
        }));
        assert!(caught.is_err());
        assert_eq!(client.read(&mut [0; 1]).unwrap(), 0);
        assert!(server.is_listening());
    });
}

#[test]
fn listen_descriptor_of_std_listener() {
    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        let server = QLocalServer::new();
        server.listen_descriptor(listener).unwrap();
        assert_eq!(server.full_server_name(), folder.name("s"));
        let _client = UnixStream::connect(folder.path("s")).unwrap();
        assert!(server.wait_for_new_connection(Some(DEADLINE)).unwrap());
        server.close();
        assert!(!folder.path("s").exists());
        assert!(UnixStream::connect(folder.path("s")).is_err());
    });
}

#[test]
#[cfg(all(target_os = "linux", cxxqt_qt_version_at_least_6_2))]
fn listen_descriptor_keeps_the_access_options() {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;

    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        let user = QLocalServerSocketOption::UserAccessOption;
        let both = user | QLocalServerSocketOption::AbstractNamespaceOption;
        let server = QLocalServer::new();
        server.set_socket_options(both);
        server.listen_descriptor(listener).unwrap();
        assert_eq!(server.socket_options(), user.into());
        server.close();
        let name = folder.path("abstract");
        let address = SocketAddr::from_abstract_name(name.to_str().unwrap()).unwrap();
        let listener = UnixListener::bind_addr(&address).unwrap();
        server.listen_descriptor(listener).unwrap();
        assert_eq!(server.socket_options(), both);
    });
}

#[test]
#[cfg(cxxqt_qt_version_at_least_6_2)]
fn options_set_while_listening_are_for_the_next_time() {
    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        let server = QLocalServer::new();
        let user = QLocalServerSocketOption::UserAccessOption;
        server.listen_inherited(listener).unwrap();
        server.set_socket_options(user);
        assert_eq!(server.socket_options(), user.into());
        server.close();
        assert_eq!(server.socket_options(), user.into());
        assert!(folder.path("s").exists());
    });
}

#[test]
fn listen_descriptor_refuses_connected_socket() {
    qt(|| {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let server = QLocalServer::new();
        let refused = server.listen_descriptor(OwnedFd::from(ours));
        drop(server);
        drop(refused);
        assert_eq!(theirs.read(&mut [0; 1]).unwrap(), 0);
    });
}

#[test]
#[cfg(all(target_os = "linux", cxxqt_qt_version_at_least_6_2))]
fn abstract_name_has_no_file() {
    use cxx_qt_network::QLocalSocketSocketOption;

    qt(|| {
        let name = format!("cxx-qt-network-abstract-{}", std::process::id());
        let abstract_server = || {
            let server = QLocalServer::new();
            server.set_socket_options(QLocalServerSocketOption::AbstractNamespaceOption);
            server
        };
        // The same name in the file system is a different name.
        let file = QLocalServer::new();
        file.listen_exclusive(&*name).unwrap();
        let server = abstract_server();
        server.listen_exclusive(&*name).unwrap();
        drop(file);
        let second = abstract_server().listen_exclusive(&*name);
        assert!(
            matches!(second, Err(ListenError::InUse { .. })),
            "{second:?}"
        );
        let socket = QLocalSocket::new();
        socket.connect_to_server_with(&*name, QIODeviceOpenModeFlag::ReadOnly);
        assert!(socket.wait_for_connected(Some(Duration::ZERO)).is_err());
        socket.set_socket_options(QLocalSocketSocketOption::AbstractNamespaceOption);
        socket.connect_to_server_with(&*name, QIODeviceOpenModeFlag::ReadOnly);
        socket.wait_for_connected(Some(DEADLINE)).unwrap();
    });
}

fn listen_exclusive(folder: &Folder, name: &str) -> Result<QBox<QLocalServer>, ListenError> {
    let server = QLocalServer::new();
    server.set_socket_options(QLocalServerSocketOption::UserAccessOption);
    server.listen_exclusive(folder.name(name)).map(|()| server)
}

#[test]
fn running_server_keeps_its_name() {
    qt(|| {
        let folder = Folder::new();
        let first = listen_exclusive(&folder, "s").unwrap();
        let second = listen_exclusive(&folder, "s");
        assert_eq!(
            second.unwrap_err().to_string(),
            format!(
                "another server is already listening on {}",
                folder.name("s")
            )
        );
        UnixStream::connect(folder.path("s")).unwrap();
        drop(first);
        listen_exclusive(&folder, "s").unwrap();
    });
}

#[test]
fn server_with_full_backlog_keeps_its_name() {
    qt(|| {
        let folder = Folder::new();
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        rustix::net::listen(listener.as_fd(), 0).unwrap();
        let _waiting = UnixStream::connect(folder.path("s")).unwrap();
        assert!(matches!(
            listen_exclusive(&folder, "s"),
            Err(ListenError::InUse { .. })
        ));
    });
}

#[test]
fn stale_socket_file_is_reused() {
    qt(|| {
        let folder = Folder::new();
        drop(UnixListener::bind(folder.path("s")).unwrap());
        assert!(folder.path("s").exists());
        let _server = listen_exclusive(&folder, "s").unwrap();
        UnixStream::connect(folder.path("s")).unwrap();
    });
}

#[test]
fn other_files_are_left_alone() {
    qt(|| {
        let folder = Folder::new();
        fs::write(folder.path("file"), "data").unwrap();
        fs::create_dir(folder.path("folder")).unwrap();
        symlink(folder.path("nowhere"), folder.path("link")).unwrap();
        drop(UnixListener::bind(folder.path("dead")).unwrap());
        symlink(folder.path("dead"), folder.path("link to dead")).unwrap();
        for name in ["file", "folder", "link", "link to dead"] {
            let error = listen_exclusive(&folder, name).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "{} exists and is not a socket, so it was left alone",
                    folder.name(name)
                )
            );
            assert!(folder.path(name).symlink_metadata().is_ok());
        }
        assert_eq!(fs::read(folder.path("file")).unwrap(), b"data");
    });
}

#[test]
fn name_too_long_is_an_error() {
    qt(|| {
        let folder = Folder::new();
        let limit = if cfg!(cxxqt_qt_version_at_least_6_2) {
            106
        } else {
            107
        };
        let room = limit - folder.name("").to_string().len();
        listen_exclusive(&folder, &"x".repeat(room)).unwrap();
        let error = listen_exclusive(&folder, &"x".repeat(room + 1)).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "the name is too long ({} bytes, {limit} are allowed)",
                limit + 1
            )
        );
        let error = QLocalServer::new().listen(folder.name(&"x".repeat(256)));
        assert!(matches!(error, Err(ListenError::NameTooLong { .. })));
    });
}

#[test]
fn missing_directory_is_an_error() {
    qt(|| {
        let folder = Folder::new();
        let missing = folder.path("missing").display().to_string();
        let error = listen_exclusive(&folder, "missing/s").unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the directory {missing} does not exist")
        );
        let server = QLocalServer::new();
        let error = server.listen(folder.name("missing/s")).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("the directory {missing} does not exist")
        );
        assert!(server.error_string().starts_with("QLocalServer::listen: "));
    });
}

#[test]
#[cfg(target_os = "linux")]
fn forbidden_directory_is_an_error() {
    use rustix::process::{Uid, geteuid};

    const OTHER_USER: u32 = 12_345;

    let folder = Folder::new();
    let mode = fs::Permissions::from_mode(0o555);
    fs::set_permissions(folder.path(""), mode).unwrap();
    let (path, directory) = (folder.path("s"), folder.path(""));
    let listen = move || {
        if geteuid().is_root() {
            // Of this thread alone.
            rustix::thread::set_thread_uid(Uid::from_raw(OTHER_USER)).unwrap();
        }
        QLocalServer::new()
            .listen(path.to_str().unwrap())
            .unwrap_err()
    };
    let error = std::thread::spawn(listen).join().unwrap().to_string();
    let directory = directory.display().to_string();
    assert_eq!(
        error,
        format!(
            "the directory {} does not allow to create a socket in it",
            directory.trim_end_matches('/')
        )
    );
}

#[test]
fn socket_file_mode_matches_options() {
    qt(|| {
        let folder = Folder::new();
        for (options, mode) in [
            (QLocalServerSocketOption::UserAccessOption.into(), 0o700),
            (QLocalServerSocketOption::GroupAccessOption.into(), 0o070),
            (QLocalServerSocketOption::OtherAccessOption.into(), 0o007),
            (QLocalServerSocketOption::WorldAccessOption.into(), 0o777),
            (
                QLocalServerSocketOption::UserAccessOption
                    | QLocalServerSocketOption::GroupAccessOption,
                0o770,
            ),
        ] {
            let server = QLocalServer::new();
            server.set_socket_options(options);
            server.listen_exclusive(folder.name("s")).unwrap();
            let rights = fs::metadata(folder.path("s")).unwrap().permissions().mode() & 0o777;
            assert_eq!(format!("{rights:o}"), format!("{mode:o}"), "{options:?}");
        }
    });
}

/// Enough for two to collide without the lock.
const SERVERS: usize = 16;

#[test]
fn one_of_many_simultaneous_servers_gets_name() {
    for _ in 0..150 {
        let folder = Folder::new();
        drop(UnixListener::bind(folder.path("s")).unwrap());
        let name = folder.path("s").to_str().unwrap().to_owned();
        let start = std::sync::Barrier::new(SERVERS);
        let done = std::sync::Barrier::new(SERVERS);
        let results: Vec<Result<(), String>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..SERVERS)
                .map(|_| {
                    scope.spawn(|| {
                        let server = QLocalServer::new();
                        start.wait();
                        let result = server.listen_exclusive(&*name);
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
