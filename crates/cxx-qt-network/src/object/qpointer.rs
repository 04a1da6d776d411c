// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QPointer`](https://doc.qt.io/qt-6/qpointer.html): a non-owning handle that is null once the
//! object is destroyed. It belongs to the object's thread.

use std::fmt;
use std::rc::Rc;

use cxx_qt::QObject;
use cxx_qt::casting::Upcast;

use super::qobject::ObjectState;
use super::thread_handle::ThreadHandle;

/// A non-owning handle to an object; null once the object is destroyed or its [`QBox`] was dropped.
///
/// To use the object, borrow it for the duration of a closure with [`with`](Self::with). As
/// `QPointer`.
///
/// [`QBox`]: crate::QBox
pub struct QPointer<T> {
    object: *const T,
    state: Rc<ObjectState>,
}

impl<T: Upcast<QObject>> QPointer<T> {
    /// A handle to `object`.
    ///
    /// For an object that C++, QML or a `UniquePtr` owns, `with` cannot prevent the deletion by its
    /// owner: if that happens inside, the process aborts with a message. Do not run an event loop
    /// there.
    pub fn new(object: &T) -> Self {
        Self::from_parts(object, ObjectState::of(object.upcast()))
    }

    pub(crate) fn from_parts(object: *const T, state: Rc<ObjectState>) -> Self {
        Self { object, state }
    }

    /// Whether the object was destroyed, as `QPointer::isNull`.
    pub fn is_null(&self) -> bool {
        self.state.is_null()
    }

    /// Calls `f` with the object, or returns `None` if the handle is null.
    ///
    /// The object outlives the call even if `f` drops its owner: it is deleted afterwards. It
    /// cannot be borrowed for longer:
    ///
    /// ```compile_fail
    /// use cxx_qt_network::QTimer;
    ///
    /// let timer = QTimer::new();
    /// let borrowed: Option<&QTimer> = timer.downgrade().with(|timer| timer);
    /// ```
    pub fn with<R>(&self, f: impl FnOnce(&T) -> R) -> Option<R> {
        if self.is_null() {
            return None;
        }
        let _use = self.state.keep();
        // SAFETY: the object lives, and its QBox does not delete it before `_use` is dropped.
        Some(f(unsafe { &*self.object }))
    }

    /// A handle with which other threads queue closures for the object.
    pub fn thread_handle(&self) -> ThreadHandle<T>
    where
        T: 'static,
    {
        ThreadHandle::new(self.object, self.state.clone())
    }

    pub(crate) fn state(&self) -> &Rc<ObjectState> {
        &self.state
    }
}

impl<T> Clone for QPointer<T> {
    fn clone(&self) -> Self {
        Self {
            object: self.object,
            state: self.state.clone(),
        }
    }
}

impl<T: Upcast<QObject>> fmt::Debug for QPointer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = if self.is_null() {
            std::ptr::null()
        } else {
            self.object
        };
        write!(f, "QPointer({address:p})")
    }
}
