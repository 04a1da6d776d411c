// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The layers of the sources: each directory of `src` uses only lower ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// From the lowest to the highest. Files of `src` itself may use all of them.
const LAYERS: [&str; 4] = ["object", "core", "network", "ext"];

/// The sources below `directory`.
fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// The layers that a source names, in a path of Rust or in an include.
fn used_layers(text: &str) -> BTreeSet<&'static str> {
    let names = |layer: &str| {
        let paths = [
            format!("crate::{layer}::"),
            format!("crate::{{{layer}::"),
            format!("\"cxx-qt-network/{layer}/"),
            format!("\"cxx-qt-network/src/{layer}/"),
        ];
        paths.iter().any(|path| text.contains(path))
    };
    LAYERS.into_iter().filter(|layer| names(layer)).collect()
}

#[test]
fn layers_use_only_lower_layers() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (rank, layer) in LAYERS.into_iter().enumerate() {
        let files = sources(&source.join(layer));
        assert!(!files.is_empty(), "{layer} has no sources");
        for file in files {
            for used in used_layers(&fs::read_to_string(&file).unwrap()) {
                assert!(
                    LAYERS[..=rank].contains(&used),
                    "{} uses {used}",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn core_includes_no_header_of_qtnetwork() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for layer in ["object", "core"] {
        for file in sources(&source.join(layer)) {
            let text = fs::read_to_string(&file).unwrap();
            assert!(!text.contains("<QtNetwork"), "{}", file.display());
        }
    }
}

/// Names in the crate root would hide their layer.
#[test]
fn sources_name_the_layers_they_use() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in LAYERS.iter().flat_map(|layer| sources(&source.join(layer))) {
        let text = fs::read_to_string(&file).unwrap();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        for line in text.lines().filter(is_code) {
            let name = line.split("crate::").nth(1).unwrap_or_default();
            let is_layer = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '{');
            assert!(name.is_empty() || is_layer, "{}: {line}", file.display());
        }
    }
}

#[test]
fn names_of_layers_are_found() {
    let text = "use crate::ext::unix;\n#include \"cxx-qt-network/core/qiodevice.h\"";
    assert_eq!(used_layers(text), BTreeSet::from(["core", "ext"]));
    assert!(used_layers("crate::QLocalSocket, crate::core_name").is_empty());
}
