// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Identifies a file by device and inode, independently of its path.

use std::fs::{self, File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A file of any type. Symbolic links are not followed.
#[derive(Debug)]
pub(super) struct FileIdentity {
    metadata: Metadata,
    /// A descriptor opened with `O_PATH`, which prevents the reuse of the inode number. Only Linux
    /// can open a socket file; the BSDs keep the inode while the socket is open.
    handle: Option<File>,
}

impl FileIdentity {
    /// The file at `path`.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let handle = open(path)?;
        let metadata = match &handle {
            Some(file) => file.metadata()?,
            None => fs::symlink_metadata(path)?,
        };
        Ok(Self { metadata, handle })
    }

    /// The same file, for as long as `self` keeps its inode number from being reused.
    pub(super) fn without_handle(&self) -> Self {
        Self {
            metadata: self.metadata.clone(),
            handle: None,
        }
    }

    pub(super) fn is_socket(&self) -> bool {
        self.metadata.file_type().is_socket()
    }

    /// Whether the file belongs to the user that the calling thread runs as.
    pub(super) fn is_own(&self) -> bool {
        self.metadata.uid() == rustix::process::geteuid().as_raw()
    }

    /// Whether these are the same file.
    pub(super) fn is_same(&self, other: &Metadata) -> bool {
        let identity = |file: &Metadata| {
            // Check the last two for systems without `handle`, which reuse inode numbers.
            let created = file.created().ok();
            (file.dev(), file.ino(), file.file_type(), created)
        };
        identity(&self.metadata) == identity(other)
    }

    pub(super) fn is_same_file(&self, other: &Self) -> bool {
        self.is_same(&other.metadata)
    }

    /// Whether `path` names this file.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|there| self.is_same(&there))
    }

    /// A path that resolves to this file even after a move. `None` on other systems than Linux; on
    /// Linux the path does not exist if `/proc` is not mounted.
    pub(super) fn proc_path(&self) -> Option<PathBuf> {
        use std::os::fd::AsRawFd;

        let descriptor = self.handle.as_ref()?.as_raw_fd();
        Some(PathBuf::from(format!("/proc/self/fd/{descriptor}")))
    }

    /// The current permissions; `path` names the file.
    pub(super) fn mode(&self, path: &Path) -> io::Result<u32> {
        let metadata = match &self.handle {
            Some(file) => file.metadata()?,
            None => fs::symlink_metadata(path)?,
        };
        Ok(metadata.mode() & 0o7777)
    }

    /// Sets the permissions; `path` names the file.
    pub(super) fn set_mode(&self, path: &Path, mode: u32) -> io::Result<()> {
        if self.mode(path)? == mode {
            return Ok(());
        }
        if let Some(file) = self.proc_path() {
            match fs::set_permissions(file, Permissions::from_mode(mode)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {} // No /proc.
                result => return result,
            }
        }
        set_mode_by_path(path, mode)
    }
}

fn open(path: &Path) -> io::Result<Option<File>> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::fs::{Mode, OFlags};

        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::open(path, flags, Mode::empty())?;
        Ok(Some(File::from(file)))
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let _ = path;
        Ok(None)
    }
}

fn set_mode_by_path(path: &Path, mode: u32) -> io::Result<()> {
    // Linux before 6.6 cannot leave a symbolic link alone here.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    return fs::set_permissions(path, Permissions::from_mode(mode));
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        use rustix::fs::{AtFlags, CWD, Mode, RawMode, chmodat};

        let mode = Mode::from_raw_mode(mode as RawMode);
        chmodat(CWD, path, mode, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(())
    }
}
