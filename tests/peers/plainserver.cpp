// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A command-line fortune server, for the formats without an installed example.
// Usage: plain-server FORMAT NAME

#include <QCoreApplication>
#include <QLocalServer>
#include <QLocalSocket>
#include <QRandomGenerator>
#include <QStringList>

#include <cstdio>

#include "plain.h"

using namespace local_fortune;

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    Format format;
    if (arguments.size() != 3 || !formatByName(arguments[1], &format)) {
        std::fprintf(stderr, "usage: plain-server FORMAT NAME\n");
        return 2;
    }
    const QStringList fortunes{
        "You've been leading a dog's life. Stay off the furniture.",
        "You've got to think about tomorrow.",
        "You will be surprised by a loud noise.",
        "You will feel hungry again in another hour.",
        "You might have mail.",
        "You cannot kill time without injuring eternity.",
        "Computers are not intelligent. They only think they are.",
    };

    QLocalServer server;
    QObject::connect(&server, &QLocalServer::newConnection, [&] {
        while (QLocalSocket *client = server.nextPendingConnection()) {
            QObject::connect(client, &QLocalSocket::disconnected, client, &QObject::deleteLater);
            const int index = QRandomGenerator::global()->bounded(int(fortunes.size()));
            client->write(message(format, fortunes[index]));
            client->disconnectFromServer();
        }
    });
    if (!server.listen(arguments[2])) {
        std::fprintf(stderr, "plain-server: %s\n", qPrintable(server.errorString()));
        return 1;
    }
    return app.exec();
}
