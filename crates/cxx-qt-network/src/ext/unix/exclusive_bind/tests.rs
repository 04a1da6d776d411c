// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

use std::cell::{Cell, RefCell};
use std::fs::{self, File, Permissions};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{CWD, FileType, FlockOperation, Mode, flock, mknodat};
use rustix::net::{SocketAddrUnix, getsockname};
use tempfile::TempDir;

use self::skip::skip;
use super::bind;
use crate::ext::unix::private_name::random_name;
use crate::ext::unix::socket_file::{SocketFileGuard, SocketFileState};
use crate::ext::unix::test_hook::{Step, with, with_and_without_rename_flags};
use crate::network::socket::listen_error::ListenError;

#[path = "../../../../tests/support/skip.rs"]
mod skip;

/// More than any operation here should take, and less than a wait of a second.
const NO_WAIT: Duration = Duration::from_millis(900);

/// The time limit of a test.
const DEADLINE: Duration = Duration::from_secs(60);

/// A directory that is removed at the end of the test. The process aborts if a test blocks.
struct TestDir(
    TempDir,
    #[expect(dead_code, reason = "ends the watchdog")] Sender<()>,
);

impl TestDir {
    fn new() -> Self {
        let (alive, ended) = channel();
        let test = thread::current().name().map(str::to_owned);
        thread::spawn(move || {
            if ended.recv_timeout(DEADLINE) == Err(RecvTimeoutError::Timeout) {
                eprintln!("{test:?} does not end");
                std::process::abort();
            }
        });
        Self(tempfile::tempdir().unwrap(), alive)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The names of all files in the directory.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// A socket file that no process listens on.
    fn stale(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        drop(UnixListener::bind(&path).unwrap());
        path
    }
}

fn bind_default(path: &Path) -> Result<(OwnedFd, SocketFileGuard), ListenError> {
    bind(path, None, 50)
}

fn mode_of(path: &Path) -> u32 {
    path.symlink_metadata().unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Connects to `path` and checks that `listener` gets the connection.
fn assert_reaches(path: &Path, listener: &UnixListener) {
    listener.set_nonblocking(true).unwrap();
    UnixStream::connect(path).unwrap();
    listener.accept().unwrap();
}

#[track_caller]
fn assert_in_use<T: std::fmt::Debug>(result: Result<T, ListenError>) {
    assert!(
        matches!(result, Err(ListenError::InUse { .. })),
        "{result:?}"
    );
}

/// Calls `test` with a directory as a user other than root, whose permissions are checked.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn as_user(test: impl FnOnce(&TestDir) + Send) {
    // User IDs apply to the whole process on this system.
    if !rustix::process::geteuid().is_root() {
        test(&TestDir::new());
    }
}

/// Calls `test` with a directory as a user other than root, whose permissions are checked.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn as_user(test: impl FnOnce(&TestDir) + Send) {
    use rustix::process::{Gid, Uid};
    use rustix::thread::{set_thread_gid, set_thread_groups, set_thread_uid};

    const USER: u32 = 61_001;

    let dir = TestDir::new();
    if !rustix::process::geteuid().is_root() {
        return test(&dir);
    }
    std::os::unix::fs::chown(dir.path(""), Some(USER), Some(USER)).unwrap();
    thread::scope(|scope| {
        let user = scope.spawn(|| {
            set_thread_groups(&[]).unwrap();
            set_thread_gid(Gid::from_raw(USER)).unwrap();
            set_thread_uid(Uid::from_raw(USER)).unwrap();
            test(&dir);
        });
        user.join().unwrap();
    });
}

#[test]
fn free_name_is_bound_and_removed() {
    with_and_without_rename_flags(|| {
        let dir = TestDir::new();
        let path = dir.path("s");
        let (socket, guard) = bind_default(&path).unwrap();
        assert_reaches(&path, &UnixListener::from(socket));
        assert_eq!(guard.path(), path);
        assert_eq!(dir.names(), ["s"]);
        drop(guard);
        assert!(dir.names().is_empty());
    });
}

