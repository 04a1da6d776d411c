// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Qt's Local Fortune pair in Rust, on the real Qt.
//!
//! # Layout
//!
//! | module | its job |
//! |---|---|
//! | [`app`] | start-up of the programs, with and without a window |
//! | [`cli`] | their arguments |
//! | [`server`], [`client`] | who serves fortunes, and who asks for them |
//! | [`wire`] | the message between them, in four formats |
//! | [`fortunes`] | which fortunes there are |
//!
//! Each uses only what stands below it, and [`cxx_qt_network`]. The last four are of
//! [`local_fortune_core`]. The windows, and the objects that QML and C++ see, are in
//! `local-fortune-qml`, which the program `fortune-window` brings together with these.

#![deny(unsafe_code)]

pub mod app;
pub mod cli;
mod service;

pub use local_fortune_core::{DEFAULT_NAME, client, fortunes, server, wire};

/// The Rust of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
