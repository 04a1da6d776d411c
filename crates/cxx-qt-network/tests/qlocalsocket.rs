// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `QLocalSocket` and `QIODevice`: states, signals, errors, blocking calls.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use crate::support::{DEADLINE, Folder, Pair, accept, busy_listener, qt, run, serve, settle};
use cxx_qt_network::{
    ListenError, LocalSocketError, QIODeviceExt, QIODeviceOpenModeFlag, QLocalServer, QLocalSocket,
    QLocalSocketError, QLocalSocketState,
};

#[test]
fn new_socket_defaults() {
    qt(|| {
        let socket = QLocalSocket::new();
        assert_eq!(socket.state(), QLocalSocketState::UnconnectedState);
        assert_eq!(socket.error(), QLocalSocketError::UnknownSocketError);
        assert_eq!(socket.read_buffer_size(), None);
        assert_eq!(socket.bytes_available(), 0);
        assert_eq!(socket.bytes_to_write(), 0);
        assert_eq!(socket.open_mode(), QIODeviceOpenModeFlag::NotOpen.into());
        assert!(socket.server_name().is_empty());
        assert!(socket.full_server_name().is_empty());
        #[cfg(unix)]
        assert!(socket.socket_descriptor().is_none());
        assert!(!socket.is_open() && !socket.is_valid() && socket.is_sequential());
        let no_time = Some(Duration::ZERO);
        assert!(socket.wait_for_ready_read(no_time).is_err());
        assert!(socket.wait_for_bytes_written(no_time).is_err());
        assert!(socket.wait_for_disconnected(Some(Duration::ZERO)).is_ok());
        assert!(socket.write(b"x").is_err());
        assert!(socket.read(&mut [0; 4]).is_err());
    });
}

#[test]
fn connection_emits_signals_in_order() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("life");
        let server = serve(&name);
        let socket = QLocalSocket::new();
        let told = Rc::new(RefCell::new(Vec::new()));
        let tell = |told: &Rc<RefCell<Vec<String>>>, what: String| told.borrow_mut().push(what);
        let log = told.clone();
        socket.on_connected(move |_| tell(&log, "connected".into()));
        let log = told.clone();
        socket.on_state_changed(move |_, state| tell(&log, format!("{state:?}")));
        let log = told.clone();
        socket.on_error_occurred(move |_, error| tell(&log, error.message));
        let log = told.clone();
        socket.on_ready_read(move |device| {
            tell(
                &log,
                String::from_utf8(device.read_all().as_slice().to_vec()).unwrap(),
            );
        });
        let log = told.clone();
        socket.on_read_channel_finished(move |_| tell(&log, "finished".into()));
        run(|quit| {
            let quit = quit.clone();
            let log = told.clone();
            socket.on_disconnected(move |socket| {
                assert_eq!(socket.state(), QLocalSocketState::UnconnectedState);
                tell(&log, "disconnected".into());
                quit.quit();
            });
            server.on_new_connection(|server| {
                let peer = server.next_pending_connection().unwrap();
                peer.write(b"hello").unwrap();
                peer.wait_for_bytes_written(Some(DEADLINE)).unwrap();
            });
            socket.connect_to_server_with(name, QIODeviceOpenModeFlag::ReadOnly);
        });
        let told = told.borrow().join(" | ");
        assert_eq!(
            told,
            "ConnectingState | ConnectedState | connected | hello | QLocalSocket: Remote closed | \
             ClosingState | UnconnectedState | finished | disconnected"
        );
        assert_eq!(socket.full_server_name().to_string(), "");
    });
}

#[test]
fn connected_socket_has_names() {
    qt(|| {
        let pair = Pair::new();
        assert_eq!(pair.ours.full_server_name(), pair.folder.name("pair"));
        assert_eq!(pair.ours.server_name(), pair.folder.name("pair"));
        assert!(pair.ours.is_valid());
        #[cfg(unix)]
        assert!(pair.ours.socket_descriptor().is_some());
    });
}