#[test]
fn socket_reports_a_private_name_that_is_gone() {
    let dir = TestDir::new();
    let (socket, _guard) = bind_default(&dir.path("s")).unwrap();
    let address = SocketAddrUnix::try_from(getsockname(&socket).unwrap()).unwrap();
    let private = Path::new(address.path().unwrap().to_str().unwrap()).to_owned();
    assert_eq!(private.parent(), Some(dir.0.path()));
    assert!(private.symlink_metadata().is_err());
}

#[test]
fn descriptor_is_nonblocking_and_not_inherited() {
    let dir = TestDir::new();
    let (socket, _guard) = bind_default(&dir.path("s")).unwrap();
    let flags = rustix::io::fcntl_getfd(&socket).unwrap();
    assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
    let flags = rustix::fs::fcntl_getfl(&socket).unwrap();
    assert!(flags.contains(rustix::fs::OFlags::NONBLOCK));
}

/// Binds `path` in several threads at once. The results are alive at the same time.
fn bind_at_once(path: &Path, threads: usize) -> Vec<Result<SocketFileState, ListenError>> {
    let (start, done) = (Barrier::new(threads), Barrier::new(threads));
    thread::scope(|scope| {
        let spawned: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    let result = bind_default(path);
                    done.wait();
                    let state = match &result {
                        Ok((_, guard)) => guard.state(),
                        Err(_) => SocketFileState::Removed,
                    };
                    // The winner's file must exist until all threads have checked.
                    done.wait();
                    result.map(|_| state)
                })
            })
            .collect();
        spawned.into_iter().map(|it| it.join().unwrap()).collect()
    })
}

/// Binds in several threads at once and checks that one of them owns the name.
fn assert_one_wins(path: &Path) {
    let (won, lost): (Vec<_>, Vec<_>) = bind_at_once(path, 8).into_iter().partition(Result::is_ok);
    assert!(matches!(&won[..], [Ok(SocketFileState::Owned)]), "{won:?}");
    lost.into_iter().for_each(assert_in_use);
}

#[test]
fn threads_at_once_one_wins_a_stale_name() {
    for _ in 0..200 {
        let dir = TestDir::new();
        assert_one_wins(&dir.stale("s"));
        assert!(dir.names().is_empty(), "{:?}", dir.names());
    }
}

#[test]
fn threads_at_once_one_wins_a_free_name() {
    for _ in 0..200 {
        let dir = TestDir::new();
        assert_one_wins(&dir.path("s"));
        assert!(dir.names().is_empty(), "{:?}", dir.names());
    }
}

#[test]
fn stale_socket_of_any_mode_is_recovered() {
    as_user(|dir| {
        for mode in [0o755, 0o700, 0o070, 0o007, 0o500, 0o000] {
            let path = dir.stale("s");
            set_mode(&path, mode);
            let (socket, _guard) = bind_default(&path).unwrap_or_else(|error| {
                panic!("{mode:o}: {error}");
            });
            assert_reaches(&path, &UnixListener::from(socket));
            assert_eq!(dir.names(), ["s"]);
        }
    });
}

#[test]
fn own_server_of_any_mode_is_in_use() {
    as_user(|dir| {
        for mode in [0o700, 0o070, 0o007, 0o000] {
            let path = dir.path("s");
            let (_socket, guard) = bind(&path, Some(mode), 50).unwrap();
            assert_in_use(bind_default(&path));
            assert_eq!(guard.state(), SocketFileState::Owned);
            assert_eq!(mode_of(&path), mode);
        }
    });
}

#[test]
fn plain_server_of_any_mode_is_in_use() {
    as_user(|dir| {
        for mode in [0o700, 0o070, 0o000] {
            let name = format!("{mode:o}");
            let path = dir.path(&name);
            let listener = UnixListener::bind(&path).unwrap();
            set_mode(&path, mode);
            // The kernel's table has the path that the socket was bound to; after a rename, only a
            // connection can tell.
            assert_in_use(bind_default(&path));
            fs::rename(&path, dir.path("renamed")).unwrap();
            assert_in_use(bind_default(&dir.path("renamed")));
            assert_eq!(mode_of(&dir.path("renamed")), mode);
            drop(listener);
            bind_default(&dir.path("renamed")).unwrap();
        }
    });
}

