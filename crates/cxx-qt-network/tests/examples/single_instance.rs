// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The single-instance program.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
#[cfg(target_os = "linux")]
use std::os::unix::fs::FileTypeExt;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

#[cfg(target_os = "linux")]
use rustix::net::sockopt::socket_peercred;

use super::test_dir::TestDir;
use crate::support::programs::{Finished, Running};

const SENT: &str = "sent to the first instance\n";

/// Starts the first instance, and returns the path of its socket.
fn start(dir: &TestDir, args: &[&str]) -> (Running, String) {
    let mut first = dir.begin("single_instance", args);
    let line = first.line();
    let path = line.strip_prefix("listening on ").unwrap().to_owned();
    (first, path)
}

#[cfg(target_os = "linux")]
/// Sends a signal to the server of a name.
fn signal(dir: &TestDir, name: &str, signal: &str) {
    let peer = dir.connect(name);
    let id = socket_peercred(&peer.0).unwrap().pid;
    let kill = Command::new("kill")
        .args([&format!("-{signal}"), &id.as_raw_nonzero().to_string()])
        .status();
    assert!(kill.unwrap().success());
}

#[cfg(target_os = "linux")]
/// Kills the server of a name, as a crash would, and waits until it has exited.
fn kill(dir: &TestDir, name: &str) {
    let mut peer = dir.connect(name);
    signal(dir, name, "KILL");
    peer.expect_eof();
}

