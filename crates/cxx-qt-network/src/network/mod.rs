// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Classes of QtNetwork, in the directories of Qt's source.

pub(crate) mod socket;