#[test]
fn server_with_full_backlog_is_in_use() {
    let dir = TestDir::new();
    let listener = UnixListener::bind(dir.path("s")).unwrap();
    rustix::net::listen(listener.as_fd(), 0).unwrap();
    let _queued = UnixStream::connect(dir.path("s")).unwrap();
    assert_in_use(bind_default(&dir.path("s")));
}

#[test]
fn datagram_socket_is_in_use() {
    let dir = TestDir::new();
    let _socket = UnixDatagram::bind(dir.path("s")).unwrap();
    assert_in_use(bind_default(&dir.path("s")));
}

/// Binds `path`, and at the given step starts a plain server there with `start`.
fn bind_while_server_starts(
    path: &Path,
    at: Step,
    start: impl Fn(&Path) -> UnixListener + 'static,
) -> (Result<(), ListenError>, Option<UnixListener>) {
    thread_local! {
        static LISTENER: RefCell<Option<UnixListener>> = const { RefCell::new(None) };
    }
    let hook = {
        let path = path.to_owned();
        move |step| {
            if step == at && LISTENER.with_borrow(Option::is_none) {
                LISTENER.set(Some(start(&path)));
            }
        }
    };
    let result = with(hook, || bind_default(path).map(drop));
    (result, LISTENER.take())
}

/// Replaces the file as Qt does with an access option: bound elsewhere and renamed.
fn rename_over(path: &Path) -> UnixListener {
    let elsewhere = path.with_file_name("elsewhere");
    let listener = UnixListener::bind(&elsewhere).unwrap();
    fs::rename(elsewhere, path).unwrap();
    listener
}

/// Replaces the file as a program does that removes it first.
fn remove_first(path: &Path) -> UnixListener {
    fs::remove_file(path).unwrap();
    UnixListener::bind(path).unwrap()
}

#[test]
fn server_that_starts_after_the_probe_stays() {
    with_and_without_rename_flags(|| {
        for step in [Step::Refused, Step::FoundStale] {
            for start in [rename_over, remove_first] {
                let dir = TestDir::new();
                let path = dir.stale("s");
                let (result, listener) = bind_while_server_starts(&path, step, start);
                assert_in_use(result);
                assert_reaches(&path, &listener.unwrap());
                assert_eq!(dir.names(), ["s"]);
            }
        }
    });
}

#[test]
fn server_that_starts_before_the_lock_is_not_moved() {
    with_and_without_rename_flags(|| {
        let dir = TestDir::new();
        let path = dir.stale("s");
        let hook = {
            let path = path.clone();
            let mut listener = None;
            move |step| match step {
                Step::Refused => listener = Some(rename_over(&path)),
                Step::MovedAside | Step::Exchanged => panic!("moved {listener:?}"),
                _ => {}
            }
        };
        assert_in_use(with(hook, || bind_default(&path)));
    });
}

/// Without `RENAME_EXCHANGE`, the path does not exist while the stale socket is checked again.
#[test]
fn server_that_takes_the_vacant_path_stays() {
    let dir = TestDir::new();
    with_and_without_rename_flags(|| {
        let path = dir.stale("s");
        let start = |path: &Path| UnixListener::bind(path).unwrap();
        let (result, listener) = bind_while_server_starts(&path, Step::MovedAside, start);
        match listener {
            Some(listener) => {
                assert_in_use(result);
                assert_reaches(&path, &listener);
                assert_eq!(dir.names(), ["s"]);
                fs::remove_file(path).unwrap();
            }
            None => result.unwrap(),
        }
    });
}

#[test]
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange_leaves_no_vacant_path() {
    let dir = TestDir::new();
    let path = dir.stale("s");
    let hook = {
        let path = path.clone();
        move |step| {
            if step == Step::Exchanged {
                UnixStream::connect(&path).unwrap();
                UnixListener::bind(&path).unwrap_err();
            }
        }
    };
    let (socket, _guard) = with(hook, || bind_default(&path).unwrap());
    assert_reaches(&path, &UnixListener::from(socket));
    assert_eq!(dir.names(), ["s"]);
}

