// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The owner of a `QObject` in Rust.

use std::fmt;
use std::ops::Deref;
use std::pin::Pin;

use cxx::UniquePtr;
use cxx::memory::UniquePtrTarget;
use cxx_qt::QObject;
use cxx_qt::casting::Upcast;
use cxx_qt_lib::QObjectExt;

use super::qpointer::{QPointer, delete_now, silence};
use crate::border;

/// Owns a `QObject` that has no Qt parent, as `Box` owns a value. It belongs to the object's
/// thread and cannot leave it.
///
/// What a `UniquePtr` cannot promise and this does:
///
/// - Dropped inside a closure that Qt calls, perhaps the object's own, it deletes the object later:
///   with `QObject::deleteLater`, but not before the outermost such closure has returned, so that an
///   event loop inside the closure does not do it either. Else at once. Either way the object says
///   nothing more: its signals are blocked first.
/// - If the object got a Qt parent after all and died with it, dropping does nothing.
///
/// ```compile_fail,E0277
/// fn leave(socket: cxx_qt_network::QBox<cxx_qt_network::QLocalSocket>) {
///     std::thread::spawn(move || drop(socket));
/// }
/// ```
///
/// [`pin_mut`](Self::pin_mut) gives the receiver of methods that change the object; methods that
/// only ask are called on the box itself.
pub struct QBox<T: Upcast<QObject>>(QPointer<T>);

impl<T: Upcast<QObject>> QBox<T> {
    /// Takes over the object behind a `UniquePtr`, and from its Qt parent if it has one.
    ///
    /// `None` for a null pointer.
    pub fn from_unique(object: UniquePtr<T>) -> Option<Self>
    where
        T: UniquePtrTarget,
    {
        if object.is_null() {
            return None;
        }
        // SAFETY: the pointer came out of a UniquePtr that was not null.
        Some(unsafe { Self::from_raw(object.into_raw()) })
    }

    /// Takes over an object, also from its Qt parent.
    ///
    /// # Safety
    ///
    /// `object` is not null, lives in this thread, was made by `new`, and has no other owner than
    /// perhaps a Qt parent.
    pub(crate) unsafe fn from_raw(object: *mut T) -> Self {
        // SAFETY: the caller vouches for the object; it is never moved.
        let mut object = unsafe { Pin::new_unchecked(&mut *object) };
        object.as_mut().unset_parent();
        Self(QPointer::new(object))
    }

    /// The object, to change it or to call what changes it.
    ///
    /// # Panics
    ///
    /// If the object got a Qt parent and died with it.
    pub fn pin_mut(&mut self) -> Pin<&mut T> {
        // SAFETY: alive (or `live` panics), never moved, and borrowed from its owner.
        unsafe { Pin::new_unchecked(&mut *self.live()) }
    }

    /// A handle that does not own the object.
    pub fn downgrade(&self) -> QPointer<T> {
        self.0.clone()
    }

    fn live(&self) -> *mut T {
        assert!(
            !self.0.is_null(),
            "the object of a QBox was deleted by its Qt parent"
        );
        self.0.address()
    }
}

impl<T: Upcast<QObject>> Deref for QBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: alive (or `live` panics) and borrowed from its owner.
        unsafe { &*self.live() }
    }
}

impl<T: Upcast<QObject>> Drop for QBox<T> {
    fn drop(&mut self) {
        if self.0.is_null() {
            return;
        }
        // SAFETY: the object lives, and this box is its only owner.
        let object = unsafe { T::upcast_ptr(self.0.address()).cast_mut() };
        // SAFETY: as above. What has no owner any more has nobody to tell.
        unsafe { silence(object) };
        if border::is_inside() {
            border::delete_afterwards(self.0.orphan());
        } else {
            // SAFETY: as above, and no code that uses the object is further up the stack: such code
            // was called by Qt.
            unsafe { delete_now(object) };
        }
    }
}

impl<T: Upcast<QObject>> fmt::Debug for QBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QBox({:?})", self.0)
    }
}
