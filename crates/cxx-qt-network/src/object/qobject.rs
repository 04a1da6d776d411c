// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The state of each [`QObject`](https://doc.qt.io/qt-6/qobject.html) that Rust uses: whether it is
//! alive, owned and in use. Everything here belongs to the object's thread.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::rc::{Rc, Weak};

use cxx_qt::QObject;

use super::callback;
use super::thread_handle::take_queued_calls;

#[cxx::bridge]
pub(crate) mod ffi {
    unsafe extern "C++" {
        include!(<QtCore/QObject>);
        type QObject = cxx_qt::QObject;
    }

    #[namespace = "cxx_qt_network"]
    extern "Rust" {
        fn deliver_in_loop();
        fn take_queued_calls();
        fn is_owned(object: &QObject) -> bool;
        fn object_destroyed(object: &QObject);
    }

    // SAFETY: the declarations match the header. Functions that take a raw pointer are unsafe to
    // call; the guard is destroyed once, by its `Drop`.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/object/qobject.h");
        type GuardedObject = super::GuardedObject;

        #[rust_name = "guarded_object_new"]
        fn guardedObjectNew(object: &QObject) -> GuardedObject;
        #[rust_name = "guarded_object_drop"]
        fn guardedObjectDrop(object: &mut GuardedObject);
        #[rust_name = "guarded_object_is_null"]
        fn guardedObjectIsNull(object: &GuardedObject) -> bool;

        #[rust_name = "block_signals"]
        fn blockSignals(object: &QObject);
        #[rust_name = "watch_destruction"]
        fn watchDestruction(object: &QObject);
        #[rust_name = "unset_parent"]
        fn unsetParent(object: &QObject);
        #[rust_name = "stop_object"]
        fn stopObject(object: &QObject, is_clean: bool);
        #[rust_name = "delete_object"]
        unsafe fn deleteObject(object: *mut QObject);

        #[rust_name = "make_receiver"]
        fn makeReceiver() -> *mut QObject;
        #[rust_name = "wake_receiver"]
        unsafe fn wakeReceiver(receiver: *mut QObject);

        #[rust_name = "hook_event_dispatcher"]
        fn hookEventDispatcher() -> bool;
        #[rust_name = "wake_up"]
        fn wakeUp();
        #[rust_name = "loop_level"]
        fn loopLevel() -> i32;
    }
}

fn deliver_in_loop() {
    callback::deliver_in_loop();
}

/// `QPointer<QObject>` by value: two pointers, moved by copying its bytes.
#[repr(C)]
pub struct GuardedObject {
    _space: MaybeUninit<[usize; 2]>,
}

// SAFETY: the header asserts the size, the alignment and that Qt calls the type relocatable.
unsafe impl cxx::ExternType for GuardedObject {
    type Id = cxx::type_id!("cxx_qt_network::GuardedObject");
    type Kind = cxx::kind::Trivial;
}

impl Drop for GuardedObject {
    fn drop(&mut self) {
        ffi::guarded_object_drop(self);
    }
}

type Registry = HashMap<*const QObject, Weak<ObjectState>>;

thread_local! {
    /// The objects that Rust uses. Without a destructor, so that it can be used until the thread
    /// ends.
    static REGISTRY: RefCell<Option<ManuallyDrop<Registry>>> = const { RefCell::new(None) };
    /// The functions that quit the event loops that were started from Rust, the innermost last.
    static LOOPS: RefCell<Vec<Rc<dyn Fn()>>> = const { RefCell::new(Vec::new()) };
}

/// Frees the registry. It is created again if this thread still needs it.
pub(crate) fn free_registry() {
    let registry = REGISTRY.take();
    drop(registry.map(ManuallyDrop::into_inner));
}

fn with_registry<R>(f: impl FnOnce(&mut Registry) -> R) -> R {
    REGISTRY.with_borrow_mut(|registry| f(registry.get_or_insert_with(Default::default)))
}

/// The state of an object; shared by its owner, its handles and its connections.
pub(crate) struct ObjectState {
    address: *const QObject,
    guard: GuardedObject,
    /// Whether a `QBox` owns it.
    is_owned: Cell<bool>,
    /// Whether its `QBox` was dropped.
    is_dropped: Cell<bool>,
    /// The number of handlers and closures that have a reference to it.
    uses: Cell<usize>,
    /// Whether its destruction during a use is detected.
    is_watched: Cell<bool>,
    /// The number of starts and stops.
    epoch: Cell<u64>,
}

impl ObjectState {
    /// The state of a live object.
    pub(crate) fn of(object: &QObject) -> Rc<Self> {
        let address: *const QObject = object;
        let known = with_registry(|registry| registry.get(&address).and_then(Weak::upgrade));
        if let Some(state) = known.filter(|state| !ffi::guarded_object_is_null(&state.guard)) {
            return state;
        }
        let state = Rc::new(Self {
            address,
            guard: ffi::guarded_object_new(object),
            is_owned: Cell::new(false),
            is_dropped: Cell::new(false),
            uses: Cell::new(0),
            is_watched: Cell::new(false),
            epoch: Cell::new(0),
        });
        with_registry(|registry| registry.insert(address, Rc::downgrade(&state)));
        callback::free_at_end();
        state
    }

    /// Whether the object was destroyed or its owner was dropped.
    pub(crate) fn is_null(&self) -> bool {
        self.is_dropped.get() || ffi::guarded_object_is_null(&self.guard)
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.get()
    }

    /// Call this when the object is started or stopped: pending signals that were recorded with
    /// `record_once` are not delivered any more.
    pub(crate) fn start_anew(&self) {
        self.epoch.set(self.epoch.get() + 1);
    }

    pub(crate) fn set_owned(&self) {
        self.is_owned.set(true);
    }

