// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Server names: exclusive ownership, recovery, and that other files stay unchanged.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::Command;

use crate::support::users::{OTHER, SERVING, as_root, open_dir};
use crate::support::{Running, SERVER, TestDir, eventually, fetch, finish, try_fetch};

/// The log message of a server whose path names another file.
const NAME_TAKEN: &str = "the server is interrupted: something else has taken the name";

/// Starts a server that may fail, with its log in a file.
fn start(mut command: Command, log: &Path) -> Running {
    command
        .env_remove("QT_QPA_PLATFORM")
        .stderr(File::create(log).unwrap());
    Running::start(command)
}

/// Runs a server that cannot start, and returns the reason.
fn refused(mut command: Command, args: &[&str]) -> String {
    command.args(args);
    let server = finish(command);
    assert_eq!(server.stdout, "", "{server:?}");
    assert_eq!(server.status, 1, "{server:?}");
    let reason = server
        .stderr
        .strip_prefix("fortuned: Unable to start the server: ");
    reason.unwrap().trim_end_matches(".\n").to_owned()
}

/// The metadata and content of the file at a path, or "nothing".
fn describe(path: &Path) -> String {
    let Ok(it) = path.symlink_metadata() else {
        return "nothing".to_owned();
    };
    let content = if it.is_file() {
        format!("{:?}", fs::read(path).unwrap())
    } else {
        format!("{:?}", fs::read_link(path).ok())
    };
    format!(
        "{} {:o} {} {} {}.{} {content}",
        it.ino(),
        it.mode(),
        it.uid(),
        it.nlink(),
        it.mtime(),
        it.mtime_nsec()
    )
}

/// A server whose only fortune is `text`.
fn server_of(dir: &TestDir, text: &str) -> Running {
    fs::write(dir.path(text), text).unwrap();
    let mut command = dir.command(SERVER);
    command.args(["--wire", "qt6.8", "--fortunes", &dir.name(text)]);
    let mut server = start(command, &dir.path(&format!("{text} log")));
    assert_eq!(
        server.line(),
        format!("listening on {} (qt6.8)", dir.name("fortune"))
    );
    server
}

/// The message of a fortune.
fn bytes_of(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    let length = u32::try_from(2 * text.len()).unwrap().to_be_bytes();
    length.into_iter().chain(units).collect()
}

/// Waits until the log of a server contains `words` at least `times` times.
fn wait_for_log(dir: &TestDir, server: &str, words: &str, times: usize) {
    let log = dir.path(&format!("{server} log"));
    eventually(|| {
        let output = fs::read_to_string(&log).unwrap().matches(words).count();
        (output >= times).then_some(())
    });
}

#[test]
fn killed_server_gets_its_name_again() {
    let dir = TestDir::new();
    for _ in 0..10 {
        let server = server_of(&dir, "again");
        let _waiting = UnixStream::connect(dir.path("fortune")).unwrap();
        server.end("KILL");
        assert!(UnixStream::connect(dir.path("fortune")).is_err());
    }
    let server = server_of(&dir, "again");
    assert_eq!(fetch(&dir.path("fortune")), bytes_of("again"));
    assert_eq!(server.end("TERM").code(), Some(0));
    assert_eq!(describe(&dir.path("fortune")), "nothing");
}

#[test]
fn one_of_two_simultaneous_servers_gets_the_name() {
    let dir = TestDir::new();
    let path = dir.path("fortune");
    let mut firsts = 0;
    for round in 0..100 {
        let logs = [dir.path("a"), dir.path("b")];
        let mut servers = logs.each_ref().map(|log| start(dir.command(SERVER), log));
        let output = servers.each_mut().map(Running::next_line);
        let winner = output.iter().position(Option::is_some).unwrap();
        assert_eq!(output[1 - winner], None, "both listen in round {round}");
        firsts += 1 - winner;
        let [a, b] = servers;
        let (winner_runs, loser) = if winner == 0 { (a, b) } else { (b, a) };
        assert_eq!(loser.wait().code(), Some(1));
        assert_eq!(
            fs::read_to_string(&logs[1 - winner]).unwrap(),
            format!(
                "fortuned: Unable to start the server: another server is already listening \
                 on {}.\n",
                path.display()
            )
        );
        assert!(fetch(&path).len() > 8);
        // In every other round, the next two servers find a stale socket.
        let signal = if round % 2 == 0 { "KILL" } else { "TERM" };
        winner_runs.end(signal);
        assert_eq!(path.exists(), signal == "KILL");
    }
    assert_eq!(fs::read_dir(dir.path("")).unwrap().count(), 2);
    println!("the server that started first got the name {firsts} times of 100");
}

