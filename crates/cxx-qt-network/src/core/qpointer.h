// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QObject>
#include <QtCore/QPointer>

#include "rust/cxx.h"

namespace cxx_qt_network {

using GuardedObject = QPointer<QObject>;

inline GuardedObject guardedObjectNew(QObject *object)
{
    return GuardedObject(object);
}

inline GuardedObject guardedObjectClone(const GuardedObject &object)
{
    return object;
}

inline void guardedObjectDrop(GuardedObject &object)
{
    object.~GuardedObject();
}

inline bool guardedObjectIsNull(const GuardedObject &object)
{
    return object.isNull();
}

inline void silence(QObject *object)
{
    object->blockSignals(true);
}

inline void deleteNow(QObject *object)
{
    delete object;
}

inline void deleteLater(QObject *object)
{
    object->deleteLater();
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
