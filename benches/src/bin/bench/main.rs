// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Compares our programs with Qt's C++ example, alternately on the same machine, and writes the
//! report: `make bench` runs this. It fails if an answer is wrong or missing, never because of a
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

use contenders::Directories;
use rounds::Rounds;

/// Compares our programs with Qt's C++ example.
#[derive(Parser)]
struct Args {
    /// Cargo's target directory with the release programs.
    #[arg(long, value_name = "DIRECTORY", default_value = "target")]
    target: PathBuf,
    /// The number of rounds.
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// The duration of each measurement in a round.
    #[arg(long, value_name = "MS", default_value_t = 400)]
    ms: u64,
    /// The number of requests before the memory of a server is measured again.
    #[arg(long, default_value_t = 1_000_000)]
    requests: u64,
    /// Only write the last report and its plot into the docs.
    #[arg(long)]
    publish: bool,
    /// Run the server of the bare loop.
    #[arg(long, hide = true)]
    bare_loop: bool,
}

/// All measurements.
#[derive(Serialize)]
struct Report {
    tables: Vec<Table>,
    notes: Vec<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let directories = Directories {
        target: args.target.clone(),
    };
    if args.bare_loop {
        return Ok(bare::serve()?);
    }
    if args.publish {
        return publish(&directories);
    }
    let start = Instant::now();
    let mut rounds = Rounds::new(&directories, &args)?;
    let mut tables = rounds.measure()?;
    tables.extend(wire::table(&directories.target.join("criterion"))?);
    let mut notes = rounds.notes();
    notes.push(format!("Measured in {} s.", start.elapsed().as_secs()));
    let report = Report { tables, notes };
    fs::write(
        directories.report("report.json"),
        serde_json::to_vec(&report)?,
    )?;
    let markdown = report.markdown();
    fs::write(directories.report("report.md"), &markdown)?;
    plot::draw(&report.tables[0], &directories.report("bench.svg"))?;
    print!("{markdown}");
    match rounds.faults() {
        0 => Ok(()),
        faults => Err(format!("{faults} requests failed or got a wrong answer").into()),
    }
}

impl Report {
    fn markdown(&self) -> String {
        let tables: Vec<String> = self.tables.iter().map(Table::markdown).collect();
        format!("{}\n{}\n", tables.join("\n"), self.notes.join(" "))
    }
}

const BEGIN: &str = "<!-- make bench-publish writes from here -->\n";
const PLOT: &str = "![CPU time per request, and requests per second](bench.svg)\n";
const END: &str = "<!-- to here -->\n";

fn publish(directories: &Directories) -> Result<(), Box<dyn Error>> {
    let report = fs::read_to_string(directories.report("report.md"))?;
    replace_between(
        Path::new("docs/benchmarks.md"),
        [BEGIN, END],
        &format!("\n{PLOT}\n{report}"),
    )?;
    fs::copy(directories.report("bench.svg"), "docs/bench.svg")?;
    Ok(())
}
