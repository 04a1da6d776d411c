// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The error of a request, with the sentence that the programs show.

use std::time::Duration;

use cxx_qt_network::{LocalSocketError, QLocalSocketError};

use crate::wire::DecodeError;

/// Why a request failed. `Display` is the sentence that the programs show.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// No server has the name.
    #[error(
        "The host was not found. Please make sure that the server is running and that the server \
         name is correct."
    )]
    NotFound,
    /// A socket is there, but no server listens on it.
    #[error(
        "The connection was refused by the peer. Make sure the fortune server is running, and \
         check that the server name is correct."
    )]
    Refused,
    /// The time limit was reached.
    #[error("The following error occurred: {}.", timed_out(.limit))]
    TimedOut {
        /// How long the request was allowed to take.
        limit: Duration,
    },
    /// The server closed too early.
    #[error("The server closed the connection before a whole fortune arrived.")]
    ClosedEarly,
    /// The message is malformed.
    #[error("The following error occurred: {0}.")]
    Message(DecodeError),
    /// Any other error of the connection.
    #[error("The following error occurred: {0}.")]
    Socket(LocalSocketError),
}

impl RequestError {
    /// The part of the sentence that differs between errors of the same kind, or nothing.
    pub fn detail(&self) -> String {
        match self {
            Self::NotFound | Self::Refused | Self::ClosedEarly => String::new(),
            Self::TimedOut { limit } => timed_out(limit),
            Self::Message(error) => error.to_string(),
            Self::Socket(error) => error.to_string(),
        }
    }
}

fn timed_out(limit: &Duration) -> String {
    format!("no fortune arrived within {} ms", limit.as_millis())
}

impl From<DecodeError> for RequestError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::UnexpectedEof { .. } => Self::ClosedEarly,
            error => Self::Message(error),
        }
    }
}

impl From<LocalSocketError> for RequestError {
    fn from(error: LocalSocketError) -> Self {
        match error.kind {
            QLocalSocketError::ServerNotFoundError => Self::NotFound,
            QLocalSocketError::ConnectionRefusedError => Self::Refused,
            _ => Self::Socket(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detail_is_the_end_of_the_sentence() {
        let limit = Duration::from_millis(300);
        for (error, detail) in [
            (RequestError::NotFound, ""),
            (
                RequestError::TimedOut { limit },
                "no fortune arrived within 300 ms",
            ),
            (
                DecodeError::TrailingBytes.into(),
                "the message goes on after the fortune",
            ),
        ] {
            assert_eq!(error.detail(), detail);
            assert!(error.to_string().ends_with(&format!("{detail}.")));
        }
    }
}
