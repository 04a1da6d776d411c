// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The objects of the QML module `LocalFortune`: thin faces of [`server`](crate::server) and
//! [`client`](crate::client) for QML and C++.

// What the bridges generate is unsafe; nothing else in this crate is.
#![allow(unsafe_code)]

pub mod fortune_client;
pub mod fortune_server;
