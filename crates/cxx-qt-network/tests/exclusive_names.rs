// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Exclusive listening through `QLocalServer`: names that are rejected, and plain Qt servers.

use std::fs;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;

use crate::support::{DEADLINE, Folder, qt};
use cxx_qt_lib::QString;
#[cfg(all(target_os = "linux", cxxqt_qt_version_at_least_6_2))]
use cxx_qt_network::QLocalSocketSocketOption;
use cxx_qt_network::{
    ListenError, QBox, QIODeviceOpenModeFlag, QLocalServer, QLocalServerSocketOption,
    QLocalServerSocketOptions, QLocalSocket,
};

/// The error of `listen_exclusive`, with these options.
fn refused(name: &QString, options: QLocalServerSocketOptions) -> ListenError {
    let server = QLocalServer::new();
    server.set_socket_options(options);
    let result = server.listen_exclusive(name.clone());
    assert!(!server.is_listening());
    result.unwrap_err()
}

/// A plain Qt server with an access option, which replaces the file at the path.
fn plain_server(name: &QString) -> QBox<QLocalServer> {
    let server = QLocalServer::new();
    server.set_socket_options(QLocalServerSocketOption::UserAccessOption);
    server.listen(name.clone()).unwrap();
    server
}

#[test]
fn plain_server_with_access_option_keeps_its_name() {
    qt(|| {
        let folder = Folder::new();
        let plain = plain_server(&folder.name("s"));
        let error = refused(
            &folder.name("s"),
            QLocalServerSocketOption::UserAccessOption.into(),
        );
        assert!(matches!(error, ListenError::InUse { .. }), "{error:?}");
        UnixStream::connect(folder.path("s")).unwrap();
        drop(plain);
    });
}

#[test]
fn exclusive_server_has_the_options_of_qt() {
    qt(|| {
        let folder = Folder::new();
        let server = QLocalServer::new();
        server.set_socket_options(QLocalServerSocketOption::UserAccessOption);
        server.listen_exclusive(folder.name("s")).unwrap();
        assert_eq!(
            server.socket_options(),
            QLocalServerSocketOption::UserAccessOption.into()
        );
        assert_eq!(server.full_server_name(), folder.name("s"));
        let theirs = folder.path("theirs");
        let theirs = UnixListener::bind(theirs).unwrap();
        fs::rename(folder.path("theirs"), folder.path("s")).unwrap();
        server.close();
        UnixStream::connect(folder.path("s")).unwrap();
        theirs.accept().unwrap();
        assert!(server.full_server_name().is_empty() && server.server_name().is_empty());
    });
}

#[test]
fn name_with_nul_is_refused() {
    qt(|| {
        let folder = Folder::new();
        for name in ["a\0b", "a\0"] {
            let error = refused(
                &folder.name(name),
                QLocalServerSocketOption::NoOptions.into(),
            );
            assert!(matches!(error, ListenError::NameContainsNul), "{error:?}");
            let server = QLocalServer::new();
            let listened = server.listen(folder.name(name).clone());
            assert!(matches!(listened, Err(ListenError::NameContainsNul)));
        }
        assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 0);
    });
}

#[test]
#[cfg(all(target_os = "linux", cxxqt_qt_version_at_least_6_2))]
fn abstract_name_has_its_own_limit() {
    qt(|| {
        let id = format!("cxx-qt-network-{:010}", std::process::id());
        let name = |bytes: usize| QString::from(format!("{id:x<bytes$}").as_str());
        // Leaves an unrelated errno.
        assert!(fs::metadata("/none").is_err());
        let error = refused(
            &name(LIMIT + 1),
            QLocalServerSocketOption::AbstractNamespaceOption.into(),
        );
        assert_eq!(
            error.to_string(),
            format!(
                "the name is too long ({} bytes, {LIMIT} are allowed)",
                LIMIT + 1
            )
        );
        let server = QLocalServer::new();
        server.set_socket_options(QLocalServerSocketOption::AbstractNamespaceOption);
        server.listen_exclusive(name(LIMIT).clone()).unwrap();
        let socket = QLocalSocket::new();
        socket.set_socket_options(QLocalSocketSocketOption::AbstractNamespaceOption);
        socket.connect_to_server_with(name(LIMIT).clone(), QIODeviceOpenModeFlag::ReadOnly);
        socket.wait_for_connected(Some(DEADLINE)).unwrap();
    });
}