#[cfg(unix)]
#[test]
fn missing_server_differs_from_refused_connection() {
    qt(|| {
        let folder = Folder::new();
        let socket = QLocalSocket::new();
        socket.connect_to_server_with(folder.name("missing"), QIODeviceOpenModeFlag::ReadOnly);
        assert_eq!(socket.error(), QLocalSocketError::ServerNotFoundError);

        drop(std::os::unix::net::UnixListener::bind(folder.path("dead")).unwrap());
        socket.connect_to_server_with(folder.name("dead"), QIODeviceOpenModeFlag::ReadOnly);
        assert_eq!(socket.error(), QLocalSocketError::ConnectionRefusedError);

        std::fs::write(folder.path("file"), "text").unwrap();
        let error = Rc::new(RefCell::new(None));
        let seen = error.clone();
        socket.on_error_occurred(move |_, error| *seen.borrow_mut() = Some(error));
        socket.connect_to_server_with(folder.name("file"), QIODeviceOpenModeFlag::ReadOnly);
        settle();
        let error = error.take().unwrap();
        assert_eq!(error.kind, QLocalSocketError::ConnectionRefusedError);
        let path = folder.name("file");
        assert_eq!(error.to_string(), format!("{path}: connection refused"));

        socket.connect_to_server_with("x".repeat(256), QIODeviceOpenModeFlag::ReadOnly);
        assert_eq!(socket.error(), QLocalSocketError::ServerNotFoundError);
    });
}

/// The error of a connection to `name`, which is the same from every function.
#[cfg(unix)]
fn connect_error(name: &str) -> LocalSocketError {
    let socket = QLocalSocket::new();
    let emitted = Rc::new(RefCell::new(Vec::new()));
    let log = emitted.clone();
    socket.on_error_occurred(move |_, error| log.borrow_mut().push(error));
    socket.connect_to_server(name);
    let error = socket.wait_for_connected(Some(Duration::ZERO)).unwrap_err();
    assert_eq!(socket.socket_error(), error);

    socket.set_server_name(name);
    // An empty name fails before connect.
    if socket.open(QIODeviceOpenModeFlag::ReadWrite).is_err() {
        assert_eq!(socket.socket_error(), error);
    }
    settle();
    let emitted = emitted.take();
    assert!(
        !emitted.is_empty() && emitted.iter().all(|it| *it == error),
        "{emitted:?}"
    );
    error
}

#[cfg(unix)]
#[test]
fn connect_errors_name_path_and_reason() {
    qt(|| {
        let not_found = QLocalSocketError::ServerNotFoundError;
        let refused = QLocalSocketError::ConnectionRefusedError;
        let folder = Folder::new();
        drop(std::os::unix::net::UnixListener::bind(folder.path("stale")).unwrap());
        let path = |name: &str| folder.path(name).to_str().unwrap().to_owned();
        let long = path(&"x".repeat(200));
        let too_long = QLocalServer::full_server_name_for(&long).unwrap_err();
        assert!(matches!(too_long, ListenError::NameTooLong { .. }));
        for (name, kind, message) in [
            (
                path("missing"),
                not_found,
                format!("{}: no such socket", path("missing")),
            ),
            (
                path("stale"),
                refused,
                format!("{}: connection refused", path("stale")),
            ),
            (long.clone(), not_found, format!("{long}: {too_long}")),
            (
                "no such name".into(),
                not_found,
                format!(
                    "{}: no such socket",
                    std::env::temp_dir().join("no such name").display()
                ),
            ),
            (
                "nul\0nul".into(),
                not_found,
                "the name is empty or contains a NUL character".into(),
            ),
        ] {
            let error = connect_error(&name);
            assert_eq!((error.kind, error.message), (kind, message));
        }
    });
}

#[cfg(unix)]
#[test]
fn busy_server_is_a_time_out() {
    qt(|| {
        let folder = Folder::new();
        let _busy = busy_listener(&folder.path("busy"));
        let socket = QLocalSocket::new();
        socket.connect_to_server(folder.name("busy"));
        let limit = Duration::from_millis(10);
        let error = socket.wait_for_connected(Some(limit)).unwrap_err();
        assert_eq!(error.kind, QLocalSocketError::SocketTimeoutError);
        assert_eq!(error.message, format!("{}: time-out", folder.name("busy")));
        let error = std::io::Error::from(error);
        assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    });
}

