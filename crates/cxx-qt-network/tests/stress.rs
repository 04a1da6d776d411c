// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Random calls on all objects, at top level and inside handlers. No order of safe calls may crash,
//! hang, or leak a descriptor, an object or a closure.
//!
//! An episode has one seed: it creates a set of objects, runs several hundred operations of
//! `stress/operations.rs`, and drops everything. Environment variables:
//!
//! - `STRESS_SECONDS`: the duration of each test, at least one episode (default 5);
//! - `STRESS_SEED`: the seed of the first episode (default: from the clock);
//! - `STRESS_LOG`: if set, prints each operation before it runs, to locate a crash;
//! - `STRESS_DEADLINE`: the time limit of an operation in seconds (default 60);
//! - `STRESS_DESCRIPTORS`: the number of descriptors to use up (default 200); 0 disables that
//!   operation, which valgrind needs.
//!
//! `STRESS_SEED=7 STRESS_SECONDS=0` repeats only the episode of seed 7. The test program can be run
//! directly, for example under valgrind.

#![forbid(unsafe_code)]

mod support;

#[path = "stress/operations.rs"]
mod operations;
#[path = "stress/world.rs"]
mod world;

use std::fmt::Display;
use std::io::{Write, stderr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cxx_qt_network::QEventLoop;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::qt;
use world::{Journal, World, expecting};

/// The number of operations of an episode.
const OPERATIONS: u32 = 400;
/// The stack size of a thread, for nested handlers.
const STACK: usize = 64 << 20;
/// The number of threads that run episodes simultaneously.
const THREADS: u64 = 4;
/// One test at a time: descriptors are counted for the whole process.
static ONE: Mutex<()> = Mutex::new(());

fn number(variable: &str, default: u64) -> u64 {
    match std::env::var(variable) {
        Ok(value) => value.parse().expect("a number"),
        Err(_) => default,
    }
}

/// Prints a line that the harness does not capture.
fn report(line: impl Display) {
    let _ = writeln!(stderr(), "{line}");
}

fn first_seed() -> u64 {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    number("STRESS_SEED", clock.as_millis() as u64 % 1_000_000_000)
}

fn open_descriptors() -> Vec<String> {
    let entries = std::fs::read_dir("/proc/self/fd").unwrap();
    let mut open: Vec<_> = entries
        .filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok())
        .map(|target| target.display().to_string())
        .collect();
    open.sort();
    open
}

fn descriptors() -> u64 {
    number("STRESS_DESCRIPTORS", 200)
}

/// Creates the application and the shared state of the episodes.
fn prepare() {
    qt(|| {});
    let descriptors = descriptors();
    if descriptors > 0 {
        let limit = getrlimit(Resource::Nofile);
        let current = Some(descriptors);
        setrlimit(Resource::Nofile, Rlimit { current, ..limit }).unwrap();
    }
}

/// Runs one episode. With `alone`, no other thread opens descriptors meanwhile.
fn episode(seed: u64, alone: bool, journal: &Arc<Journal>) {
    journal.begin(seed);
    let before = open_descriptors();
    let takes_descriptors = alone && descriptors() > 0;
    let world = World::new(seed, OPERATIONS, takes_descriptors, journal.clone());
    operations::begin(&world);
    while world.has_operations_left() {
        expecting(|| operations::step(&world));
    }
    world.end();
    if alone {
        assert_eq!(open_descriptors(), before, "seed {seed} left descriptors");
    }
}

/// Runs episodes until the time is over.
fn episodes(first: u64, alone: bool, journal: &Arc<Journal>) -> u64 {
    let limit = Duration::from_secs(number("STRESS_SECONDS", 5));
    let start = Instant::now();
    // Creates the thread's event dispatcher, which lives as long as the thread.
    let _events = QEventLoop::new();
    let mut done = 0;
    while done == 0 || start.elapsed() < limit {
        episode(first + done, alone, journal);
        done += 1;
    }
    done
}

/// Calls `work` in several threads, and aborts if one of them hangs.
fn in_threads(count: u64, work: impl Fn(u64, &Arc<Journal>) -> u64 + Send + Sync + 'static) -> u64 {
    let deadline = Duration::from_secs(number("STRESS_DEADLINE", 60));
    let work = Arc::new(work);
    let threads: Vec<_> = (0..count)
        .map(|index| {
            let journal = Arc::new(Journal::new(std::env::var_os("STRESS_LOG").is_some()));
            let (done, result) = channel();
            let (work, log) = (work.clone(), journal.clone());
            let job = move || {
                let outcome = catch_unwind(AssertUnwindSafe(|| work(index, &log)));
                let failed = outcome.is_err();
                if failed {
                    report(log.tail());
                }
                let _ = done.send(outcome.unwrap_or(0));
                assert!(!failed, "an episode failed");
            };
            let thread = thread::Builder::new().stack_size(STACK).spawn(job).unwrap();
            (thread, result, journal)
        })
        .collect();
    let mut total = 0;
    for (thread, result, journal) in threads {
        let mut steps = journal.steps();
        total += loop {
            match result.recv_timeout(deadline) {
                Ok(count) => break count,
                Err(RecvTimeoutError::Timeout) if journal.steps() == steps => {
                    report(format_args!("stuck: {}", journal.tail()));
                    std::process::abort();
                }
                Err(RecvTimeoutError::Timeout) => steps = journal.steps(),
                Err(RecvTimeoutError::Disconnected) => break 0,
            }
        };
        thread.join().unwrap();
    }
    total
}

#[test]
fn random_calls_in_one_thread() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    prepare();
    let seed = first_seed();
    report(format_args!("STRESS_SEED={seed} in one thread"));
    let done = in_threads(1, move |_, journal| episodes(seed, true, journal));
    report(format_args!("{done} episodes"));
}

#[test]
fn random_calls_in_several_threads() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    prepare();
    let seed = first_seed();
    report(format_args!("STRESS_SEED={seed} in {THREADS} threads"));
    let before = open_descriptors();
    let done = in_threads(THREADS, move |index, journal| {
        episodes(seed + 1_000_000 * index, false, journal)
    });
    report(format_args!("{done} episodes"));
    assert_eq!(open_descriptors(), before);
}
