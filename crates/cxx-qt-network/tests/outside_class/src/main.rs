// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Binds `QBuffer`, which cxx-qt-network does not have, in under 60 lines. The program uses it and
//! prints the result, or fails.

use std::cell::Cell;
use std::error::Error;
use std::rc::Rc;
use std::time::Duration;

use cxx_qt::casting::Upcast;
use cxx_qt::{QObject, impl_transitive_cast};
use cxx_qt_lib::{QByteArray, QCoreApplication};
use cxx_qt_network::{
    Connection, QBox, QDataStream, QEventLoop, QIODevice, QIODeviceExt, QIODeviceOpenModeFlag,
    QTimer, object,
};

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qbytearray.h");
        type QByteArray = cxx_qt_lib::QByteArray;
        include!("cxx-qt-network/core/qiodevice.h");
        type QIODevice = cxx_qt_network::QIODevice;
    }

    // SAFETY: the declarations match <QBuffer>.
    unsafe extern "C++Qt" {
        include!(<QtCore/QBuffer>);
        /// A device that reads and writes its own memory.
        #[qobject]
        #[base = QIODevice]
        type QBuffer;
        #[rust_name = "data_ref"]
        unsafe fn data(self: &QBuffer) -> &QByteArray;
        #[qsignal]
        #[cxx_name = "bytesWritten"]
        pub(self) fn raw_bytes_written(self: &QBuffer, bytes: i64);
    }

    // SAFETY: creates an object without an owner.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/object/qobject.h");
        #[rust_name = "make_buffer"]
        fn make() -> *mut QBuffer;
    }
}

pub use ffi::QBuffer;

impl_transitive_cast!(QBuffer, QIODevice, QObject);

impl QBuffer {
    /// An empty, closed buffer.
    pub fn new() -> QBox<Self> {
        // SAFETY: created with `new`, in this thread, without an owner.
        unsafe { QBox::from_raw(ffi::make_buffer()) }
    }

    /// A copy of the bytes, as `QBuffer::data`.
    pub fn data(&self) -> QByteArray {
        // SAFETY: the reference ends before anything can change the bytes.
        unsafe { self.data_ref() }.clone()
    }

    /// Calls `handler` with the number of bytes that were written, on `QBuffer::bytesWritten`.
    pub fn on_written(&self, handler: impl FnMut(&Self, i64) + 'static) -> Connection {
        object::connect_signal(
            self,
            |slot| self.on_raw_bytes_written(move |_, bytes| slot.record(bytes)),
            handler,
        )
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    cxx_qt::init_crate!(cxx_qt_network);
    let _application = QCoreApplication::new();
    let event_loop = QEventLoop::new();
    let (quit, timer) = (event_loop.downgrade(), QTimer::new());
    timer.on_timeout(move |_| {
        quit.with(QEventLoop::quit);
    });
    timer.start(Duration::from_secs(20));

    let buffer = QBuffer::new();
    let (handle, quit) = (buffer.downgrade(), event_loop.downgrade());
    let (written, owner) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(None)));
    let count = written.clone();
    buffer.on_written(move |_, bytes| count.set(bytes));
    let ready = Rc::new(Cell::new(0));
    let (size, taken) = (ready.clone(), owner.clone());
    buffer.on_ready_read(move |buffer| {
        // The owner may be dropped here: the object lives until the handler returns.
        drop(taken.take());
        size.set(buffer.size());
        quit.with(QEventLoop::quit);
    });

    buffer.open(QIODeviceOpenModeFlag::ReadWrite)?;
    QDataStream::on_device(&*buffer).write("fortune")?;
    buffer.seek(0)?;
    let text: String = QDataStream::on_device(&*buffer).read()?;
    check(text == "fortune", "the text is another one")?;
    check(written.get() == 0, "a handler ran inside of a call")?;
    owner.set(Some(buffer));
    event_loop.exec();
    check(ready.get() == 18, "readyRead was not delivered")?;
    check(written.get() == 18, "bytesWritten was not delivered")?;
    check(handle.is_null(), "the buffer outlived its owner")?;
    println!("{text}: 18 bytes through a class of this package");
    Ok(())
}

fn check(condition: bool, otherwise: &str) -> Result<(), Box<dyn Error>> {
    match condition {
        true => Ok(()),
        false => Err(otherwise.into()),
    }
}
