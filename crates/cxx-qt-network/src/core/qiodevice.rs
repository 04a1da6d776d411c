// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QIODevice`](https://doc.qt.io/qt-6/qiodevice.html): the base class of all devices. A device
//! belongs to one thread.

use std::fmt;
use std::time::Duration;

use cxx_qt::QObject;
use cxx_qt::casting::Upcast;
use cxx_qt_lib::QByteArray;

use super::qiodevicebase::QIODeviceOpenMode;
use super::timeout::{Deadline, milliseconds};
use crate::object::callback::{call, wait};
use crate::object::connection::Connection;
use crate::object::signal::{connect, slots};

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qbytearray.h");
        type QByteArray = cxx_qt_lib::QByteArray;
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
    }

    #[namespace = "rust::cxxqt1"]
    unsafe extern "C++" {
        include!("cxx-qt/connection.h");
        type QMetaObjectConnection = cxx_qt::QMetaObjectConnection;
    }

    // SAFETY: the declarations match <QIODevice>; none takes ownership or a raw pointer.
    unsafe extern "C++Qt" {
        include!(<QtCore/QIODevice>);
        /// The base class of all devices.
        ///
        /// Its members are on [`QIODeviceExt`](crate::QIODeviceExt), which every derived class
        /// implements too.
        #[qobject]
        type QIODevice;

        /// As [`QIODeviceExt::at_end`](crate::QIODeviceExt::at_end).
        #[rust_name = "at_end"]
        fn atEnd(self: &QIODevice) -> bool;
        /// As [`QIODeviceExt::can_read_line`](crate::QIODeviceExt::can_read_line).
        #[rust_name = "can_read_line"]
        fn canReadLine(self: &QIODevice) -> bool;
        /// As [`QIODeviceExt::is_open`](crate::QIODeviceExt::is_open).
        #[rust_name = "is_open"]
        fn isOpen(self: &QIODevice) -> bool;
        /// As [`QIODeviceExt::is_readable`](crate::QIODeviceExt::is_readable).
        #[rust_name = "is_readable"]
        fn isReadable(self: &QIODevice) -> bool;
        /// As [`QIODeviceExt::is_sequential`](crate::QIODeviceExt::is_sequential).
        #[rust_name = "is_sequential"]
        fn isSequential(self: &QIODevice) -> bool;
        /// As [`QIODeviceExt::is_text_mode_enabled`](crate::QIODeviceExt::is_text_mode_enabled).
        #[rust_name = "is_text_mode_enabled"]
        fn isTextModeEnabled(self: &QIODevice) -> bool;
        /// As
        /// [`QIODeviceExt::is_transaction_started`](crate::QIODeviceExt::is_transaction_started).
        #[rust_name = "is_transaction_started"]
        fn isTransactionStarted(self: &QIODevice) -> bool;
        /// As [`QIODeviceExt::is_writable`](crate::QIODeviceExt::is_writable).
        #[rust_name = "is_writable"]
        fn isWritable(self: &QIODevice) -> bool;
        /// As [`QIODeviceExt::read_channel_count`](crate::QIODeviceExt::read_channel_count).
        #[rust_name = "read_channel_count"]
        fn readChannelCount(self: &QIODevice) -> i32;
        /// As [`QIODeviceExt::write_channel_count`](crate::QIODeviceExt::write_channel_count).
        #[rust_name = "write_channel_count"]
        fn writeChannelCount(self: &QIODevice) -> i32;
        /// As [`QIODeviceExt::current_read_channel`](crate::QIODeviceExt::current_read_channel).
        #[rust_name = "current_read_channel"]
        fn currentReadChannel(self: &QIODevice) -> i32;
        /// As [`QIODeviceExt::current_write_channel`](crate::QIODeviceExt::current_write_channel).
        #[rust_name = "current_write_channel"]
        fn currentWriteChannel(self: &QIODevice) -> i32;
        /// As [`QIODeviceExt::open_mode`](crate::QIODeviceExt::open_mode).
        #[rust_name = "open_mode"]
        fn openMode(self: &QIODevice) -> QIODeviceOpenMode;
    }

    #[namespace = "cxx_qt_network"]
    extern "Rust" {
        type DeviceSlot;
        fn record(self: &DeviceSlot);

        type BytesWritten;
        fn record(self: &BytesWritten, bytes: i64);

        type ChannelBytesWritten;
        fn record(self: &ChannelBytesWritten, channel: i32, bytes: i64);

        type ChannelReadyRead;
        fn record(self: &ChannelReadyRead, channel: i32);
    }

    // SAFETY: each only forwards to the member it is named after; slices are read or filled within
    // their length during the call.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/qiodevice.h");
        type QIODeviceOpenMode = crate::core::qiodevicebase::QIODeviceOpenMode;

        #[rust_name = "device_close"]
        fn deviceClose(device: &QIODevice);
        #[rust_name = "device_commit_transaction"]
        fn deviceCommitTransaction(device: &QIODevice);
        #[rust_name = "device_error_string"]
        fn deviceErrorString(device: &QIODevice) -> QString;
        #[rust_name = "device_read_all"]
        fn deviceReadAll(device: &QIODevice) -> QByteArray;
        #[rust_name = "device_rollback_transaction"]
        fn deviceRollbackTransaction(device: &QIODevice);
        #[rust_name = "device_start_transaction"]
        fn deviceStartTransaction(device: &QIODevice);
        #[rust_name = "device_wait_for_bytes_written"]
        fn deviceWaitForBytesWritten(device: &QIODevice, msecs: i32) -> bool;
        #[rust_name = "device_wait_for_ready_read"]
        fn deviceWaitForReadyRead(device: &QIODevice, msecs: i32) -> bool;
        #[rust_name = "device_bytes_available"]
        fn deviceBytesAvailable(device: &QIODevice) -> i64;
        #[rust_name = "device_bytes_to_write"]
        fn deviceBytesToWrite(device: &QIODevice) -> i64;
        #[rust_name = "device_read"]
        fn deviceRead(device: &QIODevice, buffer: &mut [u8]) -> i64;
        #[rust_name = "device_peek"]
        fn devicePeek(device: &QIODevice, buffer: &mut [u8]) -> i64;
        #[rust_name = "device_skip"]
        fn deviceSkip(device: &QIODevice, count: i64) -> i64;
        #[rust_name = "device_write"]
        fn deviceWrite(device: &QIODevice, bytes: &[u8]) -> i64;
        #[rust_name = "device_read_buffer_size"]
        fn readBufferSize(device: &QIODevice) -> i64;
        #[rust_name = "device_connection_state"]
        fn connectionState(device: &QIODevice) -> i32;
        #[rust_name = "device_has_failed"]
        fn hasFailed(device: &QIODevice) -> bool;
        #[rust_name = "device_set_text_mode_enabled"]
        fn deviceSetTextModeEnabled(device: &QIODevice, enabled: bool);
        #[rust_name = "device_set_current_read_channel"]
        fn deviceSetCurrentReadChannel(device: &QIODevice, channel: i32);
        #[rust_name = "device_set_current_write_channel"]
        fn deviceSetCurrentWriteChannel(device: &QIODevice, channel: i32);
        #[rust_name = "device_open"]
        fn deviceOpen(device: &QIODevice, mode: QIODeviceOpenMode) -> bool;
        #[rust_name = "device_pos"]
        fn devicePos(device: &QIODevice) -> i64;
        #[rust_name = "device_size"]
        fn deviceSize(device: &QIODevice) -> i64;
        #[rust_name = "device_seek"]
        fn deviceSeek(device: &QIODevice, position: i64) -> bool;
        #[rust_name = "device_reset"]
        fn deviceReset(device: &QIODevice) -> bool;
        #[rust_name = "device_read_line"]
        fn deviceReadLine(device: &QIODevice, line: &mut QByteArray, limit: i64) -> i64;
        #[rust_name = "device_get_char"]
        fn deviceGetChar(device: &QIODevice) -> i32;
        #[rust_name = "device_put_char"]
        fn devicePutChar(device: &QIODevice, byte: u8) -> bool;
        #[rust_name = "device_unget_char"]
        fn deviceUngetChar(device: &QIODevice, byte: u8);
        #[rust_name = "on_about_to_close"]
        fn onAboutToClose(device: &QIODevice, slot: Box<DeviceSlot>) -> QMetaObjectConnection;
        #[rust_name = "on_bytes_written"]
        fn onBytesWritten(device: &QIODevice, slot: Box<BytesWritten>) -> QMetaObjectConnection;
        #[rust_name = "on_channel_bytes_written"]
        fn onChannelBytesWritten(
            device: &QIODevice,
            slot: Box<ChannelBytesWritten>,
        ) -> QMetaObjectConnection;
        #[rust_name = "on_channel_ready_read"]
        fn onChannelReadyRead(
            device: &QIODevice,
            slot: Box<ChannelReadyRead>,
        ) -> QMetaObjectConnection;
        #[rust_name = "on_read_channel_finished"]
        fn onReadChannelFinished(
            device: &QIODevice,
            slot: Box<DeviceSlot>,
        ) -> QMetaObjectConnection;
        #[rust_name = "on_ready_read"]
        fn onReadyRead(device: &QIODevice, slot: Box<DeviceSlot>) -> QMetaObjectConnection;
    }
}

