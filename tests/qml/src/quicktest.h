// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QTemporaryDir>
#include <QtQuickTest/quicktest.h>

#include <string>

#include "rust/cxx.h"

namespace qml_tests {

// Runs all tst_*.qml in `folder`, without a display by default, and with a private directory for
// temporary files.
inline std::int32_t runTests(rust::Str folder)
{
    const QTemporaryDir temporary;
    qputenv("TMPDIR", temporary.path().toUtf8());
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    // Before Qt 6.5, engines do not search for modules there by default.
    std::string words[] = {"qml", "-import", "qrc:/qt/qml"};
    char *arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    const std::string path(folder);
    return quick_test_main(3, arguments, "qml", path.c_str());
}

} // namespace qml_tests
