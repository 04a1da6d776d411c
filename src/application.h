// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QVariant>
#include <QtGui/QGuiApplication>
#include <QtQml/QQmlApplicationEngine>

#include <memory>
#include <vector>

namespace local_fortune {

// An application with one window of the module. cxx-qt-lib has both classes, but with them turned
// on, everything that links it links Qt's GUI and QML.
class WindowApplication
{
public:
    WindowApplication(const QList<QByteArray> &arguments, const QString &instead);

    bool load(const QString &window, const QVariantMap &properties);
    void exec();

private:
    // Qt takes its own options out of these, and keeps them.
    std::vector<QByteArray> m_arguments;
    std::vector<char *> m_argv;
    int m_argc;
    std::unique_ptr<QGuiApplication> m_application;
    std::unique_ptr<QQmlApplicationEngine> m_engine;
};

// `instead` is the program that needs no display: without one, this names it and ends the process
// with status 1.
std::unique_ptr<WindowApplication> windowApplication(const QList<QByteArray> &arguments,
                                                     const QString &instead);

} // namespace local_fortune
