// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The table of all peers in the interoperability tests: their formats, and how to find and start
//! them.

#![allow(
    dead_code,
    reason = "the tests and the table each use their own part of this"
)]

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::support::{
    BUILT_IN, CLIENT, Finished, Running, SERVER, TestDir, eventually, finish, try_fetch,
};

/// All formats, by their names on the command lines.
pub const FORMATS: [&str; 4] = ["qt4", "qt5.6", "qt5.10", "qt6.8"];

/// The number of requests of a client.
pub const FORTUNES: usize = 20;

/// The name of every server, in the directory of the test.
pub const NAME: &str = "fortune";

/// An implementation: a server, a client, or both.
pub struct Peer {
    pub name: &'static str,
    /// The formats that can be selected, or the only one.
    pub formats: &'static [&'static str],
    /// The formats that its client accepts: the C++ client misreads the length of `qt5.6` as one of
    /// `qt5.10` that does not exceed the available bytes.
    pub reads: &'static [&'static str],
    /// How to install the peer, if it is missing.
    pub missing: fn() -> Option<String>,
    /// The command of a server on [`NAME`] with the format.
    pub server: Option<fn(&TestDir, &str) -> Command>,
    /// The command of a client that sends the given number of requests to [`NAME`] and prints one
    /// fortune per line.
    pub client: Option<fn(&TestDir, &str, usize) -> Command>,
}

pub const OURS_AUTO: Peer = Peer {
    name: "ours",
    formats: &FORMATS,
    reads: &FORMATS,
    missing: not_missing,
    server: None,
    client: Some(|dir, _, count| {
        let mut client = ours(dir, CLIENT);
        client.args([NAME, "--count", &count.to_string()]);
        client
    }),
};

pub const OURS: Peer = Peer {
    name: "ours, fixed format",
    formats: &FORMATS,
    reads: &FORMATS,
    missing: not_missing,
    server: Some(|dir, format| {
        let mut server = ours(dir, SERVER);
        server.args([NAME, "--wire", format]);
        server
    }),
    client: Some(|dir, format, count| {
        let mut client = ours(dir, CLIENT);
        client.args([NAME, "--wire", format]);
        client.args(["--count", &count.to_string()]);
        client
    }),
};

pub const CPP_PACKAGED: Peer = Peer {
    name: "C++ 5.15, packaged",
    formats: &["qt5.10"],
    reads: &["qt5.6", "qt5.10"],
    missing: || absent(&packaged("localfortuneserver"), "qtbase5-examples"),
    server: Some(|dir, _| dir.command(packaged("localfortuneserver"))),
    client: Some(|dir, _, count| with_asker(dir, packaged("localfortuneclient"), 5, count)),
};

pub const CPP_QT5: Peer = Peer {
    name: "C++ on Qt 5",
    formats: &["qt5.10"],
    reads: &["qt5.6", "qt5.10"],
    missing: not_missing,
    server: Some(|dir, _| dir.command(built().join("qt5/localfortuneserver"))),
    client: Some(|dir, _, count| with_asker(dir, built().join("qt5/localfortuneclient"), 5, count)),
};

pub const CPP_QT6: Peer = Peer {
    name: "C++ on Qt 6",
    formats: &["qt5.10"],
    reads: &["qt5.6", "qt5.10"],
    missing: not_missing,
    server: Some(|dir, _| dir.command(built().join("qt6/localfortuneserver"))),
    client: Some(|dir, _, count| with_asker(dir, built().join("qt6/localfortuneclient"), 6, count)),
};

pub const PYQT5: Peer = Peer {
    name: "PyQt5",
    formats: &["qt4"],
    reads: &["qt4"],
    missing: || {
        absent(&pyqt5("localfortuneserver.py"), "pyqt5-examples").or_else(|| {
            absent(
                Path::new("/usr/lib/python3/dist-packages/PyQt5"),
                "python3-pyqt5",
            )
        })
    },
    server: Some(|dir, _| {
        let mut server = dir.command("/usr/bin/python3");
        server.arg(pyqt5("localfortuneserver.py"));
        server
    }),
    client: Some(|dir, _, count| {
        let mut client = with_asker(dir, "/usr/bin/python3".into(), 5, count);
        client.arg(pyqt5("localfortuneclient.py"));
        client
    }),
};