#[test]
pub fn second_instance_sends_its_arguments() {
    let dir = TestDir::new();
    let (mut first, _) = start(&dir, &["/a file"]);
    assert_eq!(first.line(), r#"to open: ["/a file"]"#);
    let second = ["/another", "/Ünïcode", "/it \"is\""];
    dir.works("single_instance", &second, SENT);
    assert_eq!(
        first.line(),
        r#"to open: ["/another", "/Ünïcode", "/it \"is\""]"#
    );
    dir.works("single_instance", &[], SENT);
    assert_eq!(first.line(), "to open: []");
    assert_eq!(dir.log("single_instance"), "");
}

#[test]
fn relative_paths_come_with_their_directory() {
    let dir = TestDir::new();
    let (mut first, _) = start(&dir, &[]);
    assert_eq!(first.line(), "to open: []");
    let directory = dir.0.path("").join(OsStr::from_bytes(b"d\xff"));
    fs::create_dir(&directory).unwrap();
    let Finished { status, stdout, .. } = dir.run_with("single_instance", &["a", "../b"], |it| {
        it.current_dir(&directory).arg(OsStr::from_bytes(b"\xfe"));
    });
    assert_eq!((status, stdout.as_str()), (Some(0), SENT));
    let at = format!(
        "{}/d\\xFF",
        dir.0.path("").canonicalize().unwrap().display()
    );
    assert_eq!(
        first.line(),
        format!(r#"to open: ["{at}/a", "{at}/../b", "{at}/\xFE"]"#)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn name_is_reused_after_crash() {
    let dir = TestDir::new();
    let (_first, path) = start(&dir, &[]);
    kill(&dir, &path);
    let left = fs::symlink_metadata(&path).unwrap();
    assert!(left.file_type().is_socket());

    let (mut second, again) = start(&dir, &["/again"]);
    assert_eq!(again, path);
    assert_eq!(second.line(), r#"to open: ["/again"]"#);
    dir.works("single_instance", &["/more"], SENT);
    assert_eq!(second.line(), r#"to open: ["/more"]"#);
}

#[cfg(target_os = "linux")]
#[test]
fn every_server_restarts_after_crash() {
    let dir = TestDir::new();
    for example in ["echo_server", "messages", "threads"] {
        let _first = dir.start(example, &["name"], "name");
        kill(&dir, "name");
        let _second = dir.start(example, &["name"], "name");
        kill(&dir, "name");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn stopped_first_instance_is_a_time_out() {
    let dir = TestDir::new();
    let (mut first, path) = start(&dir, &[]);
    assert_eq!(first.line(), "to open: []");
    signal(&dir, &path, "STOP");
    let late = format!("single_instance: {path}: time-out: the first instance does not answer\n");
    dir.fails("single_instance", &["/x"], &late);
    signal(&dir, &path, "CONT");
    dir.works("single_instance", &["/y"], SENT);
    // The data that was sent while it was stopped arrives too.
    assert_eq!(first.line(), r#"to open: ["/x"]"#);
    assert_eq!(first.line(), r#"to open: ["/y"]"#);
}

#[test]
fn one_of_many_instances_gets_all_arguments() {
    let dir = TestDir::new();
    let numbers: Vec<String> = (0..8).map(|number| format!("/{number}")).collect();
    let mut running: Vec<Running> = numbers
        .iter()
        .map(|number| dir.begin("single_instance", &[number]))
        .collect();
    let lines: Vec<String> = running.iter_mut().map(Running::line).collect();
    let is_first = |line: &String| line.starts_with("listening on ");
    let first = lines.iter().position(is_first).unwrap();
    let sent = lines.iter().filter(|line| **line == SENT.trim_end());
    assert_eq!(sent.count(), 7, "{lines:?}");
    let mut opened: Vec<String> = (0..8).map(|_| running[first].line()).collect();
    opened.sort();
    let expected = (0..8).map(|number| format!("to open: [\"/{number}\"]"));
    assert_eq!(opened, expected.collect::<Vec<_>>());
}

#[test]
fn one_of_two_instances_is_the_first_each_time() {
    for _ in 0..20 {
        let dir = TestDir::new();
        let mut running = ["/0", "/1"].map(|number| dir.begin("single_instance", &[number]));
        let lines = running.each_mut().map(Running::line);
        let is_first = lines
            .each_ref()
            .map(|line| line.starts_with("listening on "));
        assert_ne!(is_first[0], is_first[1], "{lines:?}");
        let first = usize::from(is_first[1]);
        let mut opened = [running[first].line(), running[first].line()];
        opened.sort();
        assert_eq!(opened, [r#"to open: ["/0"]"#, r#"to open: ["/1"]"#]);
    }
}

#[test]
fn socket_is_in_the_runtime_directory_if_usable() {
    let dir = TestDir::new();
    let folder = dir.path("run");
    fs::create_dir(&folder).unwrap();
    let set_mode = |mode| fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
    let path = |directory: &str| {
        let set = |command: &mut Command| {
            command.env("XDG_RUNTIME_DIR", directory);
        };
        dir.begin_with("single_instance", &[], set).line()
    };
    let begin = "org.example.single_insta-";
    set_mode(0o700);
    let line = path(&folder);
    let name = line.strip_prefix(&format!("listening on {folder}/{begin}"));
    assert_eq!(name.map(str::len), Some(16), "{line}");
    let name = name.unwrap().to_owned();

    // Another user could replace the socket there.
    set_mode(0o777);
    let in_temporary = format!("listening on {}", dir.path(&format!("{begin}{name}")));
    for directory in [&folder, "", "run", &dir.path("none"), "/dev/null"] {
        assert_eq!(path(directory), in_temporary, "{directory:?}");
    }
}

#[test]
fn displays_have_an_instance_each() {
    let dir = TestDir::new();
    let path = |variables: &[(&str, &str)]| {
        let set = |command: &mut Command| {
            command.envs(variables.iter().copied());
        };
        dir.begin_with("single_instance", &[], set).line()
    };
    let none = path(&[]);
    let first = path(&[("DISPLAY", ":0")]);
    let second = path(&[("DISPLAY", ":1.0")]);
    let wayland = path(&[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0")]);
    let all = [&none, &first, &second, &wayland];
    for (index, path) in all.iter().enumerate() {
        assert!(!all[..index].contains(path), "{all:?}");
    }
    assert_eq!(path(&[("DISPLAY", ":0.1")]), first);
    assert_eq!(path(&[("XDG_SESSION_ID", "7"), ("DISPLAY", "")]), none);
}
