// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Queues closures from other threads for an object, as a queued call of
//! `QMetaObject::invokeMethod`.
//!
//! Each thread has a mailbox, into which any thread may put calls, and a receiver: a Qt object that
//! gets an event for each call. The event moves the calls to the pending signals of the thread, so
//! they are delivered under the same rules.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cxx_qt::QObject;
use cxx_qt::casting::Upcast;

use super::callback::{self, Pending};
use super::qobject::{ObjectState, ffi};
use super::signal::thread_number;

/// Queues closures to the thread of an object. It is `Send` and `Clone`, and does not own the
/// object.
///
/// [`QBox::thread_handle`] and [`QPointer::thread_handle`] create it, in the object's thread.
///
/// ```no_run
/// use std::thread;
///
/// use cxx_qt_lib::QCoreApplication;
/// use cxx_qt_network::{QCoreApplicationExt, QIODeviceExt, QLocalSocket};
///
/// let application = QCoreApplication::new();
/// let socket = QLocalSocket::new();
/// let handle = socket.thread_handle();
/// thread::spawn(move || {
///     let answer = (1..=20_u64).product::<u64>().to_string();
///     let _ = handle.queue(move |socket| {
///         let _ = socket.write(answer.as_bytes());
///     });
/// });
/// application.exec();
/// ```
///
/// The closure must be `Send`, so it cannot capture a box or handle of another object:
///
/// ```compile_fail,E0277
/// let (socket, timer) = (cxx_qt_network::QLocalSocket::new(), cxx_qt_network::QTimer::new());
/// let _ = socket.thread_handle().queue(move |_| drop(timer));
/// ```
///
/// [`QBox::thread_handle`]: crate::QBox::thread_handle
/// [`QPointer::thread_handle`]: crate::QPointer::thread_handle
pub struct ThreadHandle<T> {
    object: ObjectAddress<T>,
    target: Arc<Target>,
}

impl<T: Upcast<QObject> + 'static> ThreadHandle<T> {
    pub(crate) fn new(object: *const T, state: Rc<ObjectState>) -> Self {
        Self {
            object: ObjectAddress(object),
            target: Arc::new(Target::new(state)),
        }
    }

    /// Queues `f`, which is called with the object in the object's thread, from its event loop,
    /// which this wakes up. As a queued call of `QMetaObject::invokeMethod`.
    ///
    /// It is delivered as a signal is: never inside Qt's code, and during a handler only if that
    /// runs an event loop. Closures from one thread keep their order. `f` may do anything with the
    /// object. A thread without an event loop calls `f` when it runs one; of the blocking calls
    /// only [`QEventLoop::process_events`] does.
    ///
    /// If the object was destroyed or its [`QBox`] was dropped before, or if the thread ends
    /// before, `f` is not called and is dropped in the object's thread.
    ///
    /// # Errors
    ///
    /// If the object's thread has ended: `f` was dropped in the calling thread.
    ///
    /// [`QEventLoop::process_events`]: crate::QEventLoop::process_events
    /// [`QBox`]: crate::QBox
    pub fn queue(&self, f: impl FnOnce(&T) + Send + 'static) -> Result<(), ThreadEnded> {
        let object = self.object;
        let call = Box::new(move || {
            // SAFETY: `QueuedCall::deliver` calls this in the object's thread while the object
            // lives, and keeps it alive.
            f(unsafe { &*object.get() });
        });
        let key = self.target.key;
        match self.target.mailbox.send(Message::Call { key, call }) {
            Ok(()) => Ok(()),
            Err(_dropped) => Err(ThreadEnded),
        }
    }
}

impl<T> Clone for ThreadHandle<T> {
    fn clone(&self) -> Self {
        Self {
            object: self.object,
            target: self.target.clone(),
        }
    }
}

impl<T> fmt::Debug for ThreadHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ThreadHandle({:p})", self.object.0)
    }
}

/// The thread of an object has ended, so nothing can be queued to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ThreadEnded;

impl fmt::Display for ThreadEnded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread of the object has ended")
    }
}

impl std::error::Error for ThreadEnded {}

/// The address of an object.
struct ObjectAddress<T>(*const T);

// SAFETY: the address is only dereferenced in the object's thread.
unsafe impl<T> Send for ObjectAddress<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for ObjectAddress<T> {}

impl<T> ObjectAddress<T> {
    /// A method, so that closures capture the struct and not the pointer.
    fn get(self) -> *const T {
        self.0
    }
}

impl<T> Clone for ObjectAddress<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ObjectAddress<T> {}

/// Shared by the clones of a handle. The object's thread stores the state of the object under the
/// key until this is dropped.
struct Target {
    key: u64,
    thread: u64,
    mailbox: Arc<Mailbox>,
}

impl Target {
    fn new(state: Rc<ObjectState>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);

        let key = NEXT.fetch_add(1, Ordering::Relaxed);
        with_states(|states| states.insert(key, state));
        callback::free_at_end();
        Self {
            key,
            thread: thread_number(),
            mailbox: Mailbox::of_thread(),
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if self.thread == thread_number() {
            // Calls that were queued before are still delivered.
            take_queued_calls();
            forget(self.key);
        } else {
            // A thread that has ended has no states.
            let _ = self.mailbox.send(Message::Forget { key: self.key });
        }
    }
}

