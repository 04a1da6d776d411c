// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Shared by the tests: one thread for all Qt objects, deadlines, and temporary directories.

#![allow(
    dead_code,
    unused_imports,
    reason = "each test program uses its own part of this"
)]

use std::any::Any;
use std::cell::Cell;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use cxx_qt_lib::{QCoreApplication, QString};
use cxx_qt_network::{
    QBox, QEventLoop, QIODeviceExt, QLocalServer, QLocalSocket, QPointer, QTimer, QtMsgType,
    set_message_handler,
};
use tempfile::TempDir;

/// The limit of each wait: generous, for a loaded machine.
pub const DEADLINE: Duration = Duration::from_secs(20);

type Job = Box<dyn FnOnce() + Send>;

/// The thread of the application, which runs the Qt code of this test program.
static QT: LazyLock<Mutex<Sender<Job>>> = LazyLock::new(|| {
    cxx_qt::init_crate!(cxx_qt_network);
    // Many tests cause Qt's warnings, so only the last message is kept.
    set_message_handler(|kind, _, text| {
        if kind == QtMsgType::QtFatalMsg {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    });
    let (jobs, queue) = channel::<Job>();
    thread::spawn(move || {
        let _application = QCoreApplication::new();
        let qt = thread::current().id();
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == qt {
                *panic_message() = info.to_string();
            } else {
                others(info);
            }
        }));
        queue.into_iter().for_each(|job| job());
    });
    Mutex::new(jobs)
});

/// The message of the last panic in the Qt thread: the harness prints only that of the test's
/// thread.
static PANIC_MESSAGE: Mutex<String> = Mutex::new(String::new());

fn panic_message() -> MutexGuard<'static, String> {
    PANIC_MESSAGE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a test on the Qt thread; fails if it is not done by the deadline.
pub fn qt<R: Send + 'static>(test: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, result) = channel();
    let job = move || {
        let outcome: Result<R, Box<dyn Any + Send>> = catch_unwind(AssertUnwindSafe(test));
        let _ = done.send(outcome);
    };
    // Held until the test is done, so that its deadline does not include earlier tests.
    let qt = QT.lock().unwrap_or_else(PoisonError::into_inner);
    qt.send(Box::new(job)).unwrap();
    match result.recv_timeout(10 * DEADLINE) {
        Ok(Ok(value)) => value,
        Ok(Err(_)) => {
            let message = panic_message().clone();
            panic!("{message}")
        }
        Err(_) => {
            eprintln!("{:?} is stuck", thread::current().name());
            std::process::abort();
        }
    }
}

/// Ends [`run`]; may be called from a handler or before the event loop starts.
#[derive(Clone)]
pub struct Quit {
    event_loop: QPointer<QEventLoop>,
    called: Rc<Cell<bool>>,
}

impl Quit {
    pub fn quit(&self) {
        self.called.set(true);
        self.event_loop.with(QEventLoop::quit);
    }
}

/// Calls `start`, then runs an event loop until `quit` is called, and returns the result of
/// `start`, which lives meanwhile. Panics at the deadline.
pub fn run<R>(start: impl FnOnce(&Quit) -> R) -> R {
    let event_loop = QEventLoop::new();
    let quit = Quit {
        event_loop: event_loop.downgrade(),
        called: Rc::default(),
    };
    let deadline = QTimer::new();
    deadline.on_timeout(|_| panic!("nothing happened before the deadline"));
    deadline.start(DEADLINE);
    let kept = start(&quit);
    if !quit.called.get() {
        event_loop.exec();
    }
    kept
}

/// A temporary directory, and names in it.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::Builder::new().prefix("qt").tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn name(&self, name: &str) -> QString {
        self.path(name).to_str().unwrap().into()
    }
}

/// Runs an event loop until all recorded signals are delivered, with those that their handlers
/// emit, and posted events are handled.
pub fn settle() {
    const ROUNDS: u32 = 4;

    run(|quit| {
        let quit = quit.clone();
        let rounds = Cell::new(0);
        let timer = QTimer::new();
        timer.on_timeout(move |_| {
            rounds.set(rounds.get() + 1);
            if rounds.get() == ROUNDS {
                quit.quit();
            }
        });
        timer.start(Duration::ZERO);
        timer
    });
}

/// Both ends of a connection.
pub struct Pair {
    pub theirs: QBox<QLocalSocket>,
    pub ours: QBox<QLocalSocket>,
    pub server: QBox<QLocalServer>,
    pub folder: Folder,
}

impl Pair {
    pub fn new() -> Self {
        let folder = Folder::new();
        let name = folder.name("pair");
        let server = serve(&name);
        let ours = connect(&name);
        let theirs = accept(&server);
        Self {
            theirs,
            ours,
            server,
            folder,
        }
    }

    /// Sends bytes to our end and waits until they can be read.
    pub fn feed(&self, bytes: &[u8]) {
        let expected = self.ours.bytes_available() + bytes.len();
        QIODeviceExt::write(&*self.theirs, bytes).unwrap();
        while self.theirs.bytes_to_write() > 0 {
            let waited = self.theirs.wait_for_bytes_written(Some(DEADLINE));
            waited.unwrap();
        }
        while self.ours.bytes_available() < expected {
            let waited = self.ours.wait_for_ready_read(Some(DEADLINE));
            waited.unwrap();
        }
    }
}

/// A server that listens for `name`.
pub fn serve(name: &QString) -> QBox<QLocalServer> {
    let server = QLocalServer::new();
    server.listen(name.clone()).unwrap();
    server
}

/// Returns the next connection; waits if none is pending.
pub fn accept(server: &QLocalServer) -> QBox<QLocalSocket> {
    if !server.has_pending_connections() {
        let connected = server.wait_for_new_connection(Some(DEADLINE));
        assert!(connected.unwrap(), "no connection before the deadline");
    }
    server.next_pending_connection().unwrap()
}

/// A socket that is connected to `name`.
pub fn connect(name: &QString) -> QBox<QLocalSocket> {
    let socket = QLocalSocket::new();
    socket.connect_to_server(name.clone());
    socket.wait_for_connected(Some(DEADLINE)).unwrap();
    socket
}

/// A listener whose backlog is full, and the connections that fill it.
#[cfg(unix)]
pub fn busy_listener(
    path: &std::path::Path,
) -> (std::os::unix::net::UnixListener, Vec<std::os::fd::OwnedFd>) {
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketType};

    let (family, kind) = (AddressFamily::UNIX, SocketType::STREAM);
    let address = SocketAddrUnix::new(path).unwrap();
    let listener = rustix::net::socket(family, kind, None).unwrap();
    rustix::net::bind(&listener, &address).unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let mut waiting = Vec::new();
    loop {
        let client = rustix::net::socket(family, kind, None).unwrap();
        rustix::io::ioctl_fionbio(&client, true).unwrap();
        if rustix::net::connect(&client, &address).is_err() {
            return (listener.into(), waiting);
        }
        waiting.push(client);
    }
}
