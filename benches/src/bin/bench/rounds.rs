// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The rounds: each measures every server with every number of clients.

use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use local_fortune_bench::answers::{Answers, FORTUNES};
use local_fortune_bench::instructions::Counter;
use local_fortune_bench::load::{self, Limit, Run};
use local_fortune_bench::report::machine;
use local_fortune_bench::server::Server;
use local_fortune_bench::table::{Spread, Table, Target};
use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage, setrlimit};

use crate::Args;
use crate::contenders::{Contender, Directories, clients, servers};

/// The numbers of simultaneous clients.
pub const LOADS: [usize; 4] = [1, 2, 8, 64];
/// The number of simultaneous non-blocking connects.
const CROWD: usize = 1000;
/// The number of requests of a command-line client.
const FETCHED: u64 = 10_000;
const MIB: f64 = 1024.0 * 1024.0;
/// The column of our server.
const OURS: usize = 2;

pub struct Rounds<'a> {
    directories: &'a Directories,
    args: &'a Args,
    contenders: Vec<Contender>,
    answers: Answers,
    counter: Option<Counter>,
    own_cpu: Vec<f64>,
    faults: u64,
}

impl<'a> Rounds<'a> {
    pub fn new(directories: &'a Directories, args: &'a Args) -> Result<Self, Box<dyn Error>> {
        let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
        setrlimit(Resource::RLIMIT_NOFILE, most, most)?;
        Ok(Self {
            directories,
            args,
            contenders: servers(directories),
            answers: Answers::new(),
            counter: Counter::find(),
            own_cpu: Vec::new(),
            faults: 0,
        })
    }

    /// The number of requests that failed or got a wrong answer.
    pub fn faults(&self) -> u64 {
        self.faults
    }

    pub fn measure(&mut self) -> Result<Vec<Table>, Box<dyn Error>> {
        let names = self.contenders.iter().map(|it| it.name);
        let mut table = Table::new("server", names);
        let mut running = Vec::new();
        for contender in &self.contenders {
            running.push(Server::start(contender.command(), &self.answers)?);
        }
        let requested = self.load(&mut table, &running)?;
        self.crowds(&mut table, &running)?;
        self.instructions(&mut table)?;
        self.starts(&mut table)?;
        self.million(&mut table, &running, &requested)?;
        let clients = self.clients(&running[OURS])?;
        Ok(vec![table, clients])
    }

    pub fn notes(&self) -> Vec<String> {
        let own = Spread::of(self.own_cpu.clone()).map_or(0.0, |it| it.median);
        let counted = self
            .counter
            .map_or("no tool on this machine", Counter::name);
        vec![
            format!(
                "Medians of {} rounds, each of which measures all programs in turn; after `=`, the \
                 median of the rounds' ratios to the first column; in brackets, minimum and \
                 maximum.",
                self.args.rounds
            ),
            format!(
                "The clients run on the same machine, {} processors: they take {own:.1} µs of CPU \
                 time per request, on one thread.",
                std::thread::available_parallelism().map_or(0, usize::from)
            ),
            format!("Instructions are counted by {counted}."),
            machine(),
        ]
    }

    /// Measures each server with each number of clients; returns the number of requests to each
    /// server.
    fn load(&mut self, table: &mut Table, running: &[Server]) -> io::Result<Vec<u64>> {
        let mut requested = vec![1; running.len()];
        let rows = LOADS.map(|clients| Rows::new(table, clients));
        let limit = Limit::time(Duration::from_millis(self.args.ms));
        for round in 0..self.args.rounds {
            progress(&format!("round {} of {}", round + 1, self.args.rounds));
            for (clients, rows) in LOADS.iter().zip(&rows) {
                for turn in 0..running.len() {
                    let column = (turn + round) % running.len();
                    let server = &running[column];
                    let before = server.cpu()?;
                    let run = load::run(&server.socket(), *clients, limit, &self.answers)?;
                    let cpu = server.cpu()?.saturating_sub(before);
                    let requests = run.requests() as f64;
                    requested[column] += run.requests();
                    self.faults += run.faults();
                    self.own_cpu.push(micros(run.own_cpu) / requests);
                    rows.push(table, column, &run, micros(cpu) / requests);
                }
            }
        }
        // Groups the rows by figure.
        let mut sorted: Vec<_> = table.rows.drain(..).enumerate().collect();
        sorted.sort_by_key(|(at, _)| at % Rows::COUNT);
        table.rows = sorted.into_iter().map(|(_, row)| row).collect();
        Ok(requested)
    }

