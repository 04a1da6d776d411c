// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Why a server could not listen.

use std::fmt;
use std::io;

/// Why a server could not listen. `Display` is a phrase without capital or full stop, for the end
/// of a sentence such as "Unable to start the server: …".
#[derive(Debug)]
#[non_exhaustive]
pub enum ListenError {
    /// The server is already listening.
    AlreadyListening,
    /// The name is empty.
    NameEmpty,
    /// The name contains a NUL character, at which Qt would truncate it.
    NameContainsNul,
    /// The full name is longer than the system allows for a socket, in bytes.
    NameTooLong {
        /// The length of the full name.
        bytes: usize,
        /// The maximum length.
        limit: usize,
    },
    /// The descriptor is not a listening Unix domain socket.
    NotListening,
    /// Another server listens on the name.
    InUse {
        /// The full name.
        path: String,
    },
    /// The path names something that is not a socket; it was left alone.
    NotASocket {
        /// The full name.
        path: String,
    },
    /// The path names a socket of another user that allows neither connecting nor removal; it was
    /// left alone.
    NotYours {
        /// The full name.
        path: String,
    },
    /// The directory of the socket does not exist.
    DirectoryMissing {
        /// The directory.
        directory: String,
    },
    /// The permissions of the directory do not allow creating a socket in it.
    DirectoryForbidden {
        /// The directory.
        directory: String,
    },
    /// The name is relative, and the directory for temporary files cannot be used.
    TemporaryDirectory {
        /// The directory from the environment.
        directory: String,
        /// Why it cannot be used.
        reason: TemporaryDirectoryError,
    },
    /// The system reports another error.
    Io {
        /// The full name.
        path: String,
        /// The system's error.
        source: io::Error,
    },
    /// Qt reports another error.
    Qt {
        /// What `QLocalServer::errorString` returns.
        message: String,
    },
}

/// Why the directory for temporary files cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum TemporaryDirectoryError {
    /// It does not exist or is not a directory.
    Missing,
    /// Its path is relative.
    Relative,
    /// Its path is not UTF-8.
    NotUtf8,
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyListening => write!(f, "the server is already listening"),
            Self::NameEmpty => write!(f, "the name is empty"),
            Self::NameContainsNul => write!(f, "the name contains a NUL character"),
            Self::NameTooLong { bytes, limit } => {
                write!(
                    f,
                    "the name is too long ({bytes} bytes, {limit} are allowed)"
                )
            }
            Self::NotListening => {
                write!(f, "the descriptor is not a listening Unix domain socket")
            }
            Self::InUse { path } => write!(f, "another server is already listening on {path}"),
            Self::NotASocket { path } => {
                write!(f, "{path} exists and is not a socket, so it was left alone")
            }
            Self::NotYours { path } => {
                write!(f, "{path} belongs to another user, so it was left alone")
            }
            Self::DirectoryMissing { directory } => {
                write!(f, "the directory {directory} does not exist")
            }
            Self::DirectoryForbidden { directory } => {
                write!(
                    f,
                    "the directory {directory} does not allow to create a socket in it"
                )
            }
            Self::TemporaryDirectory { directory, reason } => {
                write!(f, "the temporary directory {directory} {reason}")
            }
            Self::Io { path, source } => write!(f, "{path}: {source}"),
            Self::Qt { message } => f.write_str(message),
        }
    }
}

impl fmt::Display for TemporaryDirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "does not exist",
            Self::Relative => "is not an absolute path",
            Self::NotUtf8 => "is not UTF-8",
        })
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

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::ListenError;

    #[test]
    fn source_is_the_error_of_the_system() {
        let path = "/run/s".to_owned();
        let source = std::io::ErrorKind::StorageFull.into();
        let error = ListenError::Io { path, source };
        assert!(error.source().is_some());
        assert!(ListenError::NameEmpty.source().is_none());
    }
}
