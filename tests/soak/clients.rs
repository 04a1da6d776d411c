// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The kinds of clients, polite and rude.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::peers::{self, NAME, Peer};
use crate::support::{CLIENT, DEADLINE, Finished, Place, finish, try_fetch};
use crate::{message, messages};

/// What came of acting once: how many clients there were, or what was wrong.
type Result = std::result::Result<u64, String>;

/// Clients that act again after each pause.
pub struct Kind<'a> {
    pub name: &'static str,
    pub pause: Duration,
    pub act: Box<dyn FnMut() -> Result + Send + 'a>,
}

/// What came of all clients of a kind.
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

fn connect(place: &Place) -> std::result::Result<UnixStream, String> {
    let stream = io(UnixStream::connect(place.path(NAME)))?;
    io(stream.set_read_timeout(Some(DEADLINE)))?;
    io(stream.set_write_timeout(Some(DEADLINE)))?;
    Ok(stream)
}

fn read(mut stream: UnixStream, messages: &[Vec<u8>]) -> Result {
    let mut message = Vec::new();
    io(stream.read_to_end(&mut message))?;
    let is_right = messages.contains(&message);
    is_right
        .then_some(1)
        .ok_or_else(|| format!("{} bytes are wrong", message.len()))
}

/// What our client printed is fortunes, and so many.
fn printed(client: &Finished, count: usize) -> Result {
    let right = peers::right(client);
    if (client.status, right, client.stdout.lines().count()) == (0, count, count) {
        Ok(count as u64)
    } else {
        Err(format!("{client:?}"))
    }
}

/// Clients of a server with the built-in fortunes, of which the polite ask so often in a second.
pub fn of_short_fortunes(place: &Place, a_second: u32) -> Vec<Kind<'_>> {
    let all = messages();
    let polite = move || {
        let right = |_| match try_fetch(&place.path(NAME)) {
            Some(message) if all.contains(&message) => Ok(1),
            other => Err(format!("{other:?}")),
        };
        (0..(a_second / 100).max(1)).map(right).sum()
    };
    let ours = || {
        let mut client = place.command(CLIENT);
        client.env_remove("QT_QPA_PLATFORM");
        client.args([NAME, "--count", "20"]);
        printed(&finish(client), 20)
    };
    let leaving = || (0..5).map(|_| connect(place).map(|_| 1)).sum();
    let sending = || {
        let mut stream = connect(place)?;
        // The server closes without reading, so this may fail, but it must end.
        let _ = stream.write_all(&[7; 4 << 20]);
        Ok(1)
    };
    let many = messages();
    let burst = move || {
        let streams = (0..300)
            .map(|_| connect(place))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        streams.into_iter().map(|stream| read(stream, &many)).sum()
    };
    vec![
        kind("polite", 10, polite),
        kind("ours, 20 fortunes each", 500, ours),
        kind("leave at once", 20, leaving),
        kind("send 4 MiB first", 250, sending),
        kind("300 at once", 3000, burst),
    ]
}

/// Clients of a server whose fortune has so many characters.
pub fn of_a_long_fortune(place: &Place, length: usize) -> Vec<Kind<'_>> {
    let long = [message(&"z".repeat(length))];
    let copy = long.clone();
    let mut idle = VecDeque::new();
    let never_reading = move || {
        idle.push_back(connect(place)?);
        if idle.len() > 20 {
            idle.pop_front();
        }
        Ok(1)
    };
    let leaving = || {
        let mut stream = connect(place)?;
        io(stream.read_exact(&mut [0; 1000]))?;
        Ok(1)
    };
    let slow = move || {
        let mut stream = connect(place)?;
        let (_keep, tick) = channel::<()>();
        let mut start = vec![0; 300_000];
        for part in start.chunks_mut(30_000) {
            io(stream.read_exact(part))?;
            let _ = tick.recv_timeout(Duration::from_millis(20));
        }
        let mut rest = Vec::new();
        io(stream.read_to_end(&mut rest))?;
        let is_right = [start, rest].concat() == copy[0];
        is_right
            .then_some(1)
            .ok_or_else(|| "the bytes are wrong".to_owned())
    };
    let polite = move || read(connect(place)?, &long);
    let ours = move || {
        let mut client = place.command(CLIENT);
        client.env_remove("QT_QPA_PLATFORM").args([NAME]);
        let client = finish(client);
        let is_right = client.stdout.trim_end() == "z".repeat(length);
        is_right.then_some(1).ok_or(client.stderr)
    };
    vec![
        kind("polite, long", 20, polite),
        kind("ours, long", 1000, ours),
        kind("never read", 100, never_reading),
        kind("leave in the middle", 50, leaving),
        kind("read slowly", 100, slow),
    ]
}

/// The C++ client, used by the plugin that stands in for a person.
pub fn cpp<'a>(place: &'a Place, peer: &'static Peer) -> Kind<'a> {
    kind("C++, 20 fortunes each", 2000, move || {
        printed(&peers::asking(place, peer, "qt5.10", 20), 20)
    })
}
