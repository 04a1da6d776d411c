// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The pair of Qt's Local Fortune example without any face: who serves, who asks, and what goes
//! between them.
//!
//! # Layout
//!
//! | module | its job |
//! |---|---|
//! | [`server`], [`client`] | who serves fortunes, and who asks for them |
//! | [`address`] | where |
//! | [`wire`] | the message between them, in four formats |
//! | [`fortunes`] | which fortunes there are |
//!
//! Each uses only what stands below it, and [`cxx_qt_network`]. Nothing here links Qt's GUI or QML,
//! so a program without a window has neither in its memory.

#![deny(unsafe_code)]

pub mod address;
pub mod client;
pub mod fortunes;
mod request_error;
pub mod server;
pub mod wire;

/// The server name that both programs use when none is given.
pub const DEFAULT_NAME: &str = "fortune";
