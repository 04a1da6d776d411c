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
    set_message_handler(log_message);
}

/// Logs a message of Qt with its own severity.
fn log_message(kind: QtMsgType, category: &str, text: &str) {
    match kind {
        QtMsgType::QtDebugMsg => tracing::debug!(target: "qt", category, "{text}"),
        QtMsgType::QtInfoMsg => tracing::info!(target: "qt", category, "{text}"),
        QtMsgType::QtWarningMsg => tracing::warn!(target: "qt", category, "{text}"),
        _ => tracing::error!(target: "qt", category, "{text}"),
    }
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What was logged.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(line)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn qt_messages_keep_their_severity() {
        for (kind, level) in [
            (QtMsgType::QtDebugMsg, "DEBUG"),
            (QtMsgType::QtInfoMsg, "INFO"),
            (QtMsgType::QtWarningMsg, "WARN"),
            (QtMsgType::QtCriticalMsg, "ERROR"),
            (QtMsgType::QtFatalMsg, "ERROR"),
        ] {
            let log = Log::default();
            let writer = log.clone();
            let subscriber = tracing_subscriber::fmt()
                .with_max_level(Level::TRACE)
                .without_time()
                .with_writer(move || writer.clone())
                .finish();
            tracing::subscriber::with_default(subscriber, || {
                log_message(kind, "qt.core", "text");
            });
            let line = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
            let expected = format!("{level} qt: text category=\"qt.core\"\n");
            assert_eq!(line.trim_start(), expected);
        }
    }
}
