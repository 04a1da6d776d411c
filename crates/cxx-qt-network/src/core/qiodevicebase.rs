// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QIODeviceBase`](https://doc.qt.io/qt-6/qiodevicebase.html): the modes in which devices are
//! opened.

use super::flags::flags;

flags! {
    /// How a device is opened, as `QIODevice::OpenModeFlag`. Combine flags with `|`.
    QIODeviceOpenModeFlag =>
    /// Any number of [`QIODeviceOpenModeFlag`]s, as `QIODevice::OpenMode`.
    QIODeviceOpenMode: "cxx_qt_network::QIODeviceOpenMode" {
        /// Not open.
        NotOpen = 0x00,
        /// Open for reading.
        ReadOnly = 0x01,
        /// Open for writing.
        WriteOnly = 0x02,
        /// Open for reading and writing.
        ReadWrite = 0x03,
        /// Data is written at the end. For files, not for sockets.
        Append = 0x04,
        /// Existing contents are discarded. For files, not for sockets.
        Truncate = 0x08,
        /// A line ends with `
        /// ` in memory and with the system's line ending on the device.
        Text = 0x10,
        /// Without the device's own read buffer; only with one of the first three.
        Unbuffered = 0x20,
        /// Fails if the file exists. For files, not for sockets.
        NewOnly = 0x40,
        /// Fails if the file does not exist. For files, not for sockets.
        ExistingOnly = 0x80,
    }
}
