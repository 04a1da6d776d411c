// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What these tests share: sockets with a std peer, loops with a condition, processes of their own.

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

/// A socket that has started to connect to `name` of the folder.
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

/// A listener at `name` that takes one client into its queue.
pub fn short_queue(folder: &Folder, name: &str) -> OwnedFd {
    let listener = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    let address = SocketAddrUnix::new(folder.path(name)).unwrap();
    rustix::net::bind(&listener, &address).unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    listener
}

/// Sends bytes from a peer. Here, since `Write` would also be in the way of `QIODeviceExt::write`.
pub fn send(mut peer: &UnixStream, bytes: &[u8]) {
    peer.write_all(bytes).unwrap();
}

/// What a peer reads until the end.
pub fn read_to_end(peer: &mut UnixStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    peer.read_to_end(&mut bytes)
        .expect("the connection ends before the deadline");
    bytes
}

/// Whether the connection of a peer has ended, without waiting for it.
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

/// Runs event loops until the condition holds; fails at the deadline.
pub fn run_until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < DEADLINE, "it does not happen");
        run_for(Duration::from_millis(1));
    }
}

/// How many sockets this process has. Other descriptors are left out, since a test that runs beside
/// this one may start a program.
pub fn open_sockets() -> usize {
    let descriptors = fs::read_dir("/proc/self/fd").unwrap();
    descriptors
        .filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

/// The processor time of a thread.
pub struct ThreadTime(File);

impl ThreadTime {
    /// Of this thread. Keeps a descriptor, so that it works without any to spare.
    pub fn new() -> Self {
        Self(File::open("/proc/thread-self/stat").unwrap())
    }

    /// What the thread has used so far.
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

    /// Runs an event loop for half a second, which must take almost no processor time.
    pub fn assert_idle_loop(&self) {
        let before = self.used();
        run_for(Duration::from_millis(500));
        let used = self.used() - before;
        assert!(used < Duration::from_millis(200), "the loop used {used:?}");
    }
}
