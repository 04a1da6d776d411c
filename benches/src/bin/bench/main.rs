// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Measures our programs beside Qt's C++ example, in turn on the same machine, and writes the
//! report: `make bench` runs this. It fails when an answer is wrong or missing, never because of a
//! figure.

mod bare;
mod contenders;
mod plot;
mod rounds;
mod wire;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Parser;
use local_fortune_bench::report::replace_between;
use local_fortune_bench::table::Table;
use serde::Serialize;

use contenders::Folders;
use rounds::Rounds;

/// Measures our programs beside Qt's C++ example.
#[derive(Parser)]
struct Args {
    /// Cargo's folder with the programs, built for release.
    #[arg(long, value_name = "FOLDER", default_value = "target")]
    target: PathBuf,
    /// How often everything is measured.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// How long each number of clients asks each server in a round.
    #[arg(long, value_name = "MS", default_value_t = 400)]
    ms: u64,
    /// How many requests a server has answered when its memory is looked at again.
    #[arg(long, default_value_t = 1_000_000)]
    requests: u64,
    /// Measure nothing: put the last report and its plot into the docs.
    #[arg(long)]
    publish: bool,
    /// Be the server that does nothing but what the system has to do.
    #[arg(long, hide = true)]
    bare_loop: bool,
}

/// Everything that was measured.
#[derive(Serialize)]
struct Report {
    tables: Vec<Table>,
    notes: Vec<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let folders = Folders {
        target: args.target.clone(),
    };
    if args.bare_loop {
        return Ok(bare::serve()?);
    }
    if args.publish {
        return publish(&folders);
    }
    let start = Instant::now();
    let mut rounds = Rounds::new(&folders, &args)?;
    let mut tables = rounds.measure()?;
    tables.extend(wire::table(&folders.target.join("criterion"))?);
    let mut notes = rounds.notes();
    notes.push(format!("Measured in {} s.", start.elapsed().as_secs()));
    let report = Report { tables, notes };
    fs::write(folders.report("report.json"), serde_json::to_vec(&report)?)?;
    let markdown = report.markdown();
    fs::write(folders.report("report.md"), &markdown)?;
    plot::draw(&report.tables[0], &folders.report("bench.svg"))?;
    print!("{markdown}");
    match rounds.faults() {
        0 => Ok(()),
        faults => Err(format!("{faults} requests got no fortune, or a wrong one").into()),
    }
}

impl Report {
    fn markdown(&self) -> String {
        let tables: Vec<String> = self.tables.iter().map(Table::markdown).collect();
        format!("{}\n{}\n", tables.join("\n"), self.notes.join(" "))
    }
}

const BEGIN: &str = "<!-- make bench-publish writes from here -->\n";
const PLOT: &str = "![What a request costs, and how many there are in a second](bench.svg)\n";
const END: &str = "<!-- to here -->\n";

fn publish(folders: &Folders) -> Result<(), Box<dyn Error>> {
    let report = fs::read_to_string(folders.report("report.md"))?;
    replace_between(
        Path::new("docs/benchmarks.md"),
        [BEGIN, END],
        &format!("\n{PLOT}\n{report}"),
    )?;
    fs::copy(folders.report("bench.svg"), "docs/bench.svg")?;
    Ok(())
}
