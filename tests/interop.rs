// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Our programs with everyone else's, both ways. The others are used as their packages install
//! them, or built from the sources that a package installed.

#![cfg(unix)]

mod support;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use support::{BUILT_IN, Place, Running, SERVER, eventually, finish};

/// The C++ example as Debian's package `qtbase5-examples` compiled it.
fn packaged(program: &str) -> PathBuf {
    let arch = std::env::consts::ARCH;
    let folder = format!("/usr/lib/{arch}-linux-gnu/qt5/examples/corelib/ipc");
    installed(
        PathBuf::from(format!("{folder}/{program}/{program}")),
        "qtbase5-examples",
    )
}

/// The Python port of the example.
fn pyqt5(script: &str) -> PathBuf {
    let folder = Path::new("/usr/share/doc/pyqt5-examples/examples/ipc");
    installed(folder.join(script), "pyqt5-examples")
}

fn installed(path: PathBuf, package: &str) -> PathBuf {
    assert!(
        path.exists(),
        "{} is missing: install the package {package}",
        path.display()
    );
    path
}

/// The folder with what `tests/peers` builds, built if it was not before.
fn peers() -> &'static Path {
    static PEERS: OnceLock<PathBuf> = OnceLock::new();
    PEERS.get_or_init(|| {
        if let Some(folder) = std::env::var_os("LOCAL_FORTUNE_PEERS") {
            return folder.into();
        }
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers");
        let build = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers");
        let cmake = |args: &[&Path]| {
            let status = Command::new("cmake").args(args).status();
            assert!(
                status.is_ok_and(|status| status.success()),
                "cmake {args:?} failed"
            );
        };
        cmake(&[Path::new("-S"), &source, Path::new("-B"), &build]);
        cmake(&[Path::new("--build"), &build, Path::new("--parallel")]);
        build
    })
}

/// Twenty fortunes from a server of somebody else's, whose format our client is not told.
fn our_client_reads(place: &Place, server: Command, format: &str) {
    let _server = Running::start(server);
    // A server with a window does not say when it listens.
    eventually(|| place.path("fortune").exists().then_some(()));
    eventually(|| (place.client(&["--print"]).status == 0).then_some(()));
    let client = place.client(&["--print", "--count", "20", "--json"]);
    assert_eq!((client.status, client.stderr.as_str()), (0, ""));
    let lines: Vec<serde_json::Value> = client
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 20);
    for line in lines {
        assert!(
            BUILT_IN.contains(&line["fortune"].as_str().unwrap()),
            "{line}"
        );
        assert_eq!(line["wire"], format);
    }
}

#[test]
fn our_client_reads_from_the_packaged_cpp_server() {
    let place = Place::new();
    our_client_reads(
        &place,
        place.command(packaged("localfortuneserver")),
        "qt5.10",
    );
}

#[test]
fn our_client_reads_from_the_cpp_server_built_with_qt_5() {
    let place = Place::new();
    our_client_reads(
        &place,
        place.command(peers().join("qt5/localfortuneserver")),
        "qt5.10",
    );
}

#[test]
fn our_client_reads_from_the_cpp_server_built_with_qt_6() {
    let place = Place::new();
    our_client_reads(
        &place,
        place.command(peers().join("qt6/localfortuneserver")),
        "qt5.10",
    );
}

#[test]
fn our_client_reads_from_the_pyqt5_server() {
    let place = Place::new();
    let mut server = place.command("/usr/bin/python3");
    server.arg(pyqt5("localfortuneserver.py"));
    our_client_reads(&place, server, "qt4");
}

/// The unmodified C++ client, in our driver, shows twenty fortunes of our server.
fn the_cpp_client_shows(qt: &str) {
    let place = Place::new();
    let mut driver = place.command(peers().join(qt).join("fortune-client-driver"));
    driver
        .env("FORTUNE_SERVER", SERVER)
        .env("FORTUNE_SERVER_ARGS", "--wire qt5.10");
    let driver = finish(driver);
    assert_eq!(driver.status, 0, "{}{}", driver.stdout, driver.stderr);
    assert!(
        driver.stdout.contains(" 0 failed, 0 skipped"),
        "{}",
        driver.stdout
    );
}

