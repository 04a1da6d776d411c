// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Compares the coverage table (`docs/coverage.md`) with the headers of the installed Qt.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TABLE: &str = include_str!("../docs/coverage.md");

/// The directory of Qt's headers, from the qmake that the crate was built with.
fn headers() -> PathBuf {
    let chosen = std::env::var("QMAKE").ok();
    let candidates = chosen
        .as_deref()
        .map_or(vec!["qmake6", "qmake"], |chosen| vec![chosen]);
    for qmake in candidates {
        let query = Command::new(qmake)
            .args(["-query", "QT_INSTALL_HEADERS"])
            .output();
        if let Ok(output) = query
            && output.status.success()
        {
            return String::from_utf8(output.stdout).unwrap().trim().into();
        }
    }
    panic!("no qmake says where Qt's headers are: set QMAKE")
}

/// The section of `class` in the table.
fn section(class: &str) -> &'static str {
    let (_, rest) = TABLE.split_once(&format!("\n# `{class}`\n")).unwrap();
    rest.split("\n# `").next().unwrap()
}

/// The names in the first column of a section.
fn listed(class: &str) -> BTreeSet<&'static str> {
    section(class)
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next())
        .flat_map(|cell| cell.split('`').map(|name| name.trim_matches([',', ' '])))
        .collect()
}

/// The names of the public functions, signals and enums that a header declares in `class`.
fn declared(header: &Path, class: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(header).unwrap();
    let start = text.find(&format!("_EXPORT {class}")).unwrap();
    let body = text[start..].split_once('{').unwrap().1;
    let body = body.split("\n};").next().unwrap();
    let mut is_public = false;
    let mut depth = 0;
    let mut names = BTreeSet::new();
    for line in body.lines().map(str::trim) {
        match line {
            "public:" | "Q_SIGNALS:" => is_public = true,
            "protected:" | "private:" => is_public = false,
            _ => {}
        }
        let is_code = !line.starts_with("//") && !line.starts_with('#') && !line.starts_with("Q");
        let is_code = is_code
            || line.starts_with("QDataStream &")
            || line.starts_with("QByteArray")
            || line.starts_with("QString ")
            || line.starts_with("QIODevice")
            || line.starts_with(class)
            || line.starts_with("QBindable")
            || line.starts_with("QAbstractSocket::");
        if is_public && depth == 0 && is_code {
            names.extend(name_in(line));
        }
        depth += line.matches('{').count();
        depth -= line.matches('}').count().min(depth);
    }
    names
}

/// The name that a line declares, if it begins a declaration.
fn name_in(line: &str) -> Option<String> {
    if let Some(rest) = line.strip_prefix("enum ") {
        return Some(rest.split([' ', '{']).next()?.to_owned());
    }
    for operator in ["operator<<", "operator>>", "operator bool"] {
        if line.contains(operator) {
            return Some(operator.to_owned());
        }
    }
    let before = line.split_once('(')?.0;
    let name = before.rsplit([' ', '*', '&']).next()?;
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '~')
        && !name.starts_with("QT_")
        && !name.starts_with("Q_")
        && !["if", "return", "static_cast", "enable_if_t"].contains(&name);
    is_name.then(|| name.to_owned())
}

#[test]
fn every_public_member_is_listed() {
    let headers = headers();
    for (class, header, least) in [
        ("QIODevice", "QtCore/qiodevice.h", 45),
        ("QDataStream", "QtCore/qdatastream.h", 28),
        ("QLocalServer", "QtNetwork/qlocalserver.h", 18),
        ("QLocalSocket", "QtNetwork/qlocalsocket.h", 24),
    ] {
        let declared = declared(&headers.join(header), class);
        assert!(declared.len() >= least, "{class}: only {declared:?}");
        let listed = listed(class);
        let missing: Vec<_> = declared
            .iter()
            .filter(|name| !listed.contains(name.as_str()))
            .collect();
        assert!(
            missing.is_empty(),
            "{class}: {missing:?} are not in the table"
        );
    }
}

#[test]
fn unbound_members_have_reasons() {
    for line in TABLE.lines().filter(|line| line.contains("| not ")) {
        let reason = line.split_once("| not ").unwrap().1;
        assert!(reason.contains(": ") || reason.contains(", as "), "{line}");
    }
}
