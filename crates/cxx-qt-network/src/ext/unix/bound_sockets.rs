// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The kernel's table of Unix domain sockets: whether one is bound to a path but does not listen
//! yet.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::file_identity::FileIdentity;
use super::private_name::file_name_of;

/// Whether a socket is bound to `path`, where `file` stands, and may still begin to listen. `None`
/// if that cannot be known, as on other systems than Linux.
pub(super) fn is_bound(path: &Path, file: &FileIdentity) -> Option<bool> {
    let table = std::fs::read("/proc/net/unix").ok()?;
    Some(is_in_table(&table, path, file))
}

fn is_in_table(table: &[u8], path: &Path, file: &FileIdentity) -> bool {
    let wanted = path.as_os_str().as_bytes();
    // A path with line feeds spans several lines.
    let mut rest = table;
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let line = &rest[..end];
        if let Some(bound) = unconnected_path(line) {
            let start = line.len() - bound.len();
            let continues = rest[start..].strip_prefix(wanted);
            if continues.is_some_and(|after| after.starts_with(b"\n")) {
                return true;
            }
            // The same file by another path, such as one through a symbolic link.
            let bound = Path::new(OsStr::from_bytes(bound));
            if bound.is_absolute() && file_name_of(bound) == file_name_of(path) && file.is_at(bound)
            {
                return true;
            }
        }
        rest = &rest[end + 1..];
    }
    false
}

/// The path in a line of `/proc/net/unix`, for a socket that is not connected.
///
/// The fields are: number, reference count, protocol, flags, type, state, inode, path.
fn unconnected_path(line: &[u8]) -> Option<&[u8]> {
    const UNCONNECTED: &[u8] = b"01";

    let mut rest = line;
    let mut field: &[u8] = &[];
    for index in 0..7 {
        rest = rest.trim_ascii_start();
        let end = rest.iter().position(|&byte| byte == b' ')?;
        (field, rest) = rest.split_at(end);
        if index == 5 && field != UNCONNECTED {
            return None;
        }
    }
    let is_inode = field.iter().all(u8::is_ascii_digit);
    rest.strip_prefix(b" ").filter(|_| is_inode)
}
