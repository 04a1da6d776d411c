// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QEventLoop>
#include <QtCore/QTimer>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>

namespace cxx_qt_network {

// A QObject for a QBox to own.
template <typename T>
T *make()
{
    return new T();
}

} // namespace cxx_qt_network
