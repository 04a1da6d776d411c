// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Interoperability of our programs with other implementations, in both directions. The others are
//! those that packages install, or are built from the sources in a package.

mod mixed_formats;

use std::fs::{self, File};

#[cfg(cxxqt_qt_version_at_least_6_8)]
use crate::peers::CPP_6_PACKAGED;
use crate::peers::{
    CPP_PACKAGED, CPP_QT5, CPP_QT6, FORTUNES, NAME, OTHERS, OURS, PLAIN_QT5, PLAIN_QT6, PYQT5,
    PairResult, Peer, correct_lines, packaged, run_client, run_pair, start_server,
};
use crate::support::display::Display;
use crate::support::{BUILT_IN, Running, SERVER, TestDir, eventually, finish};

/// Our client reads twenty fortunes from a server in each of its formats, with and without
/// detection.
fn client_reads(server: &Peer) {
    for format in server.formats {
        let dir = TestDir::new();
        let _server = start_server(&dir, server, format);
        let client = dir.client(&["--count", "20", "--json", NAME]);
        assert_eq!((client.status, client.stderr.as_str()), (0, ""));
        let lines: Vec<serde_json::Value> = client
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 20);
        for line in lines {
            let fortune = line["fortune"].as_str().unwrap();
            assert!(BUILT_IN.contains(&fortune), "{line}");
            assert_eq!(line["wire"], *format);
        }
        let fixed = run_client(&dir, &OURS, format, FORTUNES);
        assert_eq!((fixed.status, correct_lines(&fixed)), (0, 20), "{fixed:?}");
    }
}

#[test]
fn client_reads_packaged_cpp_server() {
    client_reads(&CPP_PACKAGED);
}

#[test]
fn client_reads_cpp_server_built_with_qt_5() {
    client_reads(&CPP_QT5);
}

#[test]
fn client_reads_cpp_server_built_with_qt_6() {
    client_reads(&CPP_QT6);
}

#[cfg(cxxqt_qt_version_at_least_6_8)]
#[test]
fn client_reads_packaged_cpp_server_of_qt_6() {
    client_reads(&CPP_6_PACKAGED);
}

#[test]
fn client_reads_pyqt5_server() {
    client_reads(&PYQT5);
}

#[test]
fn client_reads_plain_cpp_servers() {
    client_reads(&PLAIN_QT5);
    client_reads(&PLAIN_QT6);
}

/// The client shows twenty fortunes of the server in each format that both support.
fn understands(client: &Peer, server: &Peer) {
    let both = |format: &&&str| client.reads.contains(*format);
    for format in server.formats.iter().filter(both) {
        let (reads, from) = (client.name, server.name);
        let result = run_pair(server, client, format);
        assert_eq!(result, PairResult::Correct, "{reads} from {from}, {format}");
    }
}

#[test]
fn packaged_cpp_client_shows_fortunes() {
    understands(&CPP_PACKAGED, &OURS);
}

#[test]
fn cpp_client_of_qt_5_shows_fortunes() {
    understands(&CPP_QT5, &OURS);
}

#[test]
fn cpp_client_of_qt_6_shows_fortunes() {
    understands(&CPP_QT6, &OURS);
}

#[cfg(cxxqt_qt_version_at_least_6_8)]
#[test]
fn packaged_cpp_client_of_qt_6_shows_fortunes() {
    understands(&CPP_6_PACKAGED, &OURS);
}

#[test]
fn pyqt5_client_shows_fortunes() {
    understands(&PYQT5, &OURS);
}

#[test]
fn plain_cpp_clients_read_fortunes() {
    understands(&PLAIN_QT5, &OURS);
    understands(&PLAIN_QT6, &OURS);
}

/// Otherwise an error of a test peer would look like an error of our programs.
#[test]
fn other_implementations_interoperate() {
    for server in OTHERS {
        for client in OTHERS {
            understands(client, server);
        }
    }
}

#[test]
fn packaged_cpp_client_works_by_keyboard() {
    let dir = TestDir::new();
    let display = Display::new(&dir, "800x600");
    let log = dir.path("log");
    let mut server = dir.command(SERVER);
    server
        .env("RUST_LOG", "local_fortune=debug")
        .args(["--wire", "qt5.10", "byhand"])
        .stderr(File::create(&log).unwrap());
    let mut server = Running::start(server);
    assert!(server.line().starts_with("listening on "));

    let mut client = display.command(&dir, packaged("localfortuneclient"));
    client.stderr(File::create(dir.path("client.log")).unwrap());
    let _client = Running::start(client);
    let title = "^Local Fortune Client$";
    let window = display.tool(
        &dir,
        &["search", "--sync", "--onlyvisible", "--name", title],
    );
    display.tool(&dir, &["windowfocus", "--sync", &window]);
    display.tool(&dir, &["key", "--clearmodifiers", "ctrl+a"]);
    display.tool(&dir, &["type", "byhand"]);
    let before = display.picture(&dir, &window, "cpp-client-before.png");
    display.tool(&dir, &["key", "Return"]);
    eventually(|| {
        fs::read_to_string(&log)
            .unwrap()
            .contains("Served")
            .then_some(())
    });
    // A text changes many pixels, a blinking cursor only a few dozen.
    eventually(|| {
        let after = display.picture(&dir, &window, "cpp-client-fortune.png");
        let mut compare = dir.command("compare");
        compare
            .args(["-metric", "AE"])
            .args([&before, &after])
            .arg("null:");
        // ImageMagick 7 prints the ratio after the number of pixels.
        let output = finish(compare).stderr;
        let number = output.split_whitespace().next().unwrap_or_default();
        let changed: f64 = number
            .parse()
            .unwrap_or_else(|_| panic!("no number of pixels: {output}"));
        (changed > 500.0).then_some(())
    });
}
