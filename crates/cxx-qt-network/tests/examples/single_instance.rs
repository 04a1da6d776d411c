// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The program that runs once.

use std::fs;
#[cfg(target_os = "linux")]
use std::os::unix::fs::FileTypeExt;
use std::process::Command;

#[cfg(target_os = "linux")]
use rustix::net::sockopt::socket_peercred;

use crate::programs::Running;
use crate::stage::Stage;

#[cfg(target_os = "linux")]
/// Ends the server behind a name at once, as a crash would, and waits until it is gone.
fn kill(stage: &Stage, name: &str) {
    let mut peer = stage.connect(name);
    let id = socket_peercred(&peer.0).unwrap().pid;
    let kill = Command::new("kill")
        .args(["-KILL", &id.as_raw_nonzero().to_string()])
        .status();
    assert!(kill.unwrap().success());
    peer.is_sent_away();
}

#[test]
pub fn a_second_instance_hands_its_arguments_over() {
    let stage = Stage::new();
    let mut first = stage.start("single_instance", &["app", "a file"], "app");
    assert_eq!(first.line(), r#"to open: ["a file"]"#);
    let second = ["app", "another", "Ünïcode", "", "it \"is\""];
    stage.works("single_instance", &second, "handed over\n");
    assert_eq!(
        first.line(),
        r#"to open: ["another", "Ünïcode", "", "it \"is\""]"#
    );
    stage.works("single_instance", &["app"], "handed over\n");
    assert_eq!(first.line(), "to open: []");
    assert_eq!(stage.log("single_instance"), "");
}

#[test]
fn what_is_handed_over_is_a_string_list() {
    let stage = Stage::new();
    let mut first = stage.start("single_instance", &["app"], "app");
    assert_eq!(first.line(), "to open: []");
    let mut peer = stage.connect("app");
    peer.says(b"\x00\x00\x00\x12\x00\x00\x00\x02\x00\x00\x00\x06\x00h\x00e\x00y\x00\x00\x00\x00");
    peer.hears(b"opened");
    peer.is_sent_away();
    assert_eq!(first.line(), r#"to open: ["hey", ""]"#);
}

#[cfg(target_os = "linux")]
#[test]
fn after_a_crash_the_name_is_used_again() {
    let stage = Stage::new();
    let _first = stage.start("single_instance", &["app"], "app");
    kill(&stage, "app");
    let left = fs::symlink_metadata(stage.path("app")).unwrap();
    assert!(left.file_type().is_socket());

    let mut second = stage.start("single_instance", &["app", "again"], "app");
    assert_eq!(second.line(), r#"to open: ["again"]"#);
    stage.works("single_instance", &["app", "more"], "handed over\n");
    assert_eq!(second.line(), r#"to open: ["more"]"#);
}

#[cfg(target_os = "linux")]
#[test]
fn every_server_starts_again_after_a_crash() {
    let stage = Stage::new();
    for example in ["echo_server", "messages", "threads"] {
        let _first = stage.start(example, &["name"], "name");
        kill(&stage, "name");
        let _second = stage.start(example, &["name"], "name");
        kill(&stage, "name");
    }
}

#[test]
fn of_many_instances_at_the_same_time_one_runs_and_gets_all_arguments() {
    let stage = Stage::new();
    let numbers: Vec<String> = (0..8).map(|number| number.to_string()).collect();
    // Started, and not waited for.
    let mut running: Vec<Running> = numbers
        .iter()
        .map(|number| stage.begin("single_instance", &["app", number]))
        .collect();
    let listening = format!("listening on {}", stage.path("app"));
    let firsts: Vec<String> = running.iter_mut().map(Running::line).collect();
    assert_eq!(firsts.iter().filter(|it| **it == listening).count(), 1);
    assert_eq!(firsts.iter().filter(|it| *it == "handed over").count(), 7);
    let first = firsts.iter().position(|it| *it == listening).unwrap();
    let mut opened: Vec<String> = (0..8).map(|_| running[first].line()).collect();
    opened.sort();
    let expected = (0..8).map(|number| format!("to open: [\"{number}\"]"));
    assert_eq!(opened, expected.collect::<Vec<_>>());
}

#[test]
fn without_a_name_the_user_s_own_folder_is_used() {
    let stage = Stage::new();
    let folder = stage.path("run");
    fs::create_dir(&folder).unwrap();
    let set = |command: &mut Command| {
        command.env("XDG_RUNTIME_DIR", &folder);
    };
    let mut first = stage.begin_with("single_instance", &[], set);
    assert_eq!(
        first.line(),
        format!("listening on {folder}/single_instance")
    );
}

#[test]
fn who_hands_over_nonsense_or_nothing_is_no_hindrance() {
    let stage = Stage::new();
    let mut first = stage.start("single_instance", &["app"], "app");
    assert_eq!(first.line(), "to open: []");
    let mut silent = stage.connect("app");
    silent.says(b"\x00\x00");
    let mut liar = stage.connect("app");
    liar.says(b"\x00\x00\x00\x04\xff\xff\xff\xf0");
    liar.is_sent_away();
    let mut endless = stage.connect("app");
    endless.says(b"\xff\xff\xff\xf0");
    endless.is_sent_away();
    assert_eq!(
        stage.log("single_instance"),
        "single_instance: somebody was sent away: the data ends too early\n\
         single_instance: somebody was sent away: \
         the message has 4294967280 bytes, but only 65536 are allowed\n"
    );
    stage.works("single_instance", &["app", "x"], "handed over\n");
    assert_eq!(first.line(), r#"to open: ["x"]"#);
    silent.says(b"\x00\x04\x00\x00\x00\x00");
    silent.hears(b"opened");
}
