// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Misuse in safe code: no crash, no leak, no hang.
//!
//! `stress.rs` tests random calls.

mod application;
mod channels;
mod closures;
mod deletion;
mod descriptors;
mod fixture;
mod names;
mod panics;
mod reentrancy;
mod sends;
mod shortage;
mod waits;
