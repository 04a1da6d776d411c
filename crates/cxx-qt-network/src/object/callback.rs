// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Calls between C++ and Rust: tracks what is on the stack, and defers work until it is safe.
//!
//! No handler runs and no closure or object is freed while Qt's own code for the sender is on the
//! stack. What C++ reports is queued per thread instead:
//!
//! - *Signals* are recorded with their arguments and delivered from the event loop, before it polls
//!   for new events, or at the end of a blocking call. A handler may therefore do anything with its
//!   sender.
//! - *Closures* whose connection has ended are dropped, and *objects* whose owner was dropped are
//!   deleted, at the next point where no code on the stack can use them. The end of each call into
//!   Qt is such a point unless C++ code called this thread's Rust code.
//!
//! A panic in a handler surfaces in the Rust call that runs it: a blocking call, or an event loop
//! that was started from Rust. A panic never crosses C++.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use super::qobject::{DeferredDelete, ffi};

type Panic = Box<dyn Any + Send>;

/// A signal that was recorded and is to be delivered.
pub(crate) trait Pending {
    /// Calls the handler with the oldest recorded arguments.
    fn deliver(self: Rc<Self>);
}

/// The state of this thread's stack.
#[derive(Clone, Copy)]
struct Stack {
    /// The number of calls into Qt on the stack above the innermost handler or loop.
    calls: u32,
    /// The number of known event loops, in the count of `QThread::loopLevel`.
    loops: i32,
    /// Whether all frames below the innermost handler or loop are known: Rust code, and event loops
    /// that deliver signals.
    clean: bool,
    /// Whether the innermost known loop was started from Rust.
    own_loop: bool,
    /// Whether this is code that Qt may call at any point, such as a message handler.
    is_restricted: bool,
}

const EMPTY: Stack = Stack {
    calls: 0,
    loops: 0,
    clean: true,
    own_loop: false,
    is_restricted: false,
};

/// The queues of one thread. They have no destructor, so they can be used until the thread ends.
struct Thread {
    stack: Cell<Stack>,
    pending: RefCell<ManuallyDrop<VecDeque<Rc<dyn Pending>>>>,
    closures: RefCell<ManuallyDrop<Vec<Box<dyn Any>>>>,
    objects: RefCell<ManuallyDrop<Vec<DeferredDelete>>>,
    /// Whether `closures` or `objects` may have entries.
    is_unsettled: Cell<bool>,
    is_settling: Cell<bool>,
    /// The panic that ends the innermost loop.
    panic: RefCell<ManuallyDrop<Option<Panic>>>,
    /// Whether the thread is ending, so that all memory must be freed.
    is_ending: Cell<bool>,
}

thread_local! {
    static THREAD: Thread = const {
        Thread {
            stack: Cell::new(EMPTY),
            pending: RefCell::new(ManuallyDrop::new(VecDeque::new())),
            closures: RefCell::new(ManuallyDrop::new(Vec::new())),
            objects: RefCell::new(ManuallyDrop::new(Vec::new())),
            is_unsettled: Cell::new(false),
            is_settling: Cell::new(false),
            panic: RefCell::new(ManuallyDrop::new(None)),
            is_ending: Cell::new(false),
        }
    };
    /// Frees the remaining entries when the thread ends.
    static END: End = const { End };
}

struct End;

impl Drop for End {
    fn drop(&mut self) {
        THREAD.with(|thread| {
            thread.is_ending.set(true);
            // Pending signals own only their arguments and handlers.
            let pending = std::mem::take(&mut **thread.pending.borrow_mut());
            drop_quietly(pending);
        });
        super::thread_handle::close_mailbox();
        // Destructors that run here may panic because thread-local values are already destroyed.
        while catch_unwind(settle).is_err() {}
        super::qobject::free_registry();
    }
}

/// Registers the cleanup at the end of the thread. Call it whenever something is queued.
pub(crate) fn free_at_end() {
    let _ = END.try_with(|_| ());
}

/// Changes the state of the stack until it is dropped.
struct Frame(Stack);

impl Frame {
    fn push(change: impl FnOnce(&mut Stack)) -> Self {
        THREAD.with(|thread| {
            let before = thread.stack.get();
            let mut stack = before;
            change(&mut stack);
            thread.stack.set(stack);
            Self(before)
        })
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        THREAD.with(|thread| thread.stack.set(self.0));
    }
}

