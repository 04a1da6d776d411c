// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QTimer>

namespace cxx_qt_network {

inline void timerStart(QTimer &timer, std::int32_t msecs)
{
    timer.start(msecs);
}

} // namespace cxx_qt_network
