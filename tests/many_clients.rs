// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Many and hostile clients: the server serves the others, with bounded memory and descriptors.

use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::support::{DEADLINE, Running, SERVER, TestDir, eventually, timed};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit, setrlimit};

/// A message of exactly 1 MiB in the format of Qt 5.10.
const BIG: usize = 1 << 20;

/// The maximum number of clients that do not read, and the maximum memory in bytes of each: Qt's
/// buffer of the message, and a socket. Both are in the docs of `server`.
const SLOW: u64 = 500;
const SLOW_BYTES: u64 = 32 * 1024;

/// Starts a server whose log is in the file `log`.
fn server(dir: &TestDir, args: &[&str]) -> Running {
    let mut command = dir.command(SERVER);
    command
        .env_remove("QT_QPA_PLATFORM")
        .args(["--wire", "qt5.10"])
        .args(args)
        .stderr(fs::File::create(dir.path("log")).unwrap());
    let mut server = Running::start(command);
    assert!(server.line().starts_with("listening on "));
    server
}

/// The same, with a single fortune whose message has `BIG` bytes.
fn big_server(dir: &TestDir, args: &[&str]) -> Running {
    fs::write(dir.path("big"), "z".repeat((BIG - 8) / 2)).unwrap();
    let big = dir.name("big");
    server(dir, &[&["--fortunes", big.as_str()], args].concat())
}

fn connect(path: &Path) -> UnixStream {
    let stream = UnixStream::connect(path).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream
}

/// Connects without blocking; panics if the backlog is full.
fn connect_to(address: &SocketAddrUnix) -> UnixStream {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket =
        rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).unwrap();
    rustix::net::connect(&socket, address).expect("the backlog is full");
    let stream = UnixStream::from(socket);
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream
}

/// Reads a message of the format of Qt 5.10 to EOF, and checks that it is complete.
fn read_message(mut stream: UnixStream) -> Vec<u8> {
    let mut message = Vec::new();
    stream.read_to_end(&mut message).unwrap();
    let units = u32::from_be_bytes(message[..4].try_into().unwrap()) as usize;
    assert_eq!(message.len(), 8 + 2 * units, "the message is truncated");
    message
}

/// A number from `/proc/PID/status`; memory is in KiB.
fn status(server: &Running, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The CPU time of the server's main thread.
fn processor_time(server: &Running) -> Duration {
    let path = format!("/proc/{0}/task/{0}/schedstat", server.id());
    let text = fs::read_to_string(path).unwrap();
    let nanoseconds = text.split_whitespace().next().unwrap();
    Duration::from_nanos(nanoseconds.parse().unwrap())
}

/// Sets the server's limit of descriptors, and returns the previous one.
fn limit_descriptors(server: &Running, limit: Option<u64>) -> Option<u64> {
    let pid = Pid::from_raw(i32::try_from(server.id()).unwrap());
    let new = Rlimit {
        current: limit,
        maximum: getrlimit(Resource::Nofile).maximum,
    };
    prlimit(pid, Resource::Nofile, new).unwrap().current
}

/// The lowest unused descriptor number of the server. Inherited descriptors may have higher
/// numbers.
fn first_free(server: &Running) -> u64 {
    let used: Vec<u64> = fs::read_dir(format!("/proc/{}/fd", server.id()))
        .unwrap()
        .map(|it| it.unwrap().file_name().to_str().unwrap().parse().unwrap())
        .collect();
    (0..).find(|number| !used.contains(number)).unwrap()
}

fn logged(dir: &TestDir, words: &str) -> Option<()> {
    (times_logged(dir, words) > 0).then_some(())
}

fn times_logged(dir: &TestDir, words: &str) -> usize {
    let log = fs::read_to_string(dir.path("log")).unwrap();
    log.matches(words).count()
}

/// Raises the limit of descriptors of this process for the tests.
fn allow_many_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(u64::MAX).min(16_384);
    assert!(most >= 5_000, "this system allows only {most} descriptors");
    let limit = Rlimit {
        current: Some(most),
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, limit).unwrap();
}

