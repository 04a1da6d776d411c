// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Our server at about half load with clients of all kinds, for as long as it takes to see whether
//! memory or descriptors grow: `make soak`. `cargo test` runs it for a few seconds.

mod support;

#[path = "soak/clients.rs"]
mod clients;
#[path = "interop/peers.rs"]
mod peers;
#[path = "soak/samples.rs"]
mod samples;

use std::fs;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use clients::{Kind, Report};
use peers::CPP_PACKAGED;
use samples::Samples;
use support::{BUILT_IN, Place, Running, eventually, fetch};

/// A text that no system keeps for a client that does not read.
const BIG: usize = 300_000;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let time = match args.as_slice() {
        [option, minutes] if option == "--minutes" => {
            Duration::from_secs_f64(60.0 * minutes.parse::<f64>().expect("minutes are a number"))
        }
        [option, ..] if option == "--minutes" => panic!("--minutes needs a number"),
        // As of a test: named or not, and asked for or not.
        [filter, ..] if !filter.starts_with('-') && !"soak".contains(filter.as_str()) => return,
        [option, ..] if option == "--list" => return,
        _ => Duration::from_secs(8),
    };
    soak(time);
}

fn soak(time: Duration) {
    let (small, big) = (Place::new(), Place::new());
    fs::write(big.path("big"), "z".repeat(BIG)).unwrap();
    let servers = [
        ("short fortunes", start(&small, &[])),
        (
            "a long fortune",
            start(&big, &["--fortunes", &big.name("big")]),
        ),
    ];
    let at_rest = servers
        .each_ref()
        .map(|(_, server)| samples::descriptors(server.id()));
    let mut kinds = clients::of_short_fortunes(&small, half_load(&small));
    kinds.extend(clients::of_a_long_fortune(&big, BIG));
    // Elsewhere than in `make`, the peers may have to be built first.
    if std::env::var_os("LOCAL_FORTUNE_PEERS").is_some() {
        kinds.push(clients::cpp(&small, &CPP_PACKAGED));
    } else {
        eprintln!("LOCAL_FORTUNE_PEERS is not set: the C++ client is left out");
    }

    let mut samples = servers.each_ref().map(|_| Samples::default());
    let reports: Vec<(&'static str, Report)> = thread::scope(|scope| {
        let running: Vec<_> = kinds
            .into_iter()
            .map(
                |Kind {
                     name,
                     pause,
                     mut act,
                 }| {
                    let (stop, stopped) = channel::<()>();
                    let thread = scope.spawn(move || {
                        let mut report = Report::default();
                        // Ends when the sender is gone.
                        while stopped.recv_timeout(pause)
                            == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
                        {
                            report.add(act());
                        }
                        report
                    });
                    (name, stop, thread)
                },
            )
            .collect();
        let (_keep, tick) = channel::<()>();
        let start = Instant::now();
        while start.elapsed() < time {
            let _ = tick.recv_timeout(
                (time / 240).clamp(Duration::from_millis(50), Duration::from_secs(5)),
            );
            for ((_, server), samples) in servers.iter().zip(&mut samples) {
                samples.take(server.id());
            }
        }
        let (stops, threads): (Vec<_>, Vec<_>) = running
            .into_iter()
            .map(|(name, stop, thread)| (stop, (name, thread)))
            .unzip();
        drop(stops);
        threads
            .into_iter()
            .map(|(name, thread)| (name, thread.join().unwrap()))
            .collect()
    });

    println!(
        "\n{} s\n\n| clients | times | wrong |\n|---|---|---|",
        time.as_secs()
    );
    for (name, report) in &reports {
        println!("| {name} | {} | {} |", report.count, report.wrong.len());
    }
    println!(
        "\n| server | resident then | now, KiB | descriptors then | now |\n|---|---|---|---|---|"
    );
    for ((name, _), samples) in servers.iter().zip(&samples) {
        println!("| {name} | {samples} |");
    }
    for (name, report) in &reports {
        assert!(
            report.wrong.is_empty(),
            "{name}: {:?}",
            report.wrong.first()
        );
        assert!(report.count > 0, "{name}: nothing happened");
    }
    for (((name, server), samples), at_rest) in servers.into_iter().zip(&samples).zip(at_rest) {
        samples.judge(name);
        // Whoever did not read is dropped after a while.
        eventually(|| (samples::descriptors(server.id()) <= at_rest).then_some(()));
        assert_eq!(server.end("TERM").code(), Some(0), "{name}");
    }
    println!("\ntest result: ok. memory and descriptors stay, and every answer was right");
}

fn start(place: &Place, args: &[&str]) -> Running {
    place.server(&[&[peers::NAME, "--wire", "qt5.10"], args].concat())
}

/// Half of the requests that one client after the other gets through in a second.
fn half_load(place: &Place) -> u32 {
    let path = place.path(peers::NAME);
    let start = Instant::now();
    let mut count = 0;
    while start.elapsed() < Duration::from_secs(1) {
        assert!(fetch(&path).len() > 8);
        count += 1;
    }
    println!("{count} requests a second, one after the other");
    count / 2
}

/// The messages that a server with the built-in fortunes may send.
fn messages() -> Vec<Vec<u8>> {
    BUILT_IN.iter().map(|text| message(text)).collect()
}

/// A text in the format `qt5.10`.
fn message(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let bytes = units.len() as u32;
    [&(bytes / 2).to_be_bytes()[..], &bytes.to_be_bytes(), &units].concat()
}
