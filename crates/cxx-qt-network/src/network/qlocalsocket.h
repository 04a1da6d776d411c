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

// Only from Qt 6.2 on: before, sockets have no options and this changes nothing.
inline void socketSetAbstract(QLocalSocket &socket, bool abstract)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 2, 0)
    socket.setSocketOptions(abstract ? QLocalSocket::AbstractNamespaceOption
                                     : QLocalSocket::NoOptions);
#else
    Q_UNUSED(socket);
    Q_UNUSED(abstract);
#endif
}

inline bool socketWaitForConnected(QLocalSocket &socket, std::int32_t msecs)
{
    return socket.waitForConnected(msecs);
}

inline bool socketWaitForDisconnected(QLocalSocket &socket, std::int32_t msecs)
{
    return socket.waitForDisconnected(msecs);
}

} // namespace cxx_qt_network
