// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A server process: its start, its CPU time and its memory.

use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use nix::sys::signal::{Signal, kill};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::answers::Answers;
use crate::load::{self, Limit};

/// The server name, which is fixed in the C++ example.
pub const NAME: &str = "fortune";

/// A running server with its own directory for temporary files. Dropping it kills the process.
#[derive(Debug)]
pub struct Server {
    child: Child,
    directory: TempDir,
    to_first_answer: Duration,
}

/// The memory use of a process, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    /// The resident set size (RSS).
    pub resident: u64,
    /// The proportional set size (PSS).
    pub proportional: u64,
}

impl Server {
    /// Starts a server, and sends a request as soon as its socket exists.
    ///
    /// # Errors
    ///
    /// If the program cannot be started, exits, or sends a wrong answer.
    pub fn start(mut command: Command, answers: &Answers) -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("lf").tempdir()?;
        let files = Inotify::init(InitFlags::IN_CLOEXEC)?;
        // A server may bind the socket elsewhere and move it here.
        let events = AddWatchFlags::IN_CREATE | AddWatchFlags::IN_MOVED_TO;
        files.add_watch(directory.path(), events)?;
        command
            .env("TMPDIR", directory.path())
            .env("HOME", directory.path())
            .env("XDG_RUNTIME_DIR", directory.path())
            .env("QT_QPA_PLATFORM", "offscreen")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let start = Instant::now();
        let mut server = Self {
            child: command.spawn()?,
            directory,
            to_first_answer: Duration::ZERO,
        };
        let socket = server.socket();
        while !socket.exists() {
            // With a limit, since a program that exits causes no event.
            let mut polled = [PollFd::new(files.as_fd(), PollFlags::POLLIN)];
            if poll(&mut polled, 100u8)? > 0 {
                files.read_events()?;
            } else {
                server.check_running(&command)?;
            }
        }
        loop {
            let run = load::run(&socket, 1, Limit::requests(1), answers)?;
            if run.faults() == 0 {
                break;
            }
            // The file exists before the server listens.
            server.check_running(&command)?;
            if run.wrong > 0 {
                return Err(io::Error::other(format!("{command:?}: a wrong answer")));
            }
            thread::yield_now();
        }
        server.to_first_answer = start.elapsed();
        Ok(server)
    }

    fn check_running(&mut self, command: &Command) -> io::Result<()> {
        match self.child.try_wait()? {
            Some(status) => Err(io::Error::other(format!("{command:?} ended: {status}"))),
            None => Ok(()),
        }
    }

    /// The time from the start of the program to its first answer.
    pub fn to_first_answer(&self) -> Duration {
        self.to_first_answer
    }

    /// The path of the socket.
    pub fn socket(&self) -> PathBuf {
        self.directory.path().join(NAME)
    }

    /// The CPU time of all threads, with nanosecond resolution.
    ///
    /// # Errors
    ///
    /// If the process has exited.
    pub fn cpu(&self) -> io::Result<Duration> {
        let clock = ClockId::pid_cpu_clock_id(self.pid())?;
        Ok(clock_gettime(clock)?.into())
    }

    /// The current memory use.
    ///
    /// # Errors
    ///
    /// If the process has exited, or the system does not report it.
    pub fn memory(&self) -> io::Result<Memory> {
        let file = format!("/proc/{}/smaps_rollup", self.pid());
        memory(&fs::read_to_string(Path::new(&file))?)
    }

    /// Sends SIGTERM and waits for the exit.
    ///
    /// # Errors
    ///
    /// If the signal cannot be sent.
    pub fn end(mut self) -> io::Result<ExitStatus> {
        kill(self.pid(), Signal::SIGTERM)?;
        self.child.wait()
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id() as i32)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn memory(rollup: &str) -> io::Result<Memory> {
    let bytes = |key: &str| {
        let line = rollup.lines().find_map(|line| line.strip_prefix(key));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let kib = kib.and_then(|kib| kib.parse::<u64>().ok());
        kib.map(|kib| kib * 1024)
            .ok_or_else(|| io::Error::other(format!("the system does not report {key}")))
    };
    Ok(Memory {
        resident: bytes("Rss:")?,
        proportional: bytes("Pss:")?,
    })
}
