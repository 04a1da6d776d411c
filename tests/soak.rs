// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A soak test: runs the server at about half load with all kinds of clients, and checks that
//! memory and descriptors do not grow. `make soak` runs it for long, `cargo test` for a few
//! seconds.

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
use support::{BUILT_IN, Running, TestDir, eventually, fetch};

/// The length of a text that does not fit into a socket buffer.
const BIG: usize = 300_000;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let time = match args.as_slice() {
        [option, minutes] if option == "--minutes" => Duration::from_secs_f64(
            60.0 * minutes.parse::<f64>().expect("--minutes needs a number"),
        ),
        [option, ..] if option == "--minutes" => panic!("--minutes needs a number"),
        // The arguments of a test program: a filter, or `--list`.
        [filter, ..] if !filter.starts_with('-') && !"soak".contains(filter.as_str()) => return,
        [option, ..] if option == "--list" => return,
        _ => Duration::from_secs(8),
    };
    soak(time);
}

fn soak(time: Duration) {
    let (small, big) = (TestDir::new(), TestDir::new());
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
    // Without `make`, the peers may not be built yet.
    if std::env::var_os("LOCAL_FORTUNE_PEERS").is_some() {
        kinds.push(clients::cpp(&small, &CPP_PACKAGED));
    } else {
        eprintln!("LOCAL_FORTUNE_PEERS is not set: the C++ client is skipped");
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
                        // Ends when the sender is dropped.
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
        "\n{} s\n\n| clients | count | errors |\n|---|---|---|",
        time.as_secs()
    );
    for (name, report) in &reports {
        println!("| {name} | {} | {} |", report.count, report.wrong.len());
    }
    println!(
        "\n| server | RSS before | after, KiB | descriptors before | after |\n|---|---|---|---|---|"
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
        assert!(report.count > 0, "{name}: no clients");
    }
    for (((name, server), samples), at_rest) in servers.into_iter().zip(&samples).zip(at_rest) {
        samples.assert_stable(name);
        // Clients that do not read are dropped after their time-out.
        eventually(|| (samples::descriptors(server.id()) <= at_rest).then_some(()));
        assert_eq!(server.end("TERM").code(), Some(0), "{name}");
    }
    println!(
        "\ntest result: ok. memory and descriptors did not grow, and every answer was correct"
    );
}

fn start(dir: &TestDir, args: &[&str]) -> Running {
    dir.server(&[&[peers::NAME, "--wire", "qt5.10"], args].concat())
}

/// Half of the rate of sequential requests, per second.
fn half_load(dir: &TestDir) -> u32 {
    let path = dir.path(peers::NAME);
    let start = Instant::now();
    let mut count = 0;
    while start.elapsed() < Duration::from_secs(1) {
        assert!(fetch(&path).len() > 8);
        count += 1;
    }
    println!("{count} sequential requests per second");
    count / 2
}

/// The messages of the built-in fortunes.
fn messages() -> Vec<Vec<u8>> {
    BUILT_IN.iter().map(|text| message(text)).collect()
}

/// The message of a text in the format `qt5.10`.
fn message(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let bytes = units.len() as u32;
    [&(bytes / 2).to_be_bytes()[..], &bytes.to_be_bytes(), &units].concat()
}