#[test]
fn clients_wait_while_descriptors_run_out() {
    let dir = TestDir::new();
    let server = server(&dir, &[]);
    let path = dir.path("fortune");
    let inode = fs::metadata(&path).unwrap().ino();
    let before = limit_descriptors(&server, Some(3));
    let mut clients: Vec<_> = (0..50).map(|_| connect(&path)).collect();
    let (_, took) = timed(|| eventually(|| logged(&dir, "no file descriptors are left")));
    assert!(took < Duration::from_secs(5), "{took:?}");
    let busy = processor_time(&server);
    clients[0]
        .set_read_timeout(Some(Duration::from_secs(1)))
        .unwrap();
    let waited = clients[0].read(&mut [0]).unwrap_err();
    assert_eq!(waited.kind(), ErrorKind::WouldBlock);
    let busy = processor_time(&server) - busy;
    assert!(busy < Duration::from_millis(100), "{busy:?} of a second");
    assert!(logged(&dir, "serves again").is_none());
    assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
    limit_descriptors(&server, before);
    clients[0].set_read_timeout(Some(DEADLINE)).unwrap();
    clients
        .into_iter()
        .for_each(|client| _ = read_message(client));
    let (_, took) = timed(|| eventually(|| logged(&dir, "serves again")));
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn abstract_clients_wait_while_descriptors_run_out() {
    let dir = TestDir::new();
    let name = format!("fortunes{}", dir.name("a").replace('/', "-"));
    let server = server(&dir, &[&format!("abstract:{name}")]);
    let address = SocketAddrUnix::new_abstract_name(name.as_bytes()).unwrap();
    let before = limit_descriptors(&server, Some(3));
    let clients: Vec<_> = (0..50).map(|_| connect_to(&address)).collect();
    eventually(|| logged(&dir, "no file descriptors are left"));
    limit_descriptors(&server, before);
    clients
        .into_iter()
        .for_each(|client| _ = read_message(client));
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn clients_served_once_descriptors_are_released() {
    let dir = TestDir::new();
    let server = big_server(&dir, &[]);
    let path = dir.path("fortune");
    for round in 1..=2 {
        let again = |words| (times_logged(&dir, words) == round).then_some(());
        let before = limit_descriptors(&server, Some(first_free(&server) + 5));
        let idle: Vec<_> = (0..40).map(|_| connect(&path)).collect();
        let client = connect(&path);
        eventually(|| again("no file descriptors are left"));
        drop(idle);
        assert_eq!(read_message(client).len(), BIG);
        eventually(|| again("serves again"));
        limit_descriptors(&server, before);
        assert_eq!(read_message(connect(&path)).len(), BIG);
    }
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn client_descriptors_are_not_inherited() {
    let dir = TestDir::new();
    let server = big_server(&dir, &[]);
    let path = dir.path("fortune");
    let open = || -> BTreeSet<_> {
        let entries = fs::read_dir(format!("/proc/{}/fd", server.id())).unwrap();
        entries.map(|it| it.unwrap().file_name()).collect()
    };
    let before = open();
    // Stopped, so that it accepts them in one batch.
    server.signal("STOP");
    let clients: Vec<_> = (0..3).map(|_| connect(&path)).collect();
    server.signal("CONT");
    let new = eventually(|| {
        let new: Vec<_> = open().difference(&before).cloned().collect();
        (new.len() == clients.len()).then_some(new)
    });
    for descriptor in new {
        let path = Path::new("/proc")
            .join(server.id().to_string())
            .join("fdinfo")
            .join(descriptor);
        let info = fs::read_to_string(path).unwrap();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = u32::from_str_radix(flags.unwrap().trim(), 8).unwrap();
        let (nonblock, cloexec) = (0o4_000, 0o2_000_000);
        assert_eq!(flags & (nonblock | cloexec), nonblock | cloexec, "{info}");
    }
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn clients_that_disconnect_cost_nothing() {
    for big in [false, true] {
        let dir = TestDir::new();
        let server = if big {
            big_server(&dir, &[])
        } else {
            server(&dir, &[])
        };
        let path = dir.path("fortune");
        let expect = |message: Vec<u8>| assert_eq!(message.len() == BIG, big);
        expect(read_message(connect(&path)));
        let (memory, free) = (status(&server, "VmRSS"), first_free(&server));
        for round in 0..20_000 {
            drop(UnixStream::connect(&path).unwrap());
            if round % 1_000 == 0 {
                expect(read_message(connect(&path)));
            }
        }
        expect(read_message(connect(&path)));
        let grown = status(&server, "VmHWM").saturating_sub(memory);
        let most = SLOW * SLOW_BYTES / 1024;
        assert!(grown < most, "{grown} KiB of {most}");
        eventually(|| (first_free(&server) <= free).then_some(()));
        assert_eq!(server.end("TERM").code(), Some(0));
    }
}

#[test]
fn clients_that_never_read_are_bounded() {
    allow_many_descriptors();
    for big in [false, true] {
        let dir = TestDir::new();
        let server = if big {
            big_server(&dir, &[])
        } else {
            server(&dir, &[])
        };
        let path = dir.path("fortune");
        read_message(connect(&path));
        let memory = status(&server, "VmRSS");
        let idle: Vec<_> = (0..2_000).map(|_| connect(&path)).collect();
        for _ in 0..20 {
            let message = read_message(connect(&path));
            assert_eq!(message.len() == BIG, big);
        }
        let grown = status(&server, "VmHWM").saturating_sub(memory);
        let most = SLOW * SLOW_BYTES / 1024;
        assert!(grown < most, "{grown} KiB of {most}");
        let held = first_free(&server);
        assert!(held < SLOW + 64, "{held} descriptors");
        // A late reader still gets the data in the socket buffer: small messages completely.
        if !big {
            idle.into_iter().for_each(|client| _ = read_message(client));
        }
        assert_eq!(server.end("TERM").code(), Some(0));
    }
}

#[test]
fn client_that_sends_first_is_served() {
    let dir = TestDir::new();
    let server = big_server(&dir, &[]);
    let path = dir.path("fortune");
    let mut sender = connect(&path);
    sender.set_nonblocking(true).unwrap();
    let megabytes = vec![b'x'; 4 << 20];
    let sent = sender.write(&megabytes).unwrap_or(0);
    assert!(
        sent < megabytes.len(),
        "{sent} bytes fit into the socket buffer"
    );
    assert_eq!(read_message(connect(&path)).len(), BIG);
    sender.set_nonblocking(false).unwrap();
    let mut message = Vec::new();
    // The server discards the sent data, so the client may get ECONNRESET after its fortune.
    let end = sender.read_to_end(&mut message);
    assert!(
        end.is_ok() || end.is_err_and(|it| it.kind() == ErrorKind::ConnectionReset),
        "the connection ends with another error"
    );
    assert_eq!(message.len(), BIG);
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn backlog_holds_a_thousand_clients() {
    let dir = TestDir::new();
    let server = server(&dir, &[]);
    let address = SocketAddrUnix::new(dir.path("fortune")).unwrap();
    server.signal("STOP");
    allow_many_descriptors();
    let clients: Vec<_> = (0..1_000).map(|_| connect_to(&address)).collect();
    server.signal("CONT");
    clients
        .into_iter()
        .for_each(|client| _ = read_message(client));
    assert_eq!(server.end("TERM").code(), Some(0));
}
