// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `QLocalServer`, `QLocalSocket`, `QDataStream` and `QIODevice` for Rust: safe, and on the real Qt
//! through [cxx-qt](https://docs.rs/cxx-qt).
//!
//! The README of this crate is a tutorial, and `examples` has programs to run and to copy. [`coverage`]
//! lists what is bound, member by member; [`conformance`] lists what Qt's own tests
//! check and the tests of this crate that check it; [`traps`] lists known traps of the classes.
//!
//! # Layout
//!
//! | class | purpose |
//! |---|---|
//! | [`QLocalServer`] | accepts local connections |
//! | [`QLocalSocket`] | one end of a local connection |
//! | [`QIODevice`], [`QIODeviceExt`] | reading and writing, for all devices |
//! | [`QDataStream`] | values in Qt's binary form; [`ToStream`](trait@ToStream), [`FromStream`](trait@FromStream) |
//! | [`LengthDelimited`] | messages with their length before them |
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
//! - **Shared references.** An object is used through `&self`, as in C++ through a pointer. No `&mut`
//!   to a live object is ever made.
//! - **Ownership.** What Rust makes or takes is in a [`QBox`], which has no Qt parent. It may be
//!   dropped anywhere, also in a handler of the object's own signal: the object stops at once and is
//!   deleted as soon as nothing on the stack uses it.
//! - **Threads.** Objects, boxes and streams belong to the thread that made them; the compiler keeps
//!   them there. A [`ThreadHandle`] queues closures to them from any thread. A descriptor may move: [`QLocalServer::with_incoming_connection`] and
//!   [`QLocalSocket::set_socket_descriptor`]. A thread of the standard library gets events, which
//!   signals and timers need, once a [`QEventLoop`] was made in it, after the application.
//!
//! # Signals
//!
//! - `on_…` connects a handler and returns a [`Connection`], which lives as long as its sender.
//!   [`Connection::guard`] makes it end earlier.
//! - Handlers never run inside Qt's own code for their sender. A signal is recorded with its arguments
//!   and delivered soon after: by the event loop of the thread before it looks for new events, or at
//!   the end of the
//!   blocking call (`wait_for_…`, [`QEventLoop::process_events`]) in which it was emitted. By then the
//!   sender may be in a later state. A handler may do anything with its sender: close it, reconnect
//!   it, drop it, run an event loop.
//! - Signals of one thread are delivered in the order of emission, also across objects. None is
//!   delivered after the owner of its sender was dropped or the connection has ended.
//! - Handlers are `FnMut`: a handler is not called again while it runs. What is emitted meanwhile is
//!   delivered after it has returned. They need not be `Send`.
//! - A closure's captured values are dropped under the same rules, never inside Qt's code.
//!
//! # Panics
//!
//! A panic in a handler never reaches C++. It surfaces in the Rust call that runs the handler: a
//! blocking call, [`QEventLoop::exec`] or [`QCoreApplicationExt::exec`], which it ends. Under an event
//! loop that C++ code has started it ends with the panic hook.
//!
//! # Limits
//!
//! - Objects of a class of your own that C++, QML or a `UniquePtr` owns can be deleted by their owner
//!   at any time. Handles to them are null then, but neither [`QPointer::with`] nor a handler can keep
//!   them alive: if their owner deletes them inside, the process aborts with a message.
//! - cxx-qt itself lends `Pin<&mut T>` of a class of your own bridge to its invokables, overrides and
//!   to the closures of its own `on_…`. Those run inside Qt's code. This crate's objects may be
//!   dropped there, but use the Rust part of the class through cells, not across calls into Qt.
//! - C++ code that handles events inside a slot runs handlers there too, as in Qt.
//! - The handler of [`set_message_handler`] runs at once, inside Qt: calls on objects panic there.
//! - A program calls `cxx_qt::init_crate!(cxx_qt_network)` at its beginning: with some linkers, GNU ld
//!   among them, it does not link otherwise.
//!
//! # Unsafe code
//!
//! Only what calls C++ is unsafe, and each place says what makes it sound. Of what is public,
//! [`QBox::from_raw`] alone takes a raw pointer; [`object`] is for bridges of your own.

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

/// What of Qt's classes is here, member by member.
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
