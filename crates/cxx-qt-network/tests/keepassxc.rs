// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The binding and KeePassXC: the example `keepassxc` makes it open and lock databases, checked by
//! window titles; and the binding reads the requests of KeePassXC to its first instance.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::time::Instant;

use crate::support::desktop::Desktop;
use crate::support::example;
use crate::support::programs::{Finished, Running, eventually, finish};
use crate::support::{DEADLINE, Folder, accept, qt, serve};
use cxx_qt_lib::QByteArray;
use cxx_qt_network::{
    LengthDelimited, LengthPrefix, QDataStream, QDataStreamVersion, QIODeviceExt,
};

/// Titles of the windows.
const NO_DATABASE: &str = "KeePassXC";
const UNLOCKED: &str = "first.kdbx - KeePassXC";
const LOCKED: &str = "first.kdbx [Locked] - KeePassXC";

/// A desktop with the configuration of KeePassXC.
fn desktop() -> Desktop {
    let desktop = Desktop::new();
    // Other builds than Debian's show a dialog about update checks.
    let config = desktop.folder.path("config/keepassxc");
    fs::create_dir_all(&config).unwrap();
    let settings = "[General]\nUpdateCheckMessageShown=true\n[GUI]\nCheckForUpdates=false\n";
    fs::write(config.join("keepassxc.ini"), settings).unwrap();
    fs::write(desktop.folder.path("password"), "secret\nsecret\n").unwrap();
    desktop
}

/// Creates a database without a window.
fn create(desktop: &Desktop, name: &str) {
    let mut command = desktop.command("keepassxc-cli");
    command
        .args(["db-create", "--set-password", name])
        .stdin(File::open(desktop.folder.path("password")).unwrap());
    let created = finish(command, "keepassxc");
    assert_eq!(created.status, Some(0), "{created:?}");
}

/// Starts KeePassXC and waits until it shows its window and listens.
fn keepassxc(desktop: &Desktop, args: &[&str], title: &str) -> Running {
    let mut command = desktop.command("keepassxc");
    command.args(args);
    let mut program = Running::start(command, "keepassxc", desktop.folder.path("keepassxc.log"));
    desktop.shows(title, &mut program);
    desktop.exists("keepassxc-tester.socket", &mut program);
    program
}

/// Types the password, since `--pw-stdin` crashes KeePassXC 2.7.10. The window may get the focus
/// late, and opening a database takes a second.
fn unlock(desktop: &Desktop, keepassxc: &mut Running) {
    let mut typed = None::<Instant>;
    eventually(|| {
        if typed.is_none_or(|it| it.elapsed() > DEADLINE / 4) {
            desktop.key(&["ctrl+a", "s", "e", "c", "r", "e", "t", "Return"]);
            typed = Some(Instant::now());
        }
        desktop.sees(UNLOCKED, keepassxc)
    });
}

/// Runs the example, which must succeed without output.
fn ask(desktop: &Desktop, args: &[&str]) {
    let mut command = desktop.command(example("keepassxc"));
    command.args(args).env_remove("DISPLAY");
    done(finish(command, env!("CARGO_PKG_NAME")));
}

fn done(example: Finished) {
    let said = (example.stdout.as_str(), example.stderr.as_str());
    assert_eq!((example.status, said), (Some(0), ("", "")));
}

#[test]
fn keepassxc_opens_requested_databases() {
    let desktop = desktop();
    for name in ["Schlüssel 🔑.kdbx", "first.kdbx", "second.KDBX"] {
        create(&desktop, name);
    }
    let mut keepassxc = keepassxc(&desktop, &[], NO_DATABASE);

    ask(&desktop, &["open", "Schlüssel 🔑.kdbx"]);
    desktop.shows("Schlüssel 🔑.kdbx [Locked] - KeePassXC", &mut keepassxc);

    // The last one is the current tab, after the two others.
    ask(&desktop, &["open", "second.KDBX", "first.kdbx"]);
    desktop.shows(LOCKED, &mut keepassxc);
    desktop.key(&["ctrl+Tab"]);
    desktop.shows("Schlüssel 🔑.kdbx [Locked] - KeePassXC", &mut keepassxc);
    desktop.key(&["ctrl+Tab"]);
    desktop.shows("second.KDBX [Locked] - KeePassXC", &mut keepassxc);
}

#[test]
fn keepassxc_locks_an_unlocked_database() {
    let desktop = desktop();
    create(&desktop, "first.kdbx");
    let mut keepassxc = keepassxc(&desktop, &["first.kdbx"], LOCKED);
    unlock(&desktop, &mut keepassxc);

    ask(&desktop, &["lock"]);
    desktop.shows(LOCKED, &mut keepassxc);
}

#[test]
fn example_finds_the_socket_of_keepassxc() {
    let desktop = desktop();
    for (user, username, socket) in [
        (Some("tester"), Some("other"), "keepassxc-tester.socket"),
        (Some(""), Some("other"), "keepassxc-other.socket"),
        (None, None, "keepassxc.socket"),
    ] {
        let as_user = |mut command: Command| {
            for (name, value) in [("USER", user), ("USERNAME", username)] {
                match value {
                    Some(value) => command.env(name, value),
                    None => command.env_remove(name),
                };
            }
            command
        };
        let command = as_user(desktop.command("keepassxc"));
        let log = desktop.folder.path("keepassxc.log");
        let mut keepassxc = Running::start(command, "keepassxc", log);
        desktop.exists(socket, &mut keepassxc);

        let mut command = as_user(desktop.command(example("keepassxc")));
        command.arg("lock");
        done(finish(command, env!("CARGO_PKG_NAME")));
        keepassxc.assert_alive();
    }
}

