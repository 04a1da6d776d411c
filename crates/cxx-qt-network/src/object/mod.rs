// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Helpers for a bridge of your own that binds a class this crate does not have.
//!
//! `tests/outside_class` in the repository is a package that binds `QBuffer` in one file. A bridge
//! has:
//!
//! - **The class**, in `unsafe extern "C++Qt"` with `#[qobject]` and `#[base = …]`, and
//!   [`cxx_qt::impl_transitive_cast!`] down to `QObject`. With the base `QIODevice` it has
//!   [`QIODeviceExt`](crate::QIODeviceExt), and a [`QDataStream`](crate::QDataStream) takes it.
//! - **An owner**: [`QBox::from_unique`](crate::QBox::from_unique) or
//!   [`QBox::from_raw`](crate::QBox::from_raw). `make` of the header
//!   `cxx-qt-network/object/qobject.h` creates an object with `new`.
//! - **Members** with `self: &T`. One that is not `const` needs a function in C++ that takes
//!   `const T &` and calls it on `cxx_qt_network::nonConst(object)`, of the same header.
//!   - Call a member that can run other code inside [`call`], and one that blocks inside [`wait`].
//!     A member runs other code if it emits a signal, calls a virtual function or deletes an
//!     object: nearly every member that is not `const`.
//!   - A member that returns a reference into the object, as `const QByteArray &`, is an `unsafe
//!     fn`, and its result is copied immediately: the object changes while Rust has references to
//!     it.
//! - **Signals**, with [`connect_signal`]. A closure connected with cxx-qt's own `on_…` runs inside
//!   Qt's code.
//!
//! When the owner of such an object is dropped, it emits no more signals and is deleted as soon as
//! nothing on the stack uses it. Unlike an object of this crate it is not stopped before that.

// Ownership of objects, connections, and calls between C++ and Rust.

pub(crate) mod callback;
pub(crate) mod connection;
pub(crate) mod error;
pub(crate) mod qbox;
pub(crate) mod qobject;
pub(crate) mod qpointer;
pub(crate) mod signal;
pub(crate) mod thread_handle;

pub use callback::{call, wait};
pub use signal::{Slot, connect_signal};
