// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Conformance with Qt's own tests of these classes, by test function: the tables in `docs/` list
//! them.

#[cfg(all(target_os = "linux", cxxqt_qt_version_at_least_6_2))]
mod abstract_names;
mod closing;
mod data;
#[cfg(unix)]
mod descriptors;
mod processes;
mod reading;
#[cfg(unix)]
mod server;
mod socket;
mod stream_states;
mod streams;
mod threads;
