// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Shared support: the programs as processes, each in its own directory, and the Qt thread of the
//! binding's tests.

#![allow(dead_code, reason = "each test binary uses its own part of this")]

use std::cell::RefCell;
use std::fs::Permissions;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::rc::Rc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use local_fortune_core::address::Address;
use local_fortune_core::client::{Client, Outcome, Request};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use tempfile::TempDir;

#[path = "../../crates/cxx-qt-network/tests/support/qt.rs"]
pub mod qt;
#[path = "../../crates/cxx-qt-network/tests/support/skip.rs"]
pub mod skip;

pub mod display;
#[cfg(unix)]
pub mod users;

pub use qt::DEADLINE;

pub const SERVER_WINDOW: &str = env!("CARGO_BIN_EXE_fortune-server");
pub const CLIENT_WINDOW: &str = env!("CARGO_BIN_EXE_fortune-client");
// Built from another package, which `cargo test --workspace` builds too.
pub const SERVER: &str = concat!(env!("OUT_DIR"), "/../../../fortuned");
pub const CLIENT: &str = concat!(env!("OUT_DIR"), "/../../../fortune-get");

pub const BUILT_IN: [&str; 7] = [
    "You've been leading a dog's life. Stay off the furniture.",
    "You've got to think about tomorrow.",
    "You will be surprised by a loud noise.",
    "You will feel hungry again in another hour.",
    "You might have mail.",
    "You cannot kill time without injuring eternity.",
    "Computers are not intelligent. They only think they are.",
];

/// The directory for temporary files of one test, with its sockets.
pub struct TestDir(TempDir);

impl TestDir {
    pub fn new() -> Self {
        Self(
            tempfile::Builder::new()
                .prefix("lf")
                .permissions(Permissions::from_mode(0o700))
                .tempdir()
                .unwrap(),
        )
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// The address of a socket in this directory.
    pub fn address(&self, name: &str) -> Address {
        Address::Local(self.name(name))
    }

    /// A command with this directory in its environment, and without a display.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("TMPDIR", self.0.path())
            .env("HOME", self.0.path())
            .env("XDG_RUNTIME_DIR", self.0.path())
            .env("QT_QPA_PLATFORM", "offscreen")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("RUST_LOG")
            .stdin(Stdio::null());
        command
    }

    /// The same with default signal handlers: a program inherits ignored signals, such as those of
    /// `nohup`.
    pub fn command_with_signals(&self, program: &str) -> Command {
        let mut command = self.command("env");
        command.args(["--default-signal=HUP,INT,TERM", program]);
        command
    }

    /// Runs our client to completion.
    pub fn client(&self, args: &[&str]) -> Finished {
        let mut command = self.command(CLIENT);
        command.env_remove("QT_QPA_PLATFORM").args(args);
        finish(command)
    }

    /// Starts our command-line server.
    pub fn server(&self, args: &[&str]) -> Running {
        let mut command = self.command_with_signals(SERVER);
        command.env_remove("QT_QPA_PLATFORM").args(args);
        let mut server = Running::start(command);
        let line = server.line();
        assert!(line.starts_with("listening on "), "{line}");
        server.ready_line = line;
        server
    }

    /// A socket with this name whose `accept` fails at the deadline.
    pub fn listener(&self, name: &str) -> UnixListener {
        let listener = UnixListener::bind(self.path(name)).unwrap();
        set_socket_timeout(&listener, Timeout::Recv, Some(DEADLINE)).unwrap();
        listener
    }

    /// Starts a server that accepts one client and calls `handle`.
    pub fn raw_server(
        &self,
        name: &str,
        handle: impl FnOnce(UnixStream) + Send + 'static,
    ) -> thread::JoinHandle<()> {
        let listener = self.listener(name);
        thread::spawn(move || handle(listener.accept().unwrap().0))
    }
}

/// Copies a program that a test executes. Uses a child process: if this process had the file open
/// for writing, a child of another test could inherit the descriptor, and exec would fail with
/// ETXTBSY.
pub fn copy_program(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg(from).arg(to).status().unwrap();
    assert!(copied.success());
}

