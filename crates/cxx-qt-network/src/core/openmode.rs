// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How devices are opened, and why they fail.

use std::fmt;
use std::ops::BitOr;

/// How a device is opened: flags, combined with `|`. As `QIODevice::OpenMode`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct OpenMode(i32);

impl OpenMode {
    /// Not open.
    pub const NOT_OPEN: Self = Self(0);
    /// Open for reading.
    pub const READ_ONLY: Self = Self(0x01);
    /// Open for writing.
    pub const WRITE_ONLY: Self = Self(0x02);
    /// Open for reading and writing.
    pub const READ_WRITE: Self = Self(0x03);
    /// Written bytes go to the end. For files, not for sockets.
    pub const APPEND: Self = Self(0x04);
    /// What was there is dropped. For files, not for sockets.
    pub const TRUNCATE: Self = Self(0x08);
    /// The end of a line is `\n` in memory and the system's on the device.
    pub const TEXT: Self = Self(0x10);
    /// Without the device's own read buffer; only with one of the first three.
    pub const UNBUFFERED: Self = Self(0x20);
    /// Fails if there is something already. For files, not for sockets.
    pub const NEW_ONLY: Self = Self(0x40);
    /// Fails if there is nothing yet. For files, not for sockets.
    pub const EXISTING_ONLY: Self = Self(0x80);

    /// Whether all flags of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn bits(self) -> i32 {
        self.0
    }

    pub(crate) const fn from_bits(bits: i32) -> Self {
        Self(bits)
    }
}

impl BitOr for OpenMode {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Why a device could not do what it was asked: Qt's text, `QIODevice::errorString`.
///
/// Qt sets the text where it knows a reason; else it is that of an earlier error, or
/// "Unknown error".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceError(pub(crate) String);

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DeviceError {}
