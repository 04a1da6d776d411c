// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QIODevice`](https://doc.qt.io/qt-6/qiodevice.html): what all devices share. A device belongs to
//! one thread.

use std::fmt;
use std::ops::BitOr;
use std::pin::Pin;
use std::time::Duration;

use cxx_qt::casting::Upcast;
use cxx_qt_lib::QByteArray;

use crate::border;
use crate::signals::{self, ConnectionGuard, connect};
use crate::timeout::milliseconds;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qbytearray.h");
        type QByteArray = cxx_qt_lib::QByteArray;
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
    }

    // SAFETY: the declarations match <QIODevice>; none takes ownership or a raw pointer.
    unsafe extern "C++Qt" {
        include!(<QtCore/QIODevice>);
        /// The base of everything that bytes are read from and written to.
        ///
        /// Its members are on [`QIODeviceExt`](crate::QIODeviceExt), which every class derived from
        /// it has too.
        #[qobject]
        type QIODevice;

    }

    // SAFETY: each only forwards to the member it is named after; slices are read or filled within
    // their length during the call.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/qiodevice.h");
        #[rust_name = "device_at_end"]
        fn deviceAtEnd(device: &QIODevice) -> bool;
        #[rust_name = "device_close"]
        fn deviceClose(device: Pin<&mut QIODevice>);
        #[rust_name = "device_commit_transaction"]
        fn deviceCommitTransaction(device: Pin<&mut QIODevice>);
        #[rust_name = "device_error_string"]
        fn deviceErrorString(device: &QIODevice) -> QString;
        #[rust_name = "device_is_open"]
        fn deviceIsOpen(device: &QIODevice) -> bool;
        #[rust_name = "device_is_sequential"]
        fn deviceIsSequential(device: &QIODevice) -> bool;
        #[rust_name = "device_is_transaction_started"]
        fn deviceIsTransactionStarted(device: &QIODevice) -> bool;
        #[rust_name = "device_read_all"]
        fn deviceReadAll(device: Pin<&mut QIODevice>) -> QByteArray;
        #[rust_name = "device_rollback_transaction"]
        fn deviceRollbackTransaction(device: Pin<&mut QIODevice>);
        #[rust_name = "device_start_transaction"]
        fn deviceStartTransaction(device: Pin<&mut QIODevice>);
        #[rust_name = "device_wait_for_bytes_written"]
        fn deviceWaitForBytesWritten(device: Pin<&mut QIODevice>, msecs: i32) -> bool;
        #[rust_name = "device_wait_for_ready_read"]
        fn deviceWaitForReadyRead(device: Pin<&mut QIODevice>, msecs: i32) -> bool;
        #[rust_name = "device_open_mode"]
        fn deviceOpenMode(device: &QIODevice) -> i32;
        #[rust_name = "device_bytes_available"]
        fn deviceBytesAvailable(device: &QIODevice) -> i64;
        #[rust_name = "device_bytes_to_write"]
        fn deviceBytesToWrite(device: &QIODevice) -> i64;
        #[rust_name = "device_read"]
        fn deviceRead(device: Pin<&mut QIODevice>, buffer: &mut [u8]) -> i64;
        #[rust_name = "device_peek"]
        fn devicePeek(device: Pin<&mut QIODevice>, buffer: &mut [u8]) -> i64;
        #[rust_name = "device_skip"]
        fn deviceSkip(device: Pin<&mut QIODevice>, count: i64) -> i64;
        #[rust_name = "device_write"]
        fn deviceWrite(device: Pin<&mut QIODevice>, bytes: &[u8]) -> i64;
    }
}

pub use ffi::QIODevice;

/// How a device is opened: flags, combined with `|`. As `QIODevice::OpenMode`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenMode(i32);

impl OpenMode {
    /// Not open.
    pub const NOT_OPEN: Self = Self(0);
    /// Open for reading.
    pub const READ_ONLY: Self = Self(1);
    /// Open for writing.
    pub const WRITE_ONLY: Self = Self(2);
    /// Open for reading and writing.
    pub const READ_WRITE: Self = Self(3);
    /// Without the device's own read buffer; only with one of the above.
    pub const UNBUFFERED: Self = Self(0x20);

