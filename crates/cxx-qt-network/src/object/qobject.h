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

// A new object for a QBox to own.
template <typename T>
T *make()
{
    return new T();
}

inline void blockSignals(const QObject &object)
{
    nonConst(object).blockSignals(true);
}

// Lets Rust know when the object is destroyed.
void watchDestruction(const QObject &object);

inline void unsetParent(const QObject &object)
{
    nonConst(object).setParent(nullptr);
}

// Deletes an object, but no child that a QBox owns.
void deleteObject(QObject *object);

// Ends what an object without an owner still does. With `isClean`, no code of Qt's for the object
// is on the stack, so its connection ends too. Implemented above the classes that it knows.
void stopObject(const QObject &object, bool isClean);

// An object of this thread that tells Rust of each `wakeReceiver`, from the event loop of the
// thread. That may be called in any thread while the object lives.
QObject *makeReceiver();
void wakeReceiver(QObject *receiver);

// Lets the event dispatcher of this thread, if it has one, deliver signals. Returns whether it has
// one.
bool hookEventDispatcher();

// Lets the event dispatcher of this thread not block the next time.
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
