// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Measures fortune servers of any implementation: runs any number of clients, and reads the CPU
//! time and memory of the server process.
//!
//! The library has the tested parts, without further dependencies; the program `bench` starts the
//! servers in turn and writes the report.

#![cfg(unix)]
#![deny(unsafe_code)]

pub mod answers;
pub mod instructions;
pub mod load;
pub mod report;
pub mod server;
pub mod table;
