// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "cxx-qt-network/object/qobject.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QCoreApplication>
#include <QtCore/QEvent>

#include "cxx-qt-network/src/object/qobject.cxx.h"

namespace cxx_qt_network {

namespace {

void releaseOwned(const QObject &object)
{
    const QObjectList children = object.children();
    for (QObject *child : children) {
        releaseOwned(*child);
        if (is_owned(*child))
            child->setParent(nullptr);
    }
}

class Receiver : public QObject
{
public:
    bool event(QEvent *event) override
    {
        if (event->type() != QEvent::User)
            return QObject::event(event);
        take_queued_calls();
        return true;
    }
};

} // namespace

QObject *makeReceiver()
{
    return new Receiver;
}

void wakeReceiver(QObject *receiver)
{
    QCoreApplication::postEvent(receiver, new QEvent(QEvent::User));
}

void deleteObject(QObject *object)
{
    releaseOwned(*object);
    delete object;
}

void watchDestruction(const QObject &object)
{
    QObject::connect(&object, &QObject::destroyed,
                     [](const QObject *destroyed) { object_destroyed(*destroyed); });
}

bool hookEventDispatcher()
{
    // Not a QPointer: its destructor could run before the last call of this function.
    static thread_local QAbstractEventDispatcher *hooked = nullptr;
    QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance();
    if (dispatcher && hooked != dispatcher) {
        QObject::connect(dispatcher, &QObject::destroyed, [] { hooked = nullptr; });
        QObject::connect(dispatcher, &QAbstractEventDispatcher::aboutToBlock, dispatcher,
                         [] { deliver_in_loop(); });
        QObject::connect(dispatcher, &QAbstractEventDispatcher::awake, dispatcher,
                         [] { deliver_in_loop(); });
        hooked = dispatcher;
    }
    return dispatcher;
}

void wakeUp()
{
    if (QAbstractEventDispatcher *dispatcher = QAbstractEventDispatcher::instance())
        dispatcher->wakeUp();
}

} // namespace cxx_qt_network
