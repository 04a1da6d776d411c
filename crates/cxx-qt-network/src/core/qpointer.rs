// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QPointer`](https://doc.qt.io/qt-6/qpointer.html): a handle that does not own and knows when its
//! object is gone. It belongs to the object's thread.

use std::fmt;
use std::mem::MaybeUninit;
use std::pin::Pin;

use cxx_qt::QObject;
use cxx_qt::casting::Upcast;

use crate::border;

#[cxx::bridge]
mod ffi {
    unsafe extern "C++" {
        include!(<QtCore/QObject>);
        type QObject = cxx_qt::QObject;
    }

    // SAFETY: the declarations match the header. What takes a raw pointer is unsafe to call; the
    // handle itself is destroyed once, by its `Drop`.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/qpointer.h");
        type GuardedObject = super::GuardedObject;

        #[rust_name = "guarded_object_new"]
        unsafe fn guardedObjectNew(object: *mut QObject) -> GuardedObject;
        #[rust_name = "guarded_object_clone"]
        fn guardedObjectClone(object: &GuardedObject) -> GuardedObject;
        #[rust_name = "guarded_object_drop"]
        fn guardedObjectDrop(object: &mut GuardedObject);
        #[rust_name = "guarded_object_is_null"]
        fn guardedObjectIsNull(object: &GuardedObject) -> bool;

        unsafe fn silence(object: *mut QObject);
        #[rust_name = "delete_now"]
        unsafe fn deleteNow(object: *mut QObject);
        #[rust_name = "delete_later"]
        unsafe fn deleteLater(object: *mut QObject);
    }
}

pub(crate) use ffi::{delete_now, silence};

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

/// A handle to an object that somebody else owns; null once the object is gone.
///
/// To use the object, borrow it for the length of a closure with [`with`](Self::with). As
/// `QPointer`.
pub struct QPointer<T> {
    address: *mut T,
    guard: GuardedObject,
}

impl<T: Upcast<QObject>> QPointer<T> {
    /// A handle to `object`.
    pub fn new(mut object: Pin<&mut T>) -> Self {
        // SAFETY: only addresses are taken; nothing is moved through them.
        let address: *mut T = unsafe { object.as_mut().get_unchecked_mut() };
        // SAFETY: as above; a QPointer to a live object may be made in the object's thread.
        let guard = unsafe {
            let base: *mut QObject = object.upcast_pin().get_unchecked_mut();
            ffi::guarded_object_new(base)
        };
        Self { address, guard }
    }

    /// Whether the object is gone, as `QPointer::isNull`.
    pub fn is_null(&self) -> bool {
        ffi::guarded_object_is_null(&self.guard)
    }

    /// Calls `f` with the object, or returns `None` if the object is gone.
    ///
    /// The object outlives the call even if `f` drops its owner: it is deleted afterwards.
    pub fn with<R>(&self, f: impl FnOnce(Pin<&mut T>) -> R) -> Option<R> {
        if self.is_null() {
            return None;
        }
        // SAFETY: the object lives and stays where it is, and `inside` turns every delete by an
        // owner in this thread into deleteLater until `f` has returned.
        let object = unsafe { Pin::new_unchecked(&mut *self.address) };
        Some(border::inside(|| f(object)))
    }

    /// The address of the object, which may be gone.
    pub(crate) fn address(&self) -> *mut T {
        self.address
    }
}

impl<T: Upcast<QObject>> QPointer<T> {
    /// The object for when its owner is gone.
    pub(crate) fn orphan(&self) -> Orphan {
        Orphan {
            // SAFETY: a cast of the address alone.
            object: unsafe { T::upcast_ptr(self.address).cast_mut() },
            guard: ffi::guarded_object_clone(&self.guard),
        }
    }
}

/// An object without an owner, to be deleted soon.
pub(crate) struct Orphan {
    object: *mut QObject,
    guard: GuardedObject,
}

impl Orphan {
    /// Leaves the object to the event loop, unless a Qt parent deleted it meanwhile.
    pub(crate) fn delete_later(self) {
        if !ffi::guarded_object_is_null(&self.guard) {
            // SAFETY: the object lives and has no owner. Qt's own code further up the stack ends
            // before the event loop, which deletes it, goes on.
            unsafe { ffi::delete_later(self.object) };
        }
    }
}

impl<T> Clone for QPointer<T> {
    fn clone(&self) -> Self {
        Self {
            address: self.address,
            guard: ffi::guarded_object_clone(&self.guard),
        }
    }
}

impl<T: Upcast<QObject>> fmt::Debug for QPointer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = if self.is_null() {
            std::ptr::null_mut()
        } else {
            self.address
        };
        write!(f, "QPointer({address:p})")
    }
}
