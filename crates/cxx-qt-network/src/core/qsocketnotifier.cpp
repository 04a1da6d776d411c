// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "cxx-qt-network/core/qsocketnotifier.h"

#include "cxx-qt-network/src/core/qsocketnotifier.cxx.h"

namespace cxx_qt_network {

namespace {

class Notifier final : public QSocketNotifier
{
public:
    Notifier(rust::Box<NotifierDescriptor> descriptor, Type type)
        : QSocketNotifier(static_cast<qintptr>(descriptor->number()), type),
          m_descriptor(std::move(descriptor))
    {
        setEnabled(false);
    }

    // The descriptor closes after this, and nobody may watch its number any more then.
    ~Notifier() override { setEnabled(false); }

private:
    rust::Box<NotifierDescriptor> m_descriptor;
};

} // namespace

QSocketNotifier *makeNotifier(rust::Box<NotifierDescriptor> descriptor, bool write)
{
    return new Notifier(std::move(descriptor),
                        write ? QSocketNotifier::Write : QSocketNotifier::Read);
}

} // namespace cxx_qt_network
