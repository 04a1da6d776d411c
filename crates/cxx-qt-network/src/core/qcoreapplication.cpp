// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "cxx-qt-network/core/qcoreapplication.h"

#include <QtCore/QMutex>
#include <QtCore/QThread>

namespace cxx_qt_network {

namespace {

// Held while an event is posted to the application and when its destruction begins: an application
// that is being destroyed must not get events.
QBasicMutex mutex;
bool isAlive = false;

void setAlive(bool alive)
{
    const QMutexLocker locker(&mutex);
    isAlive = alive;
}

void applicationEnds()
{
    setAlive(false);
    // The event loop still uses the event dispatcher, which is deleted with the application.
    if (QThread::currentThread()->loopLevel() > 0)
        qFatal("A QCoreApplication must not be destroyed inside an event loop");
}

void applicationStarts()
{
    setAlive(true);
    qAddPostRoutine(applicationEnds);
}

} // namespace

Q_COREAPP_STARTUP_FUNCTION(applicationStarts)

void applicationExitLater(std::int32_t code)
{
    const QMutexLocker locker(&mutex);
    if (isAlive) {
        QMetaObject::invokeMethod(
            QCoreApplication::instance(), [code] { QCoreApplication::exit(code); },
            Qt::QueuedConnection);
    }
}

} // namespace cxx_qt_network
