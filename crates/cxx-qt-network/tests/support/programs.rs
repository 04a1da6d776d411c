// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Other programs, as processes that do not outlive the test.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use crate::support::DEADLINE;

/// The result of a program.
#[derive(Debug)]
pub struct Finished {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a program to completion; at the deadline it is killed and the test fails.
pub fn finish(mut command: Command, package: &str) -> Finished {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = spawn(&mut command, package);
    let id = child.id();
    let (done, output) = channel();
    thread::spawn(move || done.send(child.wait_with_output()));
    match output.recv_timeout(DEADLINE) {
        Ok(output) => {
            let output = output.unwrap();
            Finished {
                status: output.status.code(),
                stdout: String::from_utf8(output.stdout).unwrap(),
                stderr: String::from_utf8(output.stderr).unwrap(),
            }
        }
        Err(_) => {
            signal(id, "KILL");
            panic!("{command:?} does not end");
        }
    }
}

/// Starts a program; if it is not installed, panics with the name of its package.
fn spawn(command: &mut Command, package: &str) -> Child {
    command.spawn().unwrap_or_else(|error| {
        panic!(
            "{:?} does not start ({error}): install the package {package}",
            command.get_program()
        )
    })
}

fn signal(id: u32, name: &str) {
    let kill = Command::new("kill")
        .args([format!("-{name}"), id.to_string()])
        .status();
    assert!(kill.unwrap().success());
}

/// A running program, killed on drop.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    log: PathBuf,
}

impl Running {
    /// Starts a program with its standard error in the file `log`.
    pub fn start(mut command: Command, package: &str, log: PathBuf) -> Self {
        command
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap());
        let mut child = spawn(&mut command, package);
        let output = BufReader::new(child.stdout.take().unwrap());
        let (tell, lines) = channel();
        // Continues after the receiver is dropped, so that the program never blocks.
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        Self { child, lines, log }
    }

    /// The next line of its standard output.
    pub fn line(&mut self) -> String {
        self.lines
            .recv_timeout(DEADLINE)
            .unwrap_or_else(|_| panic!("the program says nothing: {}", self.log()))
    }

    /// Panics if the program has exited.
    pub fn assert_alive(&mut self) {
        if let Some(status) = self.child.try_wait().unwrap() {
            panic!("the program has ended: {status}, {}", self.log());
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Running {
    /// Sends SIGTERM, so that it removes its files outside the test directory.
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            signal(self.child.id(), "TERM");
        }
        let start = Instant::now();
        while self.child.try_wait().is_ok_and(|status| status.is_none()) {
            if start.elapsed() > DEADLINE / 4 {
                let _ = self.child.kill();
            }
            thread::yield_now();
        }
    }
}

/// Retries until there is a result; panics at the deadline with the last error.
pub fn eventually<R>(mut attempt: impl FnMut() -> Result<R, String>) -> R {
    let start = Instant::now();
    loop {
        match attempt() {
            Ok(result) => return result,
            Err(seen) => assert!(start.elapsed() < DEADLINE, "it does not happen: {seen}"),
        }
        thread::yield_now();
    }
}