pub use ffi::QIODevice;

slots! {
    DeviceSlot();
    BytesWritten(bytes: i64);
    ChannelBytesWritten(channel: i32, bytes: i64);
    ChannelReadyRead(channel: i32);
}

/// An error of a device: its text, `QIODevice::errorString`.
///
/// If Qt does not set a text, it is that of an earlier error, or "Unknown error".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceError(pub(crate) String);

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DeviceError {}

/// The members of `QIODevice`, for it and all classes derived from it.
pub trait QIODeviceExt: Upcast<QIODevice> + Upcast<QObject> + Sized + 'static {
    /// Whether no byte can be read now, as `QIODevice::atEnd`. On a socket more can arrive.
    fn at_end(&self) -> bool {
        Upcast::<QIODevice>::upcast(self).at_end()
    }

    /// The number of bytes that can be read without waiting, as `QIODevice::bytesAvailable`.
    fn bytes_available(&self) -> usize {
        usize::try_from(ffi::device_bytes_available(self.upcast())).unwrap_or(0)
    }

    /// The number of bytes that are buffered and not yet written, as `QIODevice::bytesToWrite`.
    fn bytes_to_write(&self) -> usize {
        usize::try_from(ffi::device_bytes_to_write(self.upcast())).unwrap_or(0)
    }

    /// Whether a complete line can be read, as `QIODevice::canReadLine`.
    fn can_read_line(&self) -> bool {
        Upcast::<QIODevice>::upcast(self).can_read_line()
    }

    /// Closes the device, as `QIODevice::close`.
    fn close(&self) {
        call(|| ffi::device_close(self.upcast()));
    }

    /// Ends a read transaction: the bytes read since [`start_transaction`](Self::start_transaction)
    /// are consumed. As `QIODevice::commitTransaction`.
    fn commit_transaction(&self) {
        call(|| ffi::device_commit_transaction(self.upcast()));
    }

    /// The current read channel, 0 for devices with one; as `QIODevice::currentReadChannel`.
    fn current_read_channel(&self) -> i32 {
        Upcast::<QIODevice>::upcast(self).current_read_channel()
    }

    /// The current write channel, 0 for devices with one; as
    /// `QIODevice::currentWriteChannel`.
    fn current_write_channel(&self) -> i32 {
        Upcast::<QIODevice>::upcast(self).current_write_channel()
    }

    /// The text of the last error, as `QIODevice::errorString`.
    fn error_string(&self) -> String {
        ffi::device_error_string(self.upcast()).to_string()
    }

    /// Reads one byte; `None` if none is available. As `QIODevice::getChar`.
    fn get_char(&self) -> Option<u8> {
        u8::try_from(call(|| ffi::device_get_char(self.upcast()))).ok()
    }

    /// Whether the device is open, as `QIODevice::isOpen`.
    fn is_open(&self) -> bool {
        Upcast::<QIODevice>::upcast(self).is_open()
    }

    /// Whether the device is open for reading, as `QIODevice::isReadable`.
    fn is_readable(&self) -> bool {
        Upcast::<QIODevice>::upcast(self).is_readable()
    }

    /// Whether the device has no positions to seek to, as `QIODevice::isSequential`.
    fn is_sequential(&self) -> bool {
        Upcast::<QIODevice>::upcast(self).is_sequential()
    }

    /// Whether line endings are translated, as `QIODevice::isTextModeEnabled`.
    fn is_text_mode_enabled(&self) -> bool {
        Upcast::<QIODevice>::upcast(self).is_text_mode_enabled()
    }

    /// Whether a read transaction is in progress, as `QIODevice::isTransactionStarted`.
    fn is_transaction_started(&self) -> bool {
        Upcast::<QIODevice>::upcast(self).is_transaction_started()
    }

    /// Whether the device is open for writing, as `QIODevice::isWritable`.
    fn is_writable(&self) -> bool {
        Upcast::<QIODevice>::upcast(self).is_writable()
    }

    /// Opens the device, as `QIODevice::open`. A `QLocalSocket` connects to the server whose name
    /// was set before; the outcome is emitted as after `connect_to_server`.
    ///
    /// # Errors
    ///
    /// If the device cannot be opened in this mode, or is open: also a socket whose peer has closed
    /// the connection, until [`close`](Self::close).
    fn open(&self, mode: impl Into<QIODeviceOpenMode>) -> Result<(), DeviceError> {
        let device = self.upcast();
        if self.is_open() {
            return Err(DeviceError("the device is open already".into()));
        }
        let opened = call(|| ffi::device_open(device, mode.into()));
        done(device, opened)
    }

    /// The flags that the device was opened with, as `QIODevice::openMode`.
    fn open_mode(&self) -> QIODeviceOpenMode {
        Upcast::<QIODevice>::upcast(self).open_mode()
    }

    /// Reads into `buffer` without consuming the bytes, and returns their number. As
    /// `QIODevice::peek`.
    ///
    /// # Errors
    ///
    /// If the device cannot be read.
    fn peek(&self, buffer: &mut [u8]) -> Result<usize, DeviceError> {
        let device = self.upcast();
        let count = call(|| ffi::device_peek(device, buffer));
        counted(device, count)
    }

    /// The position of the next byte, 0 in a sequential device; as `QIODevice::pos`.
    fn pos(&self) -> u64 {
        u64::try_from(ffi::device_pos(self.upcast())).unwrap_or(0)
    }

    /// Writes one byte, as `QIODevice::putChar`.
    ///
    /// # Errors
    ///
    /// If the device is not open for writing.
    fn put_char(&self, byte: u8) -> Result<(), DeviceError> {
        let device = self.upcast();
        let written = call(|| ffi::device_put_char(device, byte));
        done(device, written)
    }

    /// Reads into `buffer` and returns the number of bytes, 0 if none is available now. As
    /// `QIODevice::read`.
    ///
    /// # Errors
    ///
    /// If the device cannot be read, for example because a socket is closed and empty.
    fn read(&self, buffer: &mut [u8]) -> Result<usize, DeviceError> {
        let device = self.upcast();
        let count = call(|| ffi::device_read(device, buffer));
        counted(device, count)
    }

    /// Reads all available bytes; empty on an error. As `QIODevice::readAll`.
    fn read_all(&self) -> QByteArray {
        ffi::device_read_all(self.upcast())
    }

    /// The number of read channels, as `QIODevice::readChannelCount`.
    fn read_channel_count(&self) -> i32 {
        Upcast::<QIODevice>::upcast(self).read_channel_count()
    }

    /// Reads a line including its newline, at most `limit` bytes (`None`: no limit). Without a
    /// newline it reads the available bytes, possibly none: see
    /// [`can_read_line`](Self::can_read_line). As `QIODevice::readLine`.
    ///
    /// # Errors
    ///
    /// If the device cannot be read, for example because a socket is closed and empty.
    fn read_line(&self, limit: Option<usize>) -> Result<QByteArray, DeviceError> {
        let limit = limit.map_or(i64::MAX, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let mut line = QByteArray::default();
        let device = self.upcast();
        let count = call(|| ffi::device_read_line(device, &mut line, limit));
        counted(device, count).map(|_| line)
    }

    /// Seeks to the beginning, as `QIODevice::reset`.
    ///
    /// # Errors
    ///
    /// If the device is sequential, as sockets are, or not open.
    fn reset(&self) -> Result<(), DeviceError> {
        let device = self.upcast();
        let moved = call(|| ffi::device_reset(device));
        done(device, moved)
    }

    /// Rolls a read transaction back: the bytes read since
    /// [`start_transaction`](Self::start_transaction) can be read again. As
    /// `QIODevice::rollbackTransaction`.
    fn rollback_transaction(&self) {
        call(|| ffi::device_rollback_transaction(self.upcast()));
    }

    /// Seeks to `position`, in bytes, as `QIODevice::seek`.
    ///
    /// # Errors
    ///
    /// If the device is sequential, as sockets are, or not open, or has no such position.
    fn seek(&self, position: u64) -> Result<(), DeviceError> {
        let device = self.upcast();
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        let moved = call(|| ffi::device_seek(device, position));
        done(device, moved)
    }

    /// Sets the current read channel, as `QIODevice::setCurrentReadChannel`.
    fn set_current_read_channel(&self, channel: i32) {
        call(|| ffi::device_set_current_read_channel(self.upcast(), channel));
    }

    /// Sets the current write channel, as `QIODevice::setCurrentWriteChannel`.
    fn set_current_write_channel(&self, channel: i32) {
        call(|| ffi::device_set_current_write_channel(self.upcast(), channel));
    }

    /// Sets whether line endings are translated, as `QIODevice::setTextModeEnabled`; only while the
    /// device is open.
    fn set_text_mode_enabled(&self, enabled: bool) {
        call(|| ffi::device_set_text_mode_enabled(self.upcast(), enabled));
    }

    /// The size of a file, or the number of bytes available on a socket. As `QIODevice::size`.
    fn size(&self) -> u64 {
        u64::try_from(ffi::device_size(self.upcast())).unwrap_or(0)
    }

    /// Skips up to `count` bytes and returns the number of bytes skipped, as `QIODevice::skip`.
    ///
    /// # Errors
    ///
    /// If the device cannot be read.
    fn skip(&self, count: usize) -> Result<usize, DeviceError> {
        let device = self.upcast();
        let skipped = call(|| ffi::device_skip(device, i64::try_from(count).unwrap_or(i64::MAX)));
        counted(device, skipped)
    }

    /// Starts a read transaction, which can be rolled back, as `QIODevice::startTransaction`.
    fn start_transaction(&self) {
        call(|| ffi::device_start_transaction(self.upcast()));
    }

    /// Puts a byte back into the read buffer, as `QIODevice::ungetChar`.
    fn unget_char(&self, byte: u8) {
        call(|| ffi::device_unget_char(self.upcast(), byte));
    }

    /// Blocks until bytes were written, at most for `timeout` (`None`: without limit). As
    /// `QIODevice::waitForBytesWritten`; needs no event loop.
    ///
    /// # Errors
    ///
    /// If none were written: the time-out expired, no byte is buffered, or the device failed.
    fn wait_for_bytes_written(&self, timeout: Option<Duration>) -> Result<(), DeviceError> {
        let device = self.upcast();
        let deadline = Deadline::new(timeout);
        wait(|| {
            let written = ffi::device_wait_for_bytes_written(device, milliseconds(timeout));
            waited(device, written, deadline)
        })
    }

    /// Blocks until new bytes can be read, at most for `timeout` (`None`: without limit). As
    /// `QIODevice::waitForReadyRead`; needs no event loop.
    ///
    /// # Errors
    ///
    /// If no new bytes arrived: the time-out expired, or the device is closed or failed. Bytes that
    /// had arrived before can still be read.
    fn wait_for_ready_read(&self, timeout: Option<Duration>) -> Result<(), DeviceError> {
        let device = self.upcast();
        let deadline = Deadline::new(timeout);
        wait(|| {
            let ready = ffi::device_wait_for_ready_read(device, milliseconds(timeout));
            waited(device, ready, deadline)
        })
    }

    /// Writes `bytes` and returns the number of bytes accepted, as `QIODevice::write`. A socket
    /// accepts all of them and sends them from the event loop.
    ///
    /// # Errors
    ///
    /// If the device is not open for writing.
    fn write(&self, bytes: &[u8]) -> Result<usize, DeviceError> {
        let device = self.upcast();
        let count = call(|| ffi::device_write(device, bytes));
        counted(device, count)
    }

    /// The number of write channels, as `QIODevice::writeChannelCount`.
    fn write_channel_count(&self) -> i32 {
        Upcast::<QIODevice>::upcast(self).write_channel_count()
    }

    /// Calls `handler` when the device is being closed, on `QIODevice::aboutToClose`. It runs
    /// later, as all handlers do: unread data is discarded by then.
    fn on_about_to_close(&self, mut handler: impl FnMut(&Self) + 'static) -> Connection {
        let device = self.upcast();
        connect(
            self,
            |slot| ffi::on_about_to_close(device, slot),
            move |device, ()| handler(device),
        )
    }

    /// Calls `handler` with the number of bytes that were written, on `QIODevice::bytesWritten`.
    fn on_bytes_written(&self, mut handler: impl FnMut(&Self, usize) + 'static) -> Connection {
        let device = self.upcast();
        connect(
            self,
            |slot| ffi::on_bytes_written(device, slot),
            move |device, (bytes,)| handler(device, length(bytes)),
        )
    }

    /// Calls `handler` with a channel and the number of bytes that were written to it, on
    /// `QIODevice::channelBytesWritten`.
    fn on_channel_bytes_written(
        &self,
        mut handler: impl FnMut(&Self, i32, usize) + 'static,
    ) -> Connection {
        let device = self.upcast();
        connect(
            self,
            |slot| ffi::on_channel_bytes_written(device, slot),
            move |device, (channel, bytes)| handler(device, channel, length(bytes)),
        )
    }

    /// Calls `handler` with a channel on which new bytes are available, on
    /// `QIODevice::channelReadyRead`.
    fn on_channel_ready_read(&self, mut handler: impl FnMut(&Self, i32) + 'static) -> Connection {
        let device = self.upcast();
        connect(
            self,
            |slot| ffi::on_channel_ready_read(device, slot),
            move |device, (channel,)| handler(device, channel),
        )
    }

    /// Calls `handler` at the end of the data, on `QIODevice::readChannelFinished`.
    fn on_read_channel_finished(&self, mut handler: impl FnMut(&Self) + 'static) -> Connection {
        let device = self.upcast();
        connect(
            self,
            |slot| ffi::on_read_channel_finished(device, slot),
            move |device, ()| handler(device),
        )
    }

    /// Calls `handler` when new bytes are available, on `QIODevice::readyRead`. It is not called
    /// for bytes that arrived before; new ones may have been read before it is called.
    fn on_ready_read(&self, mut handler: impl FnMut(&Self) + 'static) -> Connection {
        let device = self.upcast();
        connect(
            self,
            |slot| ffi::on_ready_read(device, slot),
            move |device, ()| handler(device),
        )
    }
}

