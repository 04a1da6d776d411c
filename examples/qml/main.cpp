// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A C++ application with QML windows and objects written in Rust.

#include <QtGui/QGuiApplication>
#include <QtQml/QQmlApplicationEngine>

int main(int argc, char *argv[])
{
    QGuiApplication application(argc, argv);
    QQmlApplicationEngine engine;
    QObject::connect(
        &engine, &QQmlApplicationEngine::objectCreationFailed, &application,
        [] { QCoreApplication::exit(1); }, Qt::QueuedConnection);
    engine.setInitialProperties(
        {{QStringLiteral("address"),
          application.arguments().value(1, QStringLiteral("fortune-qml"))}});
    engine.load(QUrl(QStringLiteral("qrc:/Main.qml")));
    return application.exec();
}
