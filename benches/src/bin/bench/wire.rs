// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What criterion found of encoding and decoding, as a table.

use std::error::Error;
use std::fs;
use std::path::Path;

use local_fortune_bench::table::Table;
use serde_json::Value;

/// The lengths of the messages, and what they are called.
const SIZES: [(u64, &str); 6] = [
    (10, "10 bytes"),
    (100, "100 bytes"),
    (1 << 10, "1 KiB"),
    (10 << 10, "10 KiB"),
    (100 << 10, "100 KiB"),
    (1 << 20, "1 MiB"),
];
/// The groups, and what they are called.
const GROUPS: [(&str, &str); 4] = [
    ("qdatastream", "QDataStream alone, decode"),
    ("decode-told", "decode, told"),
    ("decode-auto", "decode, auto"),
    ("encode", "encode"),
];

/// From criterion's folder; `None` if it has not run.
pub fn table(folder: &Path) -> Result<Option<Table>, Box<dyn Error>> {
    let mut table = Table::new("MiB/s of messages", GROUPS.map(|(_, title)| title));
    for (size, title) in SIZES {
        let row = table.row(title, 1, None);
        for (column, (group, _)) in GROUPS.iter().enumerate() {
            let file = folder.join(format!("{group}/{size}/new/estimates.json"));
            let Ok(estimates) = fs::read(file) else {
                return Ok(None);
            };
            let estimates: Value = serde_json::from_slice(&estimates)?;
            let nanos = estimates["median"]["point_estimate"].as_f64();
            let nanos = nanos.ok_or("criterion's estimate is no number")?;
            table.push(row, column, size as f64 / (1 << 20) as f64 / (nanos / 1e9));
        }
    }
    Ok(Some(table))
}