#[test]
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn server_that_replaces_the_exchanged_socket_stays() {
    thread_local! {
        static SERVERS: RefCell<Vec<UnixListener>> = const { RefCell::new(Vec::new()) };
    }
    // With and without another server that starts before the exchange.
    for first in [Some(Step::FoundStale), None] {
        let dir = TestDir::new();
        let path = dir.stale("s");
        let hook = {
            let path = path.clone();
            move |step| {
                let is_new = SERVERS.with_borrow(Vec::len) < if first.is_some() { 2 } else { 1 };
                if (Some(step) == first || step == Step::Exchanged) && is_new {
                    let server = rename_over(&path);
                    SERVERS.with_borrow_mut(|servers| servers.push(server));
                }
            }
        };
        let result = with(hook, || bind_default(&path));
        let newest = SERVERS.with_borrow_mut(|servers| servers.pop()).unwrap();
        match first {
            Some(_) => assert_in_use(result),
            // It replaced a server that owned the name already, as a plain server does.
            None => assert_eq!(result.unwrap().1.state(), SocketFileState::Replaced),
        }
        assert_reaches(&path, &newest);
        assert_eq!(dir.names(), ["s"]);
        SERVERS.take();
    }
}

#[test]
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn server_is_given_back_a_path_that_is_vacated() {
    thread_local! {
        static SERVER: RefCell<Option<UnixListener>> = const { RefCell::new(None) };
    }
    let dir = TestDir::new();
    let path = dir.stale("s");
    let hook = {
        let path = path.clone();
        move |step| match step {
            Step::FoundStale if SERVER.with_borrow(Option::is_none) => {
                SERVER.set(Some(rename_over(&path)));
            }
            Step::Exchanged => fs::remove_file(&path).unwrap(),
            _ => {}
        }
    };
    assert_in_use(with(hook, || bind_default(&path)));
    assert_reaches(&path, &SERVER.take().unwrap());
    assert_eq!(dir.names(), ["s"]);
}

#[test]
fn server_that_starts_before_publication_stays() {
    with_and_without_rename_flags(|| {
        let dir = TestDir::new();
        for path in [dir.path("free"), dir.stale("stale")] {
            let (result, listener) = bind_while_server_starts(&path, Step::Publishing, rename_over);
            assert_in_use(result);
            assert_reaches(&path, &listener.unwrap());
        }
        assert_eq!(dir.names(), ["free", "stale"]);
    });
}

