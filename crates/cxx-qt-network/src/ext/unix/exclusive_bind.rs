// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Binds a listening socket to a path of the file system without ever replacing a server.
//!
//! The socket is bound to a private name in the same directory, gets its permissions, listens, and
//! is then moved to the path in one step that fails if the path exists. So the path never names a
//! socket that does not listen yet, or one with wider permissions than requested. The address that
//! `getsockname` returns is the private one, which no longer exists.
//!
//! A stale socket, one that no process listens on, is exchanged with the new one in one step and
//! checked again under the private name: another server may have started between the check and the
//! exchange. Then the two are exchanged back. If the system cannot exchange files, the stale socket
//! is moved aside, checked, and removed or restored; the path does not exist meanwhile.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
#[cfg(not(target_vendor = "apple"))]
use rustix::net::SocketFlags;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType};

use super::bound_sockets::is_bound;
use super::file_identity::FileIdentity;
use super::name_lock::NameLock;
use super::private_name::{directory_of, exchange, move_aside, publish, put_back, random_name};
use super::socket_file::SocketFileGuard;
#[cfg(test)]
use super::test_hook::{Step, run};
use crate::network::socket::listen_error::ListenError;
use crate::network::socket::server_name::PATH_LIMIT;

/// The time a socket that refuses connections may take from `bind` to `listen`.
const LISTEN_TIME_LIMIT: Duration = Duration::from_millis(50);

/// The limits of attempts and of time if the path changes its owner during a call.
const MAX_ATTEMPTS: usize = 16;
const TIME_LIMIT: Duration = Duration::from_millis(400);

/// Binds a non-blocking, close-on-exec stream socket to the absolute path `path`, and listens.
///
/// The file's permissions are exactly `mode`, or what the umask gives. Blocks for at most half a
/// second, and only if there is a stale socket and another process interferes.
///
/// # Errors
///
/// If a server answers at the path, or the path names anything but a stale socket of this user, or
/// on a system error.
pub(crate) fn bind(
    path: &Path,
    mode: Option<u32>,
    backlog: i32,
) -> Result<(OwnedFd, SocketFileGuard), ListenError> {
    check_length(path)?;
    let start = Instant::now();
    for _ in 0..MAX_ATTEMPTS {
        let stale = find_stale(path)?;
        let (socket, mut guard) = bind_privately(path, mode, backlog)?;
        #[cfg(test)]
        run(Step::Publishing);
        let is_published = match stale {
            Some(stale) => take_over(&mut guard, &stale.file, path)?,
            None => match publish(guard.path(), path) {
                Ok(()) => true,
                Err(Errno::EXIST) => false,
                Err(error) => return Err(map_directory_error(path, error)),
            },
        };
        if is_published {
            guard.published_at(path);
            return Ok((socket, guard));
        }
        if start.elapsed() >= TIME_LIMIT {
            break;
        }
    }
    Err(in_use(path))
}

/// A socket that listens under a private name in the directory of `path`.
fn bind_privately(
    path: &Path,
    mode: Option<u32>,
    backlog: i32,
) -> Result<(OwnedFd, SocketFileGuard), ListenError> {
    let failed = |error| io_error(path, error);
    let socket = new_socket().map_err(|error| failed(error.into()))?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Some(mode) = mode {
        // Linux creates the file with the socket's permissions, less the umask.
        let mode = rustix::fs::Mode::from_raw_mode(mode as rustix::fs::RawMode);
        rustix::fs::fchmod(&socket, mode).map_err(|error| failed(error.into()))?;
    }
    let name = bind_to_private_name(&socket, path)?;
    let file = match FileIdentity::at(&name) {
        Ok(file) => file,
        Err(error) => {
            let _ = fs::remove_file(&name);
            return Err(failed(error));
        }
    };
    if !file.is_socket() || !file.is_own() {
        return Err(failed(io::Error::other("the socket was replaced")));
    }
    let guard = SocketFileGuard::new(&name, file);
    if let Some(mode) = mode {
        guard.set_mode(mode).map_err(failed)?;
    }
    rustix::net::listen(&socket, backlog).map_err(|error| failed(error.into()))?;
    Ok((socket, guard))
}

/// Binds the socket to a private name in the directory of `path`.
fn bind_to_private_name(socket: &OwnedFd, path: &Path) -> Result<PathBuf, ListenError> {
    let directory = directory_of(path);
    for _ in 0..MAX_ATTEMPTS {
        let name = directory.join(random_name());
        match bind_to(socket, directory, &name) {
            Ok(()) => return Ok(name),
            Err(Errno::ADDRINUSE) => {}
            // The path of the directory leaves no room for the private name.
            Err(Errno::NAMETOOLONG) => {
                return Err(ListenError::NameTooLong {
                    bytes: name.as_os_str().len(),
                    limit: PATH_LIMIT,
                });
            }
            Err(error) => return Err(map_directory_error(path, error)),
        }
    }
    Err(in_use(path))
}

