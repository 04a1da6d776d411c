// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A display of the test's own, and pictures of it.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Place, Running, finish};

pub struct Display {
    server: Running,
    number: String,
}

impl Display {
    /// An empty screen of that size, such as `800x600`.
    pub fn new(place: &Place, size: &str) -> Self {
        let mut command = place.command("Xvfb");
        command
            .args(["-displayfd", "1", "-nolisten", "tcp"])
            // White where there is no window, and as many dots an inch as Qt takes for granted.
            .args(["-wr", "-dpi", "96", "-screen", "0", &format!("{size}x24")])
            // Else it throws out whoever connects while its last client leaves.
            .arg("-noreset")
            .stderr(File::create(place.path("Xvfb.log")).unwrap());
        let mut server = Running::start(command);
        let number = format!(":{}", server.line());
        Self { server, number }
    }

    /// Ends the X server, as when its user logs out.
    pub fn end(self) {
        self.server.end("TERM");
    }

    /// A command that lives in the place and sees this display.
    pub fn command(&self, place: &Place, program: impl AsRef<OsStr>) -> Command {
        let mut command = place.command(program);
        command
            .env("DISPLAY", &self.number)
            .env("QT_QPA_PLATFORM", "xcb");
        command
    }

    /// Runs xdotool and returns what it says.
    pub fn tool(&self, place: &Place, args: &[&str]) -> String {
        let mut command = self.command(place, "xdotool");
        command.args(args);
        let tool = finish(command);
        assert_eq!(tool.status, 0, "xdotool {args:?}: {}", tool.stderr);
        tool.stdout.trim().to_owned()
    }

    /// A picture of a window, or of the `root` of all, kept with the artefacts of the tests.
    pub fn picture(&self, place: &Place, window: &str, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(name);
        let mut command = self.command(place, "import");
        command.args(["-window", window, "-strip"]).arg(&file);
        let import = finish(command);
        assert_eq!(import.status, 0, "{}", import.stderr);
        file
    }
}
