// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Qt's Local Fortune pair in Rust, on the real Qt: the QML module `LocalFortune` and the programs
//! with its windows.
//!
//! | module | its job |
//! |---|---|
//! | [`fortune_server`], [`fortune_client`] | the QObjects, for QML and C++ |
//! | [`enums`] | the enums of their properties |
//! | [`application`] | a Qt application with one window of the module |
//! | [`windows`] | the command lines of `fortune-server` and `fortune-client` |
//!
//! The server and the client themselves are in [`local_fortune_core`]. A program that uses the module
//! calls `cxx_qt::init_crate!(local_fortune)` and `cxx_qt::init_qml_module!("LocalFortune")` at its
//! beginning.

pub mod application;
pub mod enums;
pub mod fortune_client;
pub mod fortune_server;
mod qt_options;
mod thread_change;
pub mod windows;
