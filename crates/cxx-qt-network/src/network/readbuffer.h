// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtNetwork/QLocalSocket>

#include "rust/cxx.h"

namespace cxx_qt_network {

// How many bytes a device keeps for reading at the most; 0 where there is no limit.
inline std::int64_t readBufferSize(const QIODevice &device)
{
    const auto *socket = qobject_cast<const QLocalSocket *>(&device);
    return socket ? socket->readBufferSize() : 0;
}

} // namespace cxx_qt_network