impl<T: Upcast<QIODevice> + Upcast<QObject> + 'static> QIODeviceExt for T {}

/// A number of bytes from Qt, which is not negative.
fn length(bytes: i64) -> usize {
    usize::try_from(bytes).unwrap_or(0)
}

/// The read buffer size of the device in bytes, if it is limited.
pub(crate) fn read_buffer_size(device: &QIODevice) -> Option<usize> {
    usize::try_from(ffi::device_read_buffer_size(device))
        .ok()
        .filter(|&size| size > 0)
}

/// The state of a socket's connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ConnectionState {
    Unconnected,
    Connecting,
    Connected,
    Closing,
}

/// The state of a socket's connection; `None` for a device that is no socket.
pub(crate) fn connection_state(device: &QIODevice) -> Option<ConnectionState> {
    // QAbstractSocket::SocketState, whose numbers QLocalSocket has too.
    match ffi::device_connection_state(device) {
        0 => Some(ConnectionState::Unconnected),
        1 | 2 => Some(ConnectionState::Connecting),
        3 => Some(ConnectionState::Connected),
        6 => Some(ConnectionState::Closing),
        _ => None,
    }
}

/// Whether the connection of a socket ended by an error, not by either side closing it.
pub(crate) fn has_failed(device: &QIODevice) -> bool {
    ffi::device_has_failed(device)
}

