// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The programs without a window: [`fortuned`] and [`fortune_get`].
//!
//! The windows share their arguments, messages and logs. Nothing here links Qt's GUI or QML.

#![deny(unsafe_code)]

pub mod args;
mod error;
mod escape;
pub mod fortune_get;
pub mod fortuned;
mod logging;
mod signals;
mod systemd;

pub use error::{Error, report};
pub use logging::log_to_stderr;
pub use signals::quit_on_signals;

/// The Rust code of the README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}
