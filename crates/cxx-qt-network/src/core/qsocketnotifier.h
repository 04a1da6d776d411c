// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QSocketNotifier>

#include "rust/cxx.h"

namespace cxx_qt_network {

struct NotifierDescriptor;

// A notifier that owns its descriptor, disabled.
QSocketNotifier *makeNotifier(rust::Box<NotifierDescriptor> descriptor, bool write);

inline std::int64_t notifierSocket(const QSocketNotifier &notifier)
{
    return static_cast<std::int64_t>(notifier.socket());
}

inline bool notifierIsWrite(const QSocketNotifier &notifier)
{
    return notifier.type() == QSocketNotifier::Write;
}

} // namespace cxx_qt_network
