// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The number of instructions per request of a server.
//!
//! `perf` counts them if hardware counters are available; virtual machines often have none.
//! Otherwise valgrind counts the instructions in user space by emulation. In both cases a server
//! runs twice, with few and with many requests, and the difference is divided by the number of
//! additional requests.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::answers::Answers;
use crate::load::{self, Limit};
use crate::server::Server;
/// Instructions per request, or of a complete run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Instructions {
    /// In the program and its libraries.
    pub user: f64,
    /// In the kernel, if available.
    pub kernel: Option<f64>,
}

/// The tool that counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counter {
    /// Hardware counters.
    Perf,
    /// Emulation.
    Valgrind,
}

impl Counter {
    /// The best available tool.
    pub fn find() -> Option<Self> {
        let perf = Command::new("perf")
            .args(["stat", "-x,", "-e", "instructions:u,instructions:k", "true"])
            .output();
        let counts = |output: &[u8]| from_perf(&String::from_utf8_lossy(output)).is_some();
        if perf.is_ok_and(|perf| counts(&perf.stderr)) {
            return Some(Self::Perf);
        }
        let valgrind = Command::new("valgrind").arg("--version").output();
        valgrind.is_ok().then_some(Self::Valgrind)
    }

    /// The name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Perf => "perf",
            Self::Valgrind => "valgrind; no hardware counters are available",
        }
    }

    /// Counts the instructions per request of the server that `start` runs under the given tool;
    /// `file` is for the tool's output.
    ///
    /// # Errors
    ///
    /// If the instructions cannot be counted, or an answer is wrong.
    pub fn count(
        self,
        start: impl Fn(&[&str]) -> Command,
        answers: &Answers,
        file: &Path,
    ) -> io::Result<Instructions> {
        let few = self.whole(&start, answers, file, Self::FEW)?;
        let many = self.whole(&start, answers, file, Self::FEW + Self::MORE)?;
        let each = |few: f64, many: f64| (many - few) / Self::MORE as f64;
        Ok(Instructions {
            user: each(few.user, many.user),
            kernel: few
                .kernel
                .zip(many.kernel)
                .map(|(few, many)| each(few, many)),
        })
    }

    const FEW: u64 = 500;
    const MORE: u64 = 4000;

    fn whole(
        self,
        start: &impl Fn(&[&str]) -> Command,
        answers: &Answers,
        file: &Path,
        requests: u64,
    ) -> io::Result<Instructions> {
        let file = file.to_string_lossy();
        let log = format!("--log-file={file}");
        let command = match self {
            Self::Perf => start(&[
                "perf",
                "stat",
                "-x,",
                "-e",
                "instructions:u,instructions:k",
                "-o",
                &file,
            ]),
            Self::Valgrind => start(&[
                "valgrind",
                "--tool=cachegrind",
                "--cache-sim=no",
                "--cachegrind-out-file=/dev/null",
                &log,
            ]),
        };
        let server = Server::start(command, answers)?;
        let run = load::run(&server.socket(), 8, Limit::requests(requests), answers)?;
        server.end()?;
        let counted = fs::read_to_string(&*file)?;
        let counted = match self {
            Self::Perf => from_perf(&counted),
            Self::Valgrind => from_valgrind(&counted),
        };
        match counted {
            Some(counted) if run.faults() == 0 => Ok(counted),
            _ => Err(io::Error::other("instructions cannot be counted")),
        }
    }
}

/// Parses the lines `4711,,instructions:u,…`, or `<not supported>,…`.
pub fn from_perf(lines: &str) -> Option<Instructions> {
    let count = |event: &str| {
        let line = lines.lines().find(|line| line.contains(event))?;
        line.split(',').next()?.parse().ok()
    };
    Some(Instructions {
        user: count("instructions:u")?,
        kernel: count("instructions:k"),
    })
}

/// Parses the line `==1== I   refs:      4,711`.
pub fn from_valgrind(log: &str) -> Option<Instructions> {
    let line = log.lines().find(|line| line.contains("refs:"))?;
    let (_, count) = line.rsplit_once(':')?;
    let user = count.trim().replace(',', "").parse().ok()?;
    Some(Instructions { user, kernel: None })
}