/// Whether every frame on the stack is known, so that none is Qt's code for an object.
///
/// Under an event loop this is true only in a handler: Qt itself calls other Rust code.
pub(crate) fn is_clean() -> bool {
    let stack = THREAD.with(|thread| thread.stack.get());
    stack.clean && stack.calls == 0 && !stack.own_loop && ffi::loop_level() == stack.loops
}

/// Whether Qt objects must not be used here, since Qt itself may be using them.
pub(crate) fn is_restricted() -> bool {
    THREAD.with(|thread| thread.stack.get().is_restricted)
}

fn refuse_in_message_handler() {
    assert!(
        !is_restricted(),
        "objects of Qt cannot be used in a message handler"
    );
}

/// Calls a member function of Qt that can run other code: slots, overrides, destructors.
///
/// Values that this code drops are freed after `f`, when Qt no longer uses them. That can panic, so
/// code that must run belongs into `f`, or into the `Drop` of its result, not after this call.
///
/// # Panics
///
/// In a message handler, or if a destructor that runs here does.
pub fn call<R>(f: impl FnOnce() -> R) -> R {
    refuse_in_message_handler();
    let result = call_without_settling(f);
    settle_if_needed();
    result
}

/// The same, without freeing deferred values.
pub(crate) fn call_without_settling<R>(f: impl FnOnce() -> R) -> R {
    let _frame = Frame::push(|stack| stack.calls += 1);
    f()
}

/// Calls a member function of Qt that blocks, then delivers the signals that it has caused.
/// Otherwise as [`call`].
///
/// # Panics
///
/// If a handler does, or as [`call`].
pub fn wait<R>(f: impl FnOnce() -> R) -> R {
    let result = call(f);
    deliver(is_clean());
    result
}

/// Runs an event loop; `f` returns when the loop has ended.
///
/// # Panics
///
/// If a handler that the loop called did.
pub(crate) fn run_loop<R>(f: impl FnOnce() -> R) -> R {
    refuse_in_message_handler();
    ffi::hook_event_dispatcher();
    let clean = is_clean();
    let loops = ffi::loop_level() + 1;
    let result = {
        let _frame = Frame::push(|stack| {
            *stack = Stack {
                calls: 0,
                loops,
                clean,
                own_loop: true,
                is_restricted: false,
            }
        });
        f()
    };
    let panic = THREAD.with(|thread| thread.panic.borrow_mut().take());
    if let Some(panic) = panic {
        resume_unwind(panic);
    }
    settle_if_needed();
    result
}

/// Queues a signal for delivery.
pub(crate) fn push_pending(signal: Rc<dyn Pending>) {
    THREAD.with(|thread| {
        let mut pending = thread.pending.borrow_mut();
        if pending.is_empty() {
            ffi::hook_event_dispatcher();
            free_at_end();
        }
        pending.push_back(signal);
    });
}

/// Queues a signal again that could not be delivered yet.
pub(crate) fn push_pending_front(signal: Rc<dyn Pending>) {
    THREAD.with(|thread| thread.pending.borrow_mut().push_front(signal));
}

/// Keeps a closure whose connection has ended until it can be dropped.
pub(crate) fn discard(closure: Box<dyn Any>) {
    THREAD.with(|thread| thread.closures.borrow_mut().push(closure));
    unsettle();
}

/// Keeps an object without an owner until it can be deleted.
pub(crate) fn defer_delete(object: DeferredDelete) {
    THREAD.with(|thread| thread.objects.borrow_mut().push(object));
    unsettle();
}

fn unsettle() {
    THREAD.with(|thread| thread.is_unsettled.set(true));
    free_at_end();
    // An event loop settles before it blocks.
    ffi::hook_event_dispatcher();
}

pub(crate) fn settle_if_needed() {
    if THREAD.with(|thread| thread.is_unsettled.get()) && is_clean() {
        settle();
    }
}

