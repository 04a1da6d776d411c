// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QString>

#include "rust/cxx.h"

namespace cxx_qt_network {

// Passes Qt's messages to Rust from now on; a fatal message still aborts the program.
void installMessageHandler();

} // namespace cxx_qt_network
