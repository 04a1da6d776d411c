// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Measures servers of fortunes, whoever wrote them: clients in any number, and what the server's
//! process needed for them.
//!
//! Here is what the tests check, and what needs no further crates; the program `bench` starts the
//! servers in turn and writes the report.

#![cfg(unix)]
#![deny(unsafe_code)]

pub mod answers;
pub mod instructions;
pub mod load;
pub mod report;
pub mod server;
pub mod table;
