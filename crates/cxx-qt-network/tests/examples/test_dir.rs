// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A directory, the examples that run in it, and peers without Qt.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};

use crate::support::example;
use crate::support::programs::{Finished, Running, eventually, finish};
use crate::support::{DEADLINE, Folder};

/// A directory for temporary files, where examples run.
pub struct TestDir(pub Folder);

impl TestDir {
    pub fn new() -> Self {
        Self(Folder::new())
    }

    pub fn path(&self, name: &str) -> String {
        self.0.path(name).to_str().unwrap().to_owned()
    }

    fn command(&self, name: &str, args: &[&str]) -> Command {
        let mut command = Command::new(example(name));
        command
            .args(args)
            .env("TMPDIR", self.path("."))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("XDG_RUNTIME_DIR")
            .env_remove("QT_LOGGING_RULES")
            .stdin(Stdio::null());
        command
    }

    /// Runs an example to completion.
    pub fn run(&self, name: &str, args: &[&str]) -> Finished {
        self.run_with(name, args, |_| ())
    }

    pub fn run_with(&self, name: &str, args: &[&str], set: impl Fn(&mut Command)) -> Finished {
        let mut command = self.command(name, args);
        set(&mut command);
        finish(command, env!("CARGO_PKG_NAME"))
    }

    /// Runs an example that succeeds and prints only `output`.
    pub fn works(&self, name: &str, args: &[&str], output: &str) {
        let ended = self.run(name, args);
        let said = (ended.stdout.as_str(), ended.stderr.as_str());
        assert_eq!((ended.status, said), (Some(0), (output, "")));
    }

    /// Runs an example that fails with one line on standard error, which begins with `reason`.
    pub fn fails(&self, name: &str, args: &[&str], reason: &str) {
        let ended = self.run(name, args);
        assert_eq!((ended.status, ended.stdout.as_str()), (Some(1), ""));
        let said = ended.stderr;
        assert!(said.starts_with(reason), "{said:?} instead of {reason:?}");
        assert_eq!(said.matches('\n').count(), 1, "{said:?}");
    }

    /// Starts an example, and waits until it listens on `name`.
    pub fn start(&self, example: &str, args: &[&str], name: &str) -> Running {
        let mut server = self.begin(example, args);
        assert_eq!(server.line(), format!("listening on {}", self.path(name)));
        server
    }

    /// Starts an example. Its standard error is its log.
    pub fn begin(&self, example: &str, args: &[&str]) -> Running {
        self.begin_with(example, args, |_| ())
    }

    pub fn begin_with(&self, example: &str, args: &[&str], set: impl Fn(&mut Command)) -> Running {
        let mut command = self.command(example, args);
        set(&mut command);
        let log = self.0.path(&format!("{example}.log"));
        Running::start(command, env!("CARGO_PKG_NAME"), log)
    }

    /// The standard error of a running example.
    pub fn log(&self, example: &str) -> String {
        fs::read_to_string(self.0.path(&format!("{example}.log"))).unwrap()
    }

    /// Waits until a running example has written `text` to standard error.
    pub fn logs(&self, example: &str, text: &str) {
        eventually(|| {
            let log = self.log(example);
            log.contains(text).then_some(()).ok_or(log)
        });
    }

    pub fn connect(&self, name: &str) -> Peer {
        Peer::new(UnixStream::connect(self.0.path(name)).unwrap())
    }

    pub fn listen(&self, name: &str) -> Listener {
        let listener = UnixListener::bind(self.0.path(name)).unwrap();
        listener.set_nonblocking(true).unwrap();
        Listener(listener)
    }
}

/// A server without Qt.
pub struct Listener(pub UnixListener);

impl Listener {
    pub fn accept(&self) -> Peer {
        let (stream, _) = eventually(|| self.0.accept().map_err(|error| error.to_string()));
        Peer::new(stream)
    }
}

/// A peer without Qt.
pub struct Peer(pub UnixStream);

impl Peer {
    fn new(stream: UnixStream) -> Self {
        stream.set_nonblocking(false).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.set_write_timeout(Some(DEADLINE)).unwrap();
        Self(stream)
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    pub fn expect(&mut self, bytes: &[u8]) {
        let mut heard = vec![0; bytes.len()];
        self.0.read_exact(&mut heard).unwrap();
        assert_eq!(heard, bytes);
    }

    /// Expects EOF without any data before it.
    pub fn expect_eof(&mut self) {
        match self.0.read(&mut [0; 1]) {
            Ok(0) => {}
            // The peer has not read everything.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            other => panic!("{other:?} instead of the end"),
        }
    }
}
