// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Unix domain sockets in the file system: their names, and listening without replacing a server.

mod bound_sockets;
pub(crate) mod exclusive_bind;
mod file_identity;
mod name_lock;
mod private_name;
pub(crate) mod socket_file;
#[cfg(test)]
mod test_hook;
