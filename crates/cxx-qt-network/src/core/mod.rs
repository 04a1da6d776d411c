// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Classes of QtCore.

mod blocks;
mod containers;
mod datetime_reader;
pub(crate) mod derive;
pub(crate) mod flags;
mod json_reader;
pub(crate) mod qcoreapplication;
pub(crate) mod qdatastream;
pub(crate) mod qeventloop;
pub(crate) mod qiodevice;
pub(crate) mod qiodevicebase;
pub(crate) mod qlogging;
pub(crate) mod qsocketnotifier;
pub(crate) mod qtimer;
mod qvariant_reader;
pub(crate) mod stream;
pub(crate) mod timeout;
mod url_reader;
