// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Runs test code at the points where another process could interfere.

use std::cell::{Cell, RefCell};

/// A point between a check and the operation that relies on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// The file at the path refused a connection; the lock is not held.
    Refused,
    /// The file of the lock is open; it is locked next.
    LockOpened,
    /// The file was found stale; it is moved aside next.
    FoundStale,
    /// The socket is at the path; the file from there has the socket's private name.
    Exchanged,
    /// The path does not exist; the file from there has a private name.
    MovedAside,
    /// The guard owns the file; it is moved aside next.
    Removing,
    /// The path of a dropped guard does not exist; the file from there has a private name.
    MovedForRemoval,
    /// The socket listens under its private name; it is published next.
    Publishing,
}

type Hook = Box<dyn FnMut(Step)>;

thread_local! {
    static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
    static LACKS_RENAME_FLAGS: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread emulates a file system without `RENAME_NOREPLACE` and `RENAME_EXCHANGE`.
pub(super) fn lacks_rename_flags() -> bool {
    LACKS_RENAME_FLAGS.get()
}

/// Runs `test` with the flags of `rename`, then without.
pub(super) fn with_and_without_rename_flags(test: impl Fn()) {
    for lacks in [false, true] {
        LACKS_RENAME_FLAGS.set(lacks);
        test();
    }
    LACKS_RENAME_FLAGS.set(false);
}

/// Calls the hook of this thread.
pub(super) fn run(step: Step) {
    // Taken out, so that the hook may bind and drop.
    let Some(mut hook) = HOOK.take() else { return };
    hook(step);
    HOOK.set(Some(hook));
}

/// Calls `hook` at each step that `work` takes in this thread.
pub(super) fn with<R>(hook: impl FnMut(Step) + 'static, work: impl FnOnce() -> R) -> R {
    HOOK.set(Some(Box::new(hook)));
    let result = work();
    HOOK.set(None);
    result
}
