// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Every server with every client that can be had here, as a table: `make interop` runs this. It
//! prints Markdown and writes it to `interop.md` in the target folder, and fails if a pair that
//! must work does not.

#![cfg(unix)]
#![allow(missing_docs, reason = "a program, not a library")]

mod peers;
#[path = "../support/mod.rs"]
mod support;

use std::fmt::Write;
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::time::Instant;
use std::{fs, path::Path, thread};

use peers::{EVERYBODY, FORTUNES, Meeting, Peer, built, meet, pyside6_python};

/// Pairs at a time; each is two programs.
const AT_ONCE: usize = 2;

fn main() -> ExitCode {
    let start = Instant::now();
    built();
    let servers: Vec<(&Peer, &str)> = EVERYBODY
        .iter()
        .filter(|peer| peer.server.is_some())
        .flat_map(|peer| peer.formats.iter().map(move |format| (peer, *format)))
        .collect();
    let cells = met(&servers);
    let table = table(&servers, &cells, start);
    print!("{table}");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("interop.md");
    fs::write(&file, table).unwrap();
    let wrong = cells.iter().flatten();
    if wrong.clone().any(|it| matches!(it, Meeting::Wrong(..))) {
        return ExitCode::FAILURE;
    }
    if !others_met(&servers, &cells) {
        eprintln!("no pair with a program of another project met: nothing was tested");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Whether a pair met of which one is not ours.
fn others_met(servers: &[(&Peer, &str)], cells: &[Vec<Meeting>]) -> bool {
    let is_ours = |peer: &Peer| peer.name.starts_with("ours");
    servers.iter().zip(cells).any(|((server, _), row)| {
        EVERYBODY.iter().zip(row).any(|(client, met)| {
            matches!(met, Meeting::Right) && !(is_ours(server) && is_ours(client))
        })
    })
}

/// What came of each pair: a row for each server, in it everybody as a client.
fn met(servers: &[(&Peer, &str)]) -> Vec<Vec<Meeting>> {
    let pairs = Mutex::new(
        servers
            .iter()
            .enumerate()
            .flat_map(|(row, server)| EVERYBODY.iter().map(move |client| (row, server, client))),
    );
    let rows = Mutex::new(Vec::new());
    let work = || {
        loop {
            let Some((row, (server, format), client)) = pairs.lock().unwrap().next() else {
                return;
            };
            let column = EVERYBODY.iter().position(|it| it.name == client.name);
            let meeting = meet(server, client, format);
            rows.lock().unwrap().push((row, column, meeting));
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    let mut all = rows.into_inner().unwrap();
    all.sort_by_key(|(row, column, _)| (*row, *column));
    let mut rows: Vec<Vec<Meeting>> = servers.iter().map(|_| Vec::new()).collect();
    all.into_iter()
        .for_each(|(row, _, meeting)| rows[row].push(meeting));
    rows
}

fn table(servers: &[(&Peer, &str)], cells: &[Vec<Meeting>], start: Instant) -> String {
    let plain = |qt| Some(built().join(format!("qt{qt}/plain-client")));
    let pyside6 = Some(pyside6_python()).filter(|it| it.exists());
    let mut text = format!(
        "Measured on {}, {}, with Qt {} and {}, PySide6 {}. Right fortunes, of {FORTUNES}:\n\n",
        says("date", &["-u", "+%F"]),
        system(),
        plain(5).map_or(String::new(), |it| says(it, &["--version"])),
        plain(6).map_or(String::new(), |it| says(it, &["--version"])),
        pyside6.map_or("(none)".to_owned(), |it| {
            says(it, &["-c", "import PySide6; print(PySide6.__version__)"])
        }),
    );
    let names: Vec<&str> = EVERYBODY.iter().map(|it| it.name).collect();
    writeln!(text, "| server ↓ client → | {} |", names.join(" | ")).unwrap();
    writeln!(text, "|---|{}", "---|".repeat(names.len())).unwrap();
    for ((server, format), row) in servers.iter().zip(cells) {
        let name = server.name.split(", told").next().unwrap_or_default();
        let row: Vec<String> = row.iter().map(cell).collect();
        writeln!(text, "| {name}, `{format}` | {} |", row.join(" | ")).unwrap();
    }
    let all = || cells.iter().flatten();
    writeln!(
        text,
        "\n{} pairs met, {} of them without a fault, in {} s.",
        all()
            .filter(|it| matches!(it, Meeting::Right | Meeting::Wrong(..)))
            .count(),
        all().filter(|it| **it == Meeting::Right).count(),
        start.elapsed().as_secs(),
    )
    .unwrap();
    text
}

fn cell(meeting: &Meeting) -> String {
    match meeting {
        Meeting::Right => format!("{FORTUNES}"),
        Meeting::Wrong(right, why) => format!("**{right}: {}**", why.replace('|', "/")),
        Meeting::DifferentEras => "different eras".to_owned(),
        Meeting::NotInstalled(how) => format!("not installed: {how}"),
    }
}

/// What the system calls itself.
fn system() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.unwrap_or(std::env::consts::OS)
        .trim_matches('"')
        .to_owned()
}

fn says(program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    output.map_or_else(
        |error| error.to_string(),
        |it| String::from_utf8_lossy(&it.stdout).trim().to_owned(),
    )
}
