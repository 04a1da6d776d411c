// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "cxx-qt-network/core/qlogging.h"

#include <QtCore/QtGlobal>

#include <atomic>

#include "cxx-qt-network/src/core/qlogging.cxx.h"

namespace cxx_qt_network {

void installMessageHandler()
{
    // Set before a message can come, but for those of other threads meanwhile.
    static std::atomic<QtMessageHandler> before{nullptr};
    before = qInstallMessageHandler(
        [](QtMsgType type, const QMessageLogContext &context, const QString &text) {
            const QByteArray category(context.category ? context.category : "default");
            const QtMessageHandler handler = before;
            if (!message_from_qt(type, category, text) && handler)
                handler(type, context, text);
        });
}

} // namespace cxx_qt_network
