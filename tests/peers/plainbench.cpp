// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The work of `bench-binding` in plain C++ with Qt: the same steps as
// benches/src/bin/binding/work.rs.
// Usage: plain-bench WORK
// Prints for each row its name and the CPU time per item in nanoseconds.

#include <QCoreApplication>
#include <QDataStream>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTimer>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

constexpr int PASSES = 7;
constexpr int RECORDS = 20'000;
constexpr int NUMBERS = 200'000;
constexpr int STRINGS = 20'000;
constexpr int CONNECTIONS = 5'000;
constexpr qint64 STREAMED = 1 << 29;
constexpr int CHUNK = 65'536;
const char TEXT[] = "You will feel hungry again in another hour.";

double cpuNanoseconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e9 + double(time.tv_nsec);
}

void report(const char *row, double items, double nanoseconds)
{
    std::printf("%s %.2f\n", row, nanoseconds / items);
}

// Reports the fastest of several passes: the first ones include memory allocation by the system.
template <typename Pass>
void fastest(const char *row, double items, Pass pass)
{
    double best = HUGE_VAL;
    for (int i = 0; i < PASSES; ++i) {
        const double start = cpuNanoseconds();
        pass();
        best = qMin(best, cpuNanoseconds() - start);
    }
    report(row, items, best);
}

qint64 readAll(QIODevice &device, QByteArray &buffer)
{
    qint64 sum = 0;
    qint64 length;
    while ((length = device.read(buffer.data(), buffer.size())) > 0)
        sum += length;
    return sum;
}

void require(bool condition, const char *what)
{
    if (!condition) {
        std::fprintf(stderr, "plain-bench: %s\n", what);
        std::exit(1);
    }
}

void records(const char *writeRow, const char *readRow)
{
    const QString text = QString::fromLatin1(TEXT);
    const QByteArray raw(16, 'r');
    QByteArray bytes;
    fastest(writeRow, RECORDS, [&] {
        bytes.clear();
        QDataStream out(&bytes, QIODevice::WriteOnly);
        out.setVersion(QDataStream::Qt_5_15);
        for (int i = 0; i < RECORDS; ++i)
            out << qint32(i) << text << double(i) << raw;
    });
    fastest(readRow, RECORDS, [&] {
        QDataStream in(bytes);
        in.setVersion(QDataStream::Qt_5_15);
        qint32 number;
        QString string;
        double real;
        QByteArray array;
        qsizetype sum = 0;
        for (int i = 0; i < RECORDS; ++i) {
            in >> number >> string >> real >> array;
            sum += number + string.size() + qsizetype(real) + array.size();
        }
        const qsizetype items = RECORDS;
        require(in.status() == QDataStream::Ok && in.atEnd(), "records end too early");
        require(sum == items * (items - 1) + items * (text.size() + raw.size()), "wrong records");
    });
}

template <typename T>
void list(const char *writeRow, const char *readRow, const QList<T> &list)
{
    QByteArray bytes;
    fastest(writeRow, double(list.size()), [&] {
        bytes.clear();
        QDataStream out(&bytes, QIODevice::WriteOnly);
        out << list;
    });
    const auto read = [&bytes] {
        QDataStream in(bytes);
        QList<T> read;
        in >> read;
        return read;
    };
    fastest(readRow, double(list.size()), read);
    require(read() == list, "wrong list");
}

template <typename T>
QList<T> items(int count, T (*item)(int))
{
    QList<T> items;
    for (int i = 0; i < count; ++i)
        items.append(item(i));
    return items;
}

QString listen(QLocalServer &server)
{
    require(server.listen(QStringLiteral("bench-binding")), "cannot listen");
    return server.fullServerName();
}

