// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Logs of the programs and of Qt, on standard error.

use std::env;
use std::io::{self, Write, stderr};

use cxx_qt_network::{QtMsgType, set_message_handler};
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::escape::for_terminal;

/// Logs to standard error what `RUST_LOG` asks for, otherwise warnings; Qt's messages too, after
/// `QT_LOGGING_RULES`.
pub fn log_to_stderr() {
    let asked = env::var("RUST_LOG").unwrap_or_default();
    let (filter, wrong) = match asked.parse::<Targets>() {
        Ok(filter) if !asked.is_empty() => (filter, None),
        Ok(_) => (Targets::new().with_default(Level::WARN), None),
        Err(error) => (Targets::new().with_default(Level::WARN), Some(error)),
    };
    let log = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_writer(|| EscapingWriter)
        .finish()
        .with(filter);
    // A program that uses this as a library may log already.
    if log.try_init().is_err() {
        return;
    }
    if let Some(error) = wrong {
        tracing::warn!("RUST_LOG is not understood, so warnings are logged: {error}");
    }
    set_message_handler(|kind, category, text| match kind {
        QtMsgType::QtDebugMsg => tracing::debug!(target: "qt", category, "{text}"),
        QtMsgType::QtInfoMsg => tracing::info!(target: "qt", category, "{text}"),
        QtMsgType::QtWarningMsg => tracing::warn!(target: "qt", category, "{text}"),
        _ => tracing::error!(target: "qt", category, "{text}"),
    });
}

/// Standard error, where logs can quote text from outside.
struct EscapingWriter;

impl Write for EscapingWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        stderr().write_all(for_terminal(&text, &stderr()).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        stderr().flush()
    }
}
