// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Ownership of objects, connections, and what happens where control passes between C++ and Rust.

pub(crate) mod callback;
pub(crate) mod connection;
pub(crate) mod error;
pub(crate) mod qbox;
pub(crate) mod qobject;
pub(crate) mod qpointer;
pub(crate) mod signal;
pub(crate) mod thread_handle;
