// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The server among many clients, and such as mean no good: it serves the others, bounded in memory
//! and descriptors.

#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit, setrlimit};
use support::{DEADLINE, Place, Running, SERVER, eventually};

/// A message of exactly 1 MiB in the format of Qt 5.10.
const BIG: usize = 1 << 20;

/// How many clients that do not read the server keeps, and how many bytes of memory each may cost
/// it: what Qt holds of the message, and a socket. Both are in the docs of `server`.
const SLOW: u64 = 500;
const SLOW_BYTES: u64 = 32 * 1024;

/// A server without a window whose log is in the file `log`.
fn server(place: &Place, args: &[&str]) -> Running {
    let mut command = place.command(SERVER);
    command
        .env_remove("QT_QPA_PLATFORM")
        .args(["--headless", "--wire", "qt5.10"])
        .args(args)
        .stderr(fs::File::create(place.path("log")).unwrap());
    let mut server = Running::start(command);
    assert!(server.line().starts_with("listening on "));
    server
}

/// The same, with a single fortune whose message has `BIG` bytes.
fn big_server(place: &Place, args: &[&str]) -> Running {
    fs::write(place.path("big"), "z".repeat((BIG - 8) / 2)).unwrap();
    let big = place.name("big");
    server(place, &[&["--fortunes", big.as_str()], args].concat())
}

fn connect(path: &Path) -> UnixStream {
    let stream = UnixStream::connect(path).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream
}

/// Reads a message of the format of Qt 5.10 to its end, and checks that it is whole.
fn read_whole(mut stream: UnixStream) -> Vec<u8> {
    let mut message = Vec::new();
    stream.read_to_end(&mut message).unwrap();
    let units = u32::from_be_bytes(message[..4].try_into().unwrap()) as usize;
    assert_eq!(message.len(), 8 + 2 * units, "a frame is cut");
    message
}

