// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The one table of everybody whom our programs meet: what they speak, how they are found, started
//! as a server and asked as a client.

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
    BUILT_IN, CLIENT, Finished, Place, Running, SERVER, eventually, finish, try_fetch,
};

/// All formats, by their names on the command lines.
pub const FORMATS: [&str; 4] = ["qt4", "qt5.6", "qt5.10", "qt6.8"];

/// How many fortunes a client asks for.
pub const FORTUNES: usize = 20;

/// The name on which every server listens, in the folder of the pair.
pub const NAME: &str = "fortune";

/// A program of somebody's, or a pair of them.
pub struct Peer {
    pub name: &'static str,
    /// What it can be told to speak, or the one format that it speaks.
    pub formats: &'static [&'static str],
    /// What its client understands: the C++ client takes the length of `qt5.6` for one of `qt5.10`
    /// that is no longer than what has come.
    pub reads: &'static [&'static str],
    /// What is missing and how to install it.
    pub missing: fn() -> Option<String>,
    /// Listens on [`NAME`] in the format.
    pub server: Option<fn(&Place, &str) -> Command>,
    /// Asks [`NAME`] for so many fortunes and prints each on a line.
    pub client: Option<fn(&Place, &str, usize) -> Command>,
}

pub const OURS_AUTO: Peer = Peer {
    name: "ours",
    formats: &FORMATS,
    reads: &FORMATS,
    missing: nothing,
    server: None,
    client: Some(|place, _, count| {
        let mut client = ours(place, CLIENT);
        client.args([NAME, "--count", &count.to_string()]);
        client
    }),
};

