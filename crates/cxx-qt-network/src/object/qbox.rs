// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The owner of a `QObject` in Rust.

use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use cxx::UniquePtr;
use cxx::memory::UniquePtrTarget;
use cxx_qt::QObject;
use cxx_qt::casting::Upcast;

use super::callback;
use super::qobject::{ObjectState, ffi};
use super::qpointer::QPointer;
use super::thread_handle::ThreadHandle;

/// Owns a `QObject` that has no Qt parent, as `Box` owns a value. It belongs to the object's thread
/// and is not `Send`.
///
/// It may be dropped anywhere, also in a handler of the object's own signal or in an override that
/// Qt calls:
///
/// - The object stops immediately: a server no longer listens, a timer or notifier no longer fires,
///   a socket is disconnected. It emits no more signals, and its [`QPointer`]s are null.
/// - It is deleted immediately if nothing on the stack uses it, otherwise as soon as that use ends.
///   This needs no event loop.
///
/// If the object got a Qt parent and was deleted by it, dropping does nothing. If a `QBox` deletes
/// an object with children, children that have a `QBox` of their own are not deleted.
///
/// It dereferences to shared references only: no `&mut` or `Pin<&mut>` to the object can be
/// created.
///
/// ```compile_fail,E0596
/// use std::ops::DerefMut;
///
/// let timer = cxx_qt_network::QTimer::new();
/// let exclusive: &mut cxx_qt_network::QTimer = &mut *timer;
/// ```
///
/// It cannot be sent to another thread:
///
/// ```compile_fail,E0277
/// fn leave(socket: cxx_qt_network::QBox<cxx_qt_network::QLocalSocket>) {
///     std::thread::spawn(move || drop(socket));
/// }
/// ```
pub struct QBox<T: Upcast<QObject>> {
    object: *const T,
    state: Rc<ObjectState>,
}

impl<T: Upcast<QObject>> QBox<T> {
    /// Takes ownership of the object of a `UniquePtr`, also from its Qt parent if it has one.
    ///
    /// `None` for a null pointer.
    pub fn from_unique(object: UniquePtr<T>) -> Option<Self>
    where
        T: UniquePtrTarget,
    {
        if object.is_null() {
            return None;
        }
        // SAFETY: the pointer is from a UniquePtr that was not null.
        Some(unsafe { Self::from_raw(object.into_raw()) })
    }

    /// Takes ownership of an object, also from its Qt parent.
    ///
    /// # Safety
    ///
    /// - `object` is not null, lives in this thread, was created with `new`, and is not being
    ///   deleted.
    /// - It has no owner except possibly a Qt parent, and no `&mut` to it is created.
    /// - The members that `T` declares follow the rules of the module [`object`](crate::object).
    pub unsafe fn from_raw(object: *mut T) -> Self {
        // SAFETY: the caller vouches for the object.
        let base = unsafe { &*object }.upcast();
        callback::call(|| {
            ffi::unset_parent(base);
            let state = ObjectState::of(base);
            state.set_owned();
            Self { object, state }
        })
    }

    /// A handle that does not own the object.
    pub fn downgrade(&self) -> QPointer<T> {
        QPointer::from_parts(self.object, self.state.clone())
    }

    /// A handle with which other threads queue closures for the object.
    pub fn thread_handle(&self) -> ThreadHandle<T>
    where
        T: 'static,
    {
        self.downgrade().thread_handle()
    }
}

impl<T: Upcast<QObject>> Deref for QBox<T> {
    type Target = T;

    /// The object.
    ///
    /// # Panics
    ///
    /// If the object got a Qt parent and was deleted by it.
    fn deref(&self) -> &T {
        assert!(
            !self.state.is_null(),
            "the object of a QBox was deleted by its Qt parent"
        );
        // SAFETY: alive, as just checked, and deleted only by this box, which is borrowed.
        unsafe { &*self.object }
    }
}

impl<T: Upcast<QObject>> Drop for QBox<T> {
    fn drop(&mut self) {
        self.state.clone().drop_owned();
    }
}

impl<T: Upcast<QObject>> fmt::Debug for QBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QBox({:?})", self.downgrade())
    }
}
