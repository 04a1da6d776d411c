// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QIODevice>
#include <QtCore/QSocketNotifier>
#include <QtCore/QTimer>
#include <QtNetwork/QLocalServer>
#include <QtNetwork/QLocalSocket>

#include "rust/cxx.h"

namespace cxx_qt_network {

struct SignalHandler;

QMetaObject::Connection onReadyRead(QIODevice &sender, rust::Box<SignalHandler> handler);
QMetaObject::Connection onBytesWritten(QIODevice &sender, rust::Box<SignalHandler> handler);
QMetaObject::Connection onChannelBytesWritten(QIODevice &sender, rust::Box<SignalHandler> handler);
QMetaObject::Connection onChannelReadyRead(QIODevice &sender, rust::Box<SignalHandler> handler);
QMetaObject::Connection onAboutToClose(QIODevice &sender, rust::Box<SignalHandler> handler);
QMetaObject::Connection onReadChannelFinished(QIODevice &sender, rust::Box<SignalHandler> handler);
QMetaObject::Connection onNewConnection(QLocalServer &sender, rust::Box<SignalHandler> handler);
QMetaObject::Connection onConnected(QLocalSocket &sender, rust::Box<SignalHandler> handler);
QMetaObject::Connection onDisconnected(QLocalSocket &sender, rust::Box<SignalHandler> handler);
QMetaObject::Connection onErrorOccurred(QLocalSocket &sender, rust::Box<SignalHandler> handler);
QMetaObject::Connection onStateChanged(QLocalSocket &sender, rust::Box<SignalHandler> handler);
QMetaObject::Connection onTimeout(QTimer &sender, rust::Box<SignalHandler> handler);
QMetaObject::Connection onActivated(QSocketNotifier &sender, rust::Box<SignalHandler> handler);

} // namespace cxx_qt_network
