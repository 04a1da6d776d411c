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

} // namespace

QLocalServer *makeIncomingServer(rust::Box<IncomingHandler> handler)
{
    return new IncomingServer(std::move(handler));
}

} // namespace cxx_qt_network
