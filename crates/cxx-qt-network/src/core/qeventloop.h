// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QEventLoop>

#include "cxx-qt-network/object/qobject.h"

namespace cxx_qt_network {

inline std::int32_t eventLoopExec(const QEventLoop &loop)
{
    return nonConst(loop).exec();
}

inline void eventLoopExit(const QEventLoop &loop, std::int32_t code)
{
    nonConst(loop).exit(code);
}

inline bool eventLoopProcessEvents(const QEventLoop &loop)
{
    return nonConst(loop).processEvents();
}

} // namespace cxx_qt_network
