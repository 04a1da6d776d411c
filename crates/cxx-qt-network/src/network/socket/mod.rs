// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Sockets and servers.

pub(crate) mod io;
pub(crate) mod listen_error;
pub(crate) mod qlocalserver;
pub(crate) mod qlocalsocket;
#[cfg(unix)]
pub(crate) mod server_name;
