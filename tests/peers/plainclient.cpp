// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// A command-line fortune client that accepts only a complete message of one format.
// Usage: plain-client FORMAT NAME COUNT, or plain-client --version for the version of Qt

#include <QCoreApplication>
#include <QLocalSocket>
#include <QStringList>

#include <cstdio>

#include "plain.h"

using namespace local_fortune;

constexpr int limitMs = 5000;

// Returns a null string on an error.
static QString ask(const Format &format, const QString &name)
{
    QLocalSocket socket;
    socket.connectToServer(name);
    if (!socket.waitForConnected(limitMs)) {
        std::fprintf(stderr, "plain-client: %s\n", qPrintable(socket.errorString()));
        return {};
    }
    // The server closes after its message.
    if (socket.state() != QLocalSocket::UnconnectedState && !socket.waitForDisconnected(limitMs)) {
        std::fprintf(stderr, "plain-client: the server does not close\n");
        return {};
    }
    const QByteArray all = socket.readAll();
    QDataStream in(all);
    in.setVersion(format.version);
    in.skipRawData(format.prefixBytes);
    QString fortune;
    in >> fortune;
    // Also checks the prefix and trailing bytes.
    if (in.status() != QDataStream::Ok || fortune.isNull() || message(format, fortune) != all) {
        std::fprintf(stderr, "plain-client: %s is not a fortune\n", all.toHex().constData());
        return {};
    }
    return fortune;
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    if (arguments.mid(1) == QStringList{"--version"}) {
        std::printf("%s\n", qVersion());
        return 0;
    }
    Format format;
    if (arguments.size() != 4 || !formatByName(arguments[1], &format)) {
        std::fprintf(stderr, "usage: plain-client FORMAT NAME COUNT\n");
        return 2;
    }
    for (int left = arguments[3].toInt(); left > 0; --left) {
        const QString fortune = ask(format, arguments[2]);
        if (fortune.isNull())
            return 1;
        const QByteArray line = fortune.toUtf8() + '\n'; // may contain a NUL if it was misread
        std::fwrite(line.constData(), 1, size_t(line.size()), stdout);
        std::fflush(stdout); // each when it has come, as fortune-get
    }
    return 0;
}
