// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>

namespace cxx_qt_network {

inline std::int32_t eventLoopExec(QEventLoop &loop)
{
    return loop.exec();
}

inline void eventLoopExit(QEventLoop &loop, std::int32_t code)
{
    loop.exit(code);
}

inline bool eventLoopProcessEvents(QEventLoop &loop)
{
    return loop.processEvents();
}

// Exits the application's event loop from whatever thread; nothing without an application.
inline void applicationExitLater(std::int32_t code)
{
    if (QCoreApplication *application = QCoreApplication::instance()) {
        QMetaObject::invokeMethod(
                application, [code] { QCoreApplication::exit(code); }, Qt::QueuedConnection);
    }
}

} // namespace cxx_qt_network
