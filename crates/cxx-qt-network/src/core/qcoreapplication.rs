// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Members of [`QCoreApplication`](https://doc.qt.io/qt-6/qcoreapplication.html) that cxx-qt-lib
//! does not have.

use cxx_qt_lib::QCoreApplication;

use crate::object::qobject;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
    }

    // SAFETY: `applicationExec` and `applicationExit` check for themselves that there is an
    // application; the others may be called at any time and from any thread.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/qcoreapplication.h");
        #[rust_name = "running_version"]
        fn runningVersion() -> QString;
        #[rust_name = "application_exec"]
        fn applicationExec() -> i32;
        #[rust_name = "application_exit"]
        fn applicationExit(code: i32);
        #[rust_name = "application_exit_later"]
        fn applicationExitLater(code: i32);
    }
}

/// The event loop of a [`QCoreApplication`], for handlers in Rust.
pub trait QCoreApplicationExt {
    /// Handles events until the application exits, and returns the exit code. Call it in the thread
    /// that created the application. As `QCoreApplication::exec`.
    ///
    /// The application must not be dropped inside an event loop: that aborts the process with a
    /// message.
    ///
    /// # Panics
    ///
    /// If a handler that the loop called panicked: the panic continues here. Under cxx-qt-lib's own
    /// `exec`, which takes a pinned application, a panic of a handler ends with the panic hook.
    fn exec(&self) -> i32;
}

impl QCoreApplicationExt for QCoreApplication {
    fn exec(&self) -> i32 {
        qobject::run_loop(|| ffi::application_exit(1), ffi::application_exec)
    }
}

/// The version of Qt at run time, such as `6.4.2`. As `qVersion`.
pub fn qt_version() -> String {
    ffi::running_version().to_string()
}

/// Ends the application's event loop with `code`; may be called from any thread. Does nothing if
/// there is no application. As a queued call of `QCoreApplication::exit`.
pub fn exit_application_later(code: i32) {
    ffi::application_exit_later(code);
}
