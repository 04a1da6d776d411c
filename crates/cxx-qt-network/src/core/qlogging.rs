// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [Qt's messages](https://doc.qt.io/qt-6/qtlogging.html), such as those of `qWarning`, for Rust.

use std::cell::Cell;
use std::sync::OnceLock;

pub use cxx_qt_lib::QtMsgType;
use cxx_qt_lib::{QByteArray, QString};

use crate::object::callback::catch_unwind_from_qt;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qbytearray.h");
        type QByteArray = cxx_qt_lib::QByteArray;
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
        include!("cxx-qt-lib/qtlogging.h");
        type QtMsgType = cxx_qt_lib::QtMsgType;
    }

    #[namespace = "cxx_qt_network"]
    extern "Rust" {
        fn message_from_qt(kind: QtMsgType, category: &QByteArray, text: &QString) -> bool;
    }

    // SAFETY: may be called at any time; the handler it installs lives as long as the program.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/qlogging.h");
        #[rust_name = "install_message_handler"]
        fn installMessageHandler();
    }
}

type Handler = fn(QtMsgType, &str, &str);

static HANDLER: OnceLock<Handler> = OnceLock::new();

thread_local! {
    static HAS_ENDED: Cell<bool> = const { Cell::new(false) };
    static END: End = const { End };
}

/// Notes that the values that are local to the thread are destroyed.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        HAS_ENDED.set(true);
    }
}

/// Passes Qt's messages to `handler`, with their category and text, instead of writing them to
/// standard error. It is called immediately, in the thread that emits the message. A panic in it
/// ends after the panic hook, and calls that change objects of Qt panic. Only the first handler is
/// installed. Messages that a thread emits after its thread-local values were destroyed, as in
/// `exit`, go to the previous handler. As `qInstallMessageHandler`; `QT_LOGGING_RULES` chooses the
/// messages as usual.
pub fn set_message_handler(handler: Handler) {
    if HANDLER.set(handler).is_ok() {
        ffi::install_message_handler();
    }
}

/// Returns whether a handler was called.
fn message_from_qt(kind: QtMsgType, category: &QByteArray, text: &QString) -> bool {
    if HAS_ENDED.get() {
        return false;
    }
    let Some(handler) = HANDLER.get() else {
        return false;
    };
    let category = String::from_utf8_lossy(category.as_slice());
    catch_unwind_from_qt(|| handler(kind, &category, &text.to_string()));
    // Only now, since what is used first is destroyed last: the values of the handler outlive it.
    let _ = END.try_with(|_| ());
    true
}
