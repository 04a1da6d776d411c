// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Checks the harness with servers that behave in different ways.

#![cfg(unix)]

use std::io::Write;
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::thread;

use local_fortune_bench::answers::Answers;
use local_fortune_bench::instructions::{Instructions, from_perf, from_valgrind};
use local_fortune_bench::load::{self, Crowd, Limit};
use local_fortune_bench::report::replace_between;
use local_fortune_bench::table::{Row, Spread, Table, Target};
use nix::sys::socket::{Backlog, listen};
use tempfile::TempDir;

/// "You might have mail." in the format `qt5.10`.
const MAIL: &[u8] =
    b"\0\0\0\x14\0\0\0\x28\0Y\0o\0u\0 \0m\0i\0g\0h\0t\0 \0h\0a\0v\0e\0 \0m\0a\0i\0l\0.";

/// A server that calls `handle` with the index of each client and its stream.
fn serve(handle: impl Fn(usize, UnixStream) + Send + 'static) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("fortune");
    let listener = UnixListener::bind(&path).unwrap();
    // The thread ends with the test process.
    thread::spawn(move || {
        let clients = listener.incoming().flatten();
        clients
            .enumerate()
            .for_each(|(number, it)| handle(number, it));
    });
    (directory, path)
}

fn send(mut client: UnixStream, bytes: &[u8]) {
    client.write_all(bytes).unwrap();
}

#[test]
fn correct_answers_count_once() {
    for clients in [1, 2, 8, 64] {
        let (_directory, path) = serve(|_, client| send(client, MAIL));
        let run = load::run(&path, clients, Limit::requests(500), &Answers::new()).unwrap();
        assert_eq!((run.latencies.len(), run.wrong, run.failed), (500, 0, 0));
        assert!(run.latencies.is_sorted());
        assert!(run.rate() > 0.0 && !run.own_cpu.is_zero());
    }
}

#[test]
fn message_in_pieces_is_read_to_eof() {
    let (_directory, path) = serve(|_, mut client| {
        for byte in MAIL {
            client.write_all(&[*byte]).unwrap();
        }
    });
    let run = load::run(&path, 8, Limit::requests(50), &Answers::new()).unwrap();
    assert_eq!((run.latencies.len(), run.wrong, run.failed), (50, 0, 0));
}

#[test]
fn wrong_answers_are_counted() {
    let much = vec![0; 5000];
    let wrong: [&[u8]; 5] = [
        b"",
        &MAIL[..47],
        b"\0\0\0\x14\0\0\0\x28\0Y\0o\0u\0 \0m\0i\0g\0h\0t\0 \0h\0a\0v\0e\0 \0f\0a\0i\0l\0.",
        b"\0\0\0\x14\0\0\0\x28\0Y\0o\0u\0 \0m\0i\0g\0h\0t\0 \0h\0a\0v\0e\0 \0m\0a\0i\0l\0.\0",
        &much,
    ];
    for bytes in wrong {
        let bytes = bytes.to_vec();
        let (_directory, path) = serve(move |number, mut client| {
            let answer = if number == 3 { &bytes } else { MAIL };
            // The harness does not read more than the longest answer.
            let _ = client.write_all(answer);
            let _ = client.shutdown(Shutdown::Both);
        });
        let run = load::run(&path, 2, Limit::requests(10), &Answers::new()).unwrap();
        assert_eq!((run.latencies.len(), run.wrong, run.failed), (9, 1, 0));
    }
}

#[test]
fn refused_requests_are_failures() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("fortune");
    drop(UnixListener::bind(&path).unwrap());
    let run = load::run(&path, 8, Limit::requests(20), &Answers::new()).unwrap();
    assert_eq!((run.latencies.len(), run.wrong, run.failed), (0, 0, 8));
}

#[test]
fn crowd_counts_full_backlog() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("fortune");
    let listener = UnixListener::bind(&path).unwrap();
    listen(&listener, Backlog::new(5).unwrap()).unwrap();
    listener.set_nonblocking(true).unwrap();
    let mut inside = 0;
    let crowd = thread::scope(|scope| {
        let clients = scope.spawn(|| load::crowd(&path, 200, &Answers::new()).unwrap());
        while !clients.is_finished() {
            if let Ok((client, _)) = listener.accept() {
                client.set_nonblocking(false).unwrap();
                inside += 1;
                send(client, MAIL);
            }
        }
        clients.join().unwrap()
    });
    assert_eq!(crowd.faults, 0);
    assert_eq!(crowd.turned_away, 200 - inside);
    let (_directory, path) = serve(|_, client| send(client, b"not a fortune"));
    let crowd = load::crowd(&path, 5, &Answers::new()).unwrap();
    let all_wrong = Crowd {
        turned_away: 0,
        faults: 5,
    };
    assert_eq!(crowd, all_wrong);
}

#[test]
fn ratios_are_computed_per_round() {
    let row = |first: [f64; 3], second: [f64; 3], target| Row {
        title: "a figure".to_owned(),
        digits: 1,
        target: Some((1, target)),
        rounds: vec![first.into(), second.into()],
    };
    // The machine is ten times slower in the second round.
    let half = row(
        [10.0, 100.0, 10.0],
        [5.0, 40.0, 6.0],
        Target::RatioAtMost(0.5),
    );
    let spread = Spread {
        median: 0.5,
        min: 0.4,
        max: 0.6,
    };
    assert_eq!(half.ratio(1), Some(spread));
    assert_eq!(half.verdict(), Some(("≤ 0.50".to_owned(), true)));
    let cases = [
        (Target::RatioAtMost(0.49), false),
        (Target::RatioAtLeast(0.5), true),
        (Target::RatioAtLeast(0.51), false),
        (Target::AtMost(40.0), true),
        (Target::AtMost(39.0), false),
    ];
    for (target, is_met) in cases {
        let row = row([10.0, 100.0, 10.0], [5.0, 40.0, 6.0], target);
        assert_eq!(row.verdict().map(|it| it.1), Some(is_met), "{target:?}");
    }
    let mut table = Table::new("what", ["one", "other"]);
    table.rows.push(half);
    assert_eq!(
        table.markdown(),
        "| what     | one                | other                   | target      |\n\
         | -------- | ------------------ | ----------------------- | ----------- |\n\
         | a figure | 10.0 [10.0..100.0] | 6.0 = 0.50 [0.40..0.60] | ≤ 0.50: met |\n"
    );
}

#[test]
fn counter_outputs_are_parsed() {
    let perf = "# started\n\n12,,instructions:u,100,100.00,,\n34,,instructions:k,100,100.00,,\n";
    let both = Instructions {
        user: 12.0,
        kernel: Some(34.0),
    };
    assert_eq!(from_perf(perf), Some(both));
    let none = "<not supported>,,instructions:u,0,100.00,,\n";
    assert_eq!(from_perf(none), None);
    let valgrind = "==7== Command: ./server\n==7== \n==7== I   refs:      68,391,602\n";
    let user = Instructions {
        user: 68_391_602.0,
        kernel: None,
    };
    assert_eq!(from_valgrind(valgrind), Some(user));
}

#[test]
fn report_replaces_text_between_markers() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("doc.md");
    std::fs::write(&file, "before\n<begin>\nold\n<end>\nafter\n").unwrap();
    replace_between(&file, ["<begin>\n", "<end>\n"], "new\n").unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(text, "before\n<begin>\nnew\n<end>\nafter\n");
    assert!(replace_between(&file, ["<other>", "<end>"], "").is_err());
}
