// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The single-instance program.

use std::fs;
#[cfg(target_os = "linux")]
use std::os::unix::fs::FileTypeExt;
use std::process::Command;

#[cfg(target_os = "linux")]
use rustix::net::sockopt::socket_peercred;

use super::test_dir::TestDir;
use crate::support::programs::Running;

#[cfg(target_os = "linux")]
/// Kills the server of a name, as a crash would, and waits until it has exited.
fn kill(dir: &TestDir, name: &str) {
    let mut peer = dir.connect(name);
    let id = socket_peercred(&peer.0).unwrap().pid;
    let kill = Command::new("kill")
        .args(["-KILL", &id.as_raw_nonzero().to_string()])
        .status();
    assert!(kill.unwrap().success());
    peer.expect_eof();
}

#[test]
pub fn second_instance_sends_its_arguments() {
    let dir = TestDir::new();
    let mut first = dir.start("single_instance", &["app", "a file"], "app");
    assert_eq!(first.line(), r#"to open: ["a file"]"#);
    let second = ["app", "another", "Ünïcode", "", "it \"is\""];
    dir.works("single_instance", &second, "sent to the first instance\n");
    assert_eq!(
        first.line(),
        r#"to open: ["another", "Ünïcode", "", "it \"is\""]"#
    );
    dir.works("single_instance", &["app"], "sent to the first instance\n");
    assert_eq!(first.line(), "to open: []");
    assert_eq!(dir.log("single_instance"), "");
}

#[test]
fn arguments_are_sent_as_string_list() {
    let dir = TestDir::new();
    let mut first = dir.start("single_instance", &["app"], "app");
    assert_eq!(first.line(), "to open: []");
    let mut peer = dir.connect("app");
    peer.send(b"\x00\x00\x00\x12\x00\x00\x00\x02\x00\x00\x00\x06\x00h\x00e\x00y\x00\x00\x00\x00");
    peer.expect(b"opened");
    peer.expect_eof();
    assert_eq!(first.line(), r#"to open: ["hey", ""]"#);
}

#[cfg(target_os = "linux")]
#[test]
fn name_is_reused_after_crash() {
    let dir = TestDir::new();
    let _first = dir.start("single_instance", &["app"], "app");
    kill(&dir, "app");
    let left = fs::symlink_metadata(dir.path("app")).unwrap();
    assert!(left.file_type().is_socket());

    let mut second = dir.start("single_instance", &["app", "again"], "app");
    assert_eq!(second.line(), r#"to open: ["again"]"#);
    dir.works(
        "single_instance",
        &["app", "more"],
        "sent to the first instance\n",
    );
    assert_eq!(second.line(), r#"to open: ["more"]"#);
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

#[test]
fn one_of_many_instances_gets_all_arguments() {
    let dir = TestDir::new();
    let numbers: Vec<String> = (0..8).map(|number| number.to_string()).collect();
    let mut running: Vec<Running> = numbers
        .iter()
        .map(|number| dir.begin("single_instance", &["app", number]))
        .collect();
    let listening = format!("listening on {}", dir.path("app"));
    let firsts: Vec<String> = running.iter_mut().map(Running::line).collect();
    assert_eq!(firsts.iter().filter(|it| **it == listening).count(), 1);
    assert_eq!(
        firsts
            .iter()
            .filter(|it| *it == "sent to the first instance")
            .count(),
        7
    );
    let first = firsts.iter().position(|it| *it == listening).unwrap();
    let mut opened: Vec<String> = (0..8).map(|_| running[first].line()).collect();
    opened.sort();
    let expected = (0..8).map(|number| format!("to open: [\"{number}\"]"));
    assert_eq!(opened, expected.collect::<Vec<_>>());
}

#[test]
fn default_name_is_in_runtime_directory() {
    let dir = TestDir::new();
    let folder = dir.path("run");
    fs::create_dir(&folder).unwrap();
    let set = |command: &mut Command| {
        command.env("XDG_RUNTIME_DIR", &folder);
    };
    let mut first = dir.begin_with("single_instance", &[], set);
    assert_eq!(
        first.line(),
        format!("listening on {folder}/single_instance")
    );
}

#[test]
fn invalid_or_silent_clients_do_not_block() {
    let dir = TestDir::new();
    let mut first = dir.start("single_instance", &["app"], "app");
    assert_eq!(first.line(), "to open: []");
    let mut silent = dir.connect("app");
    silent.send(b"\x00\x00");
    let mut liar = dir.connect("app");
    liar.send(b"\x00\x00\x00\x04\xff\xff\xff\xf0");
    liar.expect_eof();
    let mut endless = dir.connect("app");
    endless.send(b"\xff\xff\xff\xf0");
    endless.expect_eof();
    assert_eq!(
        dir.log("single_instance"),
        "single_instance: a client was disconnected: the data ends too early\n\
         single_instance: a client was disconnected: \
         the message has 4294967280 bytes, but only 65536 are allowed\n"
    );
    dir.works(
        "single_instance",
        &["app", "x"],
        "sent to the first instance\n",
    );
    assert_eq!(first.line(), r#"to open: ["x"]"#);
    silent.send(b"\x00\x04\x00\x00\x00\x00");
    silent.expect(b"opened");
}
