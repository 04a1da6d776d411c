// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QDeadlineTimer>
#include <QtCore/QSignalBlocker>
#include <QtCore/QVariant>
#include <QtNetwork/QAbstractSocket>
#include <QtNetwork/QLocalSocket>

#include <array>

#include "cxx-qt-network/core/qiodevice.h"
#include "cxx-qt-network/object/signal.h"

namespace cxx_qt_network {

using QLocalSocketError = QLocalSocket::LocalSocketError;
using QLocalSocketState = QLocalSocket::LocalSocketState;

inline void socketAbort(const QLocalSocket &socket)
{
    nonConst(socket).abort();
}

inline void socketDisconnectFromServer(const QLocalSocket &socket)
{
    nonConst(socket).disconnectFromServer();
}

inline bool socketFlush(const QLocalSocket &socket)
{
    return nonConst(socket).flush();
}

inline void socketSetServerName(const QLocalSocket &socket, const QString &name)
{
    nonConst(socket).setServerName(name);
}

// Closes a socket before a new connection. A socket whose peer has disconnected is still open:
// without this, Qt accepts writes before it has connected again, and crashes. Qt would also leak
// the descriptor of a failed attempt.
inline void socketCloseLeftOpen(QLocalSocket &socket)
{
    if (socket.state() == QLocalSocket::UnconnectedState) {
        const QSignalBlocker blocker(socket);
        const QString name = socket.serverName();
        socket.close();
        socket.setServerName(name);
    }
}

// Waits until a socket that is connecting is connected, and subtracts the elapsed time from the
// limit. Qt's other waits would abandon the attempt and leak its descriptor.
inline bool socketFinishConnecting(QLocalSocket &socket, std::int32_t &msecs)
{
    if (socket.state() != QLocalSocket::ConnectingState)
        return true;
    const QDeadlineTimer deadline(msecs);
    const bool connected = socket.waitForConnected(msecs);
    msecs = static_cast<std::int32_t>(deadline.remainingTime());
    return connected;
}

// The property with the name of a pending or failed attempt; Qt clears its own copy on an error.
constexpr char attemptedName[] = "_cxx_qt_network_attempted_name";

inline void socketKeepAttemptedName(QLocalSocket &socket, const QString &name)
{
    if (socket.state() != QLocalSocket::ConnectedState)
        socket.setProperty(attemptedName, name);
}

inline QString socketAttemptedName(const QLocalSocket &socket)
{
    return socket.property(attemptedName).toString();
}

inline void socketConnectToServer(const QLocalSocket &socket, const QString &name,
                                  QIODeviceOpenMode mode)
{
    socketCloseLeftOpen(nonConst(socket));
    nonConst(socket).connectToServer(name, mode);
    socketKeepAttemptedName(nonConst(socket), name);
}

inline std::int64_t socketReadBufferSize(const QLocalSocket &socket)
{
    return socket.readBufferSize();
}

inline void socketSetReadBufferSize(const QLocalSocket &socket, std::int64_t size)
{
    nonConst(socket).setReadBufferSize(size);
}

// The limit applies to the buffer of the inner socket; QLocalSocket has a buffer too.
inline bool socketIsReadBufferFull(const QLocalSocket &socket)
{
    const qint64 limit = socket.readBufferSize();
    if (limit <= 0)
        return false;
    const auto *below = socket.findChild<QAbstractSocket *>(QString(), Qt::FindDirectChildrenOnly);
    return below && below->bytesAvailable() >= limit;
}

inline std::int64_t socketDescriptor(const QLocalSocket &socket)
{
    return static_cast<std::int64_t>(socket.socketDescriptor());
}

#ifdef Q_OS_UNIX
// The user, the group and the process (0: unknown) of the peer. Returns 0, an errno, or -1 if the
// system has no peer credentials.
std::int32_t socketPeerCredentials(std::int32_t descriptor, std::array<std::uint32_t, 3> &ids);
#endif

inline bool socketSetDescriptor(const QLocalSocket &socket, std::int64_t descriptor,
                                QIODeviceOpenMode mode)
{
    if (socket.state() != QLocalSocket::UnconnectedState)
        return false;
    socketCloseLeftOpen(nonConst(socket));
    return nonConst(socket).setSocketDescriptor(static_cast<qintptr>(descriptor),
                                                QLocalSocket::ConnectedState, mode);
}

#if QT_VERSION >= QT_VERSION_CHECK(6, 2, 0)
using QLocalSocketSocketOptions = QLocalSocket::SocketOptions;

inline QLocalSocketSocketOptions socketOptions(const QLocalSocket &socket)
{
    return socket.socketOptions();
}

inline void socketSetOptions(const QLocalSocket &socket, QLocalSocketSocketOptions options)
{
    nonConst(socket).setSocketOptions(options);
}
#endif

inline bool socketWaitForConnected(const QLocalSocket &socket, std::int32_t msecs)
{
    return nonConst(socket).waitForConnected(msecs);
}

// With a full read buffer, Qt would poll without checking the deadline.
inline bool socketWaitForDisconnected(const QLocalSocket &socket, std::int32_t msecs)
{
    QLocalSocket &object = nonConst(socket);
    if (!socketFinishConnecting(object, msecs))
        return object.state() == QLocalSocket::UnconnectedState;
    const QDeadlineTimer deadline(msecs);
    while (object.state() == QLocalSocket::ConnectedState && object.readBufferSize() > 0) {
        if (socketIsReadBufferFull(object))
            return false;
        if (!object.waitForReadyRead(static_cast<int>(deadline.remainingTime()))
            && object.state() == QLocalSocket::ConnectedState)
            return false;
    }
    return object.state() == QLocalSocket::UnconnectedState
        || object.waitForDisconnected(static_cast<int>(deadline.remainingTime()));
}

template <typename Slot>
QMetaObject::Connection onConnected(const QLocalSocket &socket, rust::Box<Slot> slot)
{
    return connectSignal(socket, &QLocalSocket::connected, std::move(slot));
}

template <typename Slot>
QMetaObject::Connection onDisconnected(const QLocalSocket &socket, rust::Box<Slot> slot)
{
    return connectSignal(socket, &QLocalSocket::disconnected, std::move(slot));
}

// With the text of the error and the name, which may have changed when the signal is delivered.
template <typename Slot>
QMetaObject::Connection onErrorOccurred(const QLocalSocket &socket, rust::Box<Slot> slot)
{
    QLocalSocket &object = nonConst(socket);
    return QObject::connect(&object, &QLocalSocket::errorOccurred, &object,
                            [&object, slot = std::move(slot)](QLocalSocketError error) {
                                slot->record(error, object.errorString(), object.serverName());
                            });
}

template <typename Slot>
QMetaObject::Connection onStateChanged(const QLocalSocket &socket, rust::Box<Slot> slot)
{
    return connectSignal(socket, &QLocalSocket::stateChanged, std::move(slot));
}

} // namespace cxx_qt_network
