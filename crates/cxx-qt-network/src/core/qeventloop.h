// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

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

} // namespace cxx_qt_network