/// A number from `/proc/PID/status`, in KiB where it is memory.
fn status(server: &Running, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Nanoseconds on a processor and how often the scheduler let it run, of one thread.
fn schedule(server: &Running, thread: u32) -> (u64, u64) {
    let path = format!("/proc/{}/task/{thread}/schedstat", server.id());
    let text = fs::read_to_string(path).unwrap();
    let numbers: Vec<u64> = text
        .split_whitespace()
        .map(|it| it.parse().unwrap())
        .collect();
    (numbers[0], numbers[2])
}

/// Sets how many descriptors the server may have, and returns how many it might before.
fn limit_descriptors(server: &Running, limit: Option<u64>) -> Option<u64> {
    let pid = Pid::from_raw(i32::try_from(server.id()).unwrap());
    let new = Rlimit {
        current: limit,
        maximum: getrlimit(Resource::Nofile).maximum,
    };
    prlimit(pid, Resource::Nofile, new).unwrap().current
}

/// The lowest number that no descriptor of the server has. Above it there may be some that it has
/// inherited.
fn first_free(server: &Running) -> u64 {
    let used: Vec<u64> = fs::read_dir(format!("/proc/{}/fd", server.id()))
        .unwrap()
        .map(|it| it.unwrap().file_name().to_str().unwrap().parse().unwrap())
        .collect();
    (0..).find(|number| !used.contains(number)).unwrap()
}

fn logged(place: &Place, words: &str) -> Option<()> {
    let log = fs::read_to_string(place.path("log")).unwrap();
    log.contains(words).then_some(())
}

/// Lets this process have as many descriptors as the tests need.
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
fn without_descriptors_clients_are_served_one_by_one() {
    let place = Place::new();
    let server = server(&place, &[]);
    let path = place.path("fortune");
    let inode = fs::metadata(&path).unwrap().ino();
    let before = limit_descriptors(&server, Some(first_free(&server)));
    let clients: Vec<_> = (0..50).map(|_| connect(&path)).collect();
    clients
        .into_iter()
        .for_each(|client| _ = read_whole(client));
    eventually(|| logged(&place, "no file descriptors are left"));
    assert!(logged(&place, "serves again").is_none());
    limit_descriptors(&server, before);
    read_whole(connect(&path));
    eventually(|| logged(&place, "serves again"));
    assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn without_any_descriptor_clients_wait_and_nobody_spins() {
    let place = Place::new();
    let server = server(&place, &[]);
    let path = place.path("fortune");
    let inode = fs::metadata(&path).unwrap().ino();
    let before = limit_descriptors(&server, Some(3));
    let mut clients: Vec<_> = (0..50).map(|_| connect(&path)).collect();
    eventually(|| logged(&place, "no file descriptors are left"));
    let (busy, _) = schedule(&server, server.id());
    clients[0]
        .set_read_timeout(Some(Duration::from_secs(1)))
        .unwrap();
    let waited = clients[0].read(&mut [0]).unwrap_err();
    assert_eq!(waited.kind(), ErrorKind::WouldBlock);
    let busy = schedule(&server, server.id()).0 - busy;
    assert!(busy < 100_000_000, "{busy} ns of a second");
    assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
    limit_descriptors(&server, before);
    clients[0].set_read_timeout(Some(DEADLINE)).unwrap();
    clients
        .into_iter()
        .for_each(|client| _ = read_whole(client));
    eventually(|| logged(&place, "serves again"));
    assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn slow_clients_make_room_when_descriptors_run_out() {
    let place = Place::new();
    let server = big_server(&place, &[]);
    let path = place.path("fortune");
    let before = limit_descriptors(&server, Some(first_free(&server) + 5));
    let idle: Vec<_> = (0..40).map(|_| connect(&path)).collect();
    assert_eq!(read_whole(connect(&path)).len(), BIG);
    limit_descriptors(&server, before);
    drop(idle);
    assert_eq!(read_whole(connect(&path)).len(), BIG);
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn twenty_thousand_clients_that_leave_cost_nothing() {
    for big in [false, true] {
        let place = Place::new();
        let server = if big {
            big_server(&place, &[])
        } else {
            server(&place, &[])
        };
        let path = place.path("fortune");
        let expect = |message: Vec<u8>| assert_eq!(message.len() == BIG, big);
        expect(read_whole(connect(&path)));
        let (memory, free) = (status(&server, "VmRSS"), first_free(&server));
        for round in 0..20_000 {
            drop(UnixStream::connect(&path).unwrap());
            if round % 1_000 == 0 {
                expect(read_whole(connect(&path)));
            }
        }
        expect(read_whole(connect(&path)));
        let grown = status(&server, "VmHWM").saturating_sub(memory);
        let most = SLOW * SLOW_BYTES / 1024;
        assert!(grown < most, "{grown} KiB of {most}");
        eventually(|| (first_free(&server) <= free).then_some(()));
        assert_eq!(server.end("TERM").code(), Some(0));
    }
}

#[test]
fn two_thousand_clients_that_never_read_disturb_nobody() {
    allow_many_descriptors();
    for big in [false, true] {
        let place = Place::new();
        let server = if big {
            big_server(&place, &[])
        } else {
            server(&place, &[])
        };
        let path = place.path("fortune");
        read_whole(connect(&path));
        let memory = status(&server, "VmRSS");
        let idle: Vec<_> = (0..2_000).map(|_| connect(&path)).collect();
        for _ in 0..20 {
            let message = read_whole(connect(&path));
            assert_eq!(message.len() == BIG, big);
        }
        let grown = status(&server, "VmHWM").saturating_sub(memory);
        let most = SLOW * SLOW_BYTES / 1024;
        assert!(grown < most, "{grown} KiB of {most}");
        let held = first_free(&server);
        assert!(held < SLOW + 64, "{held} descriptors");
        // Who comes late still gets what the system keeps: small messages whole.
        if !big {
            idle.into_iter().for_each(|client| _ = read_whole(client));
        }
        assert_eq!(server.end("TERM").code(), Some(0));
    }
}

#[test]
fn a_client_that_sends_megabytes_first_gets_its_fortune_too() {
    let place = Place::new();
    let server = big_server(&place, &[]);
    let path = place.path("fortune");
    let mut talker = connect(&path);
    talker.set_nonblocking(true).unwrap();
    let megabytes = vec![b'x'; 4 << 20];
    let sent = talker.write(&megabytes).unwrap_or(0);
    assert!(sent < megabytes.len(), "the system took {sent} bytes");
    assert_eq!(read_whole(connect(&path)).len(), BIG);
    talker.set_nonblocking(false).unwrap();
    let mut message = Vec::new();
    // What it had sent is thrown away, which it may be told of after its fortune.
    let end = talker.read_to_end(&mut message);
    assert!(
        end.is_ok() || end.is_err_and(|it| it.kind() == ErrorKind::ConnectionReset),
        "the connection ends otherwise"
    );
    assert_eq!(message.len(), BIG);
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn a_thousand_connects_that_do_not_block_all_find_a_place() {
    let place = Place::new();
    let server = server(&place, &[]);
    let address = SocketAddrUnix::new(place.path("fortune")).unwrap();
    server.signal("STOP");
    allow_many_descriptors();
    let clients: Vec<_> = (0..1_000)
        .map(|_| {
            let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
            let socket =
                rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)
                    .unwrap();
            rustix::net::connect(&socket, &address).expect("no place in the queue");
            UnixStream::from(socket)
        })
        .collect();
    server.signal("CONT");
    for client in clients {
        client.set_nonblocking(false).unwrap();
        client.set_read_timeout(Some(DEADLINE)).unwrap();
        read_whole(client);
    }
    assert_eq!(server.end("TERM").code(), Some(0));
}

/// The threads of a server that serve beside the main one.
fn workers(server: &Running) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{}/task", server.id())).unwrap();
    tasks
        .map(|it| it.unwrap().file_name().to_str().unwrap().parse().unwrap())
        .filter(|task| {
            let name = format!("/proc/{}/task/{task}/comm", server.id());
            fs::read_to_string(name).unwrap().trim() == "fortunes"
        })
        .collect()
}

#[test]
fn workers_help_when_many_wait_and_rest_otherwise() {
    let place = Place::new();
    let server = server(&place, &["--workers", "3"]);
    let path = place.path("fortune");
    read_whole(connect(&path));
    let threads = workers(&server);
    assert_eq!(threads.len(), 2);
    let runs = || -> u64 { threads.iter().map(|&it| schedule(&server, it).1).sum() };
    // Once they are up, hundreds that come one after the other wake none of them.
    let at_rest = eventually(|| {
        let before = runs();
        for _ in 0..200 {
            read_whole(connect(&path));
        }
        (runs() == before).then_some(before)
    });
    server.signal("STOP");
    let many: Vec<_> = (0..500).map(|_| connect(&path)).collect();
    server.signal("CONT");
    many.into_iter().for_each(|client| _ = read_whole(client));
    eventually(|| (runs() > at_rest).then_some(()));
    assert_eq!(server.end("TERM").code(), Some(0));
}
