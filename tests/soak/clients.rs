// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The kinds of clients, well-behaved and hostile.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::peers::{self, NAME, Peer};
use crate::support::{CLIENT, DEADLINE, Finished, TestDir, finish, try_fetch};
use crate::{message, messages};

/// The result of one action: the number of clients, or an error.
type Result = std::result::Result<u64, String>;

/// Clients that repeat an action with a pause.
pub struct Kind<'a> {
    pub name: &'static str,
    pub pause: Duration,
    pub act: Box<dyn FnMut() -> Result + Send + 'a>,
}

/// The results of all clients of a kind.
#[derive(Default)]
pub struct Report {
    pub count: u64,
    pub wrong: Vec<String>,
}

impl Report {
    pub fn add(&mut self, result: Result) {
        match result {
            Ok(count) => self.count += count,
            Err(wrong) => self.wrong.push(wrong),
        }
    }
}

fn kind<'a>(name: &'static str, millis: u64, act: impl FnMut() -> Result + Send + 'a) -> Kind<'a> {
    let pause = Duration::from_millis(millis);
    Kind {
        name,
        pause,
        act: Box::new(act),
    }
}

fn io<T>(result: std::io::Result<T>) -> std::result::Result<T, String> {
    result.map_err(|error| error.to_string())
}

fn connect(dir: &TestDir) -> std::result::Result<UnixStream, String> {
    let stream = io(UnixStream::connect(dir.path(NAME)))?;
    io(stream.set_read_timeout(Some(DEADLINE)))?;
    io(stream.set_write_timeout(Some(DEADLINE)))?;
    Ok(stream)
}

fn read(mut stream: UnixStream, messages: &[Vec<u8>]) -> Result {
    let mut message = Vec::new();
    io(stream.read_to_end(&mut message))?;
    let is_correct = messages.contains(&message);
    is_correct
        .then_some(1)
        .ok_or_else(|| format!("wrong message of {} bytes", message.len()))
}

/// Checks that our client printed `count` fortunes and nothing else.
fn printed(client: &Finished, count: usize) -> Result {
    let correct_lines = peers::correct_lines(client);
    if (client.status, correct_lines, client.stdout.lines().count()) == (0, count, count) {
        Ok(count as u64)
    } else {
        Err(format!("{client:?}"))
    }
}

/// Clients of a server with the built-in fortunes; the well-behaved ones send `a_second` requests
/// per second.
pub fn of_short_fortunes(dir: &TestDir, a_second: u32) -> Vec<Kind<'_>> {
    let all = messages();
    let well_behaved = move || {
        let request = |_| match try_fetch(&dir.path(NAME)) {
            Some(message) if all.contains(&message) => Ok(1),
            other => Err(format!("{other:?}")),
        };
        (0..(a_second / 100).max(1)).map(request).sum()
    };
    let ours = || {
        let mut client = dir.command(CLIENT);
        client.env_remove("QT_QPA_PLATFORM");
        client.args([NAME, "--count", "20"]);
        printed(&finish(client), 20)
    };
    let disconnecting = || (0..5).map(|_| connect(dir).map(|_| 1)).sum();
    let sending = || {
        let mut stream = connect(dir)?;
        // The server closes without reading, so this may fail, but it must return.
        let _ = stream.write_all(&[7; 4 << 20]);
        Ok(1)
    };
    let many = messages();
    let burst = move || {
        let streams = (0..300)
            .map(|_| connect(dir))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        streams.into_iter().map(|stream| read(stream, &many)).sum()
    };
    vec![
        kind("well-behaved", 10, well_behaved),
        kind("ours, 20 fortunes each", 500, ours),
        kind("disconnect immediately", 20, disconnecting),
        kind("send 4 MiB first", 250, sending),
        kind("300 simultaneously", 3000, burst),
    ]
}

/// Clients of a server whose fortune has `length` characters.
pub fn of_a_long_fortune(dir: &TestDir, length: usize) -> Vec<Kind<'_>> {
    let long = [message(&"z".repeat(length))];
    let copy = long.clone();
    let mut idle = VecDeque::new();
    let never_reading = move || {
        idle.push_back(connect(dir)?);
        if idle.len() > 20 {
            idle.pop_front();
        }
        Ok(1)
    };
    let disconnecting = || {
        let mut stream = connect(dir)?;
        io(stream.read_exact(&mut [0; 1000]))?;
        Ok(1)
    };
    let slow = move || {
        let mut stream = connect(dir)?;
        let (_keep, tick) = channel::<()>();
        let mut start = vec![0; 300_000];
        for part in start.chunks_mut(30_000) {
            io(stream.read_exact(part))?;
            let _ = tick.recv_timeout(Duration::from_millis(20));
        }
        let mut rest = Vec::new();
        io(stream.read_to_end(&mut rest))?;
        let is_correct = [start, rest].concat() == copy[0];
        is_correct
            .then_some(1)
            .ok_or_else(|| "wrong message".to_owned())
    };
    let well_behaved = move || read(connect(dir)?, &long);
    let ours = move || {
        let mut client = dir.command(CLIENT);
        client.env_remove("QT_QPA_PLATFORM").args([NAME]);
        let client = finish(client);
        let is_correct = client.stdout.trim_end() == "z".repeat(length);
        is_correct.then_some(1).ok_or(client.stderr)
    };
    vec![
        kind("well-behaved, long", 20, well_behaved),
        kind("ours, long", 1000, ours),
        kind("never read", 100, never_reading),
        kind("disconnect in the message", 50, disconnecting),
        kind("read slowly", 100, slow),
    ]
}

/// The C++ client, operated by the plugin `fortune-asker`.
pub fn cpp<'a>(dir: &'a TestDir, peer: &'static Peer) -> Kind<'a> {
    kind("C++, 20 fortunes each", 2000, move || {
        printed(&peers::run_client(dir, peer, "qt5.10", 20), 20)
    })
}
