// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What Qt does not have.

pub(crate) mod blocking_io;
mod exclusive_listen;
pub(crate) mod length_delimited;
#[cfg(unix)]
pub(crate) mod single_instance;
#[cfg(unix)]
pub(crate) mod unix;
