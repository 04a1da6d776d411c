// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "local-fortune-qml/window.h"

#include <QtCore/QUrl>

namespace local_fortune {

static std::vector<char *> pointers(std::vector<QByteArray> &arguments)
{
    std::vector<char *> argv;
    for (QByteArray &argument : arguments) {
        argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    return argv;
}

WindowApplication::WindowApplication(const QList<QByteArray> &arguments)
    : m_arguments(arguments.cbegin(), arguments.cend()), m_argv(pointers(m_arguments)),
      m_argc(int(m_arguments.size())), m_application(m_argc, m_argv.data())
{
    // Before Qt 6.5, engines do not look for modules there by themselves.
    m_engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
}

bool WindowApplication::load(const QString &window, const QVariantMap &properties)
{
    m_engine.setInitialProperties(properties);
    m_engine.load(QUrl(QStringLiteral("qrc:/qt/qml/LocalFortune/qml/%1.qml").arg(window)));
    return !m_engine.rootObjects().isEmpty();
}

void WindowApplication::exec()
{
    QGuiApplication::exec();
}

std::unique_ptr<WindowApplication> windowApplication(const QList<QByteArray> &arguments)
{
    return std::make_unique<WindowApplication>(arguments);
}

} // namespace local_fortune