/// The result of a program.
#[derive(Debug)]
pub struct Finished {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command to completion; at the deadline it is killed and the test fails.
pub fn finish(mut command: Command) -> Finished {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    let (done, output) = channel();
    thread::spawn(move || done.send(child.wait_with_output()));
    match output.recv_timeout(DEADLINE) {
        Ok(output) => {
            let Output {
                status,
                stdout,
                stderr,
            } = output.unwrap();
            Finished {
                status: status.code().unwrap_or(-1),
                stdout: String::from_utf8(stdout).unwrap(),
                stderr: String::from_utf8(stderr).unwrap(),
            }
        }
        Err(_) => {
            signal(id, "KILL");
            panic!("{command:?} does not exit");
        }
    }
}

fn signal(id: u32, name: &str) {
    let status = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(id.to_string())
        .status();
    assert!(status.unwrap().success());
}

/// A running program, killed on drop.
pub struct Running {
    child: Child,
    lines: std::sync::mpsc::Receiver<String>,
    /// The line it printed when it was ready.
    pub ready_line: String,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (tell, lines) = channel();
        thread::spawn(move || {
            output
                .lines()
                .map_while(Result::ok)
                .try_for_each(|it| tell.send(it))
        });
        Self {
            child,
            lines,
            ready_line: String::new(),
        }
    }

    /// The next line of its standard output.
    pub fn line(&mut self) -> String {
        self.lines
            .recv_timeout(DEADLINE)
            .expect("the program prints nothing")
    }

    /// The next line of its standard output, or `None` at EOF.
    pub fn next_line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(DEADLINE) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("the program neither prints nor exits"),
        }
    }

    /// Writes a line to its standard input, which must be a pipe.
    pub fn tell(&mut self, line: &str) {
        let input = self.child.stdin.as_mut().expect("its input is a pipe");
        writeln!(input, "{line}").unwrap();
    }

    /// The exit status, if it has exited.
    pub fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// Sends a signal and waits for the exit.
    pub fn end(self, name: &str) -> ExitStatus {
        self.signal(name);
        self.wait()
    }

    /// Waits for the exit.
    pub fn wait(mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < DEADLINE, "the program does not exit");
            thread::yield_now();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Retries until there is a result; panics at the deadline.
pub fn eventually<R>(mut attempt: impl FnMut() -> Option<R>) -> R {
    let start = Instant::now();
    loop {
        if let Some(result) = attempt() {
            return result;
        }
        assert!(start.elapsed() < DEADLINE, "no result before the deadline");
        thread::yield_now();
    }
}

/// Connects to a server and reads to EOF.
pub fn fetch(path: &Path) -> Vec<u8> {
    try_fetch(path).expect("no server listens")
}

/// The same, or `None` if no server listens.
pub fn try_fetch(path: &Path) -> Option<Vec<u8>> {
    let mut stream = UnixStream::connect(path).ok()?;
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut message = Vec::new();
    match stream.read_to_end(&mut message) {
        Ok(_) => Some(message),
        // A closed listener may still be open in a child process of another test, until exec.
        Err(error) if error.kind() == ErrorKind::ConnectionReset => None,
        Err(error) => panic!("{error}"),
    }
}

/// Writes bytes and closes.
pub fn send(bytes: &'static [u8]) -> impl FnMut(UnixStream) + Send + 'static {
    move |mut stream| stream.write_all(bytes).unwrap()
}

/// Keeps a connection until the peer closes it.
pub fn wait_for_eof(mut stream: UnixStream) {
    stream.set_read_timeout(Some(2 * DEADLINE)).unwrap();
    let _ = stream.read(&mut [0]);
}

/// Runs `work` and returns its duration too.
pub fn timed<R>(work: impl FnOnce() -> R) -> (R, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// The outcome of a request; `meanwhile` runs after it has started.
pub fn outcome_of(request: Request, meanwhile: impl FnOnce()) -> Outcome {
    let result = Rc::new(RefCell::new(None));
    qt::run(|quit| {
        let (quit, result) = (quit.clone(), result.clone());
        let client = Client::new(move |_, outcome| {
            *result.borrow_mut() = Some(outcome);
            quit.quit();
        });
        client.request(request);
        meanwhile();
        client
    });
    result.take().unwrap()
}
