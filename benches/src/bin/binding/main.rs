// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Compares the binding with plain C++ Qt, alternately on the same machine: `make bench-binding`
//! runs this. It fails if a result is wrong, never because of a figure.

mod work;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;
use local_fortune_bench::report::{machine, replace_between};
use local_fortune_bench::table::{Table, Target};

/// Compares the binding with plain C++ Qt.
#[derive(Parser)]
struct Args {
    /// Cargo's target directory.
    #[arg(long, value_name = "DIRECTORY", default_value = "target")]
    target: PathBuf,
    /// The number of rounds.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// Also write the table into the docs.
    #[arg(long)]
    publish: bool,
    /// Run this work and print its figures.
    #[arg(long, hide = true)]
    work: Option<String>,
}

const WORK: [&str; 6] = [
    "records-QString",
    "records-String",
    "lists",
    "ping-pong",
    "connect",
    "stream",
];

const DOC: &str = "docs/benchmarks-binding.md";
const BEGIN: &str = "<!-- make bench-binding writes from here -->\n";
const END: &str = "<!-- to here -->\n";

fn main() -> Result<(), Box<dyn Error>> {
    cxx_qt::init_crate!(cxx_qt_network);
    let args = Args::parse();
    if let Some(work) = args.work {
        return work::run(&work);
    }
    let programs = [
        (args.target.join("bench/peers/qt6/plain-bench"), None),
        (std::env::current_exe()?, Some("--work")),
    ];
    let directory = tempfile::tempdir()?;
    let columns = ["C++, ns of CPU time per item", "Rust = ratio"];
    let mut table = Table::new("work", columns);
    for round in 1..=args.rounds {
        eprintln!("bench-binding: round {round}");
        for work in WORK {
            for (column, (program, option)) in programs.iter().enumerate() {
                let mut command = Command::new(program);
                command.env("TMPDIR", directory.path());
                let output = command.args(*option).arg(work).output()?;
                if !output.status.success() {
                    let error = String::from_utf8_lossy(&output.stderr);
                    return Err(format!("{}, {work}: {error}", program.display()).into());
                }
                for line in String::from_utf8(output.stdout)?.lines() {
                    let (title, figure) = line.split_once(' ').ok_or("no figure")?;
                    let found = table.rows.iter().position(|row| row.title == title);
                    let row = found.unwrap_or_else(|| table.row(title, 1, target(title)));
                    table.push(row, column, figure.parse()?);
                }
            }
        }
    }
    let report = format!("\n{}\n{}\n", table.markdown(), note(args.rounds));
    print!("{report}");
    if args.publish {
        replace_between(Path::new(DOC), [BEGIN, END], &report)?;
    }
    Ok(())
}

/// The maximum ratio of the binding's CPU time to that of C++.
fn target(row: &str) -> Option<(usize, Target)> {
    let most = match row {
        _ if row.contains("Vec") => 0.8,
        _ if row.ends_with("record-QString") => 1.25,
        _ if row.ends_with("record-String") => 1.3,
        _ if row.starts_with("ping-pong") => 1.1,
        _ => 1.05,
    };
    Some((1, Target::RatioAtMost(most)))
}

fn note(rounds: usize) -> String {
    format!(
        "Medians of {rounds} rounds and of the rounds' ratios, with minimum and maximum. \
         Qt {}, {}",
        cxx_qt_network::qt_version(),
        machine()
    )
}
