// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What safe code can do wrong, and what happens then: no crash, no leak, no hang.
//!
//! `stress.rs` looks for more of it with random calls.

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