/// Drops the deferred closures and deletes the deferred objects, iteratively, including those that
/// become deferred meanwhile.
fn settle() {
    struct Settling;

    impl Drop for Settling {
        fn drop(&mut self) {
            THREAD.with(|thread| thread.is_settling.set(false));
        }
    }

    if THREAD.with(|thread| thread.is_settling.replace(true)) {
        return;
    }
    let _settling = Settling;
    loop {
        let closure = THREAD.with(|thread| thread.closures.borrow_mut().pop());
        if let Some(closure) = closure {
            drop_quietly_in_unwinding(closure);
            continue;
        }
        let object = THREAD.with(|thread| {
            let mut objects = thread.objects.borrow_mut();
            let free = objects.iter().position(DeferredDelete::is_unused)?;
            Some(objects.swap_remove(free))
        });
        let Some(object) = object else { break };
        let _frame = Frame::push(|stack| stack.calls += 1);
        object.delete();
    }
    THREAD.with(|thread| {
        // Objects in use are checked again when their use ends.
        thread.is_unsettled.set(false);
        if thread.is_ending.get() {
            thread.closures.borrow_mut().shrink_to_fit();
            thread.objects.borrow_mut().shrink_to_fit();
        }
    });
}

/// Drops a value. A panic in it ends after the panic hook.
pub(crate) fn drop_quietly<T>(value: T) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(value)));
}

/// Drops a value. A second panic during unwinding would abort the process, so it is caught.
fn drop_quietly_in_unwinding(value: Box<dyn Any>) {
    if std::thread::panicking() {
        drop_quietly(value);
    } else {
        drop(value);
    }
}

/// Call this when the use of an object ends, which may have to be deleted.
pub(crate) fn use_ended() {
    THREAD.with(|thread| {
        if !thread.objects.borrow().is_empty() {
            thread.is_unsettled.set(true);
        }
    });
    settle_if_needed();
}

/// Delivers the signals that are pending now; signals that their handlers cause are delivered next
/// time.
fn deliver(clean: bool) {
    let loops = ffi::loop_level();
    let count = THREAD.with(|thread| thread.pending.borrow().len());
    for _ in 0..count {
        let Some(signal) = THREAD.with(|thread| thread.pending.borrow_mut().pop_front()) else {
            break;
        };
        {
            let _frame = Frame::push(|stack| {
                *stack = Stack {
                    calls: 0,
                    loops,
                    clean,
                    own_loop: false,
                    is_restricted: false,
                }
            });
            signal.deliver();
        }
        if clean {
            settle_if_needed();
        }
    }
}

/// Called by the event loop of this thread when it wakes up and before it blocks: always before it
/// polls descriptors.
pub(crate) fn deliver_in_loop() {
    if THREAD.with(|thread| thread.pending.borrow().is_empty() && !thread.is_unsettled.get()) {
        return;
    }
    let stack = THREAD.with(|thread| thread.stack.get());
    let level = ffi::loop_level();
    if stack.calls > 0 && level == stack.loops {
        // Inside a call of `process_events`, which delivers at its end.
        return;
    }
    if THREAD.with(|thread| thread.panic.borrow().is_some()) {
        // A panic ends the loop: a second one would be lost.
        return;
    }
    let is_known = level == stack.loops
        // The outermost loop, started by C++ code or by cxx-qt-lib.
        || (stack.loops == 0 && level == 1);
    deliver_from_loop(stack.clean && stack.calls == 0 && is_known);
}

fn deliver_from_loop(clean: bool) {
    let stack = THREAD.with(|thread| thread.stack.get());
    let level = ffi::loop_level();
    // Code that runs here is called by the loop, not by the caller of the loop.
    let result = {
        let _frame = Frame::push(|stack| {
            *stack = Stack {
                calls: 0,
                loops: level,
                clean,
                own_loop: false,
                is_restricted: false,
            }
        });
        catch_unwind(|| {
            settle_if_needed();
            deliver(clean);
            settle_if_needed();
        })
    };
    if let Err(panic) = result {
        // Under a loop that C++ has started, the panic hook has said all that can be said.
        if stack.own_loop && stack.loops == level {
            THREAD.with(|thread| {
                thread.panic.borrow_mut().get_or_insert(panic);
            });
            super::qobject::quit_innermost_loop();
        }
    }
    if THREAD.with(|thread| !thread.pending.borrow().is_empty()) {
        ffi::wake_up();
    }
}

/// Runs a function that C++ calls and that is not a signal handler: a panic ends here, after the
/// panic hook.
pub(crate) fn catch_unwind_from_qt(f: impl FnOnce()) {
    let _frame = Frame::push(|stack| {
        stack.clean = false;
        stack.is_restricted = true;
    });
    let _ = catch_unwind(AssertUnwindSafe(f));
}
