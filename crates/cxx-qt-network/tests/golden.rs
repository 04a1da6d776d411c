// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The bytes of values: compares the golden files, Rust, and a C++ program with Qt's `QDataStream`.

mod values;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;

use crate::support::qt;
use cxx_qt_lib::QByteArray;
use cxx_qt_network::QDataStreamVersion;

/// Each file with the number of its version.
const GOLDEN: [(i32, &str); 4] = [
    (7, include_str!("golden/4_0.txt")),
    (13, include_str!("golden/5_0.txt")),
    (19, include_str!("golden/5_15.txt")),
    (20, include_str!("golden/6_0.txt")),
];

/// The number of the newest version of Qt 5.
const NEWEST_OF_QT_5: i32 = 19;

type Lines = BTreeMap<String, String>;

fn hex(bytes: &QByteArray) -> String {
    bytes
        .as_slice()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn bytes(hex: &str) -> QByteArray {
    assert!(hex.len().is_multiple_of(2), "{hex}");
    let bytes: Vec<u8> = (0..hex.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
        .collect();
    QByteArray::from(bytes.as_slice())
}

/// Parses lines of a name and bytes; `#` begins a comment.
fn lines(text: &str) -> Lines {
    let mut lines = Lines::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, bytes) = line.split_once(' ').expect("a name and its bytes");
        let before = lines.insert(name.into(), bytes.into());
        assert_eq!(before, None, "{name} is there twice");
    }
    lines
}

/// The golden lines of a version, and those that only C++ with Qt 5 writes.
fn golden(number: i32) -> Option<(Lines, Lines)> {
    let (_, text) = GOLDEN.iter().find(|(version, _)| *version == number)?;
    let (only_qt_5, all) = lines(text)
        .into_iter()
        .partition::<Lines, _>(|(name, _)| name.ends_with("@qt5"));
    let only_qt_5 = only_qt_5
        .into_iter()
        .map(|(name, bytes)| (name.trim_end_matches("@qt5").into(), bytes))
        .collect();
    Some((all, only_qt_5))
}

/// The golden lines of C++ with that Qt.
fn golden_of_cpp(number: i32, qt_major: i32) -> Option<Lines> {
    let (mut lines, only_qt_5) = golden(number)?;
    if qt_major == 5 {
        lines.extend(only_qt_5);
    }
    Some(lines)
}

/// The versions with a golden file that this Qt supports.
fn versions() -> Vec<QDataStreamVersion> {
    let versions: Vec<_> = GOLDEN
        .iter()
        .filter_map(|(number, _)| QDataStreamVersion::from_number(*number))
        .collect();
    assert!(
        versions.len() >= 3,
        "every Qt knows the versions up to 5.15"
    );
    versions
}

/// The lines that Rust writes at this version.
fn written(version: QDataStreamVersion) -> Lines {
    qt(move || {
        values::all()
            .iter()
            .filter(|value| version >= value.since)
            .map(|value| (value.name.into(), value.written(version).unwrap()))
            .collect()
    })
}

/// Checks that Rust reads each line as the value of its name, and that there is one line per value.
fn assert_read(version: QDataStreamVersion, lines: Lines, whose: &str) {
    let mistakes = qt(move || {
        let mut lines = lines;
        let mut mistakes = Vec::new();
        for value in values::all() {
            if version < value.since {
                continue;
            }
            match lines.remove(value.name) {
                None => mistakes.push(format!("{} is missing", value.name)),
                Some(bytes) => mistakes.extend(
                    value
                        .read(version, &bytes)
                        .err()
                        .map(|error| format!("{} {bytes}: {error}", value.name)),
                ),
            }
        }
        mistakes.extend(lines.into_keys().map(|name| format!("{name} is unknown")));
        mistakes
    });
    let number = version.number();
    assert!(mistakes.is_empty(), "{whose} at {number}: {mistakes:#?}");
}

fn assert_same(actual: &Lines, expected: &Lines, what: &str) {
    let names = actual.keys().chain(expected.keys());
    let mut different: Vec<_> = names
        .filter(|name| actual.get(*name) != expected.get(*name))
        .map(|name| (name, actual.get(name), expected.get(name)))
        .collect();
    different.dedup();
    assert!(different.is_empty(), "{what}: {different:#?}");
}

