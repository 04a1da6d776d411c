// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The file of a socket that this process has bound: whether it still stands at its path, and its
//! removal if it does.
//!
//! A path says little: the file may have been removed and another server's stand there by now. So
//! the file itself is known, by its device and inode, and held, so that no other gets its number.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;

use super::claim::lock;
use super::qlocalserver::folder_of;

/// What stands at the path of a name that was claimed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameState {
    /// The server's own socket: whoever asks for the name reaches this server.
    Ours,
    /// Nothing: nobody finds the server any more.
    Gone,
    /// Something else, perhaps another server's socket.
    Replaced,
}

/// A socket's file, removed when this is dropped if it is still there.
#[derive(Debug)]
pub(super) struct NameFile {
    path: PathBuf,
    device: u64,
    inode: u64,
    /// Keeps the inode's number from being used again. Elsewhere than on Linux a socket cannot be
    /// opened, but there numbers are not used again soon.
    held: Option<File>,
}

impl NameFile {
    /// The socket that was just bound to `path`, and is therefore there.
    pub(super) fn new(path: &str) -> io::Result<Self> {
        let path = PathBuf::from(path);
        let held = hold(&path)?;
        let metadata = match &held {
            Some(file) => file.metadata()?,
            None => fs::symlink_metadata(&path)?,
        };
        Ok(Self {
            path,
            device: metadata.dev(),
            inode: metadata.ino(),
            held,
        })
    }

    /// Gives the file exactly these rights.
    pub(super) fn set_rights(&self, mode: u32) -> io::Result<()> {
        use std::os::fd::AsRawFd;

        let rights = Permissions::from_mode(mode);
        if let Some(file) = &self.held {
            if file.metadata()?.mode() & 0o777 == mode {
                return Ok(());
            }
            // By the file that is held, for another may have come to the path.
            let file = format!("/proc/self/fd/{}", file.as_raw_fd());
            match fs::set_permissions(file, rights.clone()) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {} // No /proc.
                result => return result,
            }
        }
        fs::set_permissions(&self.path, rights)
    }

    pub(super) fn state(&self) -> NameState {
        match fs::symlink_metadata(&self.path) {
            Ok(there) if (there.dev(), there.ino()) == (self.device, self.inode) => NameState::Ours,
            Ok(_) => NameState::Replaced,
            Err(error) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => NameState::Gone,
                // Not for this user to know, any more.
                _ => NameState::Ours,
            },
        }
    }
}

impl Drop for NameFile {
    fn drop(&mut self) {
        // So that no other claimer puts its own there between the look and the removal.
        let _lock = self.path.to_str().map(|path| lock(folder_of(path)));
        if self.state() == NameState::Ours {
            // Who may not remove it any more leaves what a crash would leave.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Holds a file, whatever it is, without opening it.
#[cfg(target_os = "linux")]
fn hold(path: &std::path::Path) -> io::Result<Option<File>> {
    use rustix::fs::{Mode, OFlags};

    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty())?;
    Ok(Some(File::from(file)))
}

#[cfg(not(target_os = "linux"))]
fn hold(_path: &std::path::Path) -> io::Result<Option<File>> {
    Ok(None)
}
