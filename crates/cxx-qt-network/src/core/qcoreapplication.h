// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QCoreApplication>

#include "rust/cxx.h"

namespace cxx_qt_network {

inline QString runningVersion()
{
    return QString::fromLatin1(qVersion());
}

inline std::int32_t applicationExec()
{
    return QCoreApplication::exec();
}

inline void applicationExit(std::int32_t code)
{
    QCoreApplication::exit(code);
}

// Exits the application's event loop from any thread; does nothing without an application.
void applicationExitLater(std::int32_t code);

} // namespace cxx_qt_network
