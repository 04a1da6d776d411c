// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What Qt does not have.

mod exclusive_listen;
#[cfg(unix)]
pub(crate) mod unix;