    /// Prevents the deletion of the live object by its `QBox` as long as the result lives. If
    /// another owner deletes it, the process aborts.
    pub(crate) fn keep(self: &Rc<Self>) -> ObjectUse {
        if !self.is_owned.get() && !self.is_watched.replace(true) {
            // SAFETY: the object lives, and its thread is this one.
            ffi::watch_destruction(unsafe { &*self.address });
        }
        self.uses.set(self.uses.get() + 1);
        ObjectUse(self.clone())
    }

    /// Ends the ownership: the object stops, emits no more signals, and is deleted as soon as
    /// nothing on the stack uses it.
    pub(crate) fn drop_owned(self: Rc<Self>) {
        self.is_owned.set(false);
        if self.is_null() {
            return;
        }
        self.is_dropped.set(true);
        let is_clean = callback::is_clean();
        // SAFETY: the object lives (see `is_null`), and its thread is this one.
        let object = unsafe { &*self.address };
        ffi::block_signals(object);
        if !callback::is_restricted() {
            callback::call_without_settling(|| ffi::stop_object(object, is_clean));
        }
        callback::defer_delete(DeferredDelete(self));
        callback::settle_if_needed();
    }
}

impl Drop for ObjectState {
    fn drop(&mut self) {
        with_registry(|registry| {
            // Another object may have the same address by now.
            if registry
                .get(&self.address)
                .is_some_and(|state| state.strong_count() == 0)
            {
                registry.remove(&self.address);
            }
        });
    }
}

/// A use of an object: if its owner is dropped meanwhile, it is deleted later.
pub(crate) struct ObjectUse(Rc<ObjectState>);

impl Drop for ObjectUse {
    fn drop(&mut self) {
        self.0.uses.set(self.0.uses.get() - 1);
        if self.0.is_dropped.get() {
            callback::use_ended();
        }
    }
}

/// An object whose owner was dropped.
pub(crate) struct DeferredDelete(Rc<ObjectState>);

impl DeferredDelete {
    /// Whether nothing on the stack has a reference to it.
    pub(crate) fn is_unused(&self) -> bool {
        self.0.uses.get() == 0
    }

    /// Deletes the object, unless its Qt parent has done so meanwhile.
    pub(crate) fn delete(self) {
        if !ffi::guarded_object_is_null(&self.0.guard) {
            // SAFETY: the object lives, and its only owner was its QBox, which was dropped; nothing
            // on the stack uses it, which the caller has checked.
            unsafe { ffi::delete_object(self.0.address.cast_mut()) };
        }
    }
}

/// Called when an object that C++, QML or a `UniquePtr` owns is destroyed.
fn object_destroyed(object: &QObject) {
    let address: *const QObject = object;
    let state = with_registry(|registry| registry.get(&address).and_then(Weak::upgrade));
    if state.is_some_and(|state| state.uses.get() > 0) {
        // Rust code on the stack has a reference to it.
        eprintln!("cxx-qt-network: an object was deleted by its owner while a handler used it");
        std::process::abort();
    }
}

/// Whether a `QBox` owns the object.
fn is_owned(object: &QObject) -> bool {
    let address: *const QObject = object;
    with_registry(|registry| registry.get(&address).and_then(Weak::upgrade))
        .is_some_and(|state| state.is_owned.get() && !state.is_null())
}

/// Runs an event loop that `quit` ends, so that a panic in a handler can end it and continue in the
/// caller.
pub(crate) fn run_loop<R>(quit: impl Fn() + 'static, f: impl FnOnce() -> R) -> R {
    struct Pop;

    impl Drop for Pop {
        fn drop(&mut self) {
            LOOPS.with_borrow_mut(|loops| loops.pop());
        }
    }

    LOOPS.with_borrow_mut(|loops| loops.push(Rc::new(quit)));
    let _pop = Pop;
    callback::run_loop(f)
}

/// Ends the innermost event loop that was started from Rust in this thread.
pub(crate) fn quit_innermost_loop() {
    if let Some(quit) = LOOPS.with_borrow(|loops| loops.last().cloned()) {
        quit();
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use cxx_qt_lib::QObjectExt;

    use super::*;
    use crate::object::qbox::QBox;

    /// An object without an owner.
    fn object() -> *mut QObject {
        ffi::make_receiver()
    }

    fn owned(object: *mut QObject) -> QBox<QObject> {
        // SAFETY: just made, by `new`, for the test alone.
        unsafe { QBox::from_raw(object) }
    }

    fn set_parent(child: *mut QObject, parent: *mut QObject) {
        // SAFETY: both live, and the references cover no bytes since the type is opaque.
        unsafe { Pin::new_unchecked(&mut *child).set_parent(Pin::new_unchecked(&mut *parent)) };
    }

    #[test]
    fn object_is_forgotten_with_its_state() {
        let known = || with_registry(|registry| registry.len());
        let object = owned(object());
        assert_eq!(known(), 1);
        drop(object);
        assert_eq!(known(), 0);
    }

    #[test]
    fn children_are_deleted_but_those_of_a_box() {
        let (parent, child, used, of_box) = (object(), object(), object(), object());
        for child in [child, used, of_box] {
            set_parent(child, parent);
        }
        // SAFETY: they live.
        let (child, used) = unsafe { (&*child, &*used) };
        let child = ffi::guarded_object_new(child);
        // Known to this crate, but no box owns it.
        let used = ObjectState::of(used);
        let parent = owned(parent);
        let of_box = owned(of_box);
        set_parent(
            (&raw const *of_box).cast_mut(),
            (&raw const *parent).cast_mut(),
        );
        drop(parent);
        assert!(ffi::guarded_object_is_null(&child));
        assert!(used.is_null());
        assert!(!of_box.downgrade().is_null());
    }
}
