// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The file of a socket that this process has bound: whether its path still names it, and its
//! removal.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::file_identity::FileIdentity;
use super::private_name::{move_aside, put_back};

/// What the path of a server that listens exclusively names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SocketFileState {
    /// The server's own socket: clients of the name reach this server.
    Owned,
    /// Nothing: clients do not find the server.
    Removed,
    /// Another file, perhaps another server's socket.
    Replaced,
}

/// Owns a socket's file: dropping it removes the file if it is still the one that was bound, and
/// nothing else.
#[derive(Debug)]
pub(crate) struct SocketFileGuard {
    path: PathBuf,
    file: FileIdentity,
}

impl SocketFileGuard {
    pub(super) fn new(path: &Path, file: FileIdentity) -> Self {
        Self {
            path: path.to_owned(),
            file,
        }
    }

    /// Sets the file's permissions.
    pub(super) fn set_mode(&self, mode: u32) -> io::Result<()> {
        self.file.set_mode(&self.path, mode)
    }

    /// Tells the guard that the file was moved to `path`.
    pub(super) fn set_path(&mut self, path: &Path) {
        path.clone_into(&mut self.path);
    }

    /// Whether `file` is the one that the guard owns.
    pub(super) fn owns(&self, file: &FileIdentity) -> bool {
        self.file.is_same_file(file)
    }

    /// The path that the socket was published at. The socket itself reports another one.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What the path names now; one look at the file system.
    pub(crate) fn state(&self) -> SocketFileState {
        match fs::symlink_metadata(&self.path) {
            Ok(there) if self.file.is_same(&there) => SocketFileState::Owned,
            Ok(_) => SocketFileState::Replaced,
            Err(error) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => SocketFileState::Removed,
                // The directory has become inaccessible to this user.
                _ => SocketFileState::Owned,
            },
        }
    }
}

impl Drop for SocketFileGuard {
    fn drop(&mut self) {
        if self.state() != SocketFileState::Owned {
            return;
        }
        #[cfg(test)]
        super::test_hook::run(super::test_hook::Step::Removing);
        // If the file cannot be removed any more it stays, as after a crash.
        let Ok(aside) = move_aside(&self.path) else {
            return;
        };
        #[cfg(test)]
        super::test_hook::run(super::test_hook::Step::MovedForRemoval);
        if self.file.is_at(&aside) {
            let _ = fs::remove_file(&aside);
        } else {
            put_back(&aside, &self.path);
        }
    }
}
