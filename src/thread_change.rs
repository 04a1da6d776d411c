// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `QEvent::ThreadChange`, the last event that an object gets in its thread before
//! `QObject::moveToThread` moves it to another. What the Rust half of an object uses stays in the thread
//! that made it, so it has to be dropped then.

#[cxx_qt::bridge]
mod ffi {
    // SAFETY: reads the event.
    #[namespace = "local_fortune"]
    unsafe extern "C++" {
        include!("local-fortune/thread_change.h");
        #[namespace = ""]
        type QEvent;
        #[rust_name = "is_thread_change"]
        fn isThreadChange(event: &QEvent) -> bool;
    }
}

pub(crate) use ffi::{QEvent, is_thread_change};
