// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The server as a service: socket activation and notifications of systemd.

use std::fs::{self, File};
use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{DEADLINE, Running, SERVER, TestDir, eventually, fetch, finish};
use rustix::net::{AddressFamily, SocketType};

/// A command that passes a descriptor to the server, as number 3.
fn command_with_descriptor(
    dir: &TestDir,
    descriptor: impl Into<OwnedFd>,
    args: &[&str],
) -> Command {
    let mut command = dir.command("sh");
    command
        .env_remove("QT_QPA_PLATFORM")
        .args([
            "-c",
            "exec 3<&0 0</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=s exec env --default-signal=INT \"$0\" \"$@\"",
            SERVER,
        ])
        .args(args)
        .stdin(Stdio::from(descriptor.into()))
        .stderr(File::create(dir.path("log")).unwrap());
    command
}

/// Starts the server for `listener`, which stays open in this process, as in systemd.
fn activate(dir: &TestDir, listener: &UnixListener, args: &[&str]) -> Running {
    let mut server = Running::start(command_with_descriptor(
        dir,
        listener.try_clone().unwrap(),
        args,
    ));
    assert_eq!(
        server.line(),
        format!("listening on {} (qt5.10)", dir.name("s"))
    );
    server
}

fn log(dir: &TestDir) -> String {
    fs::read_to_string(dir.path("log")).unwrap()
}

const QT5_10: [&str; 2] = ["--wire", "qt5.10"];

#[test]
fn inherited_socket_is_served_and_kept() {
    let dir = TestDir::new();
    let listener = UnixListener::bind(dir.path("s")).unwrap();
    let inode = fs::metadata(dir.path("s")).unwrap().ino();
    for signal in ["TERM", "INT", "KILL"] {
        // A client that connected before the start is served.
        let mut early = UnixStream::connect(dir.path("s")).unwrap();
        early.set_read_timeout(Some(DEADLINE)).unwrap();
        let server = activate(&dir, &listener, &QT5_10);
        assert!(std::io::read_to_string(&mut early).unwrap().len() > 8);
        assert!(fetch(&dir.path("s")).len() > 8);
        let status = server.end(signal);
        assert!(signal == "KILL" || status.code() == Some(0));
        assert_eq!(fs::metadata(dir.path("s")).unwrap().ino(), inode);
    }
    assert_eq!(log(&dir), "");
    assert!(!dir.path("fortune").exists());
}

