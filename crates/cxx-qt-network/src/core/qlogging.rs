// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [Qt's messages](https://doc.qt.io/qt-6/qtlogging.html), `qWarning` and its kin, for Rust.

use std::sync::OnceLock;

use cxx_qt_lib::QString;

use crate::border;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
    }

    #[namespace = "cxx_qt_network"]
    extern "Rust" {
        fn message_from_qt(kind: i32, category: &str, text: &QString);
    }

    // SAFETY: may be called at any time; the handler it installs lives as long as the program.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/qlogging.h");
        #[rust_name = "install_message_handler"]
        fn installMessageHandler();
    }
}

/// How serious a message of Qt is, as `QtMsgType`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageKind {
    /// `qDebug`.
    Debug,
    /// `qInfo`.
    Info,
    /// `qWarning`.
    Warning,
    /// `qCritical`.
    Critical,
    /// `qFatal`: the program ends when the handler returns.
    Fatal,
}

type Handler = fn(MessageKind, &str, &str);

static HANDLER: OnceLock<Handler> = OnceLock::new();

/// Hands Qt's messages to `handler`, with their category and text, instead of writing them to
/// standard error. It is called in the thread that the message comes from. Only the first handler
/// counts. As `qInstallMessageHandler`; `QT_LOGGING_RULES` chooses the messages as always.
pub fn set_message_handler(handler: Handler) {
    if HANDLER.set(handler).is_ok() {
        ffi::install_message_handler();
    }
}

fn message_from_qt(kind: i32, category: &str, text: &QString) {
    let kind = match kind {
        0 => MessageKind::Debug,
        4 => MessageKind::Info,
        1 => MessageKind::Warning,
        3 => MessageKind::Fatal,
        _ => MessageKind::Critical,
    };
    if let Some(handler) = HANDLER.get() {
        border::contain(|| handler(kind, category, &text.to_string()));
    }
}
