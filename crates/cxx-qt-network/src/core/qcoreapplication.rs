// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a program without a window needs of
//! [`QCoreApplication`](https://doc.qt.io/qt-6/qcoreapplication.html) beside what cxx-qt-lib has.

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
    }

    // SAFETY: both may be called at any time and from any thread.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/qcoreapplication.h");
        #[rust_name = "running_version"]
        fn runningVersion() -> QString;
        #[rust_name = "application_exit_later"]
        fn applicationExitLater(code: i32);
    }
}

/// The version of the Qt that the program runs on, such as `6.4.2`. As `qVersion`.
pub fn qt_version() -> String {
    ffi::running_version().to_string()
}

/// Ends the application's event loop with `code`; may be called from any thread. Does nothing if
/// there is no application. As a queued call of `QCoreApplication::exit`.
pub fn exit_application_later(code: i32) {
    ffi::application_exit_later(code);
}
