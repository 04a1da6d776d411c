// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What safe code can do wrong, and what happens then: no crash, no leak, no hang.
//!
//! `stress.rs` looks for more of it with random calls.

#![forbid(unsafe_code)]

#[allow(dead_code, reason = "each test program uses its own part of this")]
#[path = "support/programs.rs"]
mod programs;
mod support;

#[path = "soundness/application.rs"]
mod application;
#[path = "soundness/channels.rs"]
mod channels;
#[path = "soundness/closures.rs"]
mod closures;
#[path = "soundness/deletion.rs"]
mod deletion;
#[path = "soundness/descriptors.rs"]
mod descriptors;
#[path = "soundness/fixture.rs"]
mod fixture;
#[path = "soundness/names.rs"]
mod names;
#[path = "soundness/panics.rs"]
mod panics;
#[path = "soundness/reentrancy.rs"]
mod reentrancy;
#[path = "soundness/sends.rs"]
mod sends;
#[path = "soundness/shortage.rs"]
mod shortage;
#[path = "soundness/waits.rs"]
mod waits;
