// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `QLocalServer`, `QLocalSocket`, `QDataStream` and `QIODevice` for Rust: safe, and on the real Qt
//! through [cxx-qt](https://docs.rs/cxx-qt).
//!
//! The README beside this crate is a tutorial of ten minutes, and `examples` has programs to run and
//! to copy. What is bound, member by member, is in [`coverage`]; what Qt promises and which test of this crate
//! holds it to that, in [`promises`] and [`stream_promises`].
//!
//! # Layout
//!
//! | class | what it is for |
//! |---|---|
//! | [`QLocalServer`] | takes local connections |
//! | [`QLocalSocket`] | one end of a local connection |
//! | [`QIODevice`], [`QIODeviceExt`] | reading and writing, for all devices |
//! | [`QDataStream`] | values in Qt's binary form; [`ToStream`], [`FromStream`] |
//! | [`Framing`] | messages with their length before them |
//! | [`QTimer`], [`QEventLoop`], [`exit_application_later`] | time and waiting |
//! | [`QSocketNotifier`] | waiting for a descriptor of one's own |
//! | [`QBox`], [`QPointer`] | who owns an object, and who only knows it |
//!
//! Names are Qt's in Rust's case; the docs of each item name the member it mirrors.
//!
//! # The border between Rust and C++
//!
//! - **Ownership.** What Rust makes or takes is in a [`QBox`], which has no Qt parent, deletes at
//!   the right moment and may be dropped anywhere, also inside the object's own signal.
//! - **Signals.** `on_…` connects a closure and returns a [`ConnectionGuard`]. Handlers are `Fn`,
//!   since a signal may be emitted again from inside its handler. They run in the emitter's thread
//!   and get the emitter as their first argument.
//! - **Threads.** Objects, boxes and streams belong to the thread that made them; the compiler
//!   keeps them there. A descriptor may travel: [`QLocalServer::with_incoming_connection`] and
//!   [`QLocalSocket::set_socket_descriptor`]. A thread of the standard library has a place for Qt's
//!   events, which signals and timers need there, once a [`QEventLoop`] was made in it, and that
//!   needs the application to be there already.
//! - **Panics.** A panic in a handler never reaches C++. It goes on in the Rust code that waits
//!   ([`QEventLoop::exec`], `wait_for_…`); under a loop of C++'s it ends with the panic hook.
//! - **Applications.** Blocking calls need nothing, though Qt may warn that something "Can only be
//!   used with threads started with QThread" where a server listens without a place for events, or a
//!   client has to wait for a busy server. Signals need an event loop in their thread and a
//!   `QCoreApplication` in the process.
//! - **Linking.** A program calls `cxx_qt::init_crate!(cxx_qt_network)` at its beginning: with some
//!   linkers, GNU ld among them, it does not link otherwise.
//!
//! # Unsafe code
//!
//! Only what touches the border is unsafe, and each place says what makes it sound. No raw pointer
//! is public.

mod border;
mod core;
mod ext;
mod network;
mod signals;
mod timeout;

pub use crate::core::framing::{FrameError, Framing, Prefix};
pub use crate::core::openmode::{DeviceError, OpenMode};
pub use crate::core::qbox::QBox;
pub use crate::core::qcoreapplication::{exit_application_later, qt_version};
pub use crate::core::qdatastream::{
    ByteOrder, FloatingPointPrecision, QDataStream, StreamError, Version,
};
pub use crate::core::qeventloop::QEventLoop;
pub use crate::core::qiodevice::{QIODevice, QIODeviceExt};
pub use crate::core::qlogging::{MessageKind, set_message_handler};
pub use crate::core::qpointer::QPointer;
pub use crate::core::qsocketnotifier::{NotifierKind, QSocketNotifier};
pub use crate::core::qtimer::QTimer;
pub use crate::core::stream::{FromStream, ToStream};
#[cfg(unix)]
pub use crate::ext::unix::socket_file::SocketFileState;
pub use crate::network::io::Blocking;
pub use crate::network::listen_error::{ListenError, TemporaryDirectoryError};
pub use crate::network::qlocalserver::{QLocalServer, SocketOptions};
#[cfg(cxxqt_qt_version_at_least_6_2)]
pub use crate::network::qlocalsocket::LocalSocketOptions;
pub use crate::network::qlocalsocket::{
    LocalSocketError, LocalSocketState, QLocalSocket, SocketError,
};
pub use crate::signals::ConnectionGuard;

/// What of Qt's classes is here, member by member.
#[doc = include_str!("../docs/coverage.md")]
pub mod coverage {}

#[doc = include_str!("../docs/promises.md")]
pub mod promises {}

/// The README's code, which the tests compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[doc = include_str!("../docs/stream-promises.md")]
pub mod stream_promises {}
