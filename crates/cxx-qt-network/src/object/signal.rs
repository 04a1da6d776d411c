// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Signals: C++ records them, and their handlers are called later.
//!
//! A class declares each signal in its own bridge, with the types of its arguments: a slot that
//! [`slots!`](crate::object::signal::slots) defines, and the C++ function that connects it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use cxx_qt::casting::Upcast;
use cxx_qt::{QMetaObjectConnection, QMetaObjectConnectionGuard, QObject};

use super::callback::{self, Pending};
use super::connection::Connection;
use super::qobject::ObjectState;

type Closure<A> = Box<dyn FnMut(A)>;

/// A handler, and the arguments of its pending signals.
struct Handler<A> {
    sender: Rc<ObjectState>,
    arguments: RefCell<VecDeque<A>>,
    /// `None` while it runs, and after the connection has ended.
    closure: RefCell<Option<Closure<A>>>,
    is_running: Cell<bool>,
    has_ended: Cell<bool>,
    /// The number of signals that were due while the handler was running.
    missed: Cell<usize>,
    /// The [`ObjectState::epoch`] of the last signal, for signals that are recorded once.
    epoch: Cell<Option<u64>>,
}

impl<A: 'static> Pending for Handler<A> {
    fn deliver(self: Rc<Self>) {
        if self.is_running.get() {
            self.missed.set(self.missed.get() + 1);
            return;
        }
        let arguments = self.arguments.borrow_mut().pop_front();
        let closure = self.closure.take();
        if let (Some(arguments), Some(closure)) = (arguments, closure) {
            let mut running = Running::new(&self, closure);
            let is_outdated = |epoch| epoch != self.sender.epoch();
            if !self.sender.is_null() && !self.epoch.get().is_some_and(is_outdated) {
                let _use = self.sender.keep();
                running.call(arguments);
            }
        }
    }
}

/// A running handler; restores the closure afterwards, also after a panic.
struct Running<'h, A: 'static> {
    handler: &'h Rc<Handler<A>>,
    closure: Option<Closure<A>>,
}

impl<'h, A> Running<'h, A> {
    fn new(handler: &'h Rc<Handler<A>>, closure: Closure<A>) -> Self {
        handler.is_running.set(true);
        Self {
            handler,
            closure: Some(closure),
        }
    }

    fn call(&mut self, arguments: A) {
        if let Some(closure) = &mut self.closure {
            closure(arguments);
        }
    }
}

impl<A> Drop for Running<'_, A> {
    fn drop(&mut self) {
        let handler = self.handler;
        handler.is_running.set(false);
        for _ in 0..handler.missed.take() {
            callback::push_pending_front(handler.clone());
        }
        let closure = self.closure.take();
        if !handler.has_ended.get() {
            handler.closure.replace(closure);
        } else if let Some(closure) = closure {
            callback::discard(Box::new(closure));
            callback::settle_if_needed();
        }
    }
}

/// The C++ side of a connection: it records signals, and ends the connection when C++ drops it.
///
/// [`connect_signal`] creates it.
pub struct Slot<A: 'static> {
    handler: ManuallyDrop<Rc<Handler<A>>>,
    thread: u64,
}

// SAFETY: `record` and `Drop` use the handler, whose counts are not atomic, only in its own thread.
// In another thread the arguments, which that thread has created, are dropped, and the handler is
// leaked.
unsafe impl<A> Send for Slot<A> {}

impl<A> Slot<A> {
    /// Records a signal with its arguments for the handler.
    ///
    /// Does nothing in another thread than that of [`connect_signal`]: the handler cannot be called
    /// there.
    pub fn record(&self, arguments: A) {
        // The sender may have been moved to another thread, but its handler cannot be.
        if self.thread == thread_number() {
            self.handler.arguments.borrow_mut().push_back(arguments);
            callback::push_pending(Rc::<Handler<A>>::clone(&self.handler));
        }
    }
}

impl Slot<()> {
    /// Records a signal that is emitted repeatedly, unless it is pending already.
    pub(crate) fn record_once(&self) {
        if self.thread == thread_number() {
            self.handler.epoch.set(Some(self.handler.sender.epoch()));
            if self.handler.arguments.borrow().is_empty() {
                self.record(());
            }
        }
    }
}

