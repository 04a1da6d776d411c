// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QString>

#include "rust/cxx.h"

namespace cxx_qt_network {

// Qt's messages go to Rust from now on; a message that ends the program still does so.
void installMessageHandler();

} // namespace cxx_qt_network
