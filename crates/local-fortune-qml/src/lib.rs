// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The QML module `LocalFortune`: thin faces of [`local_fortune_core`] for QML and C++, and the two
//! windows.
//!
//! A program that uses it calls `cxx_qt::init_crate!(local_fortune_qml)` and
//! `cxx_qt::init_qml_module!("LocalFortune")` at its beginning.

pub mod fortune_client;
pub mod fortune_server;
pub mod window;
