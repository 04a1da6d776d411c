// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Clients, as many at a time as wanted, on one thread.
//!
//! Each client connects, reads to the end and looks at what came; then it is the turn of the next,
//! so that there are always as many as wanted. One thread plays them all, since it shares the
//! processors with the server: a request costs it five short calls of the system, and it waits
//! only in `recv`, for the oldest client. Servers take clients in the order in which they came, so
//! hardly any answer lies there while an older one is waited for.
//!
//! A client that finds the server's queue full (`EAGAIN`) waits, as it would in a blocking
//! `connect`, and tries again when another client has its answer: only then is there room. Its
//! time runs from its first attempt. That cannot come to a halt: of those that wait, the oldest
//! connected one is always served next.

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

/// When a run is over: at whichever comes first.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// So many requests.
    pub requests: u64,
    /// So long a time.
    pub time: Duration,
}

impl Limit {
    /// So many requests, however long they take.
    pub const fn requests(requests: u64) -> Self {
        Self {
            requests,
            time: Duration::MAX,
        }
    }

    /// As many requests as fit into a time.
    pub const fn time(time: Duration) -> Self {
        Self {
            requests: u64::MAX,
            time,
        }
    }
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// How long each right answer took, from the first attempt to connect to the end of the
    /// connection, in nanoseconds, the shortest first.
    pub latencies: Vec<u32>,
    /// How many answers were no fortune, from the first byte to the last.
    pub wrong: u64,
    /// How many requests got no answer at all.
    pub failed: u64,
    /// How long the run took.
    pub elapsed: Duration,
    /// The processor time of the clients themselves.
    pub own_cpu: Duration,
}

impl Run {
    /// How many requests were made.
    pub fn requests(&self) -> u64 {
        self.latencies.len() as u64 + self.wrong + self.failed
    }

    /// How many requests came to nothing.
    pub fn faults(&self) -> u64 {
        self.wrong + self.failed
    }

    /// Requests in a second.
    pub fn rate(&self) -> f64 {
        self.requests() as f64 / self.elapsed.as_secs_f64()
    }

    /// How long this part of the answers took at the most, in microseconds; 0 if there is none.
    pub fn quantile(&self, part: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let at = (last as f64 * part).round() as usize;
        self.latencies
            .get(at)
            .map_or(0.0, |&it| f64::from(it) / 1000.0)
    }
}

/// Lets so many clients at a time ask the server with this socket, until the limit.
///
/// # Errors
///
/// If no socket can be made, or the path is none.
pub fn run(path: &Path, clients: usize, limit: Limit, answers: &Answers) -> io::Result<Run> {
    let address = UnixAddr::new(path)?;
    let mut buffer = [0; 4096];
    let mut run = Run::default();
    let mut asking = VecDeque::<(OwnedFd, Instant)>::with_capacity(clients);
    let mut waiting = VecDeque::<Instant>::with_capacity(clients);
    let own_cpu = own_cpu()?;
    let start = Instant::now();
    let mut begun = limit.requests.min(clients as u64);
    waiting.extend((0..begun).map(|_| start));
    loop {
        while let Some(&since) = waiting.front() {
            match open(&address)? {
                Connected::Yes(client) => asking.push_back((client, since)),
                // Somebody else fills the queue if none of it is ours.
                Connected::Full if asking.is_empty() => run.failed += 1,
                Connected::Full => break,
                Connected::No => run.failed += 1,
            }
            waiting.pop_front();
        }
        let Some((client, since)) = asking.pop_front() else {
            break;
        };
        // Returns at the end of the connection, or when there is more than any answer has.
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
        if begun < limit.requests && now.duration_since(start) < limit.time {
            begun += 1;
            waiting.push_back(now);
        }
    }
    run.elapsed = start.elapsed();
    run.own_cpu = self::own_cpu()?.saturating_sub(own_cpu);
    run.latencies.sort_unstable();
    Ok(run)
}

/// What came of many connects at once, none of which waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Crowd {
    /// How many found no room.
    pub turned_away: u64,
    /// How many were let in, but got no fortune.
    pub faults: u64,
}

/// Connects so many clients, one right after the other, before any of them reads.
///
/// # Errors
///
/// If no socket can be made, or the path is none.
pub fn crowd(path: &Path, clients: usize, answers: &Answers) -> io::Result<Crowd> {
    let address = UnixAddr::new(path)?;
    let mut crowd = Crowd::default();
    let mut asking = Vec::with_capacity(clients);
    for _ in 0..clients {
        match open(&address)? {
            Connected::Yes(client) => asking.push(client),
            Connected::Full => crowd.turned_away += 1,
            Connected::No => crowd.faults += 1,
        }
    }
    let mut buffer = [0; 4096];
    for client in asking {
        let received = recv(client.as_raw_fd(), &mut buffer, MsgFlags::MSG_WAITALL);
        if !received.is_ok_and(|length| answers.contain(&buffer[..length])) {
            crowd.faults += 1;
        }
    }
    Ok(crowd)
}

enum Connected {
    Yes(OwnedFd),
    /// The server's queue is full.
    Full,
    No,
}

/// Connects without waiting; what is read afterwards may wait.
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

/// The processor time of this thread.
fn own_cpu() -> io::Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}