#[test]
fn wait_that_is_over_is_a_time_out() {
    qt(|| {
        let pair = Pair::new();
        let limit = Some(Duration::from_millis(10));
        let error = pair.ours.wait_for_ready_read(limit).unwrap_err();
        assert_eq!(error.to_string(), "time-out");
        pair.ours.write(&vec![0; 4 << 20]).unwrap();
        let late = (0..1000).find_map(|_| pair.ours.wait_for_bytes_written(limit).err());
        assert_eq!(late.unwrap().to_string(), "time-out");
        let error = pair.ours.wait_for_disconnected(limit).unwrap_err();
        assert_eq!(
            error.message,
            format!("{}: time-out", pair.folder.name("pair"))
        );
        assert_eq!(error.kind, QLocalSocketError::SocketTimeoutError);
        let error = QLocalSocket::new().wait_for_connected(limit).unwrap_err();
        assert_eq!(error.message, "the socket is not connecting");
    });
}

#[test]
fn bytes_written_before_close_arrive() {
    for chunks in [1, 20] {
        qt(move || {
            let pair = Pair::new();
            let (theirs, ours) = (&pair.theirs, &pair.ours);
            let finished = Rc::new(Cell::new(0));
            let count = finished.clone();
            ours.on_read_channel_finished(move |_| count.set(count.get() + 1));
            for _ in 0..chunks {
                assert_eq!(theirs.write(&[7; 60_000]), Ok(60_000));
            }
            run(|quit| {
                theirs.disconnect_from_server();
                let quit = quit.clone();
                ours.on_disconnected(move |_| quit.quit());
            });
            assert_eq!(ours.bytes_available(), chunks * 60_000);
            assert_eq!(ours.read_all().len() as usize, chunks * 60_000);
            assert_eq!(finished.get(), 1);
        });
    }
}

#[test]
fn socket_connects_repeatedly() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("again");
        let server = serve(&name);
        let socket = QLocalSocket::new();
        for round in 0..3u8 {
            socket.abort();
            socket.connect_to_server_with(name.clone(), QIODeviceOpenModeFlag::ReadOnly);
            socket.wait_for_connected(Some(DEADLINE)).unwrap();
            let peer = accept(&server);
            peer.write(&[round]).unwrap();
            peer.wait_for_bytes_written(Some(DEADLINE)).unwrap();
            socket.wait_for_ready_read(Some(DEADLINE)).unwrap();
            let mut byte = [9];
            assert_eq!(socket.read(&mut byte), Ok(1));
            assert_eq!(byte, [round]);
        }
    });
}

#[test]
fn transaction_restores_read_bytes() {
    qt(|| {
        let pair = Pair::new();
        let (theirs, ours) = (&pair.theirs, &pair.ours);
        theirs.write(b"abcdef").unwrap();
        theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
        ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
        let mut buffer = [0; 4];
        assert_eq!(ours.peek(&mut buffer), Ok(4));
        ours.start_transaction();
        assert!(ours.is_transaction_started());
        assert_eq!(ours.skip(2), Ok(2));
        assert_eq!(ours.read(&mut buffer), Ok(4));
        assert_eq!(&buffer, b"cdef");
        assert!(ours.at_end());
        ours.rollback_transaction();
        assert_eq!(ours.bytes_available(), 6);
        assert_eq!(ours.skip(100), Ok(6));
        assert_eq!(ours.read(&mut buffer), Ok(0), "no data yet is no error");
    });
}

#[test]
fn committed_transaction_takes_the_bytes() {
    qt(|| {
        let pair = Pair::new();
        pair.feed(b"abc");
        assert!(!pair.ours.at_end());
        pair.ours.start_transaction();
        assert_eq!(pair.ours.skip(3), Ok(3));
        pair.ours.commit_transaction();
        assert!(!pair.ours.is_transaction_started());
        pair.ours.rollback_transaction();
        assert!(pair.ours.at_end());
    });
}

