// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The server and the client of Qt's Local Fortune example, without a user interface.
//!
//! # Layout
//!
//! | module | contents |
//! |---|---|
//! | [`server`], [`client`] | the server, and the client |
//! | [`address`] | the addresses of servers |
//! | [`wire`] | the message, in four formats |
//! | [`fortunes`] | the texts to choose from |
//!
//! Each module uses only those below it, and [`cxx_qt_network`]. Nothing here links Qt's GUI or QML,
//! so a program without a window loads neither.

#![deny(unsafe_code)]

pub mod address;
pub mod client;
pub mod fortunes;
mod request_error;
pub mod server;
pub mod wire;

/// The server name that both programs use when none is given.
pub const DEFAULT_NAME: &str = "fortune";