#[test]
fn file_that_replaces_the_stale_socket_stays() {
    with_and_without_rename_flags(|| {
        let dir = TestDir::new();
        let path = dir.stale("s");
        let hook = {
            let path = path.clone();
            move |step| {
                if step == Step::FoundStale {
                    fs::remove_file(&path).unwrap();
                    fs::write(&path, "theirs").unwrap();
                }
            }
        };
        let result = with(hook, || bind_default(&path).map(drop));
        assert!(matches!(result, Err(ListenError::NotASocket { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(dir.names(), ["s"]);
    });
}

/// A socket between `bind` and `listen`.
fn bound(path: &Path) -> OwnedFd {
    let socket = super::new_socket().unwrap();
    rustix::net::bind(&socket, &SocketAddrUnix::new(path).unwrap()).unwrap();
    socket
}

#[test]
#[cfg(any(target_os = "linux", target_os = "android"))]
fn server_between_bind_and_listen_is_in_use() {
    let dir = TestDir::new();
    for name in ["s", "line\nfeed", "with space"] {
        let path = dir.path(name);
        let socket = bound(&path);
        let start = Instant::now();
        assert_in_use(bind_default(&path));
        assert!(start.elapsed() < NO_WAIT);
        rustix::net::listen(&socket, 1).unwrap();
        assert_reaches(&path, &UnixListener::from(socket));
    }
}

#[test]
#[cfg(any(target_os = "linux", target_os = "android"))]
fn bound_socket_is_found_by_another_path() {
    let dir = TestDir::new();
    fs::create_dir(dir.path("real")).unwrap();
    symlink("real", dir.path("link")).unwrap();
    fs::create_dir(dir.path("other")).unwrap();
    let _other = bound(&dir.path("other/s"));
    let socket = bound(&dir.path("link/s"));
    assert_in_use(bind_default(&dir.path("real/s")));
    drop(socket);
    bind_default(&dir.path("real/s")).unwrap();
}

#[test]
fn connection_of_dead_server_leaves_name_free() {
    let dir = TestDir::new();
    let path = dir.path("s");
    let listener = UnixListener::bind(&path).unwrap();
    let _client = UnixStream::connect(&path).unwrap();
    let _accepted = listener.accept().unwrap();
    drop(listener);
    bind_default(&path).unwrap();
}

/// A plain server that starts and stops many times while another thread binds exclusively.
#[test]
fn restarting_server_is_never_displaced() {
    let dir = TestDir::new();
    let path = dir.path("s");
    let stopped = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stopped.load(Ordering::Relaxed) {
                match bind_default(&path) {
                    Ok((socket, guard)) => drop((guard, socket)),
                    Err(error) => assert_in_use::<()>(Err(error)),
                }
            }
        });
        let mut started = 0;
        let deadline = Instant::now() + Duration::from_secs(20);
        while started < 500 && Instant::now() < deadline {
            let Ok(listener) = UnixListener::bind(&path) else {
                // Left by the previous round, unless the other thread owns the name.
                if UnixStream::connect(&path).is_err() {
                    let _ = fs::remove_file(&path);
                }
                continue;
            };
            started += 1;
            let inode = || path.symlink_metadata().map(|file| file.ino());
            // While the file is checked under a private name, the path does not exist.
            let reached = (0..1000).any(|_| {
                listener.set_nonblocking(true).unwrap();
                UnixStream::connect(&path).is_ok() && listener.accept().is_ok()
            });
            if !reached {
                stopped.store(true, Ordering::Relaxed);
                panic!("displaced in round {started}: {:?}", inode());
            }
        }
        stopped.store(true, Ordering::Relaxed);
        assert!(started > 50, "{started}");
    });
}

#[test]
fn locked_directory_delays_nothing() {
    let dir = TestDir::new();
    let path = dir.stale("s");
    let directory = File::open(dir.path("")).unwrap();
    flock(&directory, FlockOperation::LockExclusive).unwrap();
    let start = Instant::now();
    let (_socket, guard) = bind_default(&path).unwrap();
    drop(guard);
    assert!(start.elapsed() < NO_WAIT, "{:?}", start.elapsed());
    assert!(dir.names().is_empty());
}

#[test]
fn lock_that_is_never_released_is_ignored() {
    let dir = TestDir::new();
    let path = dir.stale("s");
    let lock = File::create(dir.path(".s.lock")).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    let start = Instant::now();
    let (_socket, guard) = bind_default(&path).unwrap();
    drop(guard);
    assert!(start.elapsed() < NO_WAIT, "{:?}", start.elapsed());
    assert_eq!(dir.names(), [".s.lock"]);
}

#[test]
fn file_in_the_place_of_the_lock_stays() {
    let dir = TestDir::new();
    fs::write(dir.path(".s.lock"), "theirs").unwrap();
    bind_default(&dir.stale("s")).unwrap();
    assert_eq!(fs::read(dir.path(".s.lock")).unwrap(), b"theirs");

    fs::remove_file(dir.path(".s.lock")).unwrap();
    symlink("nowhere", dir.path(".s.lock")).unwrap();
    bind_default(&dir.stale("s")).unwrap();
    assert_eq!(dir.names(), [".s.lock"]);

    fs::remove_file(dir.path(".s.lock")).unwrap();
    let fifo = dir.path(".s.lock");
    mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    bind_default(&dir.stale("s")).unwrap();
    assert_eq!(dir.names(), [".s.lock"]);
}

/// Locks the file of the lock as another process does; `None` if it is locked.
fn try_lock(path: &Path) -> Option<File> {
    let file = File::create(path).unwrap();
    let locked = flock(&file, FlockOperation::NonBlockingLockExclusive);
    locked.ok().map(|()| file)
}

