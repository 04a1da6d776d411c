// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QSocketNotifier>

#include "cxx-qt-network/object/signal.h"

namespace cxx_qt_network {

// A notifier that owns its descriptor, disabled.
template <typename Descriptor>
class OwningSocketNotifier final : public QSocketNotifier
{
public:
    OwningSocketNotifier(rust::Box<Descriptor> descriptor, Type type)
        : QSocketNotifier(static_cast<qintptr>(descriptor->number()), type),
          m_descriptor(std::move(descriptor))
    {
        setEnabled(false);
    }

    // The descriptor is closed after this; its number may be reused for another file.
    ~OwningSocketNotifier() override { setEnabled(false); }

private:
    rust::Box<Descriptor> m_descriptor;
};

template <typename Descriptor>
QSocketNotifier *makeNotifier(rust::Box<Descriptor> descriptor, bool write)
{
    return new OwningSocketNotifier<Descriptor>(
        std::move(descriptor), write ? QSocketNotifier::Write : QSocketNotifier::Read);
}

inline void notifierSetEnabled(const QSocketNotifier &notifier, bool enabled)
{
    nonConst(notifier).setEnabled(enabled);
}

inline std::int64_t notifierSocket(const QSocketNotifier &notifier)
{
    return static_cast<std::int64_t>(notifier.socket());
}

inline bool notifierIsWrite(const QSocketNotifier &notifier)
{
    return notifier.type() == QSocketNotifier::Write;
}

template <typename Slot>
QMetaObject::Connection onActivated(const QSocketNotifier &notifier, rust::Box<Slot> slot)
{
    return connectWithoutArguments(notifier, &QSocketNotifier::activated, std::move(slot));
}

} // namespace cxx_qt_network
