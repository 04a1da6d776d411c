// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What the fuzz targets check. `tests/corpus.rs` checks it too, on the inputs that are kept.

pub mod decode;
pub mod input;
pub mod stream;
