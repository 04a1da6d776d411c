// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "cxx-qt-network/network/qlocalserver.h"

#include "cxx-qt-network/src/network/qlocalserver.cxx.h"

namespace cxx_qt_network {

namespace {

class IncomingServer final : public QLocalServer
{
public:
    explicit IncomingServer(rust::Box<IncomingHandler> handler) : m_handler(std::move(handler)) { }

protected:
    void incomingConnection(quintptr descriptor) override
    {
        m_handler->call(*this, static_cast<std::int64_t>(descriptor));
    }

private:
    rust::Box<IncomingHandler> m_handler;
};

class Keeper final : public QObject
{
public:
    Keeper(rust::Box<Hold> hold, QObject *server) : QObject(server), m_hold(std::move(hold)) { }

    const Hold &hold() const { return *m_hold; }

private:
    rust::Box<Hold> m_hold;
};

Keeper *keeperOf(const QLocalServer &server)
{
    for (QObject *child : server.children()) {
        if (auto *keeper = dynamic_cast<Keeper *>(child))
            return keeper;
    }
    return nullptr;
}

} // namespace

void serverKeep(QLocalServer &server, rust::Box<Hold> hold)
{
    new Keeper(std::move(hold), &server);
}

const Hold *serverHold(const QLocalServer &server)
{
    const Keeper *keeper = keeperOf(server);
    return keeper ? &keeper->hold() : nullptr;
}

void serverRelease(QLocalServer &server)
{
    delete keeperOf(server);
}

QLocalServer *makeIncomingServer(rust::Box<IncomingHandler> handler)
{
    return new IncomingServer(std::move(handler));
}

} // namespace cxx_qt_network
