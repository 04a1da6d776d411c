// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The binding and qBittorrent: the example `qbittorrent` sends it links and a torrent file.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};

use crate::support::example;
use crate::support::programs::{Finished, Running, eventually, finish};
use crate::support::{DEADLINE, Folder};

/// The configuration of qBittorrent without network traffic: torrents are stopped, and it uses only
/// the loopback interface.
const SETTINGS: &str = r"[BitTorrent]
Session\AddTorrentPaused=true
Session\AddTorrentStopped=true
Session\DHTEnabled=false
Session\Interface=lo
Session\InterfaceName=lo
Session\LSDEnabled=false
Session\PeXEnabled=false
Session\Port=0

[LegalNotice]
Accepted=true

[Network]
PortForwardingEnabled=false

[Preferences]
Connection\ResolvePeerCountries=false
WebUI\Address=127.0.0.1
WebUI\UseUPnP=false
";

/// A torrent of one file of a byte; it is never started.
const TORRENT: &[u8] =
    b"d4:infod6:lengthi1e4:name4:test12:piece lengthi16384e6:pieces20:01234567890123456789ee";

/// The info hash of `TORRENT`.
const TORRENT_HASH: &str = "94c51e5da9869ad64559c7782376f5ef2ec528f4";

/// A program with its own home directory.
fn command(folder: &Folder, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(folder.path(""))
        .env("HOME", folder.path(""))
        .env("TMPDIR", folder.path(""))
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    for name in ["CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "RUNTIME_DIR"] {
        command.env_remove(format!("XDG_{name}"));
    }
    command
}

/// Starts qBittorrent with its settings in the directory of the profile, or in the usual one, and
/// waits until it listens.
fn qbittorrent(folder: &Folder, profile: Option<&str>) -> Running {
    let settings = match profile {
        Some(profile) => format!("{profile}/qBittorrent/config"),
        None => ".config/qBittorrent".into(),
    };
    fs::create_dir_all(folder.path(&settings)).unwrap();
    fs::write(folder.path(&settings).join("qBittorrent.conf"), SETTINGS).unwrap();
    // Its web interface cannot be disabled, and it exits if the port is in use.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let mut qbittorrent = command(folder, "qbittorrent-nox");
    qbittorrent.arg(format!("--webui-port={}", port.unwrap().port()));
    if let Some(profile) = profile {
        qbittorrent.arg(format!("--profile={}", folder.path(profile).display()));
    }
    let log = folder.path("qbittorrent.log");
    let mut program = Running::start(qbittorrent, "qbittorrent-nox", log);
    let socket = folder.path(&settings).join("ipc-socket");
    eventually(|| {
        program.assert_alive();
        match socket.exists() {
            true => Ok(()),
            false => Err(format!("no socket {}", socket.display())),
        }
    });
    program
}

/// Waits until qBittorrent has stored a torrent with that info hash in the directory `data`.
fn keeps(folder: &Folder, data: &str, hash: &str, program: &mut Running) {
    let directory = folder.path(data).join("BT_backup");
    eventually(|| {
        program.assert_alive();
        let kept = fs::read_dir(&directory).into_iter().flatten();
        let names: Vec<_> = kept.map(|entry| entry.unwrap().file_name()).collect();
        match names.contains(&format!("{hash}.fastresume").into()) {
            true => Ok(()),
            false => Err(format!("no torrent {hash}, but {names:?}")),
        }
    });
}

fn run(folder: &Folder, args: &[&str]) -> Finished {
    let mut command = command(folder, example("qbittorrent"));
    command.args(args);
    finish(command, env!("CARGO_PKG_NAME"))
}

/// Runs the example, which must succeed without output.
fn add(folder: &Folder, args: &[&str]) {
    let ended = run(folder, args);
    let said = (ended.stdout.as_str(), ended.stderr.as_str());
    assert_eq!((ended.status, said), (Some(0), ("", "")));
}