/// A message from another thread.
enum Message {
    /// A closure for the object with this key.
    Call {
        key: u64,
        call: Box<dyn FnOnce() + Send>,
    },
    /// The last handle with this key was dropped.
    Forget { key: u64 },
}

/// The messages for one thread; `None` once it has ended.
struct Mailbox(Mutex<Option<Inbox>>);

struct Inbox {
    messages: Vec<Message>,
    receiver: Receiver,
}

/// The object that gets an event for each message. It lives in the mailbox's thread.
struct Receiver(*mut QObject);

// SAFETY: other threads only post events to it, which any thread may do while the object lives:
// they hold the lock of the mailbox, and the object is removed under that lock before it is
// deleted.
unsafe impl Send for Receiver {}

impl Mailbox {
    /// The mailbox of this thread.
    fn of_thread() -> Arc<Self> {
        MAILBOX.with_borrow_mut(|mailbox| {
            let mailbox = mailbox.get_or_insert_with(|| {
                let inbox = Inbox {
                    messages: Vec::new(),
                    receiver: Receiver(ffi::make_receiver()),
                };
                ManuallyDrop::new(Arc::new(Self(Mutex::new(Some(inbox)))))
            });
            Arc::clone(mailbox)
        })
    }

    /// Puts a message into the mailbox, or returns it if the thread has ended.
    fn send(&self, message: Message) -> Result<(), Message> {
        let mut inbox = self.lock();
        let Some(inbox) = &mut *inbox else {
            return Err(message);
        };
        inbox.messages.push(message);
        // For each message: a destroyed application discards the pending events of its thread.
        // SAFETY: the receiver lives, see `Receiver`.
        unsafe { ffi::wake_receiver(inbox.receiver.0) };
        Ok(())
    }

    fn take(&self) -> Vec<Message> {
        match &mut *self.lock() {
            Some(inbox) => std::mem::take(&mut inbox.messages),
            None => Vec::new(),
        }
    }

    /// Code under the lock cannot leave an inconsistent state, so poisoning is ignored.
    fn lock(&self) -> MutexGuard<'_, Option<Inbox>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type States = HashMap<u64, Rc<ObjectState>>;

thread_local! {
    /// The mailbox of this thread. Without a destructor, like the other queues of a thread.
    static MAILBOX: RefCell<Option<ManuallyDrop<Arc<Mailbox>>>> = const { RefCell::new(None) };
    /// The objects of this thread that have a handle.
    static STATES: RefCell<Option<ManuallyDrop<States>>> = const { RefCell::new(None) };
}

fn with_states<R>(f: impl FnOnce(&mut States) -> R) -> R {
    STATES.with_borrow_mut(|states| f(states.get_or_insert_with(Default::default)))
}

fn forget(key: u64) {
    let state = with_states(|states| states.remove(&key));
    drop(state);
}

/// Called by the receiver of this thread: moves the received calls to the pending signals. Runs no
/// other code.
pub(crate) fn take_queued_calls() {
    let mailbox = MAILBOX.with_borrow(|mailbox| mailbox.as_deref().cloned());
    for message in mailbox.iter().flat_map(|mailbox| mailbox.take()) {
        match message {
            Message::Call { key, call } => match with_states(|states| states.get(&key).cloned()) {
                Some(state) => {
                    let call = Cell::new(Some(call));
                    callback::push_pending(Rc::new(QueuedCall { state, call }));
                }
                None => callback::discard(Box::new(call)),
            },
            Message::Forget { key } => forget(key),
        }
    }
}

/// Call this when the thread ends: drops the queued calls and rejects new ones.
pub(crate) fn close_mailbox() {
    let mailbox = MAILBOX.take().map(ManuallyDrop::into_inner);
    let inbox = mailbox.and_then(|mailbox| mailbox.lock().take());
    if let Some(Inbox { messages, receiver }) = inbox {
        // SAFETY: created in this thread and removed from the mailbox; nothing else has the
        // pointer.
        unsafe { ffi::delete_object(receiver.0) };
        callback::drop_quietly(messages);
    }
    let states = STATES.take().map(ManuallyDrop::into_inner);
    drop(states);
}

/// A call that is pending in the object's thread.
struct QueuedCall {
    state: Rc<ObjectState>,
    call: Cell<Option<Box<dyn FnOnce() + Send>>>,
}

impl Pending for QueuedCall {
    fn deliver(self: Rc<Self>) {
        let call = self.call.take();
        if self.state.is_null() {
            drop(call);
        } else if let Some(call) = call {
            let _use = self.state.keep();
            call();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::object::qbox::QBox;

    #[test]
    fn object_is_forgotten_with_its_last_handle() {
        // SAFETY: just made, by `new`, for the test alone.
        let object: QBox<QObject> = unsafe { QBox::from_raw(ffi::make_receiver()) };
        let known = || with_states(|states| states.len());
        let handle = object.thread_handle();
        let clone = handle.clone();
        drop(handle);
        assert_eq!(known(), 1);
        drop(clone);
        assert_eq!(known(), 0);
        let handle = object.thread_handle();
        thread::spawn(move || drop(handle)).join().unwrap();
        take_queued_calls();
        assert_eq!(known(), 0);
    }
}
