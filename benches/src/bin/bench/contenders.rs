// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The measured programs and their command lines.

use std::path::PathBuf;
use std::process::Command;

/// The directories of the programs and of the report.
pub struct Directories {
    /// Cargo's target directory.
    pub target: PathBuf,
}

impl Directories {
    pub fn ours(&self, program: &str) -> PathBuf {
        self.target.join("release").join(program)
    }

    /// A program of `tests/peers`, built for release on Qt 6.
    pub fn peer(&self, program: &str) -> PathBuf {
        self.target.join("bench/peers/qt6").join(program)
    }

    /// A file of the report.
    pub fn report(&self, file: &str) -> PathBuf {
        self.target.join("bench").join(file)
    }
}

/// A measured server.
pub struct Contender {
    pub name: &'static str,
    program: PathBuf,
    args: Vec<&'static str>,
}

impl Contender {
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args);
        command
    }

    /// The command line that runs the server under `tool`.
    pub fn under(&self, tool: &[&str]) -> Command {
        let mut command = Command::new(tool[0]);
        command.args(&tool[1..]).arg(&self.program).args(&self.args);
        command
    }
}

/// The servers, in the order of the table; the first is the baseline.
pub fn servers(directories: &Directories) -> Vec<Contender> {
    let example = format!(
        "/usr/lib/{}-linux-gnu/qt5/examples/corelib/ipc/localfortuneserver/localfortuneserver",
        std::env::consts::ARCH
    );
    vec![
        Contender {
            name: "C++ 5.15",
            program: example.into(),
            args: vec![],
        },
        Contender {
            name: "C++ on Qt 6",
            program: directories.peer("localfortuneserver"),
            args: vec![],
        },
        Contender {
            name: "ours",
            program: directories.ours("fortuned"),
            args: vec!["--wire", "qt5.10"],
        },
        Contender {
            name: "bare loop",
            program: directories.ours("bench"),
            args: vec!["--bare-loop"],
        },
    ]
}

/// The command-line clients, with `count` requests to the server `name`.
pub fn clients(directories: &Directories, name: &str, count: u64) -> [(&'static str, Command); 3] {
    let count = count.to_string();
    let mut plain = Command::new(directories.peer("plain-client"));
    plain.args(["qt5.10", name, &count]);
    let ours = |wire| {
        let mut ours = Command::new(directories.ours("fortune-get"));
        ours.args([name, "--count", &count, "--wire", wire]);
        ours
    };
    [
        ("plain C++ on Qt 6", plain),
        ("ours, fixed format", ours("qt5.10")),
        ("ours", ours("auto")),
    ]
}
