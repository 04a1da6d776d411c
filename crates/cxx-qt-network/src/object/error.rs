// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Errors that Qt's classes report.

use std::fmt;

/// An error that Qt reports: a kind of its class, and a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QtError<K> {
    /// The kind, from the error enum of the class.
    pub kind: K,
    /// The text from `errorString` of the class.
    pub message: String,
}

impl<K> fmt::Display for QtError<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl<K: fmt::Debug> std::error::Error for QtError<K> {}
