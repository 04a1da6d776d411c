// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The tests of the pair: a module for each subject.

#[cfg(unix)]
#[path = "interop/peers.rs"]
mod peers;
#[cfg(unix)]
mod support;

#[cfg(target_os = "linux")]
mod access;
#[cfg(unix)]
mod corpus;
mod fortunes;
#[cfg(target_os = "linux")]
mod hostile_servers;
#[cfg(unix)]
mod interop;
#[cfg(target_os = "linux")]
mod many_clients;
#[cfg(unix)]
mod names;
#[cfg(unix)]
mod programs;
#[cfg(unix)]
mod server_client;
#[cfg(target_os = "linux")]
mod service;
#[cfg(target_os = "linux")]
mod windows;
mod wire;
