// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What happens where control passes between C++ and Rust.
//!
//! Three rules hold for every closure that Qt calls, and this file is what keeps them:
//!
//! - A panic stops here. It is raised again in the Rust code that waits for the closure, a
//!   [`QEventLoop`](crate::QEventLoop) or a `wait_for_…` call, if there is any; under a loop run by
//!   C++ it is printed by the panic hook and the closure is left.
//! - While a closure runs, its emitter is somewhere further up the stack: the object of a
//!   [`QBox`](crate::QBox) that is dropped now lives until the outermost closure has returned, and
//!   goes by `deleteLater`. On its own that would not do: an event loop that a closure runs may
//!   delete what was to be deleted later.
//! - A signal can be emitted again from inside its own handler, so handlers are `Fn`, not `FnMut`.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread::LocalKey;

use crate::core::qpointer::Orphan;

type Panic = Box<dyn Any + Send>;

thread_local! {
    /// How many closures called by Qt are on this thread's stack.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// How many calls into Qt that can hand a panic on are on this thread's stack.
    static WAITING: Cell<usize> = const { Cell::new(0) };
    /// What is to be deleted when the outermost closure has returned.
    static ORPHANS: RefCell<Vec<Orphan>> = const { RefCell::new(Vec::new()) };
    /// The first panic since the innermost waiting call began.
    static PANIC: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// A counter's value; 0 when the thread has given up its variables, as at the end of a program
/// where C++ may still call.
fn value(counter: &'static LocalKey<Cell<usize>>) -> usize {
    counter.try_with(Cell::get).unwrap_or(0)
}

/// Adds one to a counter for as long as it lives.
struct Count(&'static LocalKey<Cell<usize>>);

impl Count {
    fn on(counter: &'static LocalKey<Cell<usize>>) -> Self {
        let _ = counter.try_with(|count| count.set(count.get() + 1));
        Self(counter)
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        let _ = self.0.try_with(|count| count.set(count.get() - 1));
    }
}

/// Deletes an object when the outermost closure has returned.
pub(crate) fn delete_afterwards(orphan: Orphan) {
    let _ = ORPHANS.try_with(|orphans| orphans.borrow_mut().push(orphan));
}

/// Whether a closure called by Qt is running on this thread.
pub(crate) fn is_inside() -> bool {
    value(&DEPTH) > 0
}

/// Runs `f` as code that Qt's stack frames depend on: nothing is deleted meanwhile.
pub(crate) fn inside<R>(f: impl FnOnce() -> R) -> R {
    /// Runs after the count is back, also when a panic passes.
    struct Delete;

    impl Drop for Delete {
        fn drop(&mut self) {
            if !is_inside() {
                let orphans = ORPHANS.try_with(RefCell::take).unwrap_or_default();
                orphans.into_iter().for_each(Orphan::delete_later);
            }
        }
    }

    let _delete = Delete;
    let _count = Count::on(&DEPTH);
    f()
}

/// Runs `f` on behalf of C++: a panic ends here. Whether there was one.
pub(crate) fn contain(f: impl FnOnce()) -> bool {
    let Err(panic) = catch_unwind(AssertUnwindSafe(|| inside(f))) else {
        return false;
    };
    if value(&WAITING) > 0 {
        PANIC.with_borrow_mut(|kept| {
            kept.get_or_insert(panic);
        });
        crate::core::qeventloop::quit_innermost();
    }
    true
}

/// Calls into Qt and raises again what panicked in a closure that Qt ran meanwhile.
pub(crate) fn wait<R>(call: impl FnOnce() -> R) -> R {
    let outer = PANIC.take();
    let result = {
        let _count = Count::on(&WAITING);
        call()
    };
    let panic = PANIC.replace(outer);
    if let Some(panic) = panic {
        resume_unwind(panic);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_waits_for_the_call_that_caused_it() {
        let caught = catch_unwind(|| wait(|| assert!(contain(|| panic!("in a handler")))));
        assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"in a handler"));
        assert_eq!(wait(|| 1), 1, "and is raised only once");
    }

    #[test]
    fn a_panic_with_nobody_waiting_ends_at_the_border() {
        assert!(contain(|| panic!("in a handler")));
        assert_eq!(wait(|| 1), 1);
    }

    #[test]
    fn a_thread_that_has_given_up_its_variables_may_still_be_called() {
        struct Last;
        impl Drop for Last {
            fn drop(&mut self) {
                assert!(!contain(|| ()));
                assert!(contain(|| panic!("at the end")));
            }
        }
        thread_local!(static LAST: Last = const { Last });
        // Variables are given up in turn, the first used first or last: both orders are tried.
        for first in [true, false] {
            let thread = std::thread::spawn(move || {
                let use_ours = || inside(|| PANIC.with_borrow(|_| ()));
                if first {
                    use_ours();
                }
                LAST.with(|_| ());
                use_ours();
            });
            thread.join().unwrap();
        }
    }

    #[test]
    fn depth_is_back_at_zero_after_a_panic() {
        contain(|| panic!("in a handler"));
        assert!(!is_inside());
        inside(|| assert!(is_inside()));
    }
}
