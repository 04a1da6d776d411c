// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `--access`: which users may connect, tried as four users, and no others for a moment.

use std::fs;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::support::users::{OTHER, SERVING, User, as_root, open_place};
use crate::support::{CLIENT, DEADLINE, Place, Running, SERVER, finish};

/// Of the server's group, and not its user.
const MEMBER: User = User {
    user: 61_002,
    group: SERVING.group,
};

/// The server's user in a session with another group.
const OWNER: User = User {
    user: SERVING.user,
    group: 61_004,
};

/// A folder that belongs to the user who serves, and that everybody may enter.
fn folder_of_the_server(place: &Place) -> String {
    let folder = place.path("folder");
    fs::create_dir(&folder).unwrap();
    std::os::unix::fs::chown(&folder, Some(SERVING.user), Some(SERVING.group)).unwrap();
    place.name("folder/s")
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

/// Whether a user gets a fortune; else he must be refused for want of rights.
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
            let place = open_place();
            let name = folder_of_the_server(&place);
            let server = serve(SERVING.command(&place, SERVER), &name, access);
            for (user, is_let_in) in [
                (SERVING, owner),
                (OWNER, owner),
                (MEMBER, member),
                (OTHER, other),
            ] {
                assert_eq!(is_served(user, &name), is_let_in, "{access}: {user:?}");
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
            let place = open_place();
            let name = folder_of_the_server(&place);
            let denied = format!("{name}: permission denied");
            for (access, status, words) in [("user", 1, denied.as_str()), ("world", 0, "")] {
                let server = serve(SERVING.command(&place, SERVER), &name, access);
                let mut command = OTHER.command(&place, CLIENT);
                command.env_remove("QT_QPA_PLATFORM").args([&name]);
                let client = finish(command);
                assert_eq!(client.status, status, "{client:?}");
                assert!(client.stderr.contains(words), "{client:?}");
                assert_eq!(server.end("TERM").code(), Some(0));
            }
        },
    );
}

/// A command that starts the server with a umask, and delays each call that could give or take
/// permissions or names.
fn slow(place: &Place, mask: &str) -> Command {
    const CALLS: &str = "bind,listen,chmod,fchmod,fchmodat,link,linkat,rename,renameat,renameat2";

    let command = SERVING.command(place, SERVER);
    let program = command.get_program().to_owned();
    let inject = format!("inject={CALLS}:delay_enter=30000:delay_exit=30000");
    let mut slowly = Command::new("sh");
    slowly
        .args([
            "-c",
            "umask $1 && shift && exec strace -D -f -qq -o /dev/null -e \"$@\"",
        ])
        .args(["sh", mask, &inject])
        .arg(program);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => slowly.env(name, value),
            None => slowly.env_remove(name),
        };
    }
    slowly.uid(SERVING.user).gid(SERVING.group);
    slowly
}

/// The paths of all files in the directory of the server, its private names too.
fn files_beside(name: &str) -> Vec<PathBuf> {
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
                let place = open_place();
                let name = folder_of_the_server(&place);
                let is_ready = AtomicBool::new(false);
                let start = Instant::now();
                let goes_on = || !is_ready.load(Ordering::Relaxed) && start.elapsed() < DEADLINE;
                std::thread::scope(|scope| {
                    let seen = scope.spawn(|| {
                        let mut seen = Vec::new();
                        while goes_on() {
                            for file in files_beside(&name) {
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
                    let stranger = scope.spawn(|| {
                        OTHER.run(|| {
                            let mut refused = 0;
                            while goes_on() {
                                for file in files_beside(&name) {
                                    match UnixStream::connect(file).map_err(|error| error.kind()) {
                                        Ok(_) => return Err("a stranger was let in"),
                                        Err(ErrorKind::PermissionDenied) => refused += 1,
                                        Err(ErrorKind::NotFound) => {}
                                        Err(_) if mode & 0o007 == 0 => {
                                            return Err("a stranger had the right to connect");
                                        }
                                        Err(_) => {}
                                    }
                                }
                            }
                            Ok(refused)
                        })
                    });
                    let server = serve(slow(&place, mask), &name, access);
                    is_ready.store(true, Ordering::Relaxed);
                    let seen = seen.join().unwrap();
                    assert!(
                        seen.iter().all(|rights| rights & !mode == 0),
                        "{access} with mask {mask}: {seen:?}"
                    );
                    assert_eq!(seen.last(), Some(&mode), "{access} with mask {mask}");
                    if mode & 0o007 == 0 {
                        // It has met a socket.
                        assert!(stranger.join().unwrap().unwrap() > 0, "{access}");
                    }
                    server.end("TERM");
                });
            }
        }
    });
}
