// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QThread>

#include "rust/cxx.h"

namespace cxx_qt_network {

using GuardedObject = QPointer<QObject>;

// Rust uses objects through shared references; no object is const in C++.
template <typename T>
T &nonConst(const T &object)
{
    return const_cast<T &>(object);
}

inline GuardedObject guardedObjectNew(const QObject &object)
{
    return GuardedObject(&nonConst(object));
}

inline void guardedObjectDrop(GuardedObject &object)
{
    object.~GuardedObject();
}

inline bool guardedObjectIsNull(const GuardedObject &object)
{
    return object.isNull();
}

// Creates an object that a QBox will own.
template <typename T>
T *make()
{
    return new T();
}

inline void blockSignals(const QObject &object)
{
    nonConst(object).blockSignals(true);
}

// Calls Rust when the object is destroyed.
void watchDestruction(const QObject &object);

inline void unsetParent(const QObject &object)
{
    nonConst(object).setParent(nullptr);
}

// Deletes an object, except for children that a QBox owns.
void deleteObject(QObject *object);

// Stops an object without an owner. With `isClean`, no Qt code for the object is on the stack, so
// its connection is closed too. Implemented in the layer above, which has the classes.
void stopObject(const QObject &object, bool isClean);

// Creates an object that calls Rust for each `wakeReceiver`, from the event loop of this thread.
// Any thread may call `wakeReceiver` while the object lives.
QObject *makeReceiver();
void wakeReceiver(QObject *receiver);

// Makes the event dispatcher of this thread deliver signals. Returns whether the thread has one.
bool hookEventDispatcher();

// Prevents the event dispatcher of this thread from blocking the next time.
void wakeUp();

inline std::int32_t loopLevel()
{
    return QThread::currentThread()->loopLevel();
}

} // namespace cxx_qt_network

namespace rust {

template <>
struct IsRelocatable<cxx_qt_network::GuardedObject> : std::true_type
{
};

} // namespace rust

static_assert(sizeof(cxx_qt_network::GuardedObject) == 2 * sizeof(void *));
static_assert(alignof(cxx_qt_network::GuardedObject) == alignof(void *));
static_assert(QTypeInfo<cxx_qt_network::GuardedObject>::isRelocatable);
