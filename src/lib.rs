// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Qt's Local Fortune pair in Rust, on the real Qt.
//!
//! # Layout
//!
//! | module | its job |
//! |---|---|
//! | [`app`] | start-up of both programs, with and without a window |
//! | [`cli`] | their arguments |
//! | [`qml`] | the objects that QML and C++ see |
//! | [`server`], [`client`] | who serves fortunes, and who asks for them |
//! | [`wire`] | the message between them, in four formats |
//! | [`fortunes`] | which fortunes there are |
//!
//! Each uses only what stands below it, and [`cxx_qt_network`].

#![deny(unsafe_code)]

pub mod app;
pub mod cli;
pub mod client;
pub mod fortunes;
pub mod qml;
pub mod server;
mod service;
pub mod wire;

/// The Rust of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
