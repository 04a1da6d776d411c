// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The file of a socket that this process has bound: whether its path still names it, and its
//! removal.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use super::file_identity::FileIdentity;
use super::private_name::{move_aside, put_back};

/// The state of the socket file of a server that listens exclusively.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SocketFileState {
    /// The path names the server's own socket: clients reach this server.
    Owned,
    /// The path does not exist: clients do not find the server.
    Removed,
    /// The path names another file, possibly another server's socket.
    Replaced,
}

/// Owns a socket file: on drop, removes the file if it is still the one that was bound, and no
/// other.
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

    /// Updates the path after the file was moved to `path`. From now on `exit` removes it too.
    pub(super) fn published_at(&mut self, path: &Path) {
        path.clone_into(&mut self.path);
        remove_at_exit(path, &self.file);
    }

    /// Whether the guard owns `file`.
    pub(super) fn owns(&self, file: &FileIdentity) -> bool {
        self.file.is_same_file(file)
    }

    /// The path of the socket file. The address of the socket is another one.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the current state; a single `stat`.
    pub(crate) fn state(&self) -> SocketFileState {
        match fs::symlink_metadata(&self.path) {
            Ok(there) if self.file.is_same(&there) => SocketFileState::Owned,
            Ok(_) => SocketFileState::Replaced,
            Err(error) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => SocketFileState::Removed,
                // This user cannot access the directory any more.
                _ => SocketFileState::Owned,
            },
        }
    }
}

impl Drop for SocketFileGuard {
    fn drop(&mut self) {
        published().retain(|it| it.path != self.path || !it.file.is_same_file(&self.file));
        remove(&self.path, &self.file);
    }
}

/// Removes what is at `path` if it is `file`.
fn remove(path: &Path, file: &FileIdentity) {
    if !file.is_at(path) {
        return;
    }
    #[cfg(test)]
    super::test_hook::run(super::test_hook::Step::Removing);
    // If the file cannot be removed, it becomes stale, as after a crash.
    let Ok(aside) = move_aside(path) else {
        return;
    };
    #[cfg(test)]
    super::test_hook::run(super::test_hook::Step::MovedForRemoval);
    if file.is_at(&aside) {
        let _ = fs::remove_file(&aside);
    } else {
        put_back(&aside, path);
    }
}

/// The published files of this process, for `exit`, which drops no guard. Qt calls it too, for example
/// when the display is lost.
static PUBLISHED: Mutex<Vec<Published>> = Mutex::new(Vec::new());

struct Published {
    path: PathBuf,
    file: FileIdentity,
    /// A process that was forked from this one is not to remove the file.
    process: u32,
}

fn published() -> MutexGuard<'static, Vec<Published>> {
    PUBLISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn remove_at_exit(path: &Path, file: &FileIdentity) {
    unsafe extern "C" {
        safe fn atexit(function: extern "C" fn()) -> std::ffi::c_int;
    }
    static ONCE: Once = Once::new();
    // Without memory for it, the files stay as after a crash.
    ONCE.call_once(|| _ = atexit(remove_published));
    published().push(Published {
        path: path.to_owned(),
        file: file.without_handle(),
        process: process::id(),
    });
}

/// Runs in any thread, after the destruction of its thread-local values.
extern "C" fn remove_published() {
    let files = std::mem::take(&mut *published());
    for Published {
        path,
        file,
        process,
    } in &files
    {
        if *process == process::id() {
            remove(path, file);
        }
    }
}
