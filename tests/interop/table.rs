// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Tests every server with every client that is installed, and prints a table: `make interop` runs
//! this. It also writes the Markdown to `interop.md` in the target directory, and fails if a pair
//! that must work does not.

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

use peers::{ALL, FORTUNES, PairResult, Peer, built, pyside6_python, run_pair};

/// The number of simultaneous pairs of programs.
const SIMULTANEOUS: usize = 2;

fn main() -> ExitCode {
    let start = Instant::now();
    built();
    let servers: Vec<(&Peer, &str)> = ALL
        .iter()
        .filter(|peer| peer.server.is_some())
        .flat_map(|peer| peer.formats.iter().map(move |format| (peer, *format)))
        .collect();
    let cells = results(&servers);
    let table = table(&servers, &cells, start);
    print!("{table}");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("interop.md");
    fs::write(&file, table).unwrap();
    let wrong = cells.iter().flatten();
    if wrong.clone().any(|it| matches!(it, PairResult::Wrong(..))) {
        return ExitCode::FAILURE;
    }
    if !others_tested(&servers, &cells) {
        eprintln!("no pair with another implementation was tested");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Whether a pair with another implementation was tested successfully.
fn others_tested(servers: &[(&Peer, &str)], cells: &[Vec<PairResult>]) -> bool {
    let is_ours = |peer: &Peer| peer.name.starts_with("ours");
    servers.iter().zip(cells).any(|((server, _), row)| {
        ALL.iter().zip(row).any(|(client, results)| {
            matches!(results, PairResult::Correct) && !(is_ours(server) && is_ours(client))
        })
    })
}

/// The result of each pair: a row for each server, a column for each client.
fn results(servers: &[(&Peer, &str)]) -> Vec<Vec<PairResult>> {
    let pairs = Mutex::new(
        servers
            .iter()
            .enumerate()
            .flat_map(|(row, server)| ALL.iter().map(move |client| (row, server, client))),
    );
    let rows = Mutex::new(Vec::new());
    let work = || {
        loop {
            let Some((row, (server, format), client)) = pairs.lock().unwrap().next() else {
                return;
            };
            let column = ALL.iter().position(|it| it.name == client.name);
            let result = run_pair(server, client, format);
            rows.lock().unwrap().push((row, column, result));
        }
    };
    thread::scope(|scope| (0..SIMULTANEOUS).for_each(|_| drop(scope.spawn(work))));
    let mut all = rows.into_inner().unwrap();
    all.sort_by_key(|(row, column, _)| (*row, *column));
    let mut rows: Vec<Vec<PairResult>> = servers.iter().map(|_| Vec::new()).collect();
    all.into_iter()
        .for_each(|(row, _, result)| rows[row].push(result));
    rows
}

fn table(servers: &[(&Peer, &str)], cells: &[Vec<PairResult>], start: Instant) -> String {
    let plain = |qt| Some(built().join(format!("qt{qt}/plain-client")));
    let pyside6 = Some(pyside6_python()).filter(|it| it.exists());
    let mut text = format!(
        "Tested on {}, {}, with Qt {} and {}, PySide6 {}. Correct fortunes of {FORTUNES}:\n\n",
        output_of("date", &["-u", "+%F"]),
        system(),
        plain(5).map_or(String::new(), |it| output_of(it, &["--version"])),
        plain(6).map_or(String::new(), |it| output_of(it, &["--version"])),
        pyside6.map_or("(none)".to_owned(), |it| {
            output_of(it, &["-c", "import PySide6; print(PySide6.__version__)"])
        }),
    );
    let names: Vec<&str> = ALL.iter().map(|it| it.name).collect();
    writeln!(text, "| server ↓ client → | {} |", names.join(" | ")).unwrap();
    writeln!(text, "|---|{}", "---|".repeat(names.len())).unwrap();
    for ((server, format), row) in servers.iter().zip(cells) {
        let name = server.name.split(", fixed").next().unwrap_or_default();
        let row: Vec<String> = row.iter().map(cell).collect();
        writeln!(text, "| {name}, `{format}` | {} |", row.join(" | ")).unwrap();
    }
    let all = || cells.iter().flatten();
    writeln!(
        text,
        "\n{} pairs tested, {} of them without an error, in {} s.",
        all()
            .filter(|it| matches!(it, PairResult::Correct | PairResult::Wrong(..)))
            .count(),
        all().filter(|it| **it == PairResult::Correct).count(),
        start.elapsed().as_secs(),
    )
    .unwrap();
    text
}

fn cell(result: &PairResult) -> String {
    match result {
        PairResult::Correct => format!("{FORTUNES}"),
        PairResult::Wrong(right, reason) => format!("**{right}: {}**", reason.replace('|', "/")),
        PairResult::DifferentFormats => "different formats".to_owned(),
        PairResult::NotInstalled(instructions) => format!("not installed: {instructions}"),
    }
}

/// The name of the operating system.
fn system() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.unwrap_or(std::env::consts::OS)
        .trim_matches('"')
        .to_owned()
}

fn output_of(program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    output.map_or_else(
        |error| error.to_string(),
        |it| String::from_utf8_lossy(&it.stdout).trim().to_owned(),
    )
}