pub const OURS: Peer = Peer {
    name: "ours, told",
    formats: &FORMATS,
    reads: &FORMATS,
    missing: nothing,
    server: Some(|place, format| {
        let mut server = ours(place, SERVER);
        server.args([NAME, "--wire", format]);
        server
    }),
    client: Some(|place, format, count| {
        let mut client = ours(place, CLIENT);
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
    server: Some(|place, _| place.command(packaged("localfortuneserver"))),
    client: Some(|place, _, count| asked(place, packaged("localfortuneclient"), 5, count)),
};

pub const CPP_QT5: Peer = Peer {
    name: "C++ on Qt 5",
    formats: &["qt5.10"],
    reads: &["qt5.6", "qt5.10"],
    missing: nothing,
    server: Some(|place, _| place.command(built().join("qt5/localfortuneserver"))),
    client: Some(|place, _, count| asked(place, built().join("qt5/localfortuneclient"), 5, count)),
};

pub const CPP_QT6: Peer = Peer {
    name: "C++ on Qt 6",
    formats: &["qt5.10"],
    reads: &["qt5.6", "qt5.10"],
    missing: nothing,
    server: Some(|place, _| place.command(built().join("qt6/localfortuneserver"))),
    client: Some(|place, _, count| asked(place, built().join("qt6/localfortuneclient"), 6, count)),
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
    server: Some(|place, _| {
        let mut server = place.command("/usr/bin/python3");
        server.arg(pyqt5("localfortuneserver.py"));
        server
    }),
    client: Some(|place, _, count| {
        let mut client = asked(place, "/usr/bin/python3".into(), 5, count);
        client.arg(pyqt5("localfortuneclient.py"));
        client
    }),
};

/// Our C++ peer. Qt 5 cannot name the stream version of `qt6.8`.
pub const PLAIN_QT5: Peer = Peer {
    name: "plain on Qt 5",
    formats: &["qt4", "qt5.6", "qt5.10"],
    reads: &["qt4", "qt5.6", "qt5.10"],
    missing: nothing,
    server: Some(|place, format| plain_server(place, 5, format)),
    client: Some(|place, format, count| plain_client(place, 5, format, count)),
};

pub const PLAIN_QT6: Peer = Peer {
    name: "plain on Qt 6",
    formats: &FORMATS,
    reads: &FORMATS,
    missing: nothing,
    server: Some(|place, format| plain_server(place, 6, format)),
    client: Some(|place, format, count| plain_client(place, 6, format, count)),
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
    server: Some(|place, format| {
        let mut server = place.command(pyside6_python());
        server.arg(source("pyside6_server.py")).args([format, NAME]);
        server
    }),
    client: Some(|place, format, count| {
        let mut client = place.command(pyside6_python());
        client.arg(source("pyside6_client.py"));
        client.args([format, NAME, &count.to_string()]);
        client
    }),
};

/// The example of Qt 6.8 and later, whose server has to be told to listen.
pub const CPP_6_PACKAGED: Peer = Peer {
    name: "C++ 6, packaged",
    formats: &["qt6.8"],
    reads: &["qt6.8"],
    missing: || {
        absent(&packaged_6("localfortuneserver"), "qt6-base-examples")
            .map(|how| how + " (from Debian 13)")
    },
    server: Some(|place, _| asked(place, packaged_6("localfortuneserver"), 6, 1)),
    client: Some(|place, _, count| asked(place, packaged_6("localfortuneclient"), 6, count)),
};

/// Somebody else's programs that must be here. Where Qt is older than 6.8, so is its example.
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

/// Everybody, in the order of the table.
pub const EVERYBODY: [Peer; 10] = [
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

/// Starts a peer's server and waits until it serves.
pub fn serving(place: &Place, server: &Peer, format: &str) -> Running {
    if let Some(how) = (server.missing)() {
        panic!("{} is not installed: {how}", server.name);
    }
    let mut command = server.server.expect("has a server")(place, format);
    command.stderr(File::create(place.path("server.log")).unwrap());
    let running = Running::start(command);
    // A server with a window does not say when it listens.
    eventually(|| try_fetch(&place.path(NAME)));
    running
}

/// Lets a peer's client ask for fortunes.
pub fn asking(place: &Place, client: &Peer, format: &str, count: usize) -> Finished {
    if let Some(how) = (client.missing)() {
        panic!("{} is not installed: {how}", client.name);
    }
    finish(client.client.expect("has a client")(place, format, count))
}

/// What came of a client and a server.
#[derive(Debug, PartialEq, Eq)]
pub enum Meeting {
    /// All fortunes arrived, and nothing else.
    Right,
    /// Only so many did, or something else came too, and why.
    Wrong(usize, String),
    /// They speak different formats, as they were made to.
    DifferentEras,
    /// One of them is missing here; how to install it.
    NotInstalled(String),
}

/// Lets a client ask a server for [`FORTUNES`], in a folder of their own.
pub fn meet(server: &Peer, client: &Peer, format: &str) -> Meeting {
    if !client.reads.contains(&format) {
        return Meeting::DifferentEras;
    }
    if let Some(how) = (server.missing)().or_else(client.missing) {
        return Meeting::NotInstalled(how);
    }
    let met = catch_unwind(AssertUnwindSafe(|| {
        let place = Place::new();
        let _server = serving(&place, server, format);
        asking(&place, client, format, FORTUNES)
    }));
    let Ok(met) = met else {
        return Meeting::Wrong(0, "it takes too long".to_owned());
    };
    let right = right(&met);
    if (met.status, right, met.stdout.lines().count()) == (0, FORTUNES, FORTUNES) {
        Meeting::Right
    } else {
        let reason = met
            .stderr
            .lines()
            .last()
            .unwrap_or("a wrong text")
            .to_owned();
        Meeting::Wrong(right, reason)
    }
}

/// How many lines are fortunes.
pub fn right(client: &Finished) -> usize {
    let lines = client.stdout.lines();
    lines.filter(|line| BUILT_IN.contains(line)).count()
}

fn nothing() -> Option<String> {
    None
}

fn absent(path: &Path, package: &str) -> Option<String> {
    (!path.exists()).then(|| format!("apt install {package}"))
}

fn ours(place: &Place, program: &str) -> Command {
    let mut command = place.command(program);
    command.env_remove("QT_QPA_PLATFORM");
    command
}

/// The C++ example as Debian's package `qtbase5-examples` compiled it.
pub fn packaged(program: &str) -> PathBuf {
    examples("qt5").join(program).join(program)
}

/// The C++ example as Debian's package `qt6-base-examples` compiled it.
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

/// The Python of the virtual environment that `make interop` makes.
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

/// A program of the example, used by the plugin that stands in for a person.
fn asked(place: &Place, program: PathBuf, qt: u32, count: usize) -> Command {
    let mut command = place.command(program);
    command
        .env("QT_PLUGIN_PATH", built().join(format!("qt{qt}/plugins")))
        .env("QT_QPA_GENERIC_PLUGINS", "fortune-asker")
        .env("FORTUNE_NAME", NAME)
        .env("FORTUNE_COUNT", count.to_string());
    command
}

fn plain_server(place: &Place, qt: u32, format: &str) -> Command {
    let mut command = place.command(built().join(format!("qt{qt}/plain-server")));
    command.args([format, NAME]);
    command
}

fn plain_client(place: &Place, qt: u32, format: &str, count: usize) -> Command {
    let mut command = place.command(built().join(format!("qt{qt}/plain-client")));
    command.args([format, NAME, &count.to_string()]);
    command
}

/// The folder with what `tests/peers` builds, built if it was not before.
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
