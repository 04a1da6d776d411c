// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A display of the test's own, and what is to be seen there.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::Folder;
use crate::support::programs::{Running, eventually, finish};

/// A user with a display and a home of their own.
pub struct Desktop {
    display: String,
    pub folder: Folder,
    _server: Running,
}

impl Desktop {
    pub fn new() -> Self {
        let folder = Folder::new();
        let mut command = Command::new("Xvfb");
        // Without -noreset, the display begins anew whenever nobody is connected, and throws out
        // whoever connects at that moment.
        command
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
            .args(["-screen", "0", "1024x768x24"]);
        let mut server = Running::start(command, "xvfb", folder.path("Xvfb.log"));
        let display = format!(":{}", server.line());
        // Qt takes no folder for this purpose that others may look into.
        fs::create_dir(folder.path("run")).unwrap();
        fs::set_permissions(folder.path("run"), Permissions::from_mode(0o700)).unwrap();
        Self {
            display,
            folder,
            _server: server,
        }
    }

    /// A program that this user starts, in the folder.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .current_dir(self.folder.path(""))
            .env("DISPLAY", &self.display)
            .env("HOME", self.folder.path(""))
            .env("TMPDIR", self.folder.path(""))
            .env("XDG_CACHE_HOME", self.folder.path("cache"))
            .env("XDG_CONFIG_HOME", self.folder.path("config"))
            .env("XDG_DATA_HOME", self.folder.path("data"))
            .env("XDG_RUNTIME_DIR", self.folder.path("run"))
            .env("USER", "tester")
            // The titles in English, and the names of files in UTF-8.
            .env("LC_ALL", "C.UTF-8")
            .env_remove("LANGUAGE")
            // Neither the desktop of whoever runs the tests nor the lack of one matters.
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .env("QT_QPA_PLATFORM", "xcb")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null());
        command
    }

    /// Waits until there is a window of that title.
    pub fn shows(&self, title: &str, program: &mut Running) {
        eventually(|| self.sees(title, program));
    }

    /// Whether there is a window of that title; else what there is.
    pub fn sees(&self, title: &str, program: &mut Running) -> Result<(), String> {
        program.assert_alive();
        let mut command = self.command("xdotool");
        command.args(["search", "--onlyvisible", "--name", "."]);
        command.args(["getwindowname", "%@"]);
        let titles = finish(command, "xdotool").stdout;
        match titles.lines().any(|it| it == title) {
            true => Ok(()),
            false => Err(format!("no window {title:?}, but {titles:?}")),
        }
    }

    /// Presses keys in the window that has the focus.
    pub fn key(&self, keys: &[&str]) {
        let mut command = self.command("xdotool");
        command.arg("key").args(keys);
        let pressed = finish(command, "xdotool");
        assert_eq!(pressed.status, Some(0), "{pressed:?}");
    }

    /// Waits until there is a file of that name.
    pub fn exists(&self, name: &str, program: &mut Running) {
        eventually(|| {
            program.assert_alive();
            match self.folder.path(name).exists() {
                true => Ok(()),
                false => Err(format!("no file {name:?}")),
            }
        });
    }
}