/// Binds the socket to `name` in `directory` without following a symbolic link.
fn bind_to(socket: &OwnedFd, directory: &Path, name: &Path) -> rustix::io::Result<()> {
    match SocketAddrUnix::new(name) {
        Ok(address) => rustix::net::bind(socket, &address),
        Err(Errno::NAMETOOLONG) => bind_through_proc(socket, directory, name),
        Err(error) => Err(error),
    }
}

/// The same for a path that does not fit into an address, through a descriptor of the directory.
fn bind_through_proc(socket: &OwnedFd, directory: &Path, name: &Path) -> rustix::io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use std::os::fd::AsRawFd;

        use rustix::fs::{Mode, OFlags};

        let flags = OFlags::PATH | OFlags::CLOEXEC;
        let opened = rustix::fs::open(directory, flags, Mode::empty())?;
        let directory = PathBuf::from(format!("/proc/self/fd/{}", opened.as_raw_fd()));
        if directory.exists() {
            let name = super::private_name::file_name_of(name);
            return rustix::net::bind(socket, &SocketAddrUnix::new(directory.join(name))?);
        }
    }
    let _ = (socket, directory, name);
    Err(Errno::NAMETOOLONG) // No /proc.
}

/// A socket file that no process listens on.
struct Stale {
    file: FileIdentity,
    /// Ensures that only one of several processes replaces the file. If the lock cannot be created
    /// or is held too long, the check after the replacement must suffice.
    _lock: Option<NameLock>,
}

/// The stale socket at `path`; `None` if the path does not exist.
fn find_stale(path: &Path) -> Result<Option<Stale>, ListenError> {
    let Ok(file) = FileIdentity::at(path) else {
        // If there is another reason than that nothing is there, the bind has it too.
        return Ok(None);
    };
    if !file.is_socket() {
        return Err(ListenError::NotASocket { path: text(path) });
    }
    match probe(&file, path)? {
        Probe::Accepted => return Err(in_use(path)),
        Probe::Missing => return Ok(None),
        Probe::Denied if !file.is_own() => return Err(ListenError::NotYours { path: text(path) }),
        Probe::Denied | Probe::Refused => {}
    }
    #[cfg(test)]
    run(Step::Refused);
    let lock = NameLock::acquire(path);
    if !file.is_at(path) {
        return Ok(None);
    }
    if !is_stale(&file, path)? {
        return Err(in_use(path));
    }
    #[cfg(test)]
    run(Step::FoundStale);
    Ok(Some(Stale { file, _lock: lock }))
}

/// Moves the socket of `guard` to `path`, which names `stale`, and returns whether that succeeded.
/// It does not replace another server that has started at the path.
fn take_over(
    guard: &mut SocketFileGuard,
    stale: &FileIdentity,
    path: &Path,
) -> Result<bool, ListenError> {
    match exchange(guard.path(), path) {
        Ok(()) => {}
        Err(Errno::NOENT) => return Ok(false),
        // The system cannot exchange files, or refuses that too. The path is vacant afterwards.
        Err(_) => return remove_stale(stale, path).map(|()| false),
    }
    #[cfg(test)]
    run(Step::Exchanged);
    let private = guard.path();
    match probe_again(stale, private) {
        Ok(false) => {
            let _ = fs::remove_file(private);
            Ok(true)
        }
        answer => {
            give_back(guard, path);
            answer.map(|_| false)
        }
    }
}

/// Exchanges the socket of `guard`, which is at `path`, with the file that has its private name.
///
/// If another file has replaced the socket meanwhile, that file belongs at the path: the result of
/// an exchange is older than the file at the path only if the previous exchange put it there.
fn give_back(guard: &SocketFileGuard, path: &Path) {
    let private = guard.path();
    let mut last_put: Option<FileIdentity> = None;
    for _ in 0..MAX_ATTEMPTS {
        let Ok(next_put) = FileIdentity::at(private) else {
            return;
        };
        match exchange(private, path) {
            Ok(()) => {}
            // The socket was removed from the path.
            Err(Errno::NOENT) => return put_back(private, path),
            Err(_) => return,
        }
        let Ok(taken) = FileIdentity::at(private) else {
            return;
        };
        match &last_put {
            None if guard.owns(&taken) => return,
            Some(last) if last.is_same_file(&taken) => {
                // The newer file would have replaced this one.
                if taken.is_socket() {
                    let _ = fs::remove_file(private);
                }
                return;
            }
            _ => last_put = Some(next_put),
        }
    }
}

/// Removes `stale` from `path`, and restores any other file that was there instead.
fn remove_stale(stale: &FileIdentity, path: &Path) -> Result<(), ListenError> {
    let aside = match move_aside(path) {
        Ok(aside) => aside,
        Err(Errno::NOENT) => return Ok(()),
        // Another user's, in a directory where only the owner may move a file.
        Err(Errno::ACCESS | Errno::PERM) => {
            return Err(ListenError::NotYours { path: text(path) });
        }
        Err(error) => return Err(map_directory_error(path, error)),
    };
    #[cfg(test)]
    run(Step::MovedAside);
    match probe_again(stale, &aside) {
        Ok(false) => fs::remove_file(&aside).map_err(|error| io_error(path, error)),
        answer => {
            put_back(&aside, path);
            answer.map(drop)
        }
    }
}