#[test]
fn the_cpp_client_of_qt_5_shows_our_fortunes() {
    the_cpp_client_shows("qt5");
}

#[test]
fn the_cpp_client_of_qt_6_shows_our_fortunes() {
    the_cpp_client_shows("qt6");
}

#[test]
fn the_pyqt5_client_shows_our_fortunes() {
    let place = Place::new();
    let _server = place.server(&["--wire", "qt4"]);
    let mut client = place.command("/usr/bin/python3");
    client
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/pyqt5_client.py"))
        .arg(pyqt5("localfortuneclient.py"))
        .args(["fortune", "20"]);
    let client = finish(client);
    assert_eq!(client.status, 0, "{}", client.stderr);
    let shown: Vec<&str> = client.stdout.lines().collect();
    assert_eq!(shown.len(), 20);
    assert!(
        shown.iter().all(|text| BUILT_IN.contains(text)),
        "{shown:?}"
    );
    assert!(shown.windows(2).all(|pair| pair[0] != pair[1]), "{shown:?}");
}

/// A display of the test's own.
struct Display {
    _server: Running,
    number: String,
}

impl Display {
    fn new(place: &Place) -> Self {
        let mut command = place.command("Xvfb");
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "800x600x24",
            "-nolisten",
            "tcp",
            // Else it throws out whoever connects while its last client leaves.
            "-noreset",
        ]);
        command.stderr(File::create(place.path("Xvfb.log")).unwrap());
        let mut server = Running::start(command);
        let number = format!(":{}", server.line());
        Self {
            _server: server,
            number,
        }
    }

    fn command(&self, place: &Place, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = place.command(program);
        command
            .env("DISPLAY", &self.number)
            .env("QT_QPA_PLATFORM", "xcb");
        command
    }

    /// Runs xdotool and returns what it says.
    fn tool(&self, place: &Place, args: &[&str]) -> String {
        let mut command = self.command(place, "xdotool");
        command.args(args);
        let tool = finish(command);
        assert_eq!(tool.status, 0, "xdotool {args:?}: {}", tool.stderr);
        tool.stdout.trim().to_owned()
    }

    /// A picture of a window, kept with the artefacts of the tests.
    fn picture(&self, place: &Place, window: &str, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(name);
        let mut command = self.command(place, "import");
        command.args(["-window", window, "-strip"]).arg(&file);
        let import = finish(command);
        assert_eq!(import.status, 0, "{}", import.stderr);
        file
    }
}

#[test]
fn the_packaged_cpp_client_is_used_by_hand() {
    let place = Place::new();
    let display = Display::new(&place);
    let log = place.path("log");
    let mut server = place.command(SERVER);
    server
        .env("RUST_LOG", "local_fortune=debug")
        .args(["--headless", "--wire", "qt5.10", "--name", "byhand"])
        .stderr(File::create(&log).unwrap());
    let mut server = Running::start(server);
    assert!(server.line().starts_with("listening on "));

    let mut client = display.command(&place, packaged("localfortuneclient"));
    client.stderr(File::create(place.path("client.log")).unwrap());
    let _client = Running::start(client);
    let title = "^Local Fortune Client$";
    let window = display.tool(
        &place,
        &["search", "--sync", "--onlyvisible", "--name", title],
    );
    display.tool(&place, &["windowfocus", "--sync", &window]);
    display.tool(&place, &["key", "--clearmodifiers", "ctrl+a"]);
    display.tool(&place, &["type", "byhand"]);
    let before = display.picture(&place, &window, "cpp-client-before.png");
    display.tool(&place, &["key", "Return"]);
    eventually(|| {
        fs::read_to_string(&log)
            .unwrap()
            .contains("Served")
            .then_some(())
    });
    // A text changes many pixels, a blinking cursor a few dozen.
    eventually(|| {
        let after = display.picture(&place, &window, "cpp-client-fortune.png");
        let mut compare = place.command("compare");
        compare
            .args(["-metric", "AE"])
            .args([&before, &after])
            .arg("null:");
        let changed = finish(compare).stderr.trim().parse::<f64>().unwrap_or(0.0);
        (changed > 500.0).then_some(())
    });
}