#[test]
fn qbittorrent_adds_links_and_files() {
    let folder = Folder::new();
    let mut program = qbittorrent(&folder, None);
    let data = ".local/share/qBittorrent";
    let hashes = [
        "0123456789abcdef0123456789abcdef01234567",
        "1123456789abcdef0123456789abcdef01234567",
        "2123456789abcdef0123456789abcdef01234567",
    ];
    let magnet = |hash: &str, name: &str| format!("magnet:?xt=urn:btih:{hash}&dn={name}");
    add(&folder, &[&magnet(hashes[0], "Käse")]);
    keeps(&folder, data, hashes[0], &mut program);

    add(
        &folder,
        &[&magnet(hashes[1], "a|b"), &magnet(hashes[2], "c")],
    );
    keeps(&folder, data, hashes[1], &mut program);
    keeps(&folder, data, hashes[2], &mut program);

    fs::write(folder.path("a file.torrent"), TORRENT).unwrap();
    add(&folder, &["a file.torrent"]);
    keeps(&folder, data, TORRENT_HASH, &mut program);
}

#[test]
fn qbittorrent_with_a_profile_is_found() {
    let folder = Folder::new();
    let mut program = qbittorrent(&folder, Some("p"));
    let hash = "3123456789abcdef0123456789abcdef01234567";
    let link = format!("magnet:?xt=urn:btih:{hash}");
    add(&folder, &["--profile", "p", &link]);
    keeps(&folder, "p/qBittorrent/data", hash, &mut program);
}

/// A substitute for qBittorrent, which answers a message of `length` bytes with `answer` and
/// returns the message.
fn peer(folder: &Folder, length: usize, answer: &'static [u8]) -> JoinHandle<Vec<u8>> {
    let directory = folder.path("p/qBittorrent/config");
    fs::create_dir_all(&directory).unwrap();
    let listener = UnixListener::bind(directory.join("ipc-socket")).unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let mut message = vec![0; length];
        stream.read_exact(&mut message).unwrap();
        stream.write_all(answer).unwrap();
        message
    })
}

#[test]
fn example_sends_the_bytes_of_qbittorrent() {
    let folder = Folder::new();
    fs::write(folder.path("x.torrent"), "").unwrap();
    let file = folder.path("x.torrent").display().to_string();
    let expected = format!("magnet:?dn=%7Cä|{file}");
    let expected = [&(expected.len() as u32).to_be_bytes(), expected.as_bytes()].concat();
    let peer = peer(&folder, expected.len(), b"ack");
    add(&folder, &["--profile", "p", "magnet:?dn=|ä", "x.torrent"]);
    assert_eq!(peer.join().unwrap(), expected);
}

#[test]
fn answer_that_is_no_acknowledgement() {
    for answer in [&b""[..], b"ac", b"nak"] {
        let folder = Folder::new();
        let peer = peer(&folder, 8, answer);
        let ended = run(&folder, &["--profile", "p", "link"]);
        let error = "qbittorrent: qBittorrent did not accept the links\n";
        assert_eq!((ended.status, ended.stderr.as_str()), (Some(1), error));
        peer.join().unwrap();
    }
}

#[test]
fn example_reports_errors() {
    let folder = Folder::new();
    fs::write(folder.path("a|b.torrent"), "").unwrap();
    let failed = |args: &[&str]| {
        let ended = run(&folder, args);
        assert_eq!((ended.status, ended.stdout.as_str()), (Some(1), ""));
        ended.stderr
    };
    let socket = folder.path("p/qBittorrent/config/ipc-socket");
    assert_eq!(
        failed(&["--profile", "p", "link"]),
        format!(
            "qbittorrent: no qBittorrent listens: {}: no such socket\n",
            socket.display()
        )
    );
    let file = folder.path("a|b.torrent").display().to_string();
    assert_eq!(
        failed(&["a|b.torrent"]),
        format!("qbittorrent: qBittorrent cannot be given the file name {file:?}\n")
    );
    assert_eq!(
        failed(&["@addPaused=0"]),
        "qbittorrent: \"@addPaused=0\" is no link\n"
    );
    let listener = peer(&folder, 0, b"");
    let long = format!("magnet:?{}", "x".repeat(65_531));
    assert_eq!(
        failed(&["--profile", "p", &long]),
        "qbittorrent: the message has 65539 bytes, but only 65531 are allowed\n"
    );
    listener.join().unwrap();
    let mut command = command(&folder, example("qbittorrent"));
    command.arg(OsStr::from_bytes(b"\xff"));
    let ended = finish(command, env!("CARGO_PKG_NAME"));
    assert_eq!(ended.stderr, "qbittorrent: \"\\xFF\" is not Unicode\n");
    for args in [&[][..], &["--profile", "p"], &["--help"]] {
        let ended = run(&folder, args);
        assert_eq!(ended.status, Some(2), "{args:?}");
        assert!(ended.stderr.starts_with("usage: "), "{ended:?}");
    }
}