/// The longest full name in bytes.
const LIMIT: usize = if cfg!(not(target_os = "linux")) {
    103
} else if cfg!(cxxqt_qt_version_at_least_6_2) {
    106
} else {
    107
};

#[test]
fn longest_name_is_reached_by_a_client_of_qt() {
    qt(|| {
        let folder = Folder::new();
        let room = LIMIT - folder.name("").to_string().len();
        let name = folder.name(&"x".repeat(room));
        for exclusive in [true, false] {
            let server = QLocalServer::new();
            match exclusive {
                true => server.listen_exclusive(name.clone()).unwrap(),
                false => server.listen(name.clone()).unwrap(),
            }
            let socket = QLocalSocket::new();
            socket.connect_to_server_with(name.clone(), QIODeviceOpenModeFlag::ReadOnly);
            socket.wait_for_connected(Some(DEADLINE)).unwrap();
        }
        let longer = folder.name(&"x".repeat(room + 1));
        let error = QLocalServer::new().listen(longer.clone());
        assert!(matches!(error, Err(ListenError::NameTooLong { .. })));
    });
}

/// Runs in its own process, since `TMPDIR` belongs to the process.
#[test]
fn temporary_directory_that_is_unusable_is_an_error() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    const EXPECTED: &str = "EXPECTED_ERROR_OF_TMPDIR";

    if let Ok(expected) = std::env::var(EXPECTED) {
        return qt(move || {
            let name = QString::from("cxx-qt-network-unusable");
            for options in [
                QLocalServerSocketOption::NoOptions,
                QLocalServerSocketOption::UserAccessOption,
            ] {
                assert_eq!(refused(&name, options.into()).to_string(), expected);
                let server = QLocalServer::new();
                server.set_socket_options(options);
                let error = server.listen(name.clone()).unwrap_err();
                assert_eq!(error.to_string(), expected);
            }
        });
    }
    for (directory, expected) in [
        (
            &b"/none"[..],
            "the temporary directory /none does not exist",
        ),
        (
            b"relative",
            "the temporary directory relative is not an absolute path",
        ),
        (
            b"/tmp/\xff",
            "the temporary directory /tmp/\u{fffd} is not UTF-8",
        ),
    ] {
        let output = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "exclusive_names::temporary_directory_that_is_unusable_is_an_error",
            ])
            .env("TMPDIR", OsStr::from_bytes(directory))
            .env(EXPECTED, expected)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "{said}"
        );
    }
    assert!(!std::path::Path::new("/cxx-qt-network-unusable").exists());
}

#[test]
#[cfg(not(target_vendor = "apple"))]
fn empty_temporary_directory_is_the_usual_one() {
    const TEST: &str = "exclusive_names::empty_temporary_directory_is_the_usual_one";

    if std::env::var_os("TMPDIR").is_some_and(|directory| directory.is_empty()) {
        let full = QLocalServer::full_server_name_for("name").unwrap();
        return assert_eq!(full.to_string(), "/tmp/name");
    }
    let mut program = Command::new(std::env::current_exe().unwrap());
    let output = program.args(["--exact", TEST]).env("TMPDIR", "").output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

// Qt 5 makes another temporary directory, whose length is not checked: its error has no reason.
#[test]
#[cfg(all(target_os = "linux", cxxqt_qt_version_at_least_6))]
fn short_name_in_a_long_directory_has_no_room_in_qt() {
    qt(|| {
        let folder = Folder::new();
        let room = LIMIT - folder.name("").to_string().len();
        for (length, fits) in [(room - 9, true), (room - 8, false)] {
            let directory = "d".repeat(length);
            fs::create_dir(folder.path(&directory)).unwrap();
            let name = folder.name(&format!("{directory}/s"));
            let server = QLocalServer::new();
            server.set_socket_options(QLocalServerSocketOption::UserAccessOption);
            match server.listen(name.clone()) {
                Ok(()) => assert!(fits),
                Err(ListenError::NameTooLong { bytes, limit }) => {
                    assert!(!fits && bytes == LIMIT + 1 && limit == LIMIT);
                }
                Err(other) => panic!("{other:?}"),
            }
            server.close();
            server.listen_exclusive(name.clone()).unwrap();
            UnixStream::connect(folder.path(&format!("{directory}/s"))).unwrap();
        }
    });
}

#[test]
#[cfg(target_os = "linux")]
fn listener_of_another_family_is_refused() {
    qt(|| {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let server = QLocalServer::new();
        let error = server.listen_descriptor(listener).unwrap_err();
        assert!(matches!(error, ListenError::NotListening), "{error:?}");
    });
}