#[test]
fn inherited_abstract_socket_is_named() {
    let dir = TestDir::new();
    let name = format!("inherited{}", dir.name("a").replace('/', "-"));
    let address = SocketAddr::from_abstract_name(&name).unwrap();
    let listener = UnixListener::bind_addr(&address).unwrap();
    let mut server = Running::start(command_with_descriptor(&dir, listener, &QT5_10));
    assert_eq!(
        server.line(),
        format!("listening on abstract:{name} (qt5.10)")
    );
    let mut client = UnixStream::connect_addr(&address).unwrap();
    client.set_read_timeout(Some(DEADLINE)).unwrap();
    assert!(std::io::read_to_string(&mut client).unwrap().len() > 8);
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn name_options_do_not_affect_inherited_socket() {
    let dir = TestDir::new();
    let listener = UnixListener::bind(dir.path("s")).unwrap();
    let mode = fs::metadata(dir.path("s")).unwrap().mode();
    for option in [&["other"][..], &["--access", "world"], &["abstract:other"]] {
        let server = activate(&dir, &listener, &[&QT5_10, option].concat());
        assert!(!dir.path("other").exists());
        assert_eq!(fs::metadata(dir.path("s")).unwrap().mode(), mode);
        assert_eq!(server.end("TERM").code(), Some(0));
        assert!(
            log(&dir).contains("ADDRESS and --access have no effect"),
            "{}",
            log(&dir)
        );
    }
}

#[test]
fn other_descriptors_are_refused() {
    let dir = TestDir::new();
    let datagram = UnixDatagram::bind(dir.path("datagram")).unwrap();
    let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    let descriptors: [(OwnedFd, &str); 4] = [
        (
            File::open("/dev/null").unwrap().into(),
            "LISTEN_FDS: fd 3 is not a socket",
        ),
        (
            datagram.into(),
            "LISTEN_FDS: fd 3 is not a valid unix stream socket",
        ),
        (
            tcp.into(),
            "LISTEN_FDS: fd 3 is not a valid unix stream socket",
        ),
        (
            silent,
            "the descriptor is not a listening Unix domain socket",
        ),
    ];
    for (descriptor, reason) in descriptors {
        let mut command = command_with_descriptor(&dir, descriptor, &[]);
        command.stdout(Stdio::null());
        let status = Running::start(command).wait();
        assert_eq!(status.code(), Some(1), "{reason}");
        assert_eq!(
            log(&dir),
            format!("fortuned: Unable to start the server: {reason}.\n")
        );
    }
    assert!(!dir.path("fortune").exists());
}

#[test]
fn socket_for_another_process_is_not_taken() {
    let dir = TestDir::new();
    let mut command = dir.command(SERVER);
    command
        .env_remove("QT_QPA_PLATFORM")
        .env("LISTEN_PID", std::process::id().to_string())
        .env("LISTEN_FDS", "1");
    let mut server = Running::start(command);
    assert!(server.line().contains(&dir.name("fortune")));
    assert_eq!(server.end("TERM").code(), Some(0));
    assert!(!dir.path("fortune").exists());
}

#[test]
fn service_notifies_ready_and_stopping() {
    let dir = TestDir::new();
    let manager = UnixDatagram::bind(dir.path("notify")).unwrap();
    manager.set_read_timeout(Some(DEADLINE)).unwrap();
    let next = || {
        let mut message = [0; 100];
        let length = manager.recv(&mut message).unwrap();
        String::from_utf8(message[..length].to_vec()).unwrap()
    };
    let mut command = dir.command(SERVER);
    command
        .env_remove("QT_QPA_PLATFORM")
        .env("NOTIFY_SOCKET", dir.path("notify"));
    let server = Running::start(command);
    assert_eq!(next(), "READY=1\n");
    // A ready server accepts connections.
    assert!(fetch(&dir.path("fortune")).len() > 8);
    server.signal("TERM");
    assert_eq!(next(), "STOPPING=1\n");
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn systemd_starts_it_for_a_client() {
    let dir = TestDir::new();
    let mut command = dir.command("systemd-socket-activate");
    command
        .env_remove("QT_QPA_PLATFORM")
        .args(["-l", &dir.name("s"), SERVER])
        .args(QT5_10)
        .stderr(File::create(dir.path("log")).unwrap());
    let mut server = Running::start(command);
    let mut client = eventually(|| UnixStream::connect(dir.path("s")).ok());
    client.set_read_timeout(Some(DEADLINE)).unwrap();
    assert_eq!(
        server.line(),
        format!("listening on {} (qt5.10)", dir.name("s"))
    );
    assert!(std::io::read_to_string(&mut client).unwrap().len() > 8);
    assert_eq!(server.end("TERM").code(), Some(0));
    assert!(dir.path("s").exists());
}

/// Creates the units for the server in the target directory.
fn install_units(dir: &TestDir) -> [String; 2] {
    let (directory, _) = SERVER.rsplit_once('/').unwrap();
    ["fortuned.socket", "fortuned.service"].map(|unit| {
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("systemd/{unit}.in"));
        let text = fs::read_to_string(template).unwrap();
        let text = text.replace("@CMAKE_INSTALL_FULL_BINDIR@", directory);
        assert!(!text.contains("@CMAKE"), "{text}");
        fs::write(dir.path(unit), text).unwrap();
        dir.name(unit)
    })
}

#[test]
fn systemd_verifies_the_units() {
    let dir = TestDir::new();
    let units = install_units(&dir);
    let mut command = dir.command("systemd-analyze");
    command
        .args(["verify", "--man=no", "--recursive-errors=no"])
        .args(&units);
    let verified = finish(command);
    assert_eq!(verified.status, 0, "{verified:?}");
    let is_ours = |line: &&str| line.contains("fortuned");
    let warnings: Vec<_> = verified.stderr.lines().filter(is_ours).collect();
    assert!(warnings.is_empty(), "{warnings:#?}");

    // The threshold is in tenths: systemd rates up to 2.0 as OK; 10.0 is no protection.
    let mut command = dir.command("systemd-analyze");
    command
        .args(["security", "--offline=true", "--threshold=15", "--no-pager"])
        .arg(&units[1]);
    let secure = finish(command);
    assert_eq!(secure.status, 0, "{secure:?}");
}
