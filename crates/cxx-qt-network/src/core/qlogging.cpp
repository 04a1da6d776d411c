// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "cxx-qt-network/core/qlogging.h"

#include <QtCore/QtGlobal>

#include "cxx-qt-network/src/core/qlogging.cxx.h"

namespace cxx_qt_network {

void installMessageHandler()
{
    qInstallMessageHandler(
        [](QtMsgType type, const QMessageLogContext &context, const QString &text) {
            const QByteArray category(context.category ? context.category : "default");
            message_from_qt(type, category, text);
        });
}

} // namespace cxx_qt_network