/// Binds the name `s`, which a stale socket has, and calls `hook` with the path of the lock and how
/// often the step has been taken. The lock must be held when the socket is found stale.
fn bind_with_lock(dir: &TestDir, at: Step, hook: impl Fn(&Path, u32) + 'static) {
    let path = dir.stale("s");
    let lock = dir.path(".s.lock");
    let is_held = Rc::new(Cell::new(false));
    let (held, mut count) = (is_held.clone(), 0);
    let hook = move |step| {
        if step == Step::FoundStale {
            held.set(try_lock(&lock).is_none());
        }
        if step == at {
            count += 1;
            hook(&lock, count);
        }
    };
    with(hook, || bind_default(&path).unwrap());
    assert!(is_held.get());
}

#[test]
fn lock_that_is_released_is_waited_for() {
    let dir = TestDir::new();
    let holder = Cell::new(try_lock(&dir.path(".s.lock")));
    bind_with_lock(&dir, Step::LockOpened, move |_, count| {
        if count == 2 {
            drop(holder.take());
        }
    });
    assert!(dir.names().is_empty());
}

#[test]
fn lock_of_a_removed_file_is_taken_again() {
    let dir = TestDir::new();
    bind_with_lock(&dir, Step::LockOpened, |lock, count| {
        if count == 1 {
            fs::remove_file(lock).unwrap();
        }
    });
    assert!(dir.names().is_empty());
}

#[test]
fn lock_that_was_replaced_is_left_alone() {
    let dir = TestDir::new();
    bind_with_lock(&dir, Step::FoundStale, |lock, _| {
        fs::remove_file(lock).unwrap();
        File::create(lock).unwrap();
    });
    assert_eq!(dir.names(), [".s.lock"]);
}

#[test]
fn lock_is_a_file_of_the_user_alone_and_removed() {
    let dir = TestDir::new();
    let path = dir.stale("s");
    let lock = dir.path(".s.lock");
    let hook = move |step| {
        if step == Step::FoundStale {
            assert_eq!(mode_of(&lock), 0o600);
        }
    };
    let _bound = with(hook, || bind_default(&path).unwrap());
    assert_eq!(dir.names(), ["s"]);
}

#[test]
fn state_follows_the_file() {
    let dir = TestDir::new();
    let path = dir.path("s");
    let (_socket, guard) = bind_default(&path).unwrap();
    assert_eq!(guard.state(), SocketFileState::Owned);
    fs::rename(&path, dir.path("away")).unwrap();
    assert_eq!(guard.state(), SocketFileState::Removed);
    fs::write(&path, "theirs").unwrap();
    assert_eq!(guard.state(), SocketFileState::Replaced);
    fs::rename(dir.path("away"), &path).unwrap();
    assert_eq!(guard.state(), SocketFileState::Owned);
    // The inode number of the removed file must not be reused.
    fs::remove_file(&path).unwrap();
    let _theirs = UnixListener::bind(&path).unwrap();
    assert_eq!(guard.state(), SocketFileState::Replaced);
}

#[test]
fn replaced_file_is_left_alone_at_drop() {
    with_and_without_rename_flags(|| {
        let dir = TestDir::new();
        let path = dir.path("s");
        let (_socket, guard) = bind_default(&path).unwrap();
        let theirs = remove_first(&path);
        drop(guard);
        assert_reaches(&path, &theirs);

        let path = dir.path("file");
        let (_socket, guard) = bind_default(&path).unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, "theirs").unwrap();
        drop(guard);
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(dir.names(), ["file", "s"]);
    });
}

#[test]
fn file_replaced_during_drop_is_put_back() {
    with_and_without_rename_flags(|| {
        thread_local! {
            static THEIRS: RefCell<Option<UnixListener>> = const { RefCell::new(None) };
        }
        for replace in [rename_over, remove_first] {
            let dir = TestDir::new();
            let path = dir.path("s");
            let (_socket, guard) = bind_default(&path).unwrap();
            let hook = {
                let path = path.clone();
                move |step| {
                    if step == Step::Removing {
                        THEIRS.set(Some(replace(&path)));
                    }
                }
            };
            with(hook, || drop(guard));
            assert_reaches(&path, &THEIRS.take().unwrap());
            assert_eq!(dir.names(), ["s"]);
        }
    });
}