#[test]
fn files_at_the_path_stay_unchanged() {
    let dir = TestDir::new();
    let path = |name: &str| dir.path(name);
    fs::write(path("file"), "mine").unwrap();
    fs::write(path("empty"), "").unwrap();
    fs::create_dir(path("folder")).unwrap();
    let fifo = Command::new("mkfifo").arg(path("fifo")).status().unwrap();
    assert!(fifo.success());
    let live = UnixListener::bind(path("live")).unwrap();
    drop(UnixListener::bind(path("stale")).unwrap());
    for target in ["file", "folder", "live", "stale", "nothing"] {
        symlink(path(target), path(&format!("link to {target}"))).unwrap();
    }
    let everything = || -> Vec<_> {
        let mut names: Vec<_> = fs::read_dir(path(""))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        names.sort();
        names.iter().map(|it| (it.clone(), describe(it))).collect()
    };
    let before = everything();
    assert_eq!(before.len(), 11);

    for name in [
        "file",
        "empty",
        "folder",
        "fifo",
        "link to file",
        "link to folder",
        "link to live",
        "link to stale",
        "link to nothing",
    ] {
        for access in ["user", "world"] {
            let reason = refused(dir.command(SERVER), &[name, "--access", access]);
            assert_eq!(
                reason,
                format!(
                    "{} exists and is not a socket, so it was left alone",
                    dir.name(name)
                )
            );
        }
    }
    let reason = refused(dir.command(SERVER), &["live"]);
    assert_eq!(
        reason,
        format!(
            "another server is already listening on {}",
            dir.name("live")
        )
    );
    assert_eq!(everything(), before);
    assert!(UnixStream::connect(path("live")).is_ok());
    drop(live);
}

#[test]
fn files_of_another_user_stay_unchanged() {
    as_root("names::files_of_another_user_stay_unchanged", || {
        let dir = open_dir();
        let shared = dir.path("shared");
        fs::create_dir(&shared).unwrap();
        // As the system's directory for temporary files.
        fs::set_permissions(&shared, Permissions::from_mode(0o1777)).unwrap();
        let [stale, live, open, file] =
            ["stale", "live", "open", "file"].map(|name| shared.join(name));
        let listeners = OTHER.run(|| {
            drop(UnixListener::bind(&stale).unwrap());
            let listeners = [&live, &open].map(|path| UnixListener::bind(path).unwrap());
            fs::set_permissions(&live, Permissions::from_mode(0o700)).unwrap();
            fs::set_permissions(&open, Permissions::from_mode(0o777)).unwrap();
            fs::write(&file, "theirs").unwrap();
            listeners
        });
        for rights in [0o700, 0o777] {
            fs::set_permissions(&stale, Permissions::from_mode(rights)).unwrap();
            for (path, reason) in [
                (&stale, "belongs to another user, so it was left alone"),
                (&live, "belongs to another user, so it was left alone"),
                (&open, "another server is already listening on"),
                (&file, "exists and is not a socket, so it was left alone"),
            ] {
                let before = describe(path);
                let name = path.to_str().unwrap();
                let output = refused(SERVING.command(&dir, SERVER), &[name]);
                let parts = [format!("{name} {reason}"), format!("{reason} {name}")];
                assert!(parts.contains(&output), "{output}");
                assert_eq!(describe(path), before);
            }
        }
        drop(listeners);
    });
}

