// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtNetwork/QLocalSocket>

#include "rust/cxx.h"

namespace cxx_qt_network {

using LocalSocketError = QLocalSocket::LocalSocketError;
using LocalSocketState = QLocalSocket::LocalSocketState;

inline void socketConnectToServer(QLocalSocket &socket, const QString &name, std::int32_t mode)
{
    socket.connectToServer(name, QIODevice::OpenMode(mode));
}

inline std::int64_t socketReadBufferSize(const QLocalSocket &socket)
{
    return socket.readBufferSize();
}

inline void socketSetReadBufferSize(QLocalSocket &socket, std::int64_t size)
{
    socket.setReadBufferSize(size);
}

inline std::int64_t socketDescriptor(const QLocalSocket &socket)
{
    return static_cast<std::int64_t>(socket.socketDescriptor());
}

inline bool socketSetDescriptor(QLocalSocket &socket, std::int64_t descriptor,
                                LocalSocketState state, std::int32_t mode)
{
    return socket.setSocketDescriptor(static_cast<qintptr>(descriptor), state,
                                      QIODevice::OpenMode(mode));
}

#if QT_VERSION >= QT_VERSION_CHECK(6, 2, 0)
inline std::int32_t socketOptions(const QLocalSocket &socket)
{
    return static_cast<std::int32_t>(socket.socketOptions());
}

inline void socketSetOptions(QLocalSocket &socket, std::int32_t options)
{
    socket.setSocketOptions(QLocalSocket::SocketOptions(options));
}
#endif

inline bool socketWaitForConnected(QLocalSocket &socket, std::int32_t msecs)
{
    return socket.waitForConnected(msecs);
}

inline bool socketWaitForDisconnected(QLocalSocket &socket, std::int32_t msecs)
{
    return socket.waitForDisconnected(msecs);
}

} // namespace cxx_qt_network