#[test]
fn file_without_its_path_is_kept_at_drop() {
    with_and_without_rename_flags(|| {
        let dir = TestDir::new();
        let path = dir.path("s");
        let (_socket, guard) = bind_default(&path).unwrap();
        let hook = {
            let path = path.clone();
            move |step| match step {
                Step::Removing => {
                    fs::remove_file(&path).unwrap();
                    fs::write(&path, "first").unwrap();
                }
                Step::MovedForRemoval => fs::write(&path, "second").unwrap(),
                _ => {}
            }
        };
        with(hook, || drop(guard));
        let mut contents: Vec<_> = dir.names();
        contents
            .iter_mut()
            .for_each(|name| *name = fs::read_to_string(dir.path(name)).unwrap());
        contents.sort();
        assert_eq!(contents, ["first", "second"]);
    });
}

#[test]
fn socket_without_its_path_is_removed_at_drop() {
    with_and_without_rename_flags(|| {
        let dir = TestDir::new();
        let path = dir.path("s");
        let (_socket, guard) = bind_default(&path).unwrap();
        let hook = {
            let path = path.clone();
            move |step| match step {
                Step::Removing => drop(rename_over(&path)),
                Step::MovedForRemoval => fs::write(&path, "theirs").unwrap(),
                _ => {}
            }
        };
        with(hook, || drop(guard));
        assert_eq!(dir.names(), ["s"]);
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
    });
}

#[test]
fn anything_but_a_socket_is_left_alone() {
    let dir = TestDir::new();
    fs::write(dir.path("file"), "theirs").unwrap();
    fs::create_dir(dir.path("directory")).unwrap();
    symlink("nowhere", dir.path("dangling")).unwrap();
    dir.stale("stale");
    symlink("stale", dir.path("to stale")).unwrap();
    let _listener = UnixListener::bind(dir.path("live")).unwrap();
    symlink("live", dir.path("to live")).unwrap();
    let names = dir.names();
    for name in [
        "file",
        "directory",
        "dangling",
        "to stale",
        "to live",
        "",
        ".",
    ] {
        let error = bind_default(&dir.path(name)).unwrap_err();
        assert!(matches!(error, ListenError::NotASocket { .. }), "{error:?}");
    }
    assert_eq!(dir.names(), names);
    assert_eq!(fs::read(dir.path("file")).unwrap(), b"theirs");
}

#[test]
fn directory_missing() {
    let dir = TestDir::new();
    fs::write(dir.path("file"), "").unwrap();
    for name in ["none/s", "none/", "none/.", "file/s"] {
        let (directory, _) = name.rsplit_once('/').unwrap();
        assert_eq!(
            bind_default(&dir.path(name)).unwrap_err().to_string(),
            format!(
                "the directory {} does not exist",
                dir.path(directory).display()
            )
        );
    }
}

#[test]
fn directory_forbidden() {
    as_user(|dir| {
        let directory = dir.path("d");
        fs::create_dir(&directory).unwrap();
        let stale = dir.stale("d/stale");
        for mode in [0o500, 0o000] {
            set_mode(&directory, mode);
            for path in [directory.join("s"), stale.clone()] {
                let error = bind_default(&path).unwrap_err();
                assert!(
                    matches!(&error, ListenError::DirectoryForbidden { directory: it }
                        if *it == directory.display().to_string()),
                    "{error:?}"
                );
            }
        }
        set_mode(&directory, 0o700);
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
    });
}

#[test]
fn socket_of_another_user_is_left_alone() {
    if !rustix::process::geteuid().is_root() {
        return skip("only root can make files of another user");
    }
    let foreign = TestDir::new();
    set_mode(&foreign.path(""), 0o1777);
    let _live = UnixListener::bind(foreign.path("live")).unwrap();
    set_mode(&foreign.path("live"), 0o700);
    set_mode(&foreign.stale("stale"), 0o777);
    set_mode(&foreign.stale("closed"), 0o700);
    as_user(|_| {
        for name in ["live", "stale", "closed"] {
            let error = bind_default(&foreign.path(name)).unwrap_err();
            assert!(matches!(error, ListenError::NotYours { .. }), "{error:?}");
        }
    });
    assert_eq!(foreign.names(), ["closed", "live", "stale"]);
}

