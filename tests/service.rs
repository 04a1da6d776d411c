// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The server as a service: started for a socket that systemd has made, as systemd starts it.

use std::fs::{self, File};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{DEADLINE, Place, Running, SERVER, eventually, fetch, finish};
use rustix::net::{AddressFamily, SocketType};

/// A command that hands a descriptor over to the server, as number 3.
fn handing_over(place: &Place, descriptor: impl Into<OwnedFd>, args: &[&str]) -> Command {
    let mut command = place.command("sh");
    command
        .env_remove("QT_QPA_PLATFORM")
        .args([
            "-c",
            "exec 3<&0 0</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=s exec env --default-signal=INT \"$0\" \"$@\"",
            SERVER,
        ])
        .args(args)
        .stdin(Stdio::from(descriptor.into()))
        .stderr(File::create(place.path("log")).unwrap());
    command
}

/// Starts the server for `listener`, which stays ours too, as it stays systemd's.
fn activate(place: &Place, listener: &UnixListener, args: &[&str]) -> Running {
    let mut server = Running::start(handing_over(place, listener.try_clone().unwrap(), args));
    assert_eq!(
        server.line(),
        format!("listening on {} (qt5.10)", place.name("s"))
    );
    server
}

fn log(place: &Place) -> String {
    fs::read_to_string(place.path("log")).unwrap()
}

const QT5_10: [&str; 2] = ["--wire", "qt5.10"];

#[test]
fn inherited_socket_is_served_and_kept() {
    let place = Place::new();
    let listener = UnixListener::bind(place.path("s")).unwrap();
    let inode = fs::metadata(place.path("s")).unwrap().ino();
    for signal in ["TERM", "INT", "KILL"] {
        // Whoever came before the server is served by it.
        let mut early = UnixStream::connect(place.path("s")).unwrap();
        early.set_read_timeout(Some(DEADLINE)).unwrap();
        let server = activate(&place, &listener, &QT5_10);
        assert!(std::io::read_to_string(&mut early).unwrap().len() > 8);
        assert!(fetch(&place.path("s")).len() > 8);
        let status = server.end(signal);
        assert!(signal == "KILL" || status.code() == Some(0));
        assert_eq!(fs::metadata(place.path("s")).unwrap().ino(), inode);
    }
    assert_eq!(log(&place), "");
    assert!(!place.path("fortune").exists());
}

#[test]
fn name_options_do_not_affect_inherited_socket() {
    let place = Place::new();
    let listener = UnixListener::bind(place.path("s")).unwrap();
    let mode = fs::metadata(place.path("s")).unwrap().mode();
    for option in [&["other"][..], &["--access", "world"], &["abstract:other"]] {
        let server = activate(&place, &listener, &[&QT5_10, option].concat());
        assert!(!place.path("other").exists());
        assert_eq!(fs::metadata(place.path("s")).unwrap().mode(), mode);
        assert_eq!(server.end("TERM").code(), Some(0));
        assert!(
            log(&place).contains("ADDRESS and --access have no effect"),
            "{}",
            log(&place)
        );
    }
}

#[test]
fn other_descriptors_are_refused() {
    let place = Place::new();
    let datagram = UnixDatagram::bind(place.path("datagram")).unwrap();
    let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    let handed_over: [(OwnedFd, &str); 4] = [
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
    for (descriptor, reason) in handed_over {
        let mut command = handing_over(&place, descriptor, &[]);
        command.stdout(Stdio::null());
        let status = Running::start(command).wait();
        assert_eq!(status.code(), Some(1), "{reason}");
        assert_eq!(
            log(&place),
            format!("fortuned: Unable to start the server: {reason}.\n")
        );
    }
    assert!(!place.path("fortune").exists());
}

#[test]
fn socket_for_another_process_is_not_taken() {
    let place = Place::new();
    let mut command = place.command(SERVER);
    command
        .env_remove("QT_QPA_PLATFORM")
        .env("LISTEN_PID", std::process::id().to_string())
        .env("LISTEN_FDS", "1");
    let mut server = Running::start(command);
    assert!(server.line().contains(&place.name("fortune")));
    assert_eq!(server.end("TERM").code(), Some(0));
    assert!(!place.path("fortune").exists());
}

#[test]
fn service_notifies_ready_and_stopping() {
    let place = Place::new();
    let manager = UnixDatagram::bind(place.path("notify")).unwrap();
    manager.set_read_timeout(Some(DEADLINE)).unwrap();
    let next = || {
        let mut message = [0; 100];
        let length = manager.recv(&mut message).unwrap();
        String::from_utf8(message[..length].to_vec()).unwrap()
    };
    let mut command = place.command(SERVER);
    command
        .env_remove("QT_QPA_PLATFORM")
        .env("NOTIFY_SOCKET", place.path("notify"));
    let server = Running::start(command);
    assert_eq!(next(), "READY=1\n");
    // Ready means that it can be reached.
    assert!(fetch(&place.path("fortune")).len() > 8);
    server.signal("TERM");
    assert_eq!(next(), "STOPPING=1\n");
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn systemd_starts_it_for_a_client() {
    let place = Place::new();
    let mut command = place.command("systemd-socket-activate");
    command
        .env_remove("QT_QPA_PLATFORM")
        .args(["-l", &place.name("s"), SERVER])
        .args(QT5_10)
        .stderr(File::create(place.path("log")).unwrap());
    let mut server = Running::start(command);
    let mut client = eventually(|| UnixStream::connect(place.path("s")).ok());
    client.set_read_timeout(Some(DEADLINE)).unwrap();
    assert_eq!(
        server.line(),
        format!("listening on {} (qt5.10)", place.name("s"))
    );
    assert!(std::io::read_to_string(&mut client).unwrap().len() > 8);
    assert_eq!(server.end("TERM").code(), Some(0));
    assert!(place.path("s").exists());
}

/// The units as they would be installed beside the server that was built.
fn install_units(place: &Place) -> [String; 2] {
    let (folder, _) = SERVER.rsplit_once('/').unwrap();
    ["fortuned.socket", "fortuned.service"].map(|unit| {
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("systemd/{unit}.in"));
        let text = fs::read_to_string(template).unwrap();
        let text = text.replace("@CMAKE_INSTALL_FULL_BINDIR@", folder);
        assert!(!text.contains("@CMAKE"), "{text}");
        fs::write(place.path(unit), text).unwrap();
        place.name(unit)
    })
}

#[test]
fn systemd_verifies_the_units() {
    let place = Place::new();
    let units = install_units(&place);
    let mut command = place.command("systemd-analyze");
    command
        .args(["verify", "--man=no", "--recursive-errors=no"])
        .args(&units);
    let verified = finish(command);
    assert_eq!(verified.status, 0, "{verified:?}");
    let about_ours = |line: &&str| line.contains("fortuned");
    let complaints: Vec<_> = verified.stderr.lines().filter(about_ours).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");

    // In tenths; up to 2.0 is what systemd calls OK, and 10.0 what has no protection at all.
    let mut command = place.command("systemd-analyze");
    command
        .args(["security", "--offline=true", "--threshold=15", "--no-pager"])
        .arg(&units[1]);
    let secure = finish(command);
    assert_eq!(secure.status, 0, "{secure:?}");
}
