// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Other users, for the tests of rights. They need no entry in the system's list of users, but only
//! root can become one: as another user, the test runs itself again through `sudo`, or is skipped where
//! that asks for a password.

#![allow(dead_code, reason = "each test binary uses its own part of this")]

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use rustix::process::{Gid, Uid, geteuid};
use rustix::thread::{set_thread_gid, set_thread_groups, set_thread_uid};

use super::skip::skip;
use super::{TestDir, copy_program};

/// A user and the one group that he is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct User {
    pub user: u32,
    pub group: u32,
}

pub const SERVING: User = User {
    user: 61_001,
    group: 61_001,
};

/// A stranger.
pub const OTHER: User = User {
    user: 61_003,
    group: 61_003,
};

impl User {
    /// Runs `work` in a thread that is this user's.
    pub fn run<R: Send>(self, work: impl FnOnce() -> R + Send) -> R {
        let become_this_user = move || {
            set_thread_groups(&[]).unwrap();
            set_thread_gid(Gid::from_raw(self.group)).unwrap();
            set_thread_uid(Uid::from_raw(self.user)).unwrap();
        };
        thread::scope(|scope| {
            let thread = scope.spawn(|| {
                become_this_user();
                work()
            });
            thread.join().unwrap()
        })
    }

    /// A command that runs as this user.
    pub fn command(self, dir: &TestDir, program: &str) -> Command {
        use std::os::unix::process::CommandExt;

        let mut command = dir.command(for_everybody(dir, program));
        command.uid(self.user).gid(self.group);
        command
    }
}

/// Runs `test`, the body of the test of that name, as root; skips it where this user cannot be root.
pub fn as_root(name: &str, test: impl FnOnce()) {
    if geteuid().is_root() {
        return test();
    }
    let sudo = |args: &[&OsStr]| Command::new("sudo").arg("-n").args(args).output();
    if !sudo(&["true".as_ref()]).is_ok_and(|output| output.status.success()) {
        return skip("it needs other users: run it as root, or after `sudo true`");
    }
    let program = std::env::current_exe().unwrap();
    let args = [
        "-E".as_ref(),
        program.as_ref(),
        "--exact".as_ref(),
        name.as_ref(),
    ];
    let output = sudo(&args).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    // Without a test of that name, the program would succeed too.
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A directory that all users may enter, in which only its owner can create files.
pub fn open_dir() -> TestDir {
    let dir = TestDir::new();
    let rights = Permissions::from_mode(0o755);
    fs::set_permissions(dir.path(""), rights).unwrap();
    dir
}

/// The program where everybody can run it: the folder of the build may be closed to others.
fn for_everybody(dir: &TestDir, program: &str) -> PathBuf {
    let (_, name) = program.rsplit_once('/').unwrap();
    let path = dir.path(name);
    if !path.exists() && fs::hard_link(program, &path).is_err() {
        copy_program(program.as_ref(), &path);
    }
    path
}
