// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A load generator: a constant number of simultaneous clients on one thread.
//!
//! Each client connects, reads to EOF and checks the answer; then the next client starts, so their
//! number is constant. All clients run on one thread, which shares the processors with the server:
//! a request takes five short system calls, and only `recv` of the oldest client blocks. Servers
//! accept clients in order, so the answer of a newer client seldom arrives before that of the
//! oldest.
//!
//! A client that finds the backlog full (`EAGAIN`) retries when another client has its answer, as a
//! blocking `connect` would. Its latency includes the wait. This cannot deadlock: the oldest
//! connected client is always served next.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockType, UnixAddr, connect, recv, socket,
};
use nix::time::{ClockId, clock_gettime};

use crate::answers::Answers;

/// The end of a run: the limit that is reached first.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The number of requests.
    pub requests: u64,
    /// The duration.
    pub time: Duration,
}

impl Limit {
    /// Limits only the number of requests.
    pub const fn requests(requests: u64) -> Self {
        Self {
            requests,
            time: Duration::MAX,
        }
    }

    /// Limits only the duration.
    pub const fn time(time: Duration) -> Self {
        Self {
            requests: u64::MAX,
            time,
        }
    }
}

/// The result of a run.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The latency of each correct answer, from the first attempt to connect to EOF, in
    /// nanoseconds, in ascending order.
    pub latencies: Vec<u32>,
    /// The number of wrong answers.
    pub wrong: u64,
    /// The number of requests without an answer.
    pub failed: u64,
    /// The wall time of the run.
    pub elapsed: Duration,
    /// The CPU time of the clients.
    pub own_cpu: Duration,
}

impl Run {
    /// The number of requests.
    pub fn requests(&self) -> u64 {
        self.latencies.len() as u64 + self.wrong + self.failed
    }

    /// The number of requests that failed or got a wrong answer.
    pub fn faults(&self) -> u64 {
        self.wrong + self.failed
    }

    /// The requests per second.
    pub fn rate(&self) -> f64 {
        self.requests() as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency quantile `part`, in microseconds; 0 without answers.
    pub fn quantile(&self, part: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let at = (last as f64 * part).round() as usize;
        self.latencies
            .get(at)
            .map_or(0.0, |&it| f64::from(it) / 1000.0)
    }
}

/// Runs this number of simultaneous clients against the server at `path` until the limit.
///
/// # Errors
///
/// If no socket can be made, or the path is none.
pub fn run(path: &Path, clients: usize, limit: Limit, answers: &Answers) -> io::Result<Run> {
    let address = UnixAddr::new(path)?;
    let mut buffer = [0; 4096];
    let mut run = Run::default();
    let mut connected = VecDeque::<(OwnedFd, Instant)>::with_capacity(clients);
    let mut waiting = VecDeque::<Instant>::with_capacity(clients);
    let own_cpu = own_cpu()?;
    let start = Instant::now();
    let mut started = limit.requests.min(clients as u64);
    waiting.extend((0..started).map(|_| start));
    loop {
        while let Some(&since) = waiting.front() {
            match open(&address)? {
                Connected::Yes(client) => connected.push_back((client, since)),
                // The backlog is full, but not of these clients.
                Connected::Full if connected.is_empty() => run.failed += 1,
                Connected::Full => break,
                Connected::No => run.failed += 1,
            }
            waiting.pop_front();
        }
        let Some((client, since)) = connected.pop_front() else {
            break;
        };
        // Returns at EOF, or when the data is longer than any answer.
        let received = recv(client.as_raw_fd(), &mut buffer, MsgFlags::MSG_WAITALL);
        let now = Instant::now();
        match received {
            Ok(length) if answers.contain(&buffer[..length]) => {
                let nanos = now.duration_since(since).as_nanos();
                run.latencies.push(nanos.try_into().unwrap_or(u32::MAX));
            }
            Ok(_) => run.wrong += 1,
            Err(_) => run.failed += 1,
        }
        drop(client);
        if started < limit.requests && now.duration_since(start) < limit.time {
            started += 1;
            waiting.push_back(now);
        }
    }
    run.elapsed = start.elapsed();
    run.own_cpu = self::own_cpu()?.saturating_sub(own_cpu);
    run.latencies.sort_unstable();
    Ok(run)
}

/// The result of many simultaneous non-blocking connects.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Crowd {
    /// The number of connects that found the backlog full.
    pub turned_away: u64,
    /// The number of connections without a correct answer.
    pub faults: u64,
}

/// Connects this number of clients before any of them reads.
///
/// # Errors
///
/// If no socket can be made, or the path is none.
pub fn crowd(path: &Path, clients: usize, answers: &Answers) -> io::Result<Crowd> {
    let address = UnixAddr::new(path)?;
    let mut crowd = Crowd::default();
    let mut connected = Vec::with_capacity(clients);
    for _ in 0..clients {
        match open(&address)? {
            Connected::Yes(client) => connected.push(client),
            Connected::Full => crowd.turned_away += 1,
            Connected::No => crowd.faults += 1,
        }
    }
    let mut buffer = [0; 4096];
    for client in connected {
        let received = recv(client.as_raw_fd(), &mut buffer, MsgFlags::MSG_WAITALL);
        if !received.is_ok_and(|length| answers.contain(&buffer[..length])) {
            crowd.faults += 1;
        }
    }
    Ok(crowd)
}

enum Connected {
    Yes(OwnedFd),
    /// The backlog is full.
    Full,
    No,
}

/// Connects without blocking; reads block afterwards.
fn open(address: &UnixAddr) -> io::Result<Connected> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    let client = socket(AddressFamily::Unix, SockType::Stream, flags, None)?;
    match connect(client.as_raw_fd(), address) {
        Ok(()) => {}
        Err(Errno::EAGAIN) => return Ok(Connected::Full),
        Err(_) => return Ok(Connected::No),
    }
    fcntl(&client, FcntlArg::F_SETFL(OFlag::empty()))?;
    Ok(Connected::Yes(client))
}

/// The CPU time of this thread.
fn own_cpu() -> io::Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}