/// The message of a KeePassXC that is started with `args` and finds another instance: our server.
fn keepassxc_asks(args: &[&str]) -> (Vec<u8>, Finished) {
    let desktop = desktop();
    create(&desktop, "first.kdbx");
    create(&desktop, "second.kdbx");
    // The first instance holds the lock; our server replaces its socket.
    let _first = keepassxc(&desktop, &[], NO_DATABASE);
    fs::remove_file(desktop.folder.path("keepassxc-tester.socket")).unwrap();
    let name = desktop.folder.name("keepassxc-tester.socket");
    let mut command = desktop.command("keepassxc");
    command.args(args);
    qt(move || {
        let server = serve(&name);
        let second = std::thread::spawn(move || finish(command, "keepassxc"));
        let start = Instant::now();
        // It connects once to find the other instance, and again to send.
        let message = loop {
            assert!(start.elapsed() < DEADLINE, "KeePassXC sends nothing");
            let socket = accept(&server);
            let framing = LengthDelimited::new(LengthPrefix::U32);
            if let Some(message) = framing.read_blocking(&*socket, Some(DEADLINE)).unwrap() {
                assert_eq!(socket.bytes_available(), 0);
                break message;
            }
        };
        (message, second.join().unwrap())
    })
}

#[test]
fn open_request_of_keepassxc_is_read() {
    let (message, keepassxc) = keepassxc_asks(&["first.kdbx", "second.kdbx"]);
    assert_eq!(keepassxc.status, Some(0), "{keepassxc:?}");
    let text = b"\x00\x00\x00\x01\x00\x00\x00\x02\
        \x00\x00\x00\x14\0f\0i\0r\0s\0t\0.\0k\0d\0b\0x\
        \x00\x00\x00\x16\0s\0e\0c\0o\0n\0d\0.\0k\0d\0b\0x";
    assert_eq!(message, text);
    let files = vec![String::from("first.kdbx"), String::from("second.kdbx")];
    let mut stream = QDataStream::from_bytes(&QByteArray::from(message.as_slice()));
    stream.set_version(QDataStreamVersion::QT_5_0);
    assert_eq!(stream.read::<(u32, Vec<String>)>(), Ok((1, files)));
    assert!(stream.at_end());
}

#[test]
fn lock_request_of_keepassxc_is_read() {
    let (message, keepassxc) = keepassxc_asks(&["--lock"]);
    assert_eq!(keepassxc.status, Some(0), "{keepassxc:?}");
    assert_eq!(message, b"\x00\x00\x00\x02");
}

/// Runs the example with a test server, and returns all bytes that it sends.
fn example_sends(args: &[&str]) -> Vec<u8> {
    let folder = Folder::new();
    let listener = UnixListener::bind(folder.path("socket")).unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let mut length = [0; 4];
        stream.read_exact(&mut length).unwrap();
        let mut message = vec![0; u32::from_be_bytes(length) as usize];
        stream.read_exact(&mut message).unwrap();
        [&length[..], &message].concat()
    });
    let mut command = Command::new(example("keepassxc"));
    command
        .args(["--socket", folder.path("socket").to_str().unwrap()])
        .args(args);
    done(finish(command, env!("CARGO_PKG_NAME")));
    server.join().unwrap()
}

#[test]
fn example_sends_the_bytes_of_keepassxc() {
    assert_eq!(
        example_sends(&["lock"]),
        b"\x00\x00\x00\x04\x00\x00\x00\x02"
    );
}

#[test]
fn example_reports_errors() {
    let folder = Folder::new();
    fs::write(folder.path("notes.txt"), "").unwrap();
    fs::write(folder.path("any.kdbx"), "").unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(example("keepassxc"));
        command
            .current_dir(folder.path(""))
            .env("TMPDIR", folder.path(""))
            .env("USER", "missing")
            .args(args);
        let ended = finish(command, env!("CARGO_PKG_NAME"));
        assert_eq!(ended.stdout, "", "{args:?}");
        (ended.status, ended.stderr)
    };
    let failed = |text: &str| (Some(1), format!("keepassxc: {text}\n"));
    let socket = folder.path("keepassxc-missing.socket");
    let missing = format!("no KeePassXC listens: {}: no such socket", socket.display());
    assert_eq!(run(&["lock"]), failed(&missing));
    assert_eq!(run(&["open", "any.kdbx"]), failed(&missing));
    assert_eq!(
        run(&["open", "any.kdbx", "none.kdbx"]),
        failed("there is no file \"none.kdbx\"")
    );
    assert_eq!(
        run(&["open", "notes.txt"]),
        failed("KeePassXC opens only files named *.kdbx, not \"notes.txt\"")
    );
    for (args, text) in [
        (&[][..], "nothing to do"),
        (&["close"], "there is no command \"close\""),
        (&["open"], "open needs a file"),
        (&["lock", "any.kdbx"], "lock takes no files"),
        (&["--socket"], "--socket needs a name"),
    ] {
        let (status, stderr) = run(args);
        assert_eq!(status, Some(2), "{args:?}");
        assert!(
            stderr.starts_with(&format!("keepassxc: {text}\nusage: ")),
            "{stderr}"
        );
    }
}
