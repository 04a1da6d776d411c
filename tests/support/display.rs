// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A private X display, and screenshots of it.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Running, TestDir, finish};

pub struct Display {
    server: Running,
    number: String,
}

impl Display {
    /// Starts an X server with a screen of `size`, such as `800x600`.
    pub fn new(dir: &TestDir, size: &str) -> Self {
        let mut command = dir.command("Xvfb");
        command
            .args(["-displayfd", "1", "-nolisten", "tcp"])
            // A white background, and the resolution that Qt assumes by default.
            .args(["-wr", "-dpi", "96", "-screen", "0", &format!("{size}x24")])
            // Otherwise the server resets when its last client disconnects, and drops new
            // connections.
            .arg("-noreset")
            .stderr(File::create(dir.path("Xvfb.log")).unwrap());
        let mut server = Running::start(command);
        let number = format!(":{}", server.line());
        Self { server, number }
    }

    /// Ends the X server, as when its user logs out.
    pub fn end(self) {
        self.server.end("TERM");
    }

    /// A command with the environment of the test and this display.
    pub fn command(&self, dir: &TestDir, program: impl AsRef<OsStr>) -> Command {
        let mut command = dir.command(program);
        command
            .env("DISPLAY", &self.number)
            .env("QT_QPA_PLATFORM", "xcb");
        command
    }

    /// Runs xdotool and returns its output.
    pub fn tool(&self, dir: &TestDir, args: &[&str]) -> String {
        let mut command = self.command(dir, "xdotool");
        command.args(args);
        let tool = finish(command);
        assert_eq!(tool.status, 0, "xdotool {args:?}: {}", tool.stderr);
        tool.stdout.trim().to_owned()
    }

    /// Saves a screenshot of a window, or of the `root` window, in the target directory.
    pub fn picture(&self, dir: &TestDir, window: &str, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(name);
        let mut command = self.command(dir, "import");
        command.args(["-window", window, "-strip"]).arg(&file);
        let import = finish(command);
        assert_eq!(import.status, 0, "{}", import.stderr);
        file
    }
}