int pingPong(const char *row, int rounds, int size)
{
    QLocalServer server;
    QObject::connect(&server, &QLocalServer::newConnection, [&server] {
        QLocalSocket *peer = server.nextPendingConnection();
        QObject::connect(peer, &QLocalSocket::readyRead,
                         [peer, buffer = QByteArray(CHUNK, 0)]() mutable {
                             qint64 length;
                             while ((length = peer->read(buffer.data(), buffer.size())) > 0)
                                 peer->write(buffer.constData(), length);
                         });
    });
    const QString name = listen(server);

    QLocalSocket socket;
    const QByteArray message(size, 'x');
    QByteArray buffer(CHUNK, 0);
    socket.connectToServer(name);
    int left = rounds;
    qint64 received = 0;
    const double start = cpuNanoseconds();
    socket.write(message);
    QObject::connect(&socket, &QLocalSocket::readyRead, [&] {
        received += readAll(socket, buffer);
        if (received < size)
            return;
        received = 0;
        if (--left > 0) {
            socket.write(message);
        } else {
            report(row, rounds, cpuNanoseconds() - start);
            QCoreApplication::exit();
        }
    });
    return QCoreApplication::exec();
}

int connections()
{
    QLocalServer server;
    QObject::connect(&server, &QLocalServer::newConnection, [&server] {
        while (QLocalSocket *peer = server.nextPendingConnection()) {
            QObject::connect(peer, &QLocalSocket::disconnected, peer, &QObject::deleteLater);
            peer->write("hello");
            peer->disconnectFromServer();
        }
    });
    const QString name = listen(server);

    QLocalSocket socket;
    QTimer next;
    next.setSingleShot(true);
    QObject::connect(&next, &QTimer::timeout, [&] { socket.connectToServer(name); });
    int left = CONNECTIONS;
    const double start = cpuNanoseconds();
    QObject::connect(&socket, &QLocalSocket::disconnected, [&] {
        require(socket.readAll() == "hello", "wrong greeting");
        if (--left > 0) {
            next.start(0);
        } else {
            report("connect", CONNECTIONS, cpuNanoseconds() - start);
            QCoreApplication::exit();
        }
    });
    socket.connectToServer(name);
    return QCoreApplication::exec();
}

int streaming()
{
    QLocalServer server;
    qint64 sent = 0;
    QObject::connect(&server, &QLocalServer::newConnection, [&server, &sent] {
        QLocalSocket *peer = server.nextPendingConnection();
        const auto feed = [peer, &sent, chunk = QByteArray(CHUNK, 'c')] {
            while (sent < STREAMED && peer->bytesToWrite() < 4 * CHUNK)
                sent += peer->write(chunk.constData(), chunk.size());
        };
        QObject::connect(peer, &QLocalSocket::bytesWritten, feed);
        feed();
    });
    const QString name = listen(server);

    QLocalSocket socket;
    socket.setReadBufferSize(16 * CHUNK);
    QByteArray buffer(CHUNK, 0);
    qint64 received = 0;
    const double start = cpuNanoseconds();
    QObject::connect(&socket, &QLocalSocket::readyRead, [&] {
        received += readAll(socket, buffer);
        if (received >= STREAMED) {
            report("stream-64KiB", double(STREAMED) / CHUNK, cpuNanoseconds() - start);
            QCoreApplication::exit();
        }
    });
    socket.connectToServer(name);
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const QByteArray work(argc == 2 ? argv[1] : "");
    if (work == "records-QString") {
        records("write-record-QString", "read-record-QString");
    } else if (work == "records-String") {
        records("write-record-String", "read-record-String");
    } else if (work == "lists") {
        list("write-Vec-i32", "read-Vec-i32", items<qint32>(NUMBERS, [](int i) { return i; }));
        list("write-Vec-f64", "read-Vec-f64",
             items<double>(NUMBERS, [](int i) { return double(i); }));
        list("write-Vec-String", "read-Vec-String",
             items<QString>(STRINGS, [](int) { return QString::fromLatin1(TEXT); }));
    } else if (work == "ping-pong") {
        return pingPong("ping-pong-16B", 20'000, 16) || pingPong("ping-pong-4KiB", 10'000, 4096)
            || pingPong("ping-pong-256KiB", 1'000, 262'144);
    } else if (work == "connect") {
        return connections();
    } else if (work == "stream") {
        return streaming();
    } else {
        std::fprintf(
            stderr,
            "usage: plain-bench records-QString|records-String|lists|ping-pong|connect|stream\n");
        return 2;
    }
    return 0;
}
