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
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, Mode, fchmod, flock};
use rustix::io::Errno;
#[cfg(not(target_vendor = "apple"))]
use rustix::net::SocketFlags;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType};

use super::listen_error::ListenError;
use super::name_file::{NameFile, NameState};
use super::qlocalserver::folder_of;

/// How long another claimer in the same folder is waited for.
const LOCK_LIMIT: Duration = Duration::from_secs(1);

/// A socket that listens at `path`, with the file mode `mode` if there is one; and its file.
pub(super) fn bind(
    path: &str,
    mode: Option<u32>,
    backlog: i32,
) -> Result<(OwnedFd, NameFile), ListenError> {
    let failed = |errno: Errno| why(path, errno);
    let address = SocketAddrUnix::new(path).map_err(failed)?;
    let socket = new_socket().map_err(failed)?;
    if let Some(mode) = mode {
        set_rights(&socket, mode).map_err(failed)?;
    }

    let lock = lock(folder_of(path));
    match rustix::net::bind(&socket, &address) {
        Err(Errno::ADDRINUSE) => {
            remove_stale(path, &address)?;
            rustix::net::bind(&socket, &address)
        }
        result => result,
    }
    .map_err(failed)?;
    let finish = || {
        let file = NameFile::new(path)?;
        if let Some(mode) = mode {
            // Rights that the process's mask has taken away.
            file.set_rights(mode)?;
        }
        rustix::net::listen(&socket, backlog)?;
        Ok(file)
    };
    let file = finish().map_err(|source| io_error(path, source));
    drop(lock);
    let file = file?;
    // Without the lock, another may have taken the socket for a dead one before it listened.
    if file.state() == NameState::Ours {
        Ok((socket, file))
    } else {
        Err(ListenError::InUse {
            path: path.to_owned(),
        })
    }
}

/// What the system's refusal to bind to `path` means.
fn why(path: &str, errno: Errno) -> ListenError {
    let folder = folder_of(path).to_owned();
    match errno {
        Errno::NOENT | Errno::NOTDIR => ListenError::FolderMissing { folder },
        Errno::ACCESS | Errno::PERM | Errno::ROFS => ListenError::FolderForbidden { folder },
        Errno::ADDRINUSE => ListenError::InUse {
            path: path.to_owned(),
        },
        other => io_error(path, other.into()),
    }
}

fn io_error(path: &str, source: io::Error) -> ListenError {
    ListenError::Io {
        path: path.to_owned(),
        source,
    }
}

/// A socket that no program started meanwhile inherits, and that does not block.
#[cfg(not(target_vendor = "apple"))]
fn new_socket() -> rustix::io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)
}

/// The same where a socket is not made with flags.
#[cfg(target_vendor = "apple")]
fn new_socket() -> rustix::io::Result<OwnedFd> {
    let socket = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
    rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
    rustix::io::ioctl_fionbio(&socket, true)?;
    Ok(socket)
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
pub(super) fn lock(folder: &str) -> Option<File> {
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
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_error(path, error)),
    };
    if !metadata.file_type().is_socket() {
        return Err(ListenError::NotASocket {
            path: path.to_owned(),
        });
    }
    let refused = |otherwise| {
        if metadata.uid() == rustix::process::geteuid().as_raw() {
            otherwise
        } else {
            ListenError::NotYours {
                path: path.to_owned(),
            }
        }
    };
    let probe = new_socket().map_err(|errno| io_error(path, errno.into()))?;
    match rustix::net::connect(&probe, address) {
        Err(Errno::CONNREFUSED) => match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(refused(match Errno::from_io_error(&error) {
                Some(errno) => why(path, errno),
                None => io_error(path, error),
            })),
            Ok(()) => Ok(()),
        },
        Err(Errno::NOENT) => Ok(()),
        // Whether somebody answers is not for this user to know.
        Err(Errno::ACCESS) => Err(refused(ListenError::InUse {
            path: path.to_owned(),
        })),
        // It answered, or its queue is full.
        _ => Err(ListenError::InUse {
            path: path.to_owned(),
        }),
    }
}
