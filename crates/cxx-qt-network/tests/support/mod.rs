// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Shared by the tests.

#![allow(
    dead_code,
    unused_imports,
    reason = "each test program uses its own part of this"
)]

pub mod desktop;
mod example;
pub mod oracle;
pub mod process;
pub mod programs;
pub mod protocol;
mod qt;
pub mod signal_spy;
mod skip;

pub use example::example;
pub use qt::*;
pub use skip::skip;