#[test]
fn path_too_long() {
    let dir = TestDir::new();
    let room = super::PATH_LIMIT - dir.path("").as_os_str().len();
    let path = dir.path(&"x".repeat(room));
    drop(bind_default(&path).unwrap());
    let error = bind_default(&dir.path(&"x".repeat(room + 1))).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the name is too long ({} bytes, {} are allowed)",
            super::PATH_LIMIT + 1,
            super::PATH_LIMIT
        )
    );
}

#[test]
#[cfg(any(target_os = "linux", target_os = "android"))]
fn short_name_in_a_long_directory_is_bound() {
    let dir = TestDir::new();
    let room = super::PATH_LIMIT - dir.path("").as_os_str().len() - "/s".len();
    let directory = "d".repeat(room);
    fs::create_dir(dir.path(&directory)).unwrap();
    let path = dir.path(&format!("{directory}/s"));
    assert_eq!(path.as_os_str().len(), super::PATH_LIMIT);
    for _ in 0..2 {
        let (socket, guard) = bind_default(&path).unwrap();
        assert_in_use(bind_default(&path));
        assert_reaches(&path, &UnixListener::from(socket));
        drop(guard);
        assert_eq!(fs::read_dir(dir.path(&directory)).unwrap().count(), 0);
        drop(UnixListener::bind(&path).unwrap()); // A stale one for the next round.
    }
}

#[test]
#[cfg(any(target_os = "linux", target_os = "android"))]
fn long_directory_need_not_be_readable() {
    as_user(|dir| {
        let room = super::PATH_LIMIT - dir.path("").as_os_str().len() - "/s".len();
        let directory = dir.path(&"d".repeat(room));
        fs::create_dir(&directory).unwrap();
        set_mode(&directory, 0o300);
        drop(bind_default(&directory.join("s")).unwrap());
        set_mode(&directory, 0o700);
    });
}

#[test]
fn socket_is_published_complete() {
    let dir = TestDir::new();
    for (name, mode) in [("a", 0o700), ("b", 0o070), ("c", 0o007), ("d", 0o777)] {
        let path = dir.path(name);
        let directory = dir.0.path().to_owned();
        let hook = {
            let path = path.clone();
            move |step| {
                if step == Step::Publishing {
                    assert!(path.symlink_metadata().is_err());
                    let private = private_socket(&directory);
                    assert_eq!(mode_of(&private), mode);
                    if rustix::process::geteuid().is_root() {
                        UnixStream::connect(private).unwrap();
                    }
                }
            }
        };
        let _bound = with(hook, || bind(&path, Some(mode), 50).unwrap());
        assert_eq!(mode_of(&path), mode);
    }
}

/// The one socket in the directory with a private name.
fn private_socket(directory: &Path) -> PathBuf {
    let mut sockets = fs::read_dir(directory).unwrap().filter_map(|entry| {
        let entry = entry.unwrap();
        let is_private = entry.file_name().to_str().unwrap().starts_with('.');
        (is_private && entry.file_type().unwrap().is_socket()).then(|| entry.path())
    });
    let socket = sockets.next().unwrap();
    assert_eq!(sockets.next(), None);
    socket
}

#[test]
fn failed_bind_leaves_nothing_behind() {
    with_and_without_rename_flags(|| {
        let dir = TestDir::new();
        let _listener = UnixListener::bind(dir.path("s")).unwrap();
        assert_in_use(bind_default(&dir.path("s")));
        let start = |path: &Path| UnixListener::bind(path).unwrap();
        let (result, _listener) = bind_while_server_starts(&dir.path("t"), Step::Publishing, start);
        assert_in_use(result);
        assert_eq!(dir.names(), ["s", "t"]);
    });
}

#[test]
fn random_names_differ() {
    let names: std::collections::HashSet<_> = (0..1000).map(|_| random_name()).collect();
    assert_eq!(names.len(), 1000);
    assert!(names.iter().all(|name| name.len() == 8));
}
