// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Checks that the tests in the conformance tables of `docs/` exist, and that the README links to
//! files of the package.

use std::fs;
use std::path::Path;

/// A row of a table: the name of Qt's test, and the last cell.
struct Row {
    subject: String,
    ours: String,
}

/// The rows of all tables in a text, without their headers.
fn rows(text: &str) -> Vec<Row> {
    text.lines()
        .map(str::trim)
        .filter(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .filter(|cells: &Vec<_>| !cells[0].starts_with("---") && cells[0] != "Qt's test")
        .map(|cells| {
            assert_eq!(cells.len(), 3, "{cells:?}");
            Row {
                subject: cells[0].to_owned(),
                ours: cells[2].to_owned(),
            }
        })
        .collect()
}

/// The tests that a cell names, as `module::test`.
fn named(cell: &str) -> Vec<(&str, &str)> {
    let code = cell.split('`').skip(1).step_by(2);
    code.filter_map(|code| code.rsplit_once("::")).collect()
}

/// Whether a source file has a test function with this name.
fn has_test(source: &str, name: &str) -> bool {
    let head = format!("fn {name}() {{");
    let lines: Vec<_> = source.lines().map(str::trim).collect();
    let Some(at) = lines.iter().position(|line| *line == head) else {
        return false;
    };
    let attributes = lines[..at].iter().rev();
    attributes
        .take_while(|line| line.starts_with("#["))
        .any(|line| *line == "#[test]")
}

#[test]
fn conformance_tables_name_existing_tests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tables = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder.join("docs")).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_name().unwrap().to_string_lossy();
        if !name.starts_with("conformance-") {
            continue;
        }
        let rows = rows(&fs::read_to_string(&file).unwrap());
        assert!(!rows.is_empty(), "{} has no table", file.display());
        tables += 1;
        for row in rows {
            let tests = named(&row.ours);
            if tests.is_empty() && !row.ours.starts_with("None: ") {
                wrong.push(format!("{}: neither a test nor a reason", row.subject));
            }
            for (file, test) in tests {
                let source = format!("tests/{}.rs", file.replace("::", "/"));
                let source = folder.join(source);
                if !has_test(&fs::read_to_string(source).unwrap_or_default(), test) {
                    wrong.push(format!("{}: no test {file}::{test}", row.subject));
                }
            }
        }
    }
    assert!(tables > 0, "there is no table");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn plain_functions_are_not_tests() {
    let source = "#[test]\n#[cfg(unix)]\nfn one() {\n}\n\nfn two() {\n}\n";
    assert!(has_test(source, "one"));
    assert!(!has_test(source, "two"), "a function");
    assert!(!has_test(source, "on"), "part of a name");
    assert_eq!(
        named("`a::b`, `c` and `d::e`: text"),
        [("a", "b"), ("d", "e")]
    );
    let table =
        "# Title\n\n| Qt's test | it promises | ours |\n|---|---|---|\n| `x` | y | `z::t` |\n";
    let rows = rows(table);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].subject.as_str(), rows[0].ours.as_str()),
        ("`x`", "`z::t`")
    );
}

#[test]
fn readme_links_to_files_of_the_package() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let links: Vec<_> = readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|link| !link.starts_with("https://") && !link.starts_with('#'))
        .collect();
    assert!(!links.is_empty());
    for link in links {
        assert!(folder.join(link).exists(), "{link} does not exist");
        // A directory with a manifest is another package, which is not part of this one.
        let is_of_package = |path: &Path| !folder.join(path).join("Cargo.toml").exists();
        let mut folders = Path::new(link).ancestors();
        assert!(
            folders.all(|path| path.as_os_str().is_empty() || is_of_package(path)),
            "{link} is in another package"
        );
    }
}
