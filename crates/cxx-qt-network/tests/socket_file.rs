// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The socket file of a server that listens exclusively: its state and its removal.

use std::fs::{self, File};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::{process, thread};

use crate::support::process::in_process;
use crate::support::{Folder, qt};
use cxx_qt_lib::{QCoreApplication, QString};
use cxx_qt_network::{ListenError, QBox, QLocalServer, QLocalServerSocketOption, SocketFileState};

fn exclusive(folder: &Folder, name: &str) -> QBox<QLocalServer> {
    let server = QLocalServer::new();
    server.set_socket_options(QLocalServerSocketOption::UserAccessOption);
    server.listen_exclusive(folder.name(name)).unwrap();
    server
}

#[test]
fn server_knows_the_state_of_its_file() {
    qt(|| {
        let folder = Folder::new();
        let server = exclusive(&folder, "s");
        assert_eq!(server.socket_file_state(), SocketFileState::Owned);
        fs::rename(folder.path("s"), folder.path("away")).unwrap();
        assert_eq!(server.socket_file_state(), SocketFileState::Removed);
        fs::write(folder.path("s"), "theirs").unwrap();
        assert_eq!(server.socket_file_state(), SocketFileState::Replaced);
        fs::rename(folder.path("away"), folder.path("s")).unwrap();
        assert_eq!(server.socket_file_state(), SocketFileState::Owned);
        // A new socket with the same name is another file, even if its inode number is reused.
        fs::remove_file(folder.path("s")).unwrap();
        let _theirs = UnixListener::bind(folder.path("s")).unwrap();
        assert_eq!(server.socket_file_state(), SocketFileState::Replaced);
        server.close();
        assert_eq!(server.socket_file_state(), SocketFileState::Removed);
    });
}

#[test]
fn exit_of_the_process_removes_the_file() {
    let ended = in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        let folder = Folder::new();
        println!("in {}", folder.name(""));
        let _application = QCoreApplication::new();
        let _server = exclusive(&folder, "s");
        let _replaced = exclusive(&folder, "replaced");
        fs::remove_file(folder.path("replaced")).unwrap();
        fs::write(folder.path("replaced"), "theirs").unwrap();
        let closed = exclusive(&folder, "closed");
        closed.close();
        let _theirs = UnixListener::bind(folder.path("closed")).unwrap();
        assert!(folder.path("s").exists());
        // Of a thread, as Qt's own calls are.
        thread::spawn(|| process::exit(7)).join().unwrap();
    });
    let Some(ended) = ended else { return };
    assert_eq!(ended.status, Some(7), "{ended:?}");
    let folder = ended.stdout.lines().find_map(|it| it.strip_prefix("in "));
    let folder = Path::new(folder.unwrap());
    let exists = |name: &str| folder.join(name).exists();
    let left = (exists("s"), exists("replaced"), exists("closed"));
    fs::remove_dir_all(folder).unwrap();
    assert_eq!(left, (false, true, true));
}

#[test]
fn plain_server_is_taken_to_own_its_file() {
    qt(|| {
        let folder = Folder::new();
        let server = QLocalServer::new();
        assert_eq!(server.socket_file_state(), SocketFileState::Removed);
        server.listen(folder.name("s")).unwrap();
        assert_eq!(server.socket_file_state(), SocketFileState::Owned);
    });
}

/// The ways to close a server.
fn ends() -> [fn(QBox<QLocalServer>); 4] {
    [
        |server| server.close(),
        drop,
        // Inside a closure that Qt calls, an object is deleted later.
        |server| {
            server.downgrade().with(|_| drop(server));
            crate::support::settle();
        },
        |server| {
            server.close();
            server.close();
        },
    ]
}

#[test]
fn server_removes_its_own_file_however_it_ends() {
    qt(|| {
        for end in ends() {
            let folder = Folder::new();
            end(exclusive(&folder, "s"));
            assert!(!folder.path("s").exists());
        }
    });
}

#[test]
fn server_leaves_a_replaced_file_alone() {
    qt(|| {
        for end in ends() {
            let folder = Folder::new();
            let server = exclusive(&folder, "s");
            fs::remove_file(folder.path("s")).unwrap();
            let theirs = UnixListener::bind(folder.path("s")).unwrap();
            end(server);
            UnixStream::connect(folder.path("s")).unwrap();
            theirs.accept().unwrap();

            let server = exclusive(&folder, "t");
            fs::remove_file(folder.path("t")).unwrap();
            fs::write(folder.path("t"), "theirs").unwrap();
            end(server);
            assert_eq!(fs::read(folder.path("t")).unwrap(), b"theirs");
        }
    });
}