    /// The number of simultaneous connects that find the backlog full.
    fn crowds(&mut self, table: &mut Table, running: &[Server]) -> io::Result<()> {
        progress("crowds");
        let title = format!("refused, of {CROWD} simultaneous connects");
        let row = table.row(title, 0, Some((OURS, Target::AtMost(0.0))));
        for _ in 0..self.args.rounds {
            for (column, server) in running.iter().enumerate() {
                let crowd = load::crowd(&server.socket(), CROWD, &self.answers)?;
                self.faults += crowd.faults;
                table.push(row, column, crowd.turned_away as f64);
            }
        }
        Ok(())
    }

    fn instructions(&mut self, table: &mut Table) -> io::Result<()> {
        let Some(counter) = self.counter else {
            return Ok(());
        };
        let target = Some((OURS, Target::AtMost(5000.0)));
        let user = table.row("instructions per request, user", 0, target);
        let kernel = table.row("instructions per request, kernel", 0, None);
        let file = self.directories.report("instructions");
        for (column, contender) in self.contenders.iter().enumerate() {
            progress(&format!("instructions of {}", contender.name));
            let start = |tool: &[&str]| contender.under(tool);
            let it = counter.count(start, &self.answers, &file)?;
            table.push(user, column, it.user);
            it.kernel
                .iter()
                .for_each(|&it| table.push(kernel, column, it));
        }
        table
            .rows
            .retain(|row| row.rounds.iter().any(|it| !it.is_empty()));
        Ok(())
    }

    /// Starts each server again.
    fn starts(&mut self, table: &mut Table) -> io::Result<()> {
        progress("starts");
        let half = || Some((OURS, Target::RatioAtMost(0.5)));
        let first = table.row("ms to the first answer", 1, half());
        let idle = table.row("memory (RSS), idle, MiB", 1, half());
        let shared = table.row("memory (PSS), idle, MiB", 1, None);
        for _ in 0..2 * self.args.rounds {
            for (column, contender) in self.contenders.iter().enumerate() {
                let server = Server::start(contender.command(), &self.answers)?;
                table.push(first, column, micros(server.to_first_answer()) / 1000.0);
                let run = load::run(&server.socket(), 1, Limit::requests(10), &self.answers)?;
                self.faults += run.faults();
                let memory = server.memory()?;
                table.push(idle, column, memory.resident as f64 / MIB);
                table.push(shared, column, memory.proportional as f64 / MIB);
            }
        }
        Ok(())
    }

    /// Sends enough requests to each server to show a leak.
    fn million(
        &mut self,
        table: &mut Table,
        running: &[Server],
        requested: &[u64],
    ) -> io::Result<()> {
        let requests = self.args.requests;
        let title = format!("memory (RSS) after {requests} requests, MiB");
        let row = table.row(title, 1, None);
        for (column, server) in running.iter().enumerate() {
            progress(&format!(
                "{requests} requests to {}",
                self.contenders[column].name
            ));
            let limit = Limit::requests(requests.saturating_sub(requested[column]));
            let run = load::run(&server.socket(), 8, limit, &self.answers)?;
            self.faults += run.faults();
            table.push(row, column, server.memory()?.resident as f64 / MIB);
        }
        Ok(())
    }