#[test]
fn rust_writes_the_golden_bytes() {
    for version in versions() {
        let (expected, _) = golden(version.number()).unwrap();
        assert_same(
            &written(version),
            &expected,
            &format!("Rust at {}", version.number()),
        );
    }
}

#[test]
fn rust_reads_the_values_from_the_golden_bytes() {
    for version in versions() {
        let (lines, _) = golden(version.number()).unwrap();
        assert_read(version, lines, "golden");
    }
}

#[test]
fn versions_after_6_0_change_none_of_these_bytes() {
    let (expected, _) = golden(20).unwrap();
    for number in 20..=QDataStreamVersion::newest().number() {
        let version = QDataStreamVersion::from_number(number).unwrap();
        assert_same(&written(version), &expected, &format!("Rust at {number}"));
        assert_read(version, expected.clone(), "golden");
    }
}

#[test]
fn cpp_with_qt_5_writes_and_reads_the_same_bytes() {
    let newest = cpp_agrees(5);
    assert_eq!(newest, NEWEST_OF_QT_5);
}

#[test]
fn cpp_with_qt_6_writes_and_reads_the_same_bytes() {
    let newest = cpp_agrees(6);
    assert!(newest > NEWEST_OF_QT_5);
}

/// Checks that the C++ program writes the golden bytes and that, at every version, it writes the
/// same bytes as Rust and each reads the other's bytes. Returns the program's newest version.
fn cpp_agrees(qt_major: i32) -> i32 {
    let program = programs().join(format!("qt{qt_major}/golden"));
    let newest = output(&program, &["newest"], "").trim().parse().unwrap();
    for number in 7..=newest {
        let version = number.to_string();
        let cpp = lines(&output(&program, &["write", &version], ""));
        let at = |who: &str| format!("{who} at {number}, C++ with Qt {qt_major}");
        if let Some(expected) = golden_of_cpp(number, qt_major) {
            assert_same(&cpp, &expected, &at("C++"));
        }
        let Some(version_of_rust) = QDataStreamVersion::from_number(number) else {
            // A Qt 6 program, and this crate is on Qt 5.
            assert!(number > NEWEST_OF_QT_5);
            continue;
        };
        let rust = written(version_of_rust);
        if qt_major == 5 {
            // Only the order of maps may differ.
            let unordered = |lines: &Lines| {
                let mut lines = lines.clone();
                lines.retain(|name, _| name != "map_two" && name != "qmap_two");
                lines
            };
            assert_same(&unordered(&rust), &unordered(&cpp), &at("Rust"));
        } else {
            assert_same(&rust, &cpp, &at("Rust"));
        }
        let input: String = rust
            .iter()
            .map(|(name, bytes)| format!("{name} {bytes}\n"))
            .collect();
        let verdicts = lines(&output(&program, &["read", &version], &input));
        assert_eq!(verdicts.len(), rust.len());
        assert_read(version_of_rust, cpp, &at("C++"));
    }
    newest
}

/// The output of the program, which must succeed.
fn output(program: &Path, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // In its own thread, to avoid a deadlock with the reading.
    let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let bad: Vec<_> = text
        .lines()
        .filter(|line| line.contains(" bad: "))
        .collect();
    assert!(
        output.status.success(),
        "{} {arguments:?} failed: {bad:#?}",
        program.display()
    );
    text
}

/// The build directory with the C++ program for each Qt, built on first use.
fn programs() -> &'static Path {
    static PROGRAMS: OnceLock<PathBuf> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        if let Some(folder) = std::env::var_os("CXX_QT_NETWORK_GOLDEN") {
            return folder.into();
        }
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        let build = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
        let cmake = |arguments: &[&Path]| {
            let status = Command::new("cmake").args(arguments).status();
            let status = status.expect("cmake is missing: install the package cmake");
            assert!(status.success(), "cmake {arguments:?} failed: see above");
        };
        cmake(&[Path::new("-S"), &source, Path::new("-B"), &build]);
        cmake(&[Path::new("--build"), &build, Path::new("--parallel")]);
        build
    })
}
