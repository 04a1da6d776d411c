// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `--access`: which users may connect, tested as four users, and that no other user can at any
//! time.

use std::fs;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::support::users::{OTHER, SERVING, User, as_root, open_dir};
use crate::support::{CLIENT, DEADLINE, Running, SERVER, TestDir, finish};

/// Another user in the server's group.
const MEMBER: User = User {
    user: 61_002,
    group: SERVING.group,
};

/// The server's user in a session with another group.
const OWNER: User = User {
    user: SERVING.user,
    group: 61_004,
};

/// Creates a directory that belongs to the server's user and that all users may search.
fn server_directory(dir: &TestDir) -> String {
    let directory = dir.path("directory");
    fs::create_dir(&directory).unwrap();
    std::os::unix::fs::chown(&directory, Some(SERVING.user), Some(SERVING.group)).unwrap();
    dir.name("directory/s")
}

/// Starts a server as another user.
fn serve(mut command: Command, name: &str, access: &str) -> Running {
    command
        .env_remove("QT_QPA_PLATFORM")
        .args([name, "--access", access]);
    let mut server = Running::start(command);
    assert!(server.line().starts_with("listening on "));
    server
}

/// Whether a user gets a fortune; otherwise the error must be `PermissionDenied`.
fn is_served(user: User, path: &str) -> bool {
    user.run(|| match UnixStream::connect(path) {
        Ok(mut stream) => {
            let mut message = Vec::new();
            stream.read_to_end(&mut message).unwrap();
            message.len() > 8
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{user:?}");
            false
        }
    })
}

#[test]
fn access_admits_exactly_the_named_users() {
    as_root("access::access_admits_exactly_the_named_users", || {
        for (access, [owner, member, other]) in [
            ("user", [true, false, false]),
            ("group", [false, true, false]),
            ("other", [false, false, true]),
            ("world", [true, true, true]),
        ] {
            let dir = open_dir();
            let name = server_directory(&dir);
            let server = serve(SERVING.command(&dir, SERVER), &name, access);
            for (user, is_allowed) in [
                (SERVING, owner),
                (OWNER, owner),
                (MEMBER, member),
                (OTHER, other),
            ] {
                assert_eq!(is_served(user, &name), is_allowed, "{access}: {user:?}");
            }
            assert_eq!(server.end("TERM").code(), Some(0));
            assert!(!Path::new(&name).exists());
        }
    });
}

#[test]
fn client_of_another_user_reports_access_error() {
    as_root(
        "access::client_of_another_user_reports_access_error",
        || {
            let dir = open_dir();
            let name = server_directory(&dir);
            let denied = format!("{name}: permission denied");
            for (access, status, message) in [("user", 1, denied.as_str()), ("world", 0, "")] {
                let server = serve(SERVING.command(&dir, SERVER), &name, access);
                let mut command = OTHER.command(&dir, CLIENT);
                command.env_remove("QT_QPA_PLATFORM").args([&name]);
                let client = finish(command);
                assert_eq!(client.status, status, "{client:?}");
                assert!(client.stderr.contains(message), "{client:?}");
                assert_eq!(server.end("TERM").code(), Some(0));
            }
        },
    );
}

/// A command that starts the server with a umask, and delays each system call that changes
/// permissions or names.
fn with_delays(dir: &TestDir, mask: &str) -> Command {
    const CALLS: &str = "bind,listen,chmod,fchmod,fchmodat,link,linkat,rename,renameat,renameat2";

    let command = SERVING.command(dir, SERVER);
    let program = command.get_program().to_owned();
    let inject = format!("inject={CALLS}:delay_enter=30000:delay_exit=30000");
    let mut delayed = Command::new("sh");
    delayed
        .args([
            "-c",
            "umask $1 && shift && exec strace -D -f -qq -o /dev/null -e \"$@\"",
        ])
        .args(["sh", mask, &inject])
        .arg(program);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => delayed.env(name, value),
            None => delayed.env_remove(name),
        };
    }
    delayed.uid(SERVING.user).gid(SERVING.group);
    delayed
}

/// The paths of all files in the directory of the server, including private names.
fn files_in_directory_of(name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(name).parent().unwrap()).unwrap();
    entries.flatten().map(|entry| entry.path()).collect()
}

#[test]
fn socket_never_has_wider_permissions() {
    as_root("access::socket_never_has_wider_permissions", || {
        for (access, mode) in [
            ("user", 0o700),
            ("group", 0o070),
            ("other", 0o007),
            ("world", 0o777),
        ] {
            for mask in ["000", "077"] {
                let dir = open_dir();
                let name = server_directory(&dir);
                let is_ready = AtomicBool::new(false);
                let start = Instant::now();
                let is_starting =
                    || !is_ready.load(Ordering::Relaxed) && start.elapsed() < DEADLINE;
                std::thread::scope(|scope| {
                    let seen = scope.spawn(|| {
                        let mut seen = Vec::new();
                        while is_starting() {
                            for file in files_in_directory_of(&name) {
                                let Ok(socket) = fs::symlink_metadata(file) else {
                                    continue;
                                };
                                let rights = socket.mode() & 0o777;
                                if seen.last() != Some(&rights) {
                                    seen.push(rights);
                                }
                            }
                        }
                        seen
                    });
                    let other_user = scope.spawn(|| {
                        OTHER.run(|| {
                            let mut refused = 0;
                            while is_starting() {
                                for file in files_in_directory_of(&name) {
                                    match UnixStream::connect(file).map_err(|error| error.kind()) {
                                        Ok(_) => return Err("another user connected"),
                                        Err(ErrorKind::PermissionDenied) => refused += 1,
                                        Err(ErrorKind::NotFound) => {}
                                        Err(_) if mode & 0o007 == 0 => {
                                            return Err("another user had permission to connect");
                                        }
                                        Err(_) => {}
                                    }
                                }
                            }
                            Ok(refused)
                        })
                    });
                    let server = serve(with_delays(&dir, mask), &name, access);
                    is_ready.store(true, Ordering::Relaxed);
                    let seen = seen.join().unwrap();
                    assert!(
                        seen.iter().all(|rights| rights & !mode == 0),
                        "{access} with mask {mask}: {seen:?}"
                    );
                    assert_eq!(seen.last(), Some(&mode), "{access} with mask {mask}");
                    if mode & 0o007 == 0 {
                        // It has found a socket.
                        assert!(other_user.join().unwrap().unwrap() > 0, "{access}");
                    }
                    server.end("TERM");
                });
            }
        }
    });
}
