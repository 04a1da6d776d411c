// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A private X display, and the windows on it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::Folder;
use crate::support::programs::{Running, eventually, finish};

/// A display with its own home directory.
pub struct Desktop {
    display: String,
    pub folder: Folder,
    _server: Running,
}

impl Desktop {
    pub fn new() -> Self {
        let folder = Folder::new();
        let mut command = Command::new("Xvfb");
        // Without -noreset, the server resets when its last client disconnects, and drops new
        // connections at that moment.
        command
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
            .args(["-screen", "0", "1024x768x24"]);
        let mut server = Running::start(command, "xvfb", folder.path("Xvfb.log"));
        let display = format!(":{}", server.line());
        // Qt requires that other users have no access to this directory.
        fs::create_dir(folder.path("run")).unwrap();
        fs::set_permissions(folder.path("run"), Permissions::from_mode(0o700)).unwrap();
        Self {
            display,
            folder,
            _server: server,
        }
    }

    /// A command with this display and home directory.
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
            // English titles, and file names in UTF-8.
            .env("LC_ALL", "C.UTF-8")
            .env_remove("LANGUAGE")
            // Independent of the desktop of the user who runs the tests.
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .env("QT_QPA_PLATFORM", "xcb")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null());
        command
    }

    /// Waits until there is a window with that title.
    pub fn shows(&self, title: &str, program: &mut Running) {
        eventually(|| self.sees(title, program));
    }

    /// Ok if there is a window with that title, otherwise an error with all titles.
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

    /// Sends keys to the window with the focus.
    pub fn key(&self, keys: &[&str]) {
        let mut command = self.command("xdotool");
        command.arg("key").args(keys);
        let pressed = finish(command, "xdotool");
        assert_eq!(pressed.status, Some(0), "{pressed:?}");
    }

    /// Waits until there is a file with that name.
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
