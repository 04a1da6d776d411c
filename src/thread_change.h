// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QEvent>

namespace local_fortune {

inline bool isThreadChange(const QEvent &event)
{
    return event.type() == QEvent::ThreadChange;
}

} // namespace local_fortune
