// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Why a server does not listen.

use std::fmt;
use std::io;

/// Why a server could not listen. `Display` is a phrase without capital or full stop, for the end
/// of a sentence such as "Unable to start the server: …".
#[derive(Debug)]
#[non_exhaustive]
pub enum ListenError {
    /// The server listens already.
    AlreadyListening,
    /// The name is empty.
    NameEmpty,
    /// The full path is longer than the system allows for a socket, in bytes.
    NameTooLong {
        /// The length of the path.
        bytes: usize,
        /// The longest possible.
        limit: usize,
    },
    /// The descriptor is not a socket that listens.
    NotListening,
    /// Another server listens on the name.
    InUse {
        /// The full name.
        path: String,
    },
    /// Something that is not a socket stands at the path; it was left alone.
    NotASocket {
        /// The full name.
        path: String,
    },
    /// Another user's socket stands at the path, and whether a server listens on it cannot be known
    /// or it may not be removed; it was left alone.
    NotYours {
        /// The full name.
        path: String,
    },
    /// The folder that the socket would be in does not exist.
    FolderMissing {
        /// The folder.
        folder: String,
    },
    /// The folder does not let this user make a socket in it.
    FolderForbidden {
        /// The folder.
        folder: String,
    },
    /// The system refused for another reason.
    Io {
        /// The full name.
        path: String,
        /// The system's reason.
        source: io::Error,
    },
    /// Qt refused for another reason: its words, `QLocalServer::errorString`.
    Qt {
        /// Qt's words.
        text: String,
    },
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyListening => write!(f, "the server is listening already"),
            Self::NameEmpty => write!(f, "the name is empty"),
            Self::NameTooLong { bytes, limit } => {
                write!(
                    f,
                    "the name is too long ({bytes} bytes, {limit} are allowed)"
                )
            }
            Self::NotListening => write!(f, "the descriptor is not a socket that listens"),
            Self::InUse { path } => write!(f, "another server is already listening on {path}"),
            Self::NotASocket { path } => {
                write!(f, "{path} exists and is not a socket, so it was left alone")
            }
            Self::NotYours { path } => {
                write!(f, "{path} belongs to another user, so it was left alone")
            }
            Self::FolderMissing { folder } => write!(f, "the folder {folder} does not exist"),
            Self::FolderForbidden { folder } => {
                write!(
                    f,
                    "the folder {folder} does not allow to create a socket in it"
                )
            }
            Self::Io { path, source } => write!(f, "{path}: {source}"),
            Self::Qt { text } => f.write_str(text),
        }
    }
}

impl std::error::Error for ListenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
