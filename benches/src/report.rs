// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Functions of both reports.

use std::fs;
use std::io;
use std::path::Path;

/// The processor, the kernel and the load of this machine.
pub fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown processor", |it| {
        it.trim_start_matches(['\t', ':', ' '])
    });
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    format!(
        "{model}, Linux {}, load average {load} at the end.",
        kernel.trim()
    )
}

/// Replaces the text between two marker lines of a file.
///
/// # Errors
///
/// If the file cannot be read or written, or a marker is missing.
pub fn replace_between(file: &Path, [begin, end]: [&str; 2], text: &str) -> io::Result<()> {
    let old = fs::read_to_string(file)?;
    let parts = old.split_once(begin);
    let parts = parts.and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    let Some((before, after)) = parts else {
        let message = format!("{} has no markers for the report", file.display());
        return Err(io::Error::other(message));
    };
    fs::write(file, format!("{before}{begin}{text}{end}{after}"))
}