/// Our C++ peer. Qt 5 does not define the stream version of `qt6.8`.
pub const PLAIN_QT5: Peer = Peer {
    name: "plain on Qt 5",
    formats: &["qt4", "qt5.6", "qt5.10"],
    reads: &["qt4", "qt5.6", "qt5.10"],
    missing: not_missing,
    server: Some(|dir, format| plain_server(dir, 5, format)),
    client: Some(|dir, format, count| plain_client(dir, 5, format, count)),
};

pub const PLAIN_QT6: Peer = Peer {
    name: "plain on Qt 6",
    formats: &FORMATS,
    reads: &FORMATS,
    missing: not_missing,
    server: Some(|dir, format| plain_server(dir, 6, format)),
    client: Some(|dir, format, count| plain_client(dir, 6, format, count)),
};

pub const PYSIDE6: Peer = Peer {
    name: "PySide6",
    formats: &FORMATS,
    reads: &FORMATS,
    missing: || {
        let python = pyside6_python();
        let works = python.exists()
            && Command::new(python)
                .args(["-c", "import PySide6.QtNetwork"])
                .output()
                .is_ok_and(|it| it.status.success());
        (!works).then(|| "`make interop` with python3-venv and a network".to_owned())
    },
    server: Some(|dir, format| {
        let mut server = dir.command(pyside6_python());
        server.arg(source("pyside6_server.py")).args([format, NAME]);
        server
    }),
    client: Some(|dir, format, count| {
        let mut client = dir.command(pyside6_python());
        client.arg(source("pyside6_client.py"));
        client.args([format, NAME, &count.to_string()]);
        client
    }),
};

/// The example of Qt 6.8 and later, whose server listens after a click.
pub const CPP_6_PACKAGED: Peer = Peer {
    name: "C++ 6, packaged",
    formats: &["qt6.8"],
    reads: &["qt6.8"],
    missing: || {
        absent(&packaged_6("localfortuneserver"), "qt6-base-examples")
            .map(|instructions| instructions + " (from Debian 13)")
    },
    server: Some(|dir, _| with_asker(dir, packaged_6("localfortuneserver"), 6, 1)),
    client: Some(|dir, _, count| with_asker(dir, packaged_6("localfortuneclient"), 6, count)),
};

/// The other implementations that must be installed. The example of 6.8 exists only with Qt 6.8 and
/// later.
pub const OTHERS: &[Peer] = &[
    CPP_PACKAGED,
    CPP_QT5,
    CPP_QT6,
    PYQT5,
    PLAIN_QT5,
    PLAIN_QT6,
    #[cfg(cxxqt_qt_version_at_least_6_8)]
    CPP_6_PACKAGED,
];

/// All peers, in the order of the table.
pub const ALL: [Peer; 10] = [
    OURS_AUTO,
    OURS,
    CPP_PACKAGED,
    CPP_QT5,
    CPP_QT6,
    PYQT5,
    PLAIN_QT5,
    PLAIN_QT6,
    PYSIDE6,
    CPP_6_PACKAGED,
];

/// Starts a peer's server and waits until it answers.
pub fn start_server(dir: &TestDir, server: &Peer, format: &str) -> Running {
    if let Some(instructions) = (server.missing)() {
        panic!("{} is not installed: {instructions}", server.name);
    }
    let mut command = server.server.expect("has a server")(dir, format);
    command.stderr(File::create(dir.path("server.log")).unwrap());
    let running = Running::start(command);
    // A server with a window does not report when it listens.
    eventually(|| try_fetch(&dir.path(NAME)));
    running
}

/// Runs a peer's client with `count` requests.
pub fn run_client(dir: &TestDir, client: &Peer, format: &str, count: usize) -> Finished {
    if let Some(instructions) = (client.missing)() {
        panic!("{} is not installed: {instructions}", client.name);
    }
    finish(client.client.expect("has a client")(dir, format, count))
}

/// The result of a client with a server.
#[derive(Debug, PartialEq, Eq)]
pub enum PairResult {
    /// All fortunes arrived, without other output.
    Correct,
    /// The number of fortunes that arrived, and the reason or the unexpected output.
    Wrong(usize, String),
    /// They support different formats by design.
    DifferentFormats,
    /// One of them is not installed; how to install it.
    NotInstalled(String),
}

