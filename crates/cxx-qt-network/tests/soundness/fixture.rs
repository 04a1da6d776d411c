// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Shared by these tests: sockets with a std peer, loops with a condition, CPU time.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use cxx_qt_network::{QBox, QEventLoop, QLocalSocket, QTimer};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType};

use crate::support::{DEADLINE, Folder};

pub const LIMIT: Option<Duration> = Some(DEADLINE);

/// A connected socket and its peer, whose reads end at the deadline.
pub fn socket_pair() -> (QBox<QLocalSocket>, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    theirs.set_read_timeout(LIMIT).unwrap();
    let socket = QLocalSocket::new();
    socket.set_socket_descriptor(ours).unwrap();
    (socket, theirs)
}

/// A socket that has started to connect to `name` in the directory.
pub fn connecting(folder: &Folder, name: &str) -> QBox<QLocalSocket> {
    let socket = QLocalSocket::new();
    socket.connect_to_server(folder.name(name));
    socket
}

/// A client of the server at `name`, whose reads end at the deadline.
pub fn client(folder: &Folder, name: &str) -> UnixStream {
    let client = UnixStream::connect(folder.path(name)).unwrap();
    client.set_read_timeout(LIMIT).unwrap();
    client
}

/// A listener at `name` with a backlog of one client.
pub fn short_queue(folder: &Folder, name: &str) -> OwnedFd {
    let listener = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    let address = SocketAddrUnix::new(folder.path(name)).unwrap();
    rustix::net::bind(&listener, &address).unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    listener
}

/// Sends bytes from a peer. A function, since importing `Write` would make `QIODeviceExt::write`
/// ambiguous.
pub fn send(mut peer: &UnixStream, bytes: &[u8]) {
    peer.write_all(bytes).unwrap();
}

/// The bytes that a peer reads until EOF.
pub fn read_to_end(peer: &mut UnixStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    peer.read_to_end(&mut bytes)
        .expect("the connection ends before the deadline");
    bytes
}

/// Whether the connection of a peer has ended, without blocking.
pub fn is_closed(peer: &mut UnixStream) -> bool {
    peer.set_nonblocking(true).unwrap();
    let outcome = peer.read(&mut [0]);
    peer.set_nonblocking(false).unwrap();
    match outcome {
        Ok(count) => count == 0,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    }
}

/// Runs an event loop for a time.
pub fn run_for(time: Duration) {
    let event_loop = QEventLoop::new();
    let quit = event_loop.downgrade();
    let timer = QTimer::new();
    timer.on_timeout(move |_| {
        quit.with(QEventLoop::quit);
    });
    timer.start(time);
    event_loop.exec();
}

/// Runs event loops until the condition is true; panics at the deadline.
pub fn run_until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < DEADLINE, "it does not happen");
        run_for(Duration::from_millis(1));
    }
}

/// The number of sockets of this process. Other descriptors are not counted, since another test may
/// start a program meanwhile.
pub fn open_sockets() -> usize {
    let descriptors = fs::read_dir("/proc/self/fd").unwrap();
    descriptors
        .filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

/// The CPU time of a thread.
pub struct ThreadTime(File);

impl ThreadTime {
    /// For this thread. Keeps a descriptor, so that it works when descriptors are exhausted.
    pub fn new() -> Self {
        Self(File::open("/proc/thread-self/stat").unwrap())
    }

    /// The CPU time so far.
    pub fn used(&self) -> Duration {
        let mut bytes = [0; 1024];
        let count = self.0.read_at(&mut bytes, 0).unwrap();
        let text = str::from_utf8(&bytes[..count]).unwrap();
        // After the name, which may have spaces: utime and stime are the fields 14 and 15.
        let after_name = text.rsplit_once(") ").unwrap().1;
        let ticks = after_name.split(' ').skip(11).take(2);
        let ticks: u64 = ticks.map(|field| field.parse::<u64>().unwrap()).sum();
        Duration::from_millis(10 * ticks)
    }

    /// Checks that an event loop of half a second takes almost no CPU time.
    pub fn assert_idle_loop(&self) {
        let before = self.used();
        run_for(Duration::from_millis(500));
        let used = self.used() - before;
        assert!(used < Duration::from_millis(200), "the loop used {used:?}");
    }
}
