// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The tests of this crate: a module for each class or subject.

mod support;

mod conformance;
mod coverage;
#[cfg(unix)]
mod derive;
mod docs;
#[cfg(unix)]
mod examples;
#[cfg(unix)]
mod exclusive_names;
mod frames;
#[cfg(unix)]
mod golden;
#[cfg(unix)]
mod hostile_streams;
#[cfg(unix)]
mod keepassxc;
mod layers;
#[cfg(unix)]
mod length_delimited;
mod object;
mod ownership;
mod properties;
#[cfg(unix)]
mod qbittorrent;
mod qdatastream;
#[cfg(unix)]
mod qlocalserver;
mod qlocalsocket;
#[cfg(unix)]
mod qsocketnotifier;
#[cfg(unix)]
mod single_instance;
#[cfg(unix)]
mod socket_file;
mod socket_io;
#[cfg(unix)]
mod soundness;
mod stream_lists;
mod thread_handle;
mod unframed;
