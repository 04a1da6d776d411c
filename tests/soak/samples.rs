// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How much a process takes, again and again, and whether it grows.

use std::fmt;
use std::fs;

/// What a process took, one sample after the other.
#[derive(Default)]
pub struct Samples {
    resident: Vec<u64>,
    descriptors: Vec<u64>,
}

/// How much more memory may be resident, in KiB, before it counts as growing: what the allocator
/// happens to keep of the last burst.
const SLACK: u64 = 4096;

/// How many more descriptors may be open, of clients who just happen to be there.
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

    /// Fails if the last quarter took more than the second, the first being the start.
    pub fn judge(&self, name: &str) {
        let [then, now] = then_and_now(&self.resident);
        assert!(
            now <= then + then / 20 + SLACK,
            "{name}: {then} KiB became {now} KiB"
        );
        let [then, now] = then_and_now(&self.descriptors);
        assert!(
            now <= then + CLIENTS,
            "{name}: {then} descriptors became {now}"
        );
    }
}

impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [before, after] = then_and_now(&self.resident);
        let [then, now] = then_and_now(&self.descriptors);
        write!(f, "{before} | {after} | {then} | {now}")
    }
}

/// The medians of the second and of the last quarter.
fn then_and_now(samples: &[u64]) -> [u64; 2] {
    let quarter = samples.len() / 4;
    [1, 3].map(|number| {
        let mut part = samples[number * quarter..(number + 1) * quarter].to_vec();
        part.sort_unstable();
        part[part.len() / 2]
    })
}

/// How many descriptors a process has open.
pub fn descriptors(process: u32) -> u64 {
    fs::read_dir(format!("/proc/{process}/fd")).unwrap().count() as u64
}