impl<A> Drop for Slot<A> {
    fn drop(&mut self) {
        if self.thread != thread_number() {
            // Freeing the handler here would be a data race: it is leaked instead.
            return;
        }
        self.handler.has_ended.set(true);
        if let Some(closure) = self.handler.closure.take() {
            callback::discard(Box::new(closure));
        }
        // SAFETY: dropped only here, and not used afterwards.
        unsafe { ManuallyDrop::drop(&mut self.handler) };
    }
}

/// Connects `handler` to a signal of `sender` with the C++ function `connect`.
pub(crate) fn connect<T, A, S>(
    sender: &T,
    connect: impl FnOnce(Box<S>) -> QMetaObjectConnection,
    handler: impl FnMut(&T, A) + 'static,
) -> Connection
where
    T: Upcast<QObject> + 'static,
    A: 'static,
    S: From<Slot<A>>,
{
    connect_signal(sender, |slot| connect(Box::new(slot.into())), handler)
}

/// Connects `handler` to a signal of `sender`, under the rules of the handlers of this crate.
///
/// `connect` connects the signal itself to a closure that owns the slot and calls [`Slot::record`]
/// with the arguments of each emission. The connection lives as long as its sender, or until the
/// [`Connection`] ends it. If the slot is dropped, the handler is dropped too, at the next safe
/// point.
///
/// With the `on_…` that cxx-qt generates for a `#[qsignal]`:
///
/// ```no_run
/// # mod timer {
/// use cxx_qt_network::{Connection, object};
///
/// #[cxx_qt::bridge]
/// mod ffi {
///     unsafe extern "C++Qt" {
///         include!(<QtCore/QTimer>);
///         #[qobject]
///         type QTimer;
///
///         // `&QTimer`, and `pub(self)`: only to connect, not to emit.
///         #[qsignal]
///         #[rust_name = "raw_timeout"]
///         pub(self) fn timeout(self: &QTimer);
///     }
/// }
///
/// impl ffi::QTimer {
///     pub fn on_timeout(&self, mut handler: impl FnMut(&Self) + 'static) -> Connection {
///         object::connect_signal(
///             self,
///             |slot| self.on_raw_timeout(move |_| slot.record(())),
///             move |timer, ()| handler(timer),
///         )
///     }
/// }
/// # }
/// ```
pub fn connect_signal<T, A, C>(
    sender: &T,
    connect: impl FnOnce(Slot<A>) -> C,
    mut handler: impl FnMut(&T, A) + 'static,
) -> Connection
where
    T: Upcast<QObject> + 'static,
    A: 'static,
    C: Into<QMetaObjectConnectionGuard>,
{
    let object: *const T = sender;
    let closure = move |arguments| {
        // SAFETY: `Handler::deliver` calls this while the sender lives, and keeps it alive.
        handler(unsafe { &*object }, arguments);
    };
    let slot = Slot {
        handler: ManuallyDrop::new(Rc::new(Handler {
            sender: ObjectState::of(sender.upcast()),
            arguments: RefCell::default(),
            closure: RefCell::new(Some(Box::new(closure))),
            is_running: Cell::new(false),
            has_ended: Cell::new(false),
            missed: Cell::new(0),
            epoch: Cell::new(None),
        })),
        thread: thread_number(),
    };
    let connection: QMetaObjectConnectionGuard = connect(slot).into();
    Connection::new(connection.release())
}

/// A unique number of this thread, cheaper than `ThreadId`.
pub(super) fn thread_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    thread_local!(static NUMBER: u64 = NEXT.fetch_add(1, Ordering::Relaxed));
    NUMBER.with(|number| *number)
}

/// Defines the slots of a bridge: types that C++ owns and calls with the arguments of a signal.
macro_rules! slots {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {$(
        pub(crate) struct $name($crate::object::signal::Slot<($($type,)*)>);

        impl $name {
            fn record(&self, $($argument: $type),*) {
                self.0.record(($($argument,)*));
            }
        }

        impl From<$crate::object::signal::Slot<($($type,)*)>> for $name {
            fn from(slot: $crate::object::signal::Slot<($($type,)*)>) -> Self {
                Self(slot)
            }
        }
    )*};
}
pub(crate) use slots;
