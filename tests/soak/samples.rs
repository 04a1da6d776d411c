// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Samples the memory and the descriptors of a process, and checks that they do not grow.

use std::fmt;
use std::fs;

/// The samples of a process.
#[derive(Default)]
pub struct Samples {
    resident: Vec<u64>,
    descriptors: Vec<u64>,
}

/// The tolerance of RSS in KiB: the allocator may keep memory of the last burst.
const SLACK: u64 = 4096;

/// The tolerance of descriptors, for clients that are connected at the moment.
const CLIENTS: u64 = 30;

impl Samples {
    pub fn take(&mut self, process: u32) {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let resident = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        let kib = resident.trim().trim_end_matches(" kB").parse().unwrap();
        self.resident.push(kib);
        self.descriptors.push(descriptors(process));
    }

    /// Panics if the median of the last quarter exceeds that of the second; the first is the
    /// start-up.
    pub fn assert_stable(&self, name: &str) {
        let [before, after] = before_and_after(&self.resident);
        assert!(
            after <= before + before / 20 + SLACK,
            "{name}: RSS grew from {before} KiB to {after} KiB"
        );
        let [before, after] = before_and_after(&self.descriptors);
        assert!(
            after <= before + CLIENTS,
            "{name}: descriptors grew from {before} to {after}"
        );
    }
}

impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [rss_before, rss_after] = before_and_after(&self.resident);
        let [before, after] = before_and_after(&self.descriptors);
        write!(f, "{rss_before} | {rss_after} | {before} | {after}")
    }
}

/// The medians of the second and of the last quarter.
fn before_and_after(samples: &[u64]) -> [u64; 2] {
    let quarter = samples.len() / 4;
    [1, 3].map(|number| {
        let mut part = samples[number * quarter..(number + 1) * quarter].to_vec();
        part.sort_unstable();
        part[part.len() / 2]
    })
}

/// The number of open descriptors of a process.
pub fn descriptors(process: u32) -> u64 {
    fs::read_dir(format!("/proc/{process}/fd")).unwrap().count() as u64
}
