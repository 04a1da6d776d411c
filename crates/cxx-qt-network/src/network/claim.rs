// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Makes the socket of [`QLocalServer::claim`](crate::QLocalServer::claim) at a path of the file
//! system, so that nobody is harmed.
//!
//! `bind` alone never replaces anything: what is at the path already makes it fail, and then only a
//! socket that nobody answers on is removed. The rights are on the socket before it has a name. A
//! lock on the folder keeps two claimers from removing each other's sockets, and from taking one
//! that is bound and does not listen yet for one left by a crash. Who holds the lock too long is
//! not waited for.

use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, Mode, fchmod, flock};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

use super::listen_error::ListenError;

/// How long another claimer in the same folder is waited for.
const LOCK_LIMIT: Duration = Duration::from_secs(1);

/// A socket that listens at `path`, with the file mode `mode` if there is one.
pub(super) fn bind(path: &str, mode: Option<u32>, backlog: i32) -> Result<OwnedFd, ListenError> {
    let folder = Path::new(path).parent().unwrap_or(Path::new("/"));
    let failed = |errno: Errno| match errno {
        Errno::NOENT | Errno::NOTDIR => ListenError::FolderMissing {
            folder: folder.display().to_string(),
        },
        Errno::ACCESS | Errno::PERM | Errno::ROFS => ListenError::FolderForbidden {
            folder: folder.display().to_string(),
        },
        Errno::ADDRINUSE => ListenError::InUse {
            path: path.to_owned(),
        },
        other => ListenError::Io {
            path: path.to_owned(),
            source: other.into(),
        },
    };
    let address = SocketAddrUnix::new(path).map_err(failed)?;
    let socket = new_socket().map_err(failed)?;
    if let Some(mode) = mode {
        set_rights(&socket, mode).map_err(failed)?;
    }

    let _lock = lock(folder);
    match rustix::net::bind(&socket, &address) {
        Err(Errno::ADDRINUSE) => {
            remove_stale(path, &address)?;
            rustix::net::bind(&socket, &address)
        }
        result => result,
    }
    .map_err(failed)?;
    if let Some(mode) = mode {
        // Rights that the process's mask has taken away.
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(path, permissions).map_err(|source| ListenError::Io {
            path: path.to_owned(),
            source,
        })?;
    }
    rustix::net::listen(&socket, backlog).map_err(failed)?;
    Ok(socket)
}

fn new_socket() -> rustix::io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)
}

/// Sets the rights that the socket's name is born with. Only Linux does that; elsewhere the rights
/// come after the name, before anybody can connect.
fn set_rights(socket: &OwnedFd, mode: u32) -> rustix::io::Result<()> {
    match fchmod(socket, Mode::from_raw_mode(mode as rustix::fs::RawMode)) {
        Err(Errno::INVAL) if cfg!(not(target_os = "linux")) => Ok(()),
        result => result,
    }
}

/// Locks the folder against other claimers. Without a lock, because the folder may not be read or
/// somebody holds it too long, a claim is still right in all but the closest of races.
fn lock(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    let start = Instant::now();
    loop {
        match flock(&folder, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Some(folder),
            Err(Errno::WOULDBLOCK | Errno::INTR) if start.elapsed() < LOCK_LIMIT => {
                thread::sleep(Duration::from_millis(2));
            }
            Err(_) => return None,
        }
    }
}

/// Removes a socket that nobody answers on.
fn remove_stale(path: &str, address: &SocketAddrUnix) -> Result<(), ListenError> {
    let io = |source: io::Error| ListenError::Io {
        path: path.to_owned(),
        source,
    };
    let is_socket = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type().is_socket(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io(error)),
    };
    if !is_socket {
        return Err(ListenError::NotASocket {
            path: path.to_owned(),
        });
    }
    let probe = new_socket().map_err(|errno| io(errno.into()))?;
    match rustix::net::connect(&probe, address) {
        Err(Errno::CONNREFUSED) => match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io(error)),
            _ => Ok(()),
        },
        Err(Errno::NOENT) => Ok(()),
        // It answered, or its queue is full, or it is not for this user to know.
        _ => Err(ListenError::InUse {
            path: path.to_owned(),
        }),
    }
}