    /// Measures the command-line clients with a server.
    fn clients(&mut self, server: &Server) -> Result<Table, Box<dyn Error>> {
        progress("clients");
        let socket = server.socket();
        let name = socket.to_str().ok_or("the directory's path is not UTF-8")?;
        let commands = |count| clients(self.directories, name, count);
        let mut table = Table::new("client", commands(1).map(|(name, _)| name));
        let rate = table.row("requests/s, one at a time", 0, None);
        let cpu = table.row("CPU per request, µs", 1, None);
        let begin = table.row("ms for the first answer, start to end", 1, None);
        for _ in 0..self.args.rounds {
            let both = commands(1).into_iter().zip(commands(FETCHED));
            for (column, ((_, one), (_, many))) in both.enumerate() {
                let (first, first_cpu) = self.fetch(one, 1)?;
                let (all, all_cpu) = self.fetch(many, FETCHED)?;
                let others = (FETCHED - 1) as f64;
                let elapsed = all.saturating_sub(first).as_secs_f64();
                table.push(rate, column, others / elapsed);
                let used = all_cpu.saturating_sub(first_cpu);
                table.push(cpu, column, micros(used) / others);
                table.push(begin, column, micros(first) / 1000.0);
            }
        }
        Ok(table)
    }

    /// Runs a client to completion and returns its wall time and its CPU time.
    fn fetch(&mut self, mut client: Command, count: u64) -> io::Result<(Duration, Duration)> {
        let file = self.directories.report("fetched");
        client.stdin(Stdio::null()).stdout(File::create(&file)?);
        let before = children()?;
        let start = Instant::now();
        let status = client.status()?;
        let elapsed = start.elapsed();
        let cpu = children()?.saturating_sub(before);
        let right = right(&file)?;
        if !status.success() || right != count {
            self.faults += count.abs_diff(right).max(1);
        }
        Ok((elapsed, cpu))
    }
}

/// The number of lines that are fortunes, minus the number of other lines.
fn right(file: &Path) -> io::Result<u64> {
    let text = fs::read_to_string(file)?;
    let (right, wrong): (Vec<_>, Vec<_>) = text.lines().partition(|it| FORTUNES.contains(it));
    Ok((right.len() as u64).saturating_sub(wrong.len() as u64))
}

/// The CPU time of all child processes that have exited.
fn children() -> io::Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = |it: nix::sys::time::TimeVal| {
        Duration::from_micros((it.tv_sec() * 1_000_000 + it.tv_usec()) as u64)
    };
    Ok(micros(usage.user_time()) + micros(usage.system_time()))
}

/// The rows of one number of clients.
struct Rows {
    rate: usize,
    cpu: usize,
    half: usize,
    nearly_all: usize,
}

impl Rows {
    const COUNT: usize = 4;

    fn new(table: &mut Table, clients: usize) -> Self {
        let at = if clients == 1 {
            "1 client".to_owned()
        } else {
            format!("{clients} clients")
        };
        let rate = match clients {
            1 | 2 => 1.4,
            8 => 1.5,
            _ => 1.9,
        };
        let rate = Some((OURS, Target::RatioAtLeast(rate)));
        let cpu = Some((OURS, Target::RatioAtMost(0.45)));
        let half = (clients == 64).then_some((OURS, Target::RatioAtMost(0.5)));
        Self {
            rate: table.row(format!("requests/s, {at}"), 0, rate),
            cpu: table.row(format!("CPU per request, µs, {at}"), 1, cpu),
            half: table.row(format!("p50, µs, {at}"), 0, half),
            nearly_all: table.row(format!("p99, µs, {at}"), 0, None),
        }
    }

    fn push(&self, table: &mut Table, column: usize, run: &Run, cpu: f64) {
        table.push(self.rate, column, run.rate());
        table.push(self.cpu, column, cpu);
        table.push(self.half, column, run.quantile(0.5));
        table.push(self.nearly_all, column, run.quantile(0.99));
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn progress(what: &str) {
    eprintln!("bench: {what}");
}
