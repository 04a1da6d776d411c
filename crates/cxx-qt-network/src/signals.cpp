// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "cxx-qt-network/signals.h"

#include "cxx-qt-network/src/signals.cxx.h"

namespace cxx_qt_network {

namespace {

// The arguments go to Rust as integers; a signal of these classes has at most two.
void callHandler(const rust::Box<SignalHandler> &handler, std::int64_t first = 0,
                 std::int64_t second = 0)
{
    handler->call(first, second);
}

// With the sender as context the closure is called in the sender's thread and never after its end.
template <typename Sender, typename Class, typename... Arguments>
QMetaObject::Connection connectSignal(Sender &sender, void (Class::*signal)(Arguments...),
                                      rust::Box<SignalHandler> handler)
{
    return QObject::connect(&sender, signal, &sender,
                            [handler = std::move(handler)](Arguments... arguments) {
                                callHandler(handler, static_cast<std::int64_t>(arguments)...);
                            });
}

} // namespace

QMetaObject::Connection onReadyRead(QIODevice &sender, rust::Box<SignalHandler> handler)
{
    return connectSignal(sender, &QIODevice::readyRead, std::move(handler));
}

QMetaObject::Connection onBytesWritten(QIODevice &sender, rust::Box<SignalHandler> handler)
{
    return connectSignal(sender, &QIODevice::bytesWritten, std::move(handler));
}

QMetaObject::Connection onChannelBytesWritten(QIODevice &sender, rust::Box<SignalHandler> handler)
{
    return connectSignal(sender, &QIODevice::channelBytesWritten, std::move(handler));
}

QMetaObject::Connection onChannelReadyRead(QIODevice &sender, rust::Box<SignalHandler> handler)
{
    return connectSignal(sender, &QIODevice::channelReadyRead, std::move(handler));
}

QMetaObject::Connection onAboutToClose(QIODevice &sender, rust::Box<SignalHandler> handler)
{
    return connectSignal(sender, &QIODevice::aboutToClose, std::move(handler));
}

QMetaObject::Connection onReadChannelFinished(QIODevice &sender, rust::Box<SignalHandler> handler)
{
    return connectSignal(sender, &QIODevice::readChannelFinished, std::move(handler));
}

QMetaObject::Connection onNewConnection(QLocalServer &sender, rust::Box<SignalHandler> handler)
{
    return connectSignal(sender, &QLocalServer::newConnection, std::move(handler));
}

QMetaObject::Connection onConnected(QLocalSocket &sender, rust::Box<SignalHandler> handler)
{
    return connectSignal(sender, &QLocalSocket::connected, std::move(handler));
}

QMetaObject::Connection onDisconnected(QLocalSocket &sender, rust::Box<SignalHandler> handler)
{
    return connectSignal(sender, &QLocalSocket::disconnected, std::move(handler));
}

QMetaObject::Connection onErrorOccurred(QLocalSocket &sender, rust::Box<SignalHandler> handler)
{
    return connectSignal(sender, &QLocalSocket::errorOccurred, std::move(handler));
}

QMetaObject::Connection onStateChanged(QLocalSocket &sender, rust::Box<SignalHandler> handler)
{
    return connectSignal(sender, &QLocalSocket::stateChanged, std::move(handler));
}

// The only parameter of this signal is private to Qt.
QMetaObject::Connection onTimeout(QTimer &sender, rust::Box<SignalHandler> handler)
{
    return QObject::connect(&sender, &QTimer::timeout, &sender,
                            [handler = std::move(handler)] { callHandler(handler); });
}

QMetaObject::Connection onActivated(QSocketNotifier &sender, rust::Box<SignalHandler> handler)
{
    return QObject::connect(&sender, &QSocketNotifier::activated, &sender,
                            [handler = std::move(handler)] { callHandler(handler); });
}

} // namespace cxx_qt_network
