// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtNetwork/QLocalServer>

#include "rust/cxx.h"

namespace cxx_qt_network {

struct IncomingHandler;
struct Hold;

// A server that gives the descriptors it accepts to a closure, not to a QLocalSocket.
QLocalServer *makeIncomingServer(rust::Box<IncomingHandler> handler);

// Gives the server what it is to have until it lets go of its name or dies. It is a child of the
// server, so that it goes after the server has closed, whoever deletes the server.
void serverKeep(QLocalServer &server, rust::Box<Hold> hold);

// What `serverKeep` gave, or null.
const Hold *serverHold(const QLocalServer &server);

// Deletes what `serverKeep` gave.
void serverRelease(QLocalServer &server);

inline void serverClose(QLocalServer &server)
{
    server.close();
}

inline std::int32_t serverError(const QLocalServer &server)
{
    return server.serverError();
}

inline std::int32_t serverSocketOptions(const QLocalServer &server)
{
    return static_cast<std::int32_t>(server.socketOptions());
}

inline void serverSetSocketOptions(QLocalServer &server, std::int32_t options)
{
    server.setSocketOptions(QLocalServer::SocketOptions(options));
}

inline std::int64_t serverSocketDescriptor(const QLocalServer &server)
{
    return static_cast<std::int64_t>(server.socketDescriptor());
}

inline bool serverListenDescriptor(QLocalServer &server, std::int64_t descriptor)
{
    return server.listen(static_cast<qintptr>(descriptor));
}

inline bool serverRemove(const QString &name)
{
    return QLocalServer::removeServer(name);
}

// Sets what the time limit did in `timedOut`.
inline bool serverWaitForNewConnection(QLocalServer &server, std::int32_t msecs, bool &timedOut)
{
    return server.waitForNewConnection(msecs, &timedOut);
}

// The backlog can be set from Qt 6.3 on; before, it is always 50.
inline std::int32_t serverListenBacklogSize(const QLocalServer &server)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 3, 0)
    return server.listenBacklogSize();
#else
    Q_UNUSED(server);
    return 50;
#endif
}

inline void serverSetListenBacklogSize(QLocalServer &server, std::int32_t size)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 3, 0)
    server.setListenBacklogSize(size);
#else
    Q_UNUSED(server);
    Q_UNUSED(size);
#endif
}

inline QString serverFullServerName(const QLocalServer &server)
{
    return server.fullServerName();
}

inline QString serverServerName(const QLocalServer &server)
{
    return server.serverName();
}

inline QString serverErrorString(const QLocalServer &server)
{
    return server.errorString();
}

inline bool serverListen(QLocalServer &server, const QString &name)
{
    return server.listen(name);
}

inline QLocalSocket *serverNextPendingConnection(QLocalServer &server)
{
    return server.nextPendingConnection();
}

} // namespace cxx_qt_network
