// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Uses FortuneServer and FortuneClient, QObjects written in Rust, in a C++ program. Prints the
// fortune that the client received from the server.

#include <QtCore/QCoreApplication>
#include <QtCore/QTextStream>

#include "local-fortune/src/fortune_client.cxxqt.h"
#include "local-fortune/src/fortune_server.cxxqt.h"

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    const QString name = arguments.value(1, QStringLiteral("fortune-cpp"));

    FortuneServer server;
    server.setAddress(name);
    server.setFortunes({QStringLiteral("C++ and Rust share a QObject.")});
    QObject::connect(&server, &FortuneServer::failed, [](auto, const QString &detail) {
        QTextStream(stderr) << "The server failed: " << detail << Qt::endl;
        QCoreApplication::exit(1);
    });

    FortuneClient client;
    client.setAddress(name);
    QObject::connect(&client, &FortuneClient::fortuneChanged, [&client] {
        QTextStream(stdout) << client.getFortune() << Qt::endl;
        QCoreApplication::quit();
    });
    QObject::connect(&client, &FortuneClient::failed, [](auto, const QString &detail) {
        QTextStream(stderr) << "The client failed: " << detail << Qt::endl;
        QCoreApplication::exit(1);
    });

    // From the event loop, which an immediate error can then quit.
    QMetaObject::invokeMethod(
        &server,
        [&] {
            server.listen();
            client.requestFortune();
        },
        Qt::QueuedConnection);
    return application.exec();
}
