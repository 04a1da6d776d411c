// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A server as a process: how it starts, and what it needs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use nix::sys::signal::{Signal, kill};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::answers::Answers;
use crate::load::{self, Limit};

/// The name that the C++ example cannot be talked out of.
pub const NAME: &str = "fortune";

/// A server that runs, in a folder for temporary files of its own. Dropping it kills it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    place: TempDir,
    to_first_answer: Duration,
}

/// What of a process is in memory, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    /// All of it.
    pub resident: u64,
    /// The same, with what others have mapped too divided among them.
    pub proportional: u64,
}

impl Server {
    /// Starts a program as a server, and asks it as soon as its socket is there.
    ///
    /// # Errors
    ///
    /// If it cannot be started, ends by itself, or answers anything but a fortune.
    pub fn start(mut command: Command, answers: &Answers) -> io::Result<Self> {
        let place = tempfile::Builder::new().prefix("lf").tempdir()?;
        let files = Inotify::init(InitFlags::IN_CLOEXEC)?;
        // A file may be made elsewhere and moved here; the end of the program closes its output.
        let comes = AddWatchFlags::IN_CREATE | AddWatchFlags::IN_MOVED_TO;
        files.add_watch(place.path(), comes)?;
        command
            .env("TMPDIR", place.path())
            .env("HOME", place.path())
            .env("XDG_RUNTIME_DIR", place.path())
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
            place,
            to_first_answer: Duration::ZERO,
        };
        let socket = server.socket();
        while !socket.exists() {
            files.read_events()?;
        }
        loop {
            let run = load::run(&socket, 1, Limit::requests(1), answers)?;
            if run.faults() == 0 {
                break;
            }
            // The file is there a moment before anybody listens.
            if let Some(status) = server.child.try_wait()? {
                return Err(io::Error::other(format!("{command:?} ended: {status}")));
            }
            if run.wrong > 0 {
                return Err(io::Error::other(format!("{command:?}: a wrong answer")));
            }
            thread::yield_now();
        }
        server.to_first_answer = start.elapsed();
        Ok(server)
    }

    /// How long it took from starting the program to its first answer.
    pub fn to_first_answer(&self) -> Duration {
        self.to_first_answer
    }

    /// Where its clients connect.
    pub fn socket(&self) -> PathBuf {
        self.place.path().join(NAME)
    }

    /// The processor time of all its threads so far, to the nanosecond.
    ///
    /// # Errors
    ///
    /// If it runs no more.
    pub fn cpu(&self) -> io::Result<Duration> {
        let clock = ClockId::pid_cpu_clock_id(self.pid())?;
        Ok(clock_gettime(clock)?.into())
    }

    /// What it has in memory now.
    ///
    /// # Errors
    ///
    /// If it runs no more, or the system does not say.
    pub fn memory(&self) -> io::Result<Memory> {
        let file = format!("/proc/{}/smaps_rollup", self.pid());
        memory(&fs::read_to_string(Path::new(&file))?)
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    ///
    /// If it cannot be asked.
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
            .ok_or_else(|| io::Error::other(format!("the system does not say {key}")))
    };
    Ok(Memory {
        resident: bytes("Rss:")?,
        proportional: bytes("Pss:")?,
    })
}
