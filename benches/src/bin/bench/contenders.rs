// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The programs that are measured, and how they are started.

use std::path::PathBuf;
use std::process::Command;

/// Where the programs are, and where the report goes.
pub struct Folders {
    /// Cargo's folder for what it builds.
    pub target: PathBuf,
}

impl Folders {
    pub fn ours(&self, program: &str) -> PathBuf {
        self.target.join("release").join(program)
    }

    /// A program of `tests/peers`, built on Qt 6 with optimization.
    pub fn peer(&self, program: &str) -> PathBuf {
        self.target.join("bench/peers/qt6").join(program)
    }

    /// A file of the report.
    pub fn report(&self, file: &str) -> PathBuf {
        self.target.join("bench").join(file)
    }
}

/// A server that is measured.
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

    /// The command as another program starts it.
    pub fn under(&self, tool: &[&str]) -> Command {
        let mut command = Command::new(tool[0]);
        command.args(&tool[1..]).arg(&self.program).args(&self.args);
        command
    }
}

/// The servers, in the order of the table; the first is what the others are compared with.
pub fn servers(folders: &Folders) -> Vec<Contender> {
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
            program: folders.peer("localfortuneserver"),
            args: vec![],
        },
        Contender {
            name: "ours",
            program: folders.ours("fortuned"),
            args: vec!["--wire", "qt5.10"],
        },
        Contender {
            name: "bare loop",
            program: folders.ours("bench"),
            args: vec!["--bare-loop"],
        },
    ]
}

/// The clients without a window, with a number of requests to the server of this name.
pub fn clients(folders: &Folders, name: &str, count: u64) -> [(&'static str, Command); 3] {
    let count = count.to_string();
    let mut plain = Command::new(folders.peer("plain-client"));
    plain.args(["qt5.10", name, &count]);
    let ours = |wire| {
        let mut ours = Command::new(folders.ours("fortune-get"));
        ours.args([name, "--count", &count, "--wire", wire]);
        ours
    };
    [
        ("plain C++ on Qt 6", plain),
        ("ours, told", ours("qt5.10")),
        ("ours", ours("auto")),
    ]
}
