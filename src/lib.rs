// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Qt's Local Fortune pair in Rust, on the real Qt.

pub mod cli;
pub mod fortunes;
pub mod server;
pub mod wire;
