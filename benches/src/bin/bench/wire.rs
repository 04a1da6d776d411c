// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The results of criterion for encoding and decoding, as a table.

use std::error::Error;
use std::fs;
use std::path::Path;

use local_fortune_bench::table::Table;
use serde_json::Value;

/// The sizes of the messages with their titles.
const SIZES: [(u64, &str); 6] = [
    (10, "10 bytes"),
    (100, "100 bytes"),
    (1 << 10, "1 KiB"),
    (10 << 10, "10 KiB"),
    (100 << 10, "100 KiB"),
    (1 << 20, "1 MiB"),
];
/// The groups with their titles.
const GROUPS: [(&str, &str); 4] = [
    ("qdatastream", "QDataStream, decode"),
    ("decode-told", "decode, fixed format"),
    ("decode-auto", "decode, auto"),
    ("encode", "encode"),
];

/// Reads criterion's output directory; `None` if it has not run.
pub fn table(directory: &Path) -> Result<Option<Table>, Box<dyn Error>> {
    let mut table = Table::new("MiB/s of messages", GROUPS.map(|(_, title)| title));
    for (size, title) in SIZES {
        let row = table.row(title, 1, None);
        for (column, (group, _)) in GROUPS.iter().enumerate() {
            let file = directory.join(format!("{group}/{size}/new/estimates.json"));
            let Ok(estimates) = fs::read(file) else {
                return Ok(None);
            };
            let estimates: Value = serde_json::from_slice(&estimates)?;
            let nanos = estimates["median"]["point_estimate"].as_f64();
            let nanos = nanos.ok_or("criterion's estimate is not a number")?;
            table.push(row, column, size as f64 / (1 << 20) as f64 / (nanos / 1e9));
        }
    }
    Ok(Some(table))
}