#[test]
fn socket_has_one_channel_each_way_and_no_positions() {
    qt(|| {
        let socket = QLocalSocket::new();
        let counts = |socket: &QLocalSocket| {
            let counts = (socket.read_channel_count(), socket.write_channel_count());
            (counts, socket.reset().is_ok())
        };
        assert_eq!(counts(&socket), ((0, 0), false));
        let pair = Pair::new();
        assert_eq!(counts(&pair.ours), ((1, 1), false));
    });
}

#[test]
fn small_read_buffer_loses_nothing() {
    qt(|| {
        let pair = Pair::new();
        let (theirs, ours) = (&pair.theirs, &pair.ours);
        ours.set_read_buffer_size(Some(128));
        assert_eq!(ours.read_buffer_size(), Some(128));
        theirs.write(&[1; 256]).unwrap();
        theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
        ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
        assert_eq!(ours.bytes_available(), 128);
        assert_eq!(ours.read_all().len(), 128);
        ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
        assert_eq!(ours.read_all().len(), 128);
    });
}

#[test]
fn closing_peer_ends_unlimited_wait() {
    qt(|| {
        let pair = Pair::new();
        let (theirs, ours) = (&pair.theirs, &pair.ours);
        theirs.disconnect_from_server();
        ours.wait_for_disconnected(None).unwrap();
        assert_eq!(ours.error(), QLocalSocketError::PeerClosedError);
    });
}

#[test]
fn wait_times_out() {
    qt(|| {
        let pair = Pair::new();
        let ours = &pair.ours;
        let error = ours
            .wait_for_disconnected(Some(Duration::from_millis(1)))
            .unwrap_err();
        assert_eq!(error.kind, QLocalSocketError::SocketTimeoutError);
        assert!(
            ours.wait_for_ready_read(Some(Duration::from_millis(1)))
                .is_err()
        );
    });
}

#[cfg(unix)]
#[test]
fn socket_takes_descriptor() {
    qt(|| {
        let (descriptor, mut other) = std::os::unix::net::UnixStream::pair().unwrap();
        let socket = QLocalSocket::new();
        socket.set_socket_descriptor(descriptor).unwrap();
        assert_eq!(socket.state(), QLocalSocketState::ConnectedState);
        std::io::Write::write_all(&mut other, b"hi").unwrap();
        socket.wait_for_ready_read(Some(DEADLINE)).unwrap();
        assert_eq!(socket.read_all().as_slice(), b"hi");
        drop(socket);
        assert_eq!(
            std::io::Read::read(&mut other, &mut [0; 1]).unwrap(),
            0,
            "closed with the socket"
        );
    });
}

#[cfg(target_os = "linux")]
#[test]
fn credentials_of_either_peer() {
    use rustix::process::{getegid, geteuid};

    qt(|| {
        let pair = Pair::new();
        for socket in [&pair.ours, &pair.theirs] {
            let peer = socket.peer_credentials().unwrap();
            assert_eq!(peer.uid, geteuid().as_raw());
            assert_eq!(peer.gid, getegid().as_raw());
            assert_eq!(peer.pid, Some(std::process::id()));
        }
        pair.ours.abort();
        pair.theirs.wait_for_disconnected(Some(DEADLINE)).unwrap();
        for socket in [&pair.ours, &pair.theirs, &QLocalSocket::new()] {
            let error = socket.peer_credentials().unwrap_err();
            assert_eq!(error.kind(), std::io::ErrorKind::NotConnected);
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn credentials_of_another_process() {
    qt(|| {
        let folder = Folder::new();
        let server = serve(&folder.name("s"));
        let mut child = std::process::Command::new("python3")
            .args(["-c", PEER, folder.path("s").to_str().unwrap()])
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let socket = accept(&server);
        let peer = socket.peer_credentials().unwrap();
        assert_eq!(peer.pid, Some(child.id()));
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
    });
}

/// Connects, and exits at EOF of its standard input.
#[cfg(target_os = "linux")]
const PEER: &str = "import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
sys.stdin.read()";