    /// Whether all flags of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn bits(self) -> i32 {
        self.0
    }
}

impl BitOr for OpenMode {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Why a device could not read or write: Qt's text, `QIODevice::errorString`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceError(pub(crate) String);

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DeviceError {}

/// The members of `QIODevice`, for it and all classes derived from it.
pub trait QIODeviceExt: Upcast<QIODevice> {
    /// Whether there is nothing more to read now, as `QIODevice::atEnd`. On a socket more can come.
    fn at_end(&self) -> bool {
        ffi::device_at_end(self.upcast())
    }

    /// How many bytes can be read at once, as `QIODevice::bytesAvailable`.
    fn bytes_available(&self) -> usize {
        usize::try_from(ffi::device_bytes_available(self.upcast())).unwrap_or(0)
    }

    /// How many bytes wait to be written, as `QIODevice::bytesToWrite`.
    fn bytes_to_write(&self) -> usize {
        usize::try_from(ffi::device_bytes_to_write(self.upcast())).unwrap_or(0)
    }

    /// Closes the device, as `QIODevice::close`.
    fn close(self: Pin<&mut Self>) {
        ffi::device_close(self.upcast_pin());
    }

    /// Keeps what was read since [`start_transaction`](Self::start_transaction) read, as
    /// `QIODevice::commitTransaction`.
    fn commit_transaction(self: Pin<&mut Self>) {
        ffi::device_commit_transaction(self.upcast_pin());
    }

    /// Qt's words for the last error, as `QIODevice::errorString`.
    fn error_string(&self) -> String {
        ffi::device_error_string(self.upcast()).to_string()
    }

    /// Whether the device is open, as `QIODevice::isOpen`.
    fn is_open(&self) -> bool {
        ffi::device_is_open(self.upcast())
    }

    /// Whether the device has no positions to seek to, as `QIODevice::isSequential`.
    fn is_sequential(&self) -> bool {
        ffi::device_is_sequential(self.upcast())
    }

    /// Whether a read transaction is under way, as `QIODevice::isTransactionStarted`.
    fn is_transaction_started(&self) -> bool {
        ffi::device_is_transaction_started(self.upcast())
    }

    /// The flags the device is open with, as `QIODevice::openMode`.
    fn open_mode(&self) -> OpenMode {
        OpenMode(ffi::device_open_mode(self.upcast()))
    }

    /// Fills `buffer` from the front without taking the bytes, and returns how many there were. As
    /// `QIODevice::peek`.
    ///
    /// # Errors
    ///
    /// If the device cannot be read.
    fn peek(self: Pin<&mut Self>, buffer: &mut [u8]) -> Result<usize, DeviceError> {
        let mut device = self.upcast_pin();
        let count = ffi::device_peek(device.as_mut(), buffer);
        counted(&device, count)
    }

    /// Fills `buffer` from the front and returns how many bytes were there; 0 when there are none
    /// now. As `QIODevice::read`.
    ///
    /// # Errors
    ///
    /// If the device cannot be read, for example because a socket is closed and empty.
    fn read(self: Pin<&mut Self>, buffer: &mut [u8]) -> Result<usize, DeviceError> {
        let mut device = self.upcast_pin();
        let count = ffi::device_read(device.as_mut(), buffer);
        counted(&device, count)
    }

    /// Takes all bytes that are there, none if there was an error. As `QIODevice::readAll`.
    fn read_all(self: Pin<&mut Self>) -> QByteArray {
        ffi::device_read_all(self.upcast_pin())
    }

    /// Puts back what was read since [`start_transaction`](Self::start_transaction), as
    /// `QIODevice::rollbackTransaction`.
    fn rollback_transaction(self: Pin<&mut Self>) {
        ffi::device_rollback_transaction(self.upcast_pin());
    }

