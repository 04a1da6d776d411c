// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A lock between processes of one user that remove a stale socket of the same name.
//!
//! The lock is advisory and held briefly: without it the removal is still checked afterwards.

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use rustix::io::Errno;

use super::private_name::{directory_of, file_name_of};

/// The time limit for acquiring the lock.
const TIME_LIMIT: Duration = Duration::from_millis(100);

/// A lock file `.NAME.lock` in the socket's directory, removed on drop.
#[derive(Debug)]
pub(super) struct NameLock {
    path: PathBuf,
    file: File,
}

impl NameLock {
    /// Locks the name `path`. `None` if the file cannot be locked, or another process holds the
    /// lock too long.
    pub(super) fn acquire(path: &Path) -> Option<Self> {
        let mut name = OsString::from(".");
        name.push(file_name_of(path));
        name.push(".lock");
        let path = directory_of(path).join(name);
        let start = Instant::now();
        loop {
            let file = open(&path)?;
            #[cfg(test)]
            super::test_hook::run(super::test_hook::Step::LockOpened);
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                // The previous holder may have removed the file that was opened.
                Ok(()) if is_at(&file, &path) => return Some(Self { path, file }),
                Ok(()) | Err(Errno::WOULDBLOCK | Errno::INTR) => {}
                Err(_) => return None,
            }
            if start.elapsed() >= TIME_LIMIT {
                return None;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for NameLock {
    fn drop(&mut self) {
        // A file with content was not created by this module.
        let is_empty = self.file.metadata().is_ok_and(|file| file.len() == 0);
        if is_empty && is_at(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Opens the lock file if it belongs to this user: others could hold its lock forever.
fn open(path: &Path) -> Option<File> {
    // NONBLOCK: the path may name a FIFO.
    let flags =
        OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = File::from(rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR).ok()?);
    let metadata = file.metadata().ok()?;
    let is_own = metadata.uid() == rustix::process::geteuid().as_raw();
    (is_own && metadata.is_file()).then_some(file)
}

/// Whether `path` names this file.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(file), Ok(there)) => (file.dev(), file.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::NameLock;

    #[test]
    fn lock_is_not_inherited() {
        let directory = tempfile::tempdir().unwrap();
        let lock = NameLock::acquire(&directory.path().join("s")).unwrap();
        let flags = rustix::io::fcntl_getfd(&lock.file).unwrap();
        assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
    }
}
