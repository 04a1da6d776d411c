// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QCoreApplication>

namespace cxx_qt_network {

inline QString runningVersion()
{
    return QString::fromLatin1(qVersion());
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