    /// Drops up to `count` bytes unread and returns how many there were, as `QIODevice::skip`.
    ///
    /// # Errors
    ///
    /// If the device cannot be read.
    fn skip(self: Pin<&mut Self>, count: usize) -> Result<usize, DeviceError> {
        let mut device = self.upcast_pin();
        let skipped = ffi::device_skip(device.as_mut(), i64::try_from(count).unwrap_or(i64::MAX));
        counted(&device, skipped)
    }

    /// Remembers this place in the stream, to come back to it, as `QIODevice::startTransaction`.
    fn start_transaction(self: Pin<&mut Self>) {
        ffi::device_start_transaction(self.upcast_pin());
    }

    /// Blocks until bytes were written, `timeout` is over (`None`: never) or there is an error. As
    /// `QIODevice::waitForBytesWritten`; needs no event loop.
    fn wait_for_bytes_written(self: Pin<&mut Self>, timeout: Option<Duration>) -> bool {
        let device = self.upcast_pin();
        border::wait(|| ffi::device_wait_for_bytes_written(device, milliseconds(timeout)))
    }

    /// Blocks until new bytes can be read, `timeout` is over (`None`: never) or there is an error.
    /// As `QIODevice::waitForReadyRead`; needs no event loop.
    fn wait_for_ready_read(self: Pin<&mut Self>, timeout: Option<Duration>) -> bool {
        let device = self.upcast_pin();
        border::wait(|| ffi::device_wait_for_ready_read(device, milliseconds(timeout)))
    }

    /// Hands `bytes` to the device and returns how many it took, as `QIODevice::write`. A socket
    /// takes all and sends them from the event loop.
    ///
    /// # Errors
    ///
    /// If the device is not open for writing.
    fn write(self: Pin<&mut Self>, bytes: &[u8]) -> Result<usize, DeviceError> {
        let mut device = self.upcast_pin();
        let count = ffi::device_write(device.as_mut(), bytes);
        counted(&device, count)
    }

    /// Calls `handler` before the device closes, on `QIODevice::aboutToClose`.
    fn on_about_to_close(
        self: Pin<&mut Self>,
        handler: impl Fn(Pin<&mut QIODevice>) + 'static,
    ) -> ConnectionGuard {
        connect(
            self.upcast_pin(),
            signals::on_about_to_close,
            move |device, _, _| handler(device),
        )
    }

    /// Calls `handler` with the number of bytes that were written, on `QIODevice::bytesWritten`.
    fn on_bytes_written(
        self: Pin<&mut Self>,
        handler: impl Fn(Pin<&mut QIODevice>, usize) + 'static,
    ) -> ConnectionGuard {
        connect(
            self.upcast_pin(),
            signals::on_bytes_written,
            move |device, bytes, _| {
                handler(device, usize::try_from(bytes).unwrap_or(0));
            },
        )
    }

    /// Calls `handler` when no more bytes can come, on `QIODevice::readChannelFinished`.
    fn on_read_channel_finished(
        self: Pin<&mut Self>,
        handler: impl Fn(Pin<&mut QIODevice>) + 'static,
    ) -> ConnectionGuard {
        connect(
            self.upcast_pin(),
            signals::on_read_channel_finished,
            move |device, _, _| {
                handler(device);
            },
        )
    }

    /// Calls `handler` when new bytes have come, on `QIODevice::readyRead`. Bytes that were there
    /// before are not announced again.
    fn on_ready_read(
        self: Pin<&mut Self>,
        handler: impl Fn(Pin<&mut QIODevice>) + 'static,
    ) -> ConnectionGuard {
        connect(
            self.upcast_pin(),
            signals::on_ready_read,
            move |device, _, _| handler(device),
        )
    }
}

impl<T: Upcast<QIODevice>> QIODeviceExt for T {}

/// Qt's count of bytes, where -1 stands for an error.
fn counted(device: &QIODevice, count: i64) -> Result<usize, DeviceError> {
    usize::try_from(count).map_err(|_| DeviceError(ffi::device_error_string(device).to_string()))
}