#[test]
fn directory_needs_write_but_no_read_permission() {
    as_root(
        "names::directory_needs_write_but_no_read_permission",
        || {
            let dir = open_dir();
            let folder = dir.path("folder");
            fs::create_dir(&folder).unwrap();
            let allow = |mode| fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
            let name = dir.name("folder/s");
            let forbidden = format!(
                "the directory {} does not allow to create a socket in it",
                folder.display()
            );
            for mode in [0o755, 0o700] {
                allow(mode);
                let output = refused(SERVING.command(&dir, SERVER), &[&name]);
                assert_eq!(output, forbidden);
            }
            // A stale socket of this user in a directory that it cannot write any more.
            allow(0o777);
            SERVING.run(|| drop(UnixListener::bind(&name).unwrap()));
            allow(0o755);
            let before = describe(Path::new(&name));
            let output = refused(SERVING.command(&dir, SERVER), &[&name]);
            assert_eq!(output, forbidden);
            assert_eq!(describe(Path::new(&name)), before);
            fs::remove_file(&name).unwrap();

            chown(&folder, Some(SERVING.user), None).unwrap();
            allow(0o300);
            for _ in 0..2 {
                let mut command = SERVING.command(&dir, SERVER);
                command.args([&name]);
                let mut server = start(command, &dir.path("log"));
                assert!(server.line().contains(&name));
                server.end("KILL");
            }
        },
    );
}

#[test]
fn removed_file_is_recreated() {
    let dir = TestDir::new();
    let path = dir.path("fortune");
    let server = server_of(&dir, "ours");
    for _ in 0..3 {
        fs::remove_file(&path).unwrap();
        let message = eventually(|| try_fetch(&path));
        assert_eq!(message, bytes_of("ours"));
    }
    wait_for_log(&dir, "ours", "the server listens again", 3);
    let rights = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(format!("{rights:o}"), "140700");
    assert_eq!(server.end("TERM").code(), Some(0));
    assert_eq!(describe(&path), "nothing");
}

#[test]
fn replacing_file_stays_until_it_is_removed() {
    let dir = TestDir::new();
    let path = dir.path("fortune");
    let server = server_of(&dir, "ours");
    fs::write(dir.path("theirs"), "theirs").unwrap();
    fs::rename(dir.path("theirs"), &path).unwrap();
    let before = describe(&path);
    wait_for_log(&dir, "ours", NAME_TAKEN, 1);
    assert_eq!(describe(&path), before);
    fs::remove_file(&path).unwrap();
    assert_eq!(eventually(|| try_fetch(&path)), bytes_of("ours"));
    // Also when the server exits.
    fs::write(dir.path("theirs"), "theirs").unwrap();
    fs::rename(dir.path("theirs"), &path).unwrap();
    let before = describe(&path);
    assert_eq!(server.end("TERM").code(), Some(0));
    assert_eq!(describe(&path), before);
}

#[test]
fn replaced_name_is_left_alone_then_reclaimed() {
    let dir = TestDir::new();
    let path = dir.path("fortune");
    for first_ends_first in [true, false] {
        let first = server_of(&dir, "first");
        // Atomic, so that the first server does not find the path missing.
        let second = UnixListener::bind(dir.path("other")).unwrap();
        fs::rename(dir.path("other"), &path).unwrap();
        wait_for_log(&dir, "first", NAME_TAKEN, 1);
        drop(second);
        // The socket is stale now, so the first server reclaims its name.
        assert_eq!(eventually(|| try_fetch(&path)), bytes_of("first"));

        first.signal("STOP");
        fs::remove_file(&path).unwrap();
        let second = server_of(&dir, "second");
        let before = describe(&path);
        first.signal("CONT");
        if first_ends_first {
            assert_eq!(first.end("TERM").code(), Some(0));
            assert_eq!(describe(&path), before);
            assert_eq!(fetch(&path), bytes_of("second"));
            assert_eq!(second.end("TERM").code(), Some(0));
        } else {
            wait_for_log(&dir, "first", NAME_TAKEN, 2);
            assert_eq!(fetch(&path), bytes_of("second"));
            assert_eq!(describe(&path), before);
            assert_eq!(second.end("TERM").code(), Some(0));
            let message = eventually(|| try_fetch(&path));
            assert_eq!(message, bytes_of("first"));
            assert_eq!(first.end("TERM").code(), Some(0));
        }
        assert_eq!(describe(&path), "nothing");
    }
}
