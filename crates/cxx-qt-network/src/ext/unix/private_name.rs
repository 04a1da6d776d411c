// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Private names: hidden, random names in the directory of a server's path, for a socket that is
//! not published yet and for a file that is about to be removed.

use std::collections::hash_map::RandomState;
use std::ffi::OsStr;
use std::fs;
use std::hash::BuildHasher;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use rustix::fs::CWD;
use rustix::io::Errno;

/// The directory of `path`, lexically: `a/b/` is in `a/b`.
pub(super) fn directory_of(path: &Path) -> &Path {
    let bytes = path.as_os_str().as_bytes();
    match bytes.iter().rposition(|&byte| byte == b'/') {
        None => Path::new("."),
        Some(0) => Path::new("/"),
        Some(end) => Path::new(OsStr::from_bytes(&bytes[..end])),
    }
}

/// The part of `path` after the last slash.
pub(super) fn file_name_of(path: &Path) -> &OsStr {
    let bytes = path.as_os_str().as_bytes();
    let start = bytes.iter().rposition(|&byte| byte == b'/');
    OsStr::from_bytes(&bytes[start.map_or(0, |slash| slash + 1)..])
}

/// A random name of eight bytes: a dot, then letters and digits.
pub(super) fn random_name() -> String {
    const CHARACTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    // The keys come from the system's random number generator and differ in each call.
    let mut bits = RandomState::new().hash_one(());
    let mut name = String::from(".");
    for _ in 0..7 {
        name.push(char::from(CHARACTERS[(bits % 32) as usize]));
        bits /= 32;
    }
    name
}

/// Moves the file at `path` to a private name in the same directory, in one step, and returns the
/// new path.
pub(super) fn move_aside(path: &Path) -> rustix::io::Result<PathBuf> {
    for _ in 0..16 {
        let aside = directory_of(path).join(random_name());
        match rename_no_replace(path, &aside) {
            Ok(()) => {}
            Err(Errno::EXIST) => continue,
            // The system has no such rename, or the plain one fails too.
            Err(_) => match fs::symlink_metadata(&aside) {
                Ok(_) => continue,
                Err(_) => rustix::fs::rename(path, &aside)?,
            },
        }
        return Ok(aside);
    }
    Err(Errno::EXIST)
}

/// Moves the file `private` to `path` in one step. Fails with `EEXIST` if `path` exists.
pub(super) fn publish(private: &Path, path: &Path) -> rustix::io::Result<()> {
    if rename_no_replace(private, path).is_ok() {
        return Ok(());
    }
    // The system has no such rename, or this fails too.
    rustix::fs::linkat(CWD, private, CWD, path, rustix::fs::AtFlags::empty())?;
    // Nothing but this function knows the name.
    let _ = fs::remove_file(private);
    Ok(())
}

/// Returns a file that [`move_aside`] moved to `path`.
pub(super) fn put_back(aside: &Path, path: &Path) {
    if publish(aside, path) == Err(Errno::EXIST) {
        // Another file was created at the path. A socket without its path is useless; any other
        // file is kept.
        let is_socket = fs::symlink_metadata(aside).is_ok_and(|file| file.file_type().is_socket());
        if is_socket {
            let _ = fs::remove_file(aside);
        }
    }
}

/// Exchanges two files in one step.
pub(super) fn exchange(one: &Path, other: &Path) -> rustix::io::Result<()> {
    rename_with(one, other, Flag::Exchange)
}

fn rename_no_replace(from: &Path, to: &Path) -> rustix::io::Result<()> {
    rename_with(from, to, Flag::NoReplace)
}

/// What `rename` does instead of replacing.
enum Flag {
    NoReplace,
    Exchange,
}

fn rename_with(from: &Path, to: &Path, flag: Flag) -> rustix::io::Result<()> {
    #[cfg(test)]
    if super::test_hook::lacks_rename_flags() {
        return Err(Errno::NOSYS);
    }
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{RenameFlags, renameat_with};

        let flags = match flag {
            Flag::NoReplace => RenameFlags::NOREPLACE,
            Flag::Exchange => RenameFlags::EXCHANGE,
        };
        renameat_with(CWD, from, CWD, to, flags)
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    match flag {
        Flag::NoReplace | Flag::Exchange => {
            let _ = (from, to);
            Err(Errno::NOSYS)
        }
    }
}
