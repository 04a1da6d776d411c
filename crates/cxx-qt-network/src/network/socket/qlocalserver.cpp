// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "cxx-qt-network/network/socket/qlocalserver.h"

#include <QtCore/QBasicTimer>
#include <QtCore/QElapsedTimer>
#include <QtCore/QPointer>
#include <QtCore/QSocketNotifier>
#include <QtCore/QTimerEvent>

#include <algorithm>
#include <optional>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#endif

#include "cxx-qt-network/src/network/socket/qlocalserver.cxx.h"

namespace cxx_qt_network {

namespace {

class IncomingServer final : public QLocalServer
{
public:
    int accepted() const { return m_accepted; }

    void setSlot(rust::Box<IncomingSlot> slot) { m_slot = std::move(slot); }

protected:
    void incomingConnection(quintptr descriptor) override
    {
        ++m_accepted;
        if (m_slot)
            (*m_slot)->record(static_cast<std::int64_t>(descriptor));
    }

private:
    std::optional<rust::Box<IncomingSlot>> m_slot;
    int m_accepted = 0;
};

// Holds a duplicate of the listening descriptor. When accept fails, Qt closes its own without a
// signal; waiting clients stay in the backlog, and Qt gets a new duplicate as soon as descriptors
// are available. It is a child of the server, so it is deleted after the server has closed.
class ListenerObject final : public QObject
{
public:
    ListenerObject(rust::Box<Listener> listener, QLocalServer &server)
        : QObject(&server), m_server(&server), m_listener(std::move(listener))
    {
        watch();
    }

    const Listener &listener() const { return *m_listener; }

    void resume()
    {
        // The notifier is also deleted with the server, whose pointer is null then.
        if (!m_server || serverIsListening(*m_server)) {
            m_retry.stop();
            return;
        }
        // Accept fails again immediately if the socket was shut down or another process accepts
        // from it.
        if (m_resumed.isValid() && !m_resumed.hasExpired(retryInterval)) {
            m_retry.start(retryInterval, this);
            return;
        }
        const std::int64_t descriptor = m_listener->duplicate_if_spare();
        const auto options = m_server->socketOptions();
        // Qt 5 still considers itself listening. Pending connections are lost.
        if (descriptor >= 0)
            m_server->close();
        if (descriptor >= 0 && m_server->listen(static_cast<qintptr>(descriptor))) {
            // Listening on a descriptor overwrites the options.
            m_server->setSocketOptions(options);
            m_resumed.start();
            m_retry.stop();
            watch();
        } else {
            m_retry.start(retryInterval, this);
        }
    }

protected:
    void timerEvent(QTimerEvent *event) override
    {
        if (event->timerId() == m_retry.timerId())
            resume();
        else
            QObject::timerEvent(event);
    }

private:
    static constexpr int retryInterval = 100; // milliseconds

    // Detects that Qt stopped listening: it deletes its notifier then.
    void watch()
    {
        const auto notifiers
            = m_server->findChildren<QSocketNotifier *>(QString(), Qt::FindDirectChildrenOnly);
        if (!notifiers.isEmpty())
            connect(
                notifiers.last(), &QObject::destroyed, this, [this] { resume(); },
                Qt::QueuedConnection);
    }

    QPointer<QLocalServer> m_server;
    rust::Box<Listener> m_listener;
    QBasicTimer m_retry;
    QElapsedTimer m_resumed;
};

ListenerObject *listenerOf(const QLocalServer &server)
{
    for (QObject *child : server.children()) {
        if (auto *listener = dynamic_cast<ListenerObject *>(child))
            return listener;
    }
    return nullptr;
}

} // namespace

bool serverIsListening(const QLocalServer &server)
{
#if defined(Q_OS_UNIX) && QT_VERSION < QT_VERSION_CHECK(6, 0, 0)
    // A server that has stopped has no notifier, or one whose descriptor is closed.
    const auto listens = [](const QSocketNotifier *notifier) {
        int value = 0;
        socklen_t size = sizeof value;
        const auto descriptor = static_cast<int>(notifier->socket());
        return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value != 0;
    };
    const auto notifiers
        = server.findChildren<QSocketNotifier *>(QString(), Qt::FindDirectChildrenOnly);
    return server.isListening() && std::any_of(notifiers.begin(), notifiers.end(), listens);
#else
    return server.isListening();
#endif
}

QLocalServer *makeIncomingServer()
{
    return new IncomingServer();
}

void serverSetIncoming(const QLocalServer &server, rust::Box<IncomingSlot> slot)
{
    static_cast<IncomingServer &>(nonConst(server)).setSlot(std::move(slot));
}

void serverSetListener(const QLocalServer &server, rust::Box<Listener> listener)
{
    new ListenerObject(std::move(listener), nonConst(server));
}

const Listener *serverListener(const QLocalServer &server)
{
    const ListenerObject *listener = listenerOf(server);
    return listener ? &listener->listener() : nullptr;
}

void serverClose(const QLocalServer &server)
{
    nonConst(server).close();
    delete listenerOf(server);
}

void serverResume(const QLocalServer &server)
{
    if (ListenerObject *listener = listenerOf(server))
        listener->resume();
}

bool serverWaitForNewConnection(const QLocalServer &server, std::int32_t msecs, bool &timedOut)
{
    const auto *incoming = dynamic_cast<const IncomingServer *>(&server);
    const int before = incoming ? incoming->accepted() : 0;
    if (!serverIsListening(server))
        return false;
    const bool connected = nonConst(server).waitForNewConnection(msecs, &timedOut);
    return connected || (incoming && incoming->accepted() != before);
}

} // namespace cxx_qt_network