/// Whether `path`, a private name, names anything but `stale`, or a socket that listens.
fn probe_again(stale: &FileIdentity, path: &Path) -> Result<bool, ListenError> {
    Ok(!stale.is_at(path) || matches!(probe(stale, path)?, Probe::Accepted))
}

/// The answer to an attempt to connect.
enum Probe {
    /// A socket listens, or at least exists: its backlog may be full or its type another one.
    Accepted,
    /// No socket listens.
    Refused,
    /// The path does not exist any more.
    Missing,
    /// The permissions do not allow connecting.
    Denied,
}

/// Tries to connect to `file`, which `path` names, without blocking.
fn probe(file: &FileIdentity, path: &Path) -> Result<Probe, ListenError> {
    let failed = |error: Errno| io_error(path, error.into());
    let socket = new_socket().map_err(failed)?;
    let connect = |path: &Path| match SocketAddrUnix::new(path) {
        Ok(address) => rustix::net::connect(&socket, &address),
        Err(error) => Err(error),
    };
    // Use the descriptor: the path may name another file by now, or be too long.
    let result = match file.proc_path() {
        Some(by_descriptor) => match connect(&by_descriptor) {
            Err(Errno::NOENT) => connect(path), // No /proc.
            result => result,
        },
        None => connect(path),
    };
    match result {
        Ok(()) => Ok(Probe::Accepted),
        // A full backlog returns EAGAIN on Linux; EPROTOTYPE is another type of socket.
        Err(Errno::AGAIN | Errno::INPROGRESS | Errno::PROTOTYPE) => Ok(Probe::Accepted),
        Err(Errno::CONNREFUSED) => Ok(Probe::Refused),
        Err(Errno::NOENT) => Ok(Probe::Missing),
        Err(Errno::ACCESS | Errno::PERM) => Ok(Probe::Denied),
        Err(error) => Err(failed(error)),
    }
}

/// Whether no process listens on `file`, which refused a connection or denied access to its owner.
fn is_stale(file: &FileIdentity, path: &Path) -> Result<bool, ListenError> {
    let start = Instant::now();
    loop {
        let mut answer = probe(file, path)?;
        let bound = is_bound(path, file);
        if matches!(answer, Probe::Denied) && bound != Some(true) {
            answer = probe_as_owner(file, path)?;
        }
        match answer {
            Probe::Accepted | Probe::Denied => return Ok(false),
            Probe::Missing => return Ok(true),
            Probe::Refused => {}
        }
        // A server that is between `bind` and `listen` refuses too.
        let is_over = start.elapsed() >= LISTEN_TIME_LIMIT;
        match bound {
            Some(false) => return Ok(true),
            Some(true) if is_over => return Ok(false),
            None if is_over => return Ok(true),
            _ => thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// Probes a file of this user whose permissions exclude its owner, as those of Qt's
/// `GroupAccessOption` do. Adds the owner's permission temporarily.
fn probe_as_owner(file: &FileIdentity, path: &Path) -> Result<Probe, ListenError> {
    const OWNER_MAY_WRITE: u32 = 0o200;

    let Ok(mode) = file.mode(path) else {
        return Ok(Probe::Denied);
    };
    if mode & OWNER_MAY_WRITE != 0 || file.set_mode(path, mode | OWNER_MAY_WRITE).is_err() {
        return Ok(Probe::Denied);
    }
    let answer = probe(file, path);
    // Setting the mode worked before; if it fails now, the owner keeps the permission to connect.
    let _ = file.set_mode(path, mode);
    answer
}

/// A socket that no program started meanwhile inherits, and that does not block.
fn new_socket() -> rustix::io::Result<OwnedFd> {
    #[cfg(not(target_vendor = "apple"))]
    {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)
    }
    // There, a socket is not made with flags.
    #[cfg(target_vendor = "apple")]
    {
        let socket = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
        rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
        rustix::io::ioctl_fionbio(&socket, true)?;
        Ok(socket)
    }
}

fn check_length(path: &Path) -> Result<(), ListenError> {
    let bytes = path.as_os_str().len();
    if bytes > PATH_LIMIT {
        return Err(ListenError::NameTooLong {
            bytes,
            limit: PATH_LIMIT,
        });
    }
    Ok(())
}

/// Maps an error of an operation in the directory of `path`.
fn map_directory_error(path: &Path, error: Errno) -> ListenError {
    let directory = text(directory_of(path));
    match error {
        Errno::NOENT | Errno::NOTDIR => ListenError::DirectoryMissing { directory },
        Errno::ACCESS | Errno::PERM | Errno::ROFS => ListenError::DirectoryForbidden { directory },
        other => io_error(path, other.into()),
    }
}

fn in_use(path: &Path) -> ListenError {
    ListenError::InUse { path: text(path) }
}

fn io_error(path: &Path, source: io::Error) -> ListenError {
    ListenError::Io {
        path: text(path),
        source,
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests;
