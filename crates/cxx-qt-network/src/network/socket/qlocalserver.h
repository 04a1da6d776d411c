// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtNetwork/QLocalServer>

#include "cxx-qt-network/object/signal.h"

namespace cxx_qt_network {

using QLocalServerSocketOptions = QLocalServer::SocketOptions;

struct IncomingSlot;
struct Listener;

// A server that passes accepted descriptors to a Rust slot, without a QLocalSocket.
QLocalServer *makeIncomingServer();
void serverSetIncoming(const QLocalServer &server, rust::Box<IncomingSlot> slot);

// Stores the server's state while it listens in a way that this crate adds, until it is closed or
// deleted.
void serverSetListener(const QLocalServer &server, rust::Box<Listener> listener);

// The argument of `serverSetListener`, or null.
const Listener *serverListener(const QLocalServer &server);

// Stops listening, and drops the argument of `serverSetListener`.
void serverClose(const QLocalServer &server);

// Resumes accepting if Qt has stopped the server and a spare descriptor is available.
void serverResume(const QLocalServer &server);

// Whether a connection was accepted before the time-out, which sets `timedOut`.
bool serverWaitForNewConnection(const QLocalServer &server, std::int32_t msecs, bool &timedOut);

inline QString serverFullName(const QLocalServer &server)
{
    return server.fullServerName();
}

// Whether the server listens. In Qt 5 also true for a server that Qt has stopped by itself.
bool serverIsListening(const QLocalServer &server);

inline QString serverName(const QLocalServer &server)
{
    return server.serverName();
}

inline std::int32_t serverError(const QLocalServer &server)
{
    return server.serverError();
}

inline QLocalServerSocketOptions serverSocketOptions(const QLocalServer &server)
{
    return server.socketOptions();
}

inline void serverSetSocketOptions(const QLocalServer &server, QLocalServerSocketOptions options)
{
    nonConst(server).setSocketOptions(options);
}

inline std::int64_t serverSocketDescriptor(const QLocalServer &server)
{
    return serverIsListening(server) ? static_cast<std::int64_t>(server.socketDescriptor()) : -1;
}

inline bool serverListenDescriptor(const QLocalServer &server, std::int64_t descriptor)
{
    return nonConst(server).listen(static_cast<qintptr>(descriptor));
}

inline bool serverRemove(const QString &name)
{
    return QLocalServer::removeServer(name);
}

inline void serverSetMaxPendingConnections(const QLocalServer &server, std::int32_t count)
{
    nonConst(server).setMaxPendingConnections(count);
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

inline void serverSetListenBacklogSize(const QLocalServer &server, std::int32_t size)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 3, 0)
    nonConst(server).setListenBacklogSize(size);
#else
    Q_UNUSED(server);
    Q_UNUSED(size);
#endif
}

inline QString serverErrorString(const QLocalServer &server)
{
    return server.errorString();
}

inline bool serverListen(const QLocalServer &server, const QString &name)
{
    return nonConst(server).listen(name);
}

// If Qt has stopped the server by itself, accepted connections cannot be taken: Qt would crash.
inline bool serverHasPendingConnections(const QLocalServer &server)
{
    return serverIsListening(server) && server.hasPendingConnections();
}

inline QLocalSocket *serverNextPendingConnection(const QLocalServer &server)
{
    return serverIsListening(server) ? nonConst(server).nextPendingConnection() : nullptr;
}

template <typename Slot>
QMetaObject::Connection onNewConnection(const QLocalServer &server, rust::Box<Slot> slot)
{
    return connectSignal(server, &QLocalServer::newConnection, std::move(slot));
}

} // namespace cxx_qt_network
