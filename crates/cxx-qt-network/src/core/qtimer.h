// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QTimer>

#include "cxx-qt-network/object/signal.h"

namespace cxx_qt_network {

inline void timerSetSingleShot(const QTimer &timer, bool singleShot)
{
    nonConst(timer).setSingleShot(singleShot);
}

inline void timerStart(const QTimer &timer, std::int32_t msecs)
{
    nonConst(timer).start(msecs);
}

inline void timerStop(const QTimer &timer)
{
    nonConst(timer).stop();
}

template <typename Slot>
QMetaObject::Connection onTimeout(const QTimer &timer, rust::Box<Slot> slot)
{
    return connectWithoutArguments(timer, &QTimer::timeout, std::move(slot));
}

} // namespace cxx_qt_network