/// Runs a client with [`FORTUNES`] requests to a server, in a directory of their own.
pub fn run_pair(server: &Peer, client: &Peer, format: &str) -> PairResult {
    if !client.reads.contains(&format) {
        return PairResult::DifferentFormats;
    }
    if let Some(instructions) = (server.missing)().or_else(client.missing) {
        return PairResult::NotInstalled(instructions);
    }
    let result = catch_unwind(AssertUnwindSafe(|| {
        let dir = TestDir::new();
        let _server = start_server(&dir, server, format);
        run_client(&dir, client, format, FORTUNES)
    }));
    let Ok(result) = result else {
        return PairResult::Wrong(0, "time-out".to_owned());
    };
    let correct_lines = correct_lines(&result);
    if (result.status, correct_lines, result.stdout.lines().count()) == (0, FORTUNES, FORTUNES) {
        PairResult::Correct
    } else {
        let reason = result
            .stderr
            .lines()
            .last()
            .unwrap_or("a wrong text")
            .to_owned();
        PairResult::Wrong(correct_lines, reason)
    }
}

/// The number of lines that are fortunes.
pub fn correct_lines(client: &Finished) -> usize {
    let lines = client.stdout.lines();
    lines.filter(|line| BUILT_IN.contains(line)).count()
}

fn not_missing() -> Option<String> {
    None
}

fn absent(path: &Path, package: &str) -> Option<String> {
    (!path.exists()).then(|| format!("apt install {package}"))
}

fn ours(dir: &TestDir, program: &str) -> Command {
    let mut command = dir.command(program);
    command.env_remove("QT_QPA_PLATFORM");
    command
}

/// The C++ example from Debian's package `qtbase5-examples`.
pub fn packaged(program: &str) -> PathBuf {
    examples("qt5").join(program).join(program)
}

/// The C++ example from Debian's package `qt6-base-examples`.
pub fn packaged_6(program: &str) -> PathBuf {
    examples("qt6").join(program).join("bin").join(program)
}

fn examples(qt: &str) -> PathBuf {
    let arch = std::env::consts::ARCH;
    PathBuf::from(format!(
        "/usr/lib/{arch}-linux-gnu/{qt}/examples/corelib/ipc"
    ))
}

/// The Python port of the example.
fn pyqt5(script: &str) -> PathBuf {
    Path::new("/usr/share/doc/pyqt5-examples/examples/ipc").join(script)
}

/// The Python of the virtual environment that `make interop` creates.
pub fn pyside6_python() -> PathBuf {
    let folder = std::env::var_os("LOCAL_FORTUNE_PYSIDE6").map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("pyside6"),
        PathBuf::from,
    );
    folder.join("bin/python")
}

fn source(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/peers")
        .join(file)
}

/// A program of the example, operated by the plugin `fortune-asker`.
fn with_asker(dir: &TestDir, program: PathBuf, qt: u32, count: usize) -> Command {
    let mut command = dir.command(program);
    command
        .env("QT_PLUGIN_PATH", built().join(format!("qt{qt}/plugins")))
        .env("QT_QPA_GENERIC_PLUGINS", "fortune-asker")
        .env("FORTUNE_NAME", NAME)
        .env("FORTUNE_COUNT", count.to_string());
    command
}

fn plain_server(dir: &TestDir, qt: u32, format: &str) -> Command {
    let mut command = dir.command(built().join(format!("qt{qt}/plain-server")));
    command.args([format, NAME]);
    command
}

fn plain_client(dir: &TestDir, qt: u32, format: &str, count: usize) -> Command {
    let mut command = dir.command(built().join(format!("qt{qt}/plain-client")));
    command.args([format, NAME, &count.to_string()]);
    command
}

/// The build directory of `tests/peers`, built on first use.
pub fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        if let Some(folder) = std::env::var_os("LOCAL_FORTUNE_PEERS") {
            return folder.into();
        }
        let build = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers");
        let cmake = |args: &[&Path]| {
            let status = Command::new("cmake").args(args).status();
            assert!(
                status.is_ok_and(|status| status.success()),
                "cmake {args:?} failed: are the packages cmake, qtbase5-dev, qt6-base-dev and \
                 qtbase5-examples installed?"
            );
        };
        cmake(&[Path::new("-S"), &source(""), Path::new("-B"), &build]);
        cmake(&[Path::new("--build"), &build, Path::new("--parallel")]);
        build
    })
}