/// `wait_for_ready_read` for a caller that waits several times inside one `callback::wait`: no
/// handler runs in between.
pub(crate) fn wait_for_ready_read_in_call(device: &QIODevice, timeout: Option<Duration>) -> bool {
    call(|| ffi::device_wait_for_ready_read(device, milliseconds(timeout)))
}

/// `wait_for_bytes_written` in the same way.
pub(crate) fn wait_for_bytes_written_in_call(
    device: &QIODevice,
    timeout: Option<Duration>,
) -> bool {
    call(|| ffi::device_wait_for_bytes_written(device, milliseconds(timeout)))
}

/// The number of bytes in Qt's result, where -1 is an error.
fn counted(device: &QIODevice, count: i64) -> Result<usize, DeviceError> {
    usize::try_from(count).map_err(|_| DeviceError(ffi::device_error_string(device).to_string()))
}

/// The result of a wait; a failed one on a socket that is still connected has timed out.
fn waited(device: &QIODevice, succeeded: bool, deadline: Deadline) -> Result<(), DeviceError> {
    let is_late = || {
        deadline.is_over()
            && connection_state(device).is_some_and(|it| it != ConnectionState::Unconnected)
    };
    if !succeeded && is_late() {
        return Err(DeviceError("time-out".into()));
    }
    done(device, succeeded)
}

/// The result of a `bool` of Qt, where `false` is an error.
fn done(device: &QIODevice, done: bool) -> Result<(), DeviceError> {
    if done {
        Ok(())
    } else {
        Err(DeviceError(ffi::device_error_string(device).to_string()))
    }
}