#[test]
#[cfg(target_os = "linux")]
fn stopped_server_still_knows_its_file() {
    use rustix::net::{Shutdown, shutdown};

    /// Makes Qt stop listening by itself, as without descriptors.
    fn stopped(folder: &Folder) -> QBox<QLocalServer> {
        let server = exclusive(folder, "s");
        shutdown(server.duplicate_descriptor().unwrap(), Shutdown::Both).unwrap();
        let _ = server.wait_for_new_connection(Some(crate::support::DEADLINE));
        assert!(server.is_accept_paused());
        server
    }

    qt(|| {
        let folder = Folder::new();
        drop(stopped(&folder));
        assert!(!folder.path("s").exists());

        let server = stopped(&folder);
        server.close();
        server.listen_exclusive(folder.name("s")).unwrap();
        UnixStream::connect(folder.path("s")).unwrap();
        drop(server);

        // The next file often reuses the inode number of the removed one.
        let server = stopped(&folder);
        fs::remove_file(folder.path("s")).unwrap();
        let _theirs = UnixListener::bind(folder.path("s")).unwrap();
        drop(server);
        UnixStream::connect(folder.path("s")).unwrap();
    });
}

#[test]
fn name_is_reused_after_its_file_was_removed() {
    qt(|| {
        let folder = Folder::new();
        let server = exclusive(&folder, "s");
        fs::remove_file(folder.path("s")).unwrap();
        server.close();
        server.listen_exclusive(folder.name("s")).unwrap();
        assert_eq!(server.socket_file_state(), SocketFileState::Owned);
        UnixStream::connect(folder.path("s")).unwrap();
    });
}

#[test]
fn listen_exclusive_keeps_the_socket_options() {
    qt(|| {
        let folder = Folder::new();
        let server = exclusive(&folder, "s");
        assert_eq!(
            server.socket_options(),
            QLocalServerSocketOption::UserAccessOption.into()
        );
        server.set_socket_options(QLocalServerSocketOption::GroupAccessOption);
        assert_eq!(
            server.socket_options(),
            QLocalServerSocketOption::GroupAccessOption.into()
        );
        server.close();
        assert_eq!(
            server.socket_options(),
            QLocalServerSocketOption::GroupAccessOption.into()
        );
        assert!(!folder.path("s").exists());
        // After Qt's own `listen`, Qt removes the file.
        server.listen(folder.name("s")).unwrap();
        server.close();
        assert!(!folder.path("s").exists());
    });
}

#[test]
#[cfg(cxxqt_qt_version_at_least_6_2)]
fn inherited_name_keeps_its_file() {
    qt(|| {
        let folder = Folder::new();
        for end in ends() {
            let listener = UnixListener::bind(folder.path("s")).unwrap();
            let server = QLocalServer::new();
            server
                .listen_inherited(listener.try_clone().unwrap())
                .unwrap();
            assert_eq!(server.full_server_name(), folder.name("s"));
            assert_eq!(server.socket_file_state(), SocketFileState::Owned);
            end(server);
            UnixStream::connect(folder.path("s")).unwrap();
            fs::remove_file(folder.path("s")).unwrap();
        }
    });
}

#[test]
fn held_lock_does_not_block_a_name() {
    use rustix::fs::{FlockOperation, flock};

    qt(|| {
        let folder = Folder::new();
        let held = File::open(folder.path("")).unwrap();
        flock(&held, FlockOperation::LockExclusive).unwrap();
        drop(UnixListener::bind(folder.path("s")).unwrap());
        let server = exclusive(&folder, "s");
        UnixStream::connect(folder.path("s")).unwrap();
        drop(server);
        assert!(!folder.path("s").exists());
    });
}

#[test]
fn name_of_any_letters_is_used_and_removed() {
    qt(|| {
        let folder = Folder::new();
        for name in ["grüße", "日本", "with space", "-x", "a\nb", "\u{1f600}"] {
            let server = exclusive(&folder, name);
            assert!(folder.path(name).exists(), "{name:?}");
            assert_eq!(server.full_server_name(), folder.name(name));
            assert_eq!(server.server_name(), folder.name(name));
            server.close();
            assert!(!folder.path(name).exists(), "{name:?}");
        }
    });
}

#[test]
fn name_that_no_file_can_have_is_refused() {
    qt(|| {
        let folder = Folder::new();
        let refused = |name: &str| {
            let server = QLocalServer::new();
            let result = server.listen_exclusive(folder.name(name));
            assert!(!server.is_listening());
            result.unwrap_err()
        };
        assert!(matches!(refused("a\0b"), ListenError::NameContainsNul));
        let missing = folder.name("none").to_string();
        assert_eq!(
            refused("none/").to_string(),
            format!("the directory {missing} does not exist")
        );
        for name in ["", "."] {
            assert!(matches!(refused(name), ListenError::NotASocket { .. }));
        }
        assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 0);
        let server = QLocalServer::new();
        let empty = server.listen_exclusive(QString::default());
        assert!(matches!(empty, Err(ListenError::NameEmpty)));
    });
}
