// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Qt Quick Test for the windows of local-fortune.

#[cxx_qt::bridge]
mod ffi {
    // SAFETY: starts and ends its own application; `folder` is only read during the call.
    #[namespace = "qml_tests"]
    unsafe extern "C++" {
        include!("local-fortune-qml-tests/quicktest.h");
        /// Runs the tests in a directory in the main thread and returns the number of failures.
        #[rust_name = "run_tests"]
        fn runTests(folder: &str) -> i32;
    }
}

pub use ffi::run_tests;
