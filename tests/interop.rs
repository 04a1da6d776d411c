// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Our programs with everyone else's, both ways. The others are used as their packages install
//! them, or built from the sources that a package installed.

mod eras;

use std::fs::{self, File};

#[cfg(cxxqt_qt_version_at_least_6_8)]
use crate::peers::CPP_6_PACKAGED;
use crate::peers::{
    CPP_PACKAGED, CPP_QT5, CPP_QT6, FORTUNES, Meeting, NAME, OTHERS, OURS, PLAIN_QT5, PLAIN_QT6,
    PYQT5, Peer, asking, meet, packaged, right, serving,
};
use crate::support::display::Display;
use crate::support::{BUILT_IN, Place, Running, SERVER, eventually, finish};

/// Twenty fortunes from a server of somebody else's in each of its formats, of which our client is
/// not told and then is.
fn our_client_reads(server: &Peer) {
    for format in server.formats {
        let place = Place::new();
        let _server = serving(&place, server, format);
        let client = place.client(&["--count", "20", "--json", NAME]);
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
        let told = asking(&place, &OURS, format, FORTUNES);
        assert_eq!((told.status, right(&told)), (0, 20), "{told:?}");
    }
}

#[test]
fn client_reads_packaged_cpp_server() {
    our_client_reads(&CPP_PACKAGED);
}

#[test]
fn client_reads_cpp_server_built_with_qt_5() {
    our_client_reads(&CPP_QT5);
}

#[test]
fn client_reads_cpp_server_built_with_qt_6() {
    our_client_reads(&CPP_QT6);
}

#[cfg(cxxqt_qt_version_at_least_6_8)]
#[test]
fn client_reads_packaged_cpp_server_of_qt_6() {
    our_client_reads(&CPP_6_PACKAGED);
}

#[test]
fn client_reads_pyqt5_server() {
    our_client_reads(&PYQT5);
}

#[test]
fn client_reads_plain_cpp_servers() {
    our_client_reads(&PLAIN_QT5);
    our_client_reads(&PLAIN_QT6);
}

/// The client shows twenty fortunes of the server in each format that both know.
fn understands(client: &Peer, server: &Peer) {
    let both = |format: &&&str| client.reads.contains(*format);
    for format in server.formats.iter().filter(both) {
        let (reads, from) = (client.name, server.name);
        let met = meet(server, client, format);
        assert_eq!(met, Meeting::Right, "{reads} from {from}, {format}");
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

/// Else a fault of a peer of ours would look like one of our programs.
#[test]
fn other_implementations_interoperate() {
    for server in OTHERS {
        for client in OTHERS {
            understands(client, server);
        }
    }
}

#[test]
fn packaged_cpp_client_is_used_by_hand() {
    let place = Place::new();
    let display = Display::new(&place, "800x600");
    let log = place.path("log");
    let mut server = place.command(SERVER);
    server
        .env("RUST_LOG", "local_fortune=debug")
        .args(["--wire", "qt5.10", "byhand"])
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
        // ImageMagick 7 prints the share of the pixels after their number.
        let said = finish(compare).stderr;
        let number = said.split_whitespace().next().unwrap_or_default();
        let changed: f64 = number
            .parse()
            .unwrap_or_else(|_| panic!("no number of pixels: {said}"));
        (changed > 500.0).then_some(())
    });
}
