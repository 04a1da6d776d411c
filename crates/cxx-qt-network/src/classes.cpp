// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Implements the functions of lower layers that need the classes above them.

#include <QtCore/QEventLoop>
#include <QtCore/QSocketNotifier>
#include <QtCore/QTimer>
#include <QtNetwork/QAbstractSocket>

#include "cxx-qt-network/core/qiodevice.h"
#include "cxx-qt-network/network/socket/qlocalserver.h"
#include "cxx-qt-network/network/socket/qlocalsocket.h"

namespace cxx_qt_network {

void stopObject(const QObject &object, bool isClean)
{
    QObject *const any = &nonConst(object);
    if (auto *timer = qobject_cast<QTimer *>(any))
        timer->stop();
    else if (auto *notifier = qobject_cast<QSocketNotifier *>(any))
        notifier->setEnabled(false);
    else if (auto *loop = qobject_cast<QEventLoop *>(any); loop && loop->isRunning())
        loop->exit();
    else if (auto *server = qobject_cast<QLocalServer *>(any))
        serverClose(*server);
    else if (auto *socket = qobject_cast<QLocalSocket *>(any); socket && isClean)
        socket->abort();
}

std::int64_t readBufferSize(const QIODevice &device)
{
    const auto *socket = qobject_cast<const QLocalSocket *>(&device);
    return socket ? socket->readBufferSize() : 0;
}

std::int32_t connectionState(const QIODevice &device)
{
    if (const auto *local = qobject_cast<const QLocalSocket *>(&device))
        return local->state();
    const auto *socket = qobject_cast<const QAbstractSocket *>(&device);
    return socket ? socket->state() : -1;
}

bool hasFailed(const QIODevice &device)
{
    int error = QAbstractSocket::UnknownSocketError;
    if (const auto *local = qobject_cast<const QLocalSocket *>(&device))
        error = local->error();
    else if (const auto *socket = qobject_cast<const QAbstractSocket *>(&device))
        error = socket->error();
    // QLocalSocket's errors have the numbers of QAbstractSocket's. A time-out does not end the
    // connection.
    return error != QAbstractSocket::UnknownSocketError
        && error != QAbstractSocket::RemoteHostClosedError
        && error != QAbstractSocket::SocketTimeoutError;
}

bool openDevice(QIODevice &device, QIODeviceOpenMode mode)
{
    auto *socket = qobject_cast<QLocalSocket *>(&device);
    if (!socket)
        return device.open(mode);
    socketCloseLeftOpen(*socket);
    const QString name = socket->serverName();
    const bool isOpen = socket->open(mode);
    socketKeepAttemptedName(*socket, name);
    return isOpen;
}

bool prepareWaitForReadyRead(QIODevice &device, std::int32_t &msecs)
{
    auto *socket = qobject_cast<QLocalSocket *>(&device);
    // With a full read buffer, Qt would poll without checking the deadline.
    return !socket || (socketFinishConnecting(*socket, msecs) && !socketIsReadBufferFull(*socket));
}

bool prepareWaitForBytesWritten(QIODevice &device, std::int32_t &msecs)
{
    auto *socket = qobject_cast<QLocalSocket *>(&device);
    return !socket || socketFinishConnecting(*socket, msecs);
}

} // namespace cxx_qt_network
