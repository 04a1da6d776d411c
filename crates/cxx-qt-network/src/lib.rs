// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `QLocalServer`, `QLocalSocket`, `QDataStream` and `QIODevice` for Rust: safe, and on the real Qt
//! through [cxx-qt](https://docs.rs/cxx-qt).
//!
//! The README of this crate is a tutorial, and `examples` has complete programs. [`coverage`] lists
//! what is bound, member by member; [`conformance`] lists what Qt's own tests check and the tests
//! of this crate that check it; [`traps`] lists known traps of the classes.
//!
//! # Layout
//!
//! | class | purpose |
//! |---|---|
//! | [`QLocalServer`] | accepts local connections |
//! | [`QLocalSocket`] | one end of a local connection |
//! | [`QIODevice`], [`QIODeviceExt`] | reading and writing, for all devices |
//! | [`QDataStream`] | values in Qt's binary format; [`ToStream`](trait@ToStream), [`FromStream`](trait@FromStream) |
//! | [`LengthDelimited`] | messages with a length prefix |
//! | [`SingleInstance`] | a program that runs once for each user |
//! | [`QTimer`], [`QEventLoop`], [`QCoreApplicationExt`] | time and event loops |
//! | [`QSocketNotifier`] | events of any descriptor |
//! | [`QBox`], [`QPointer`] | owner of an object, and handle to it |
//! | [`ThreadHandle`] | queues closures to the thread of an object |
//!
//! Names are Qt's in Rust's case; the docs of each item name the member it mirrors.
//!
//! # Objects
//!
//! - **Shared references.** An object is used through `&self`, as in C++ through a pointer. No
//!   `&mut` to a live object is ever made.
//! - **Ownership.** Objects that Rust creates or takes over are in a [`QBox`], which has no Qt
//!   parent. It may be dropped anywhere, also in a handler of the object's own signal: the object
//!   stops immediately and is deleted as soon as nothing on the stack uses it.
//! - **Threads.** Objects, boxes and streams belong to the thread that created them, which the
//!   compiler enforces. A [`ThreadHandle`] queues closures to them from any thread. A descriptor
//!   may be moved to another thread: [`QLocalServer::with_incoming_connection`] and
//!   [`QLocalSocket::set_socket_descriptor`]. A thread of the standard library gets events, which
//!   signals and timers need, once it has created a [`QEventLoop`], after the application.
//!
//! # Signals
//!
//! - `on_…` connects a handler and returns a [`Connection`], which lives as long as its sender.
//!   [`Connection::guard`] ends it earlier.
//! - Handlers never run inside Qt's own code for their sender. A signal is recorded with its
//!   arguments and delivered soon after: by the event loop of the thread before it polls for new
//!   events, or at the end of the blocking call (`wait_for_…`, [`QEventLoop::process_events`]) in
//!   which it was emitted. The state of the sender may have changed by then. A handler may do
//!   anything with its sender: close it, reconnect it, drop it, run an event loop.
//! - Signals of one thread are delivered in the order of emission, also across objects. None is
//!   delivered after the owner of its sender was dropped or the connection has ended.
//! - Handlers are `FnMut`: a handler is not called again while it runs. Signals emitted meanwhile
//!   are delivered after it has returned. Handlers need not be `Send`.
//! - A closure's captured values are dropped under the same rules, never inside Qt's code.
//!
//! # Panics
//!
//! A panic in a handler never reaches C++. It surfaces in the Rust call that runs the handler: a
//! blocking call, [`QEventLoop::exec`] or [`QCoreApplicationExt::exec`], which it ends. Under an
//! event loop that C++ code has started, it ends after the panic hook.
//!
//! # Limits
//!
//! - Objects of a class of your own that C++, QML or a `UniquePtr` owns can be deleted by their
//!   owner at any time. Handles to them become null, but neither [`QPointer::with`] nor a handler
//!   can prevent the deletion: if their owner deletes them inside, the process aborts with a
//!   message.
//! - cxx-qt itself lends `Pin<&mut T>` of a class of your own bridge to its invokables, overrides
//!   and to the closures of its own `on_…`. Those run inside Qt's code. This crate's objects may be
//!   dropped there, but use the Rust part of the class through cells, not across calls into Qt.
//! - C++ code that handles events inside a slot runs handlers there too, as in Qt.
//! - The handler of [`set_message_handler`] runs immediately, inside Qt: calls on objects panic
//!   there.
//! - A program must call `cxx_qt::init_crate!(cxx_qt_network)` at its start: with some linkers,
//!   such as GNU ld, it does not link otherwise.
//!
//! # Unsafe code
//!
//! Only calls into C++ are unsafe, each with a comment that says why it is sound. The only public
//! function that takes a raw pointer is [`QBox::from_raw`]; [`object`] is for bridges of your own.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod core;
mod ext;
mod network;
pub mod object;

pub use crate::core::derive::{FromStream, ToStream};
pub use crate::core::qcoreapplication::{QCoreApplicationExt, exit_application_later, qt_version};
pub use crate::core::qdatastream::{
    QDataStream, QDataStreamByteOrder, QDataStreamFloatingPointPrecision, QDataStreamVersion,
    StreamError,
};
pub use crate::core::qeventloop::QEventLoop;
pub use crate::core::qiodevice::{DeviceError, QIODevice, QIODeviceExt};
pub use crate::core::qiodevicebase::{QIODeviceOpenMode, QIODeviceOpenModeFlag};
pub use crate::core::qlogging::{QtMsgType, set_message_handler};
pub use crate::core::qsocketnotifier::{QSocketNotifier, QSocketNotifierType};
pub use crate::core::qtimer::QTimer;
pub use crate::core::stream::{FromStream, ToStream};
pub use crate::ext::blocking_io::BlockingIo;
pub use crate::ext::length_delimited::{FrameError, LengthDelimited, LengthPrefix};
#[cfg(unix)]
pub use crate::ext::single_instance::{SingleInstance, SingleInstanceError};
#[cfg(unix)]
pub use crate::ext::unix::socket_file::SocketFileState;
pub use crate::network::socket::listen_error::{ListenError, TemporaryDirectoryError};
pub use crate::network::socket::qlocalserver::{
    QLocalServer, QLocalServerSocketOption, QLocalServerSocketOptions,
};
#[cfg(unix)]
pub use crate::network::socket::qlocalsocket::PeerCredentials;
pub use crate::network::socket::qlocalsocket::{
    LocalSocketError, QLocalSocket, QLocalSocketError, QLocalSocketState,
};
#[cfg(cxxqt_qt_version_at_least_6_2)]
pub use crate::network::socket::qlocalsocket::{
    QLocalSocketSocketOption, QLocalSocketSocketOptions,
};
pub use crate::object::connection::{Connection, ConnectionGuard};
pub use crate::object::error::QtError;
pub use crate::object::qbox::QBox;
pub use crate::object::qpointer::QPointer;
pub use crate::object::thread_handle::{ThreadEnded, ThreadHandle};

/// Which members of Qt's classes are bound.
#[doc = include_str!("../docs/coverage.md")]
pub mod coverage {}

#[doc = include_str!("../docs/conformance-sockets.md")]
#[doc = include_str!("../docs/conformance-streams.md")]
pub mod conformance {}

#[doc = include_str!("../docs/traps.md")]
pub mod traps {}

/// The README's code, which the tests compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
