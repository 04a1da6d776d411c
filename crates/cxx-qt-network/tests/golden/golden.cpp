// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Writes or reads a fixed list of values with Qt's QDataStream.
//
//   golden newest          prints the newest stream version of this Qt
//   golden write VERSION   prints a line "name hex" for each value at that version
//   golden read VERSION    reads such lines and reports whether each value is correct
//
// The exit status is 0 only if every value was read and is correct.

#include <QtCore/QBuffer>
#include <QtCore/QByteArray>
#include <QtCore/QDataStream>
#include <QtCore/QFile>

#include <algorithm>
#include <cstdio>

#include "values.h"

namespace {

QByteArray written(const Value &value, int version)
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream.setVersion(version);
    value.write(stream);
    return bytes;
}

// Returns the error of these bytes; empty if they are the value.
QByteArray problem(const Value &value, int version, QByteArray bytes)
{
    QDataStream stream(&bytes, QIODevice::ReadOnly);
    stream.setVersion(version);
    const bool isEqual = value.readIsEqual(stream);
    if (stream.status() != QDataStream::Ok)
        return "status " + QByteArray::number(stream.status());
    if (!isEqual)
        return "another value";
    if (!stream.atEnd())
        return "bytes left over";
    return {};
}

int write(const std::vector<Value> &values, int version)
{
    for (const Value &value : values) {
        if (version >= value.since)
            std::printf("%s %s\n", value.name, written(value, version).toHex().constData());
    }
    return 0;
}

int read(const std::vector<Value> &values, int version)
{
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return 2;
    int status = 0;
    const auto bad = [&status](const QByteArray &name, const QByteArray &why) {
        std::printf("%s bad: %s\n", name.constData(), why.constData());
        status = 1;
    };
    const QList<QByteArray> lines = input.readAll().split('\n');
    std::vector<QByteArray> seen;
    for (const QByteArray &line : lines) {
        if (line.isEmpty())
            continue;
        const QList<QByteArray> words = line.split(' ');
        const QByteArray name = words.first();
        const auto value = std::find_if(values.begin(), values.end(),
                                        [&name](const Value &one) { return name == one.name; });
        if (value == values.end() || words.size() != 2) {
            bad(name, "no such value");
            continue;
        }
        seen.push_back(name);
        const QByteArray why = problem(*value, version, QByteArray::fromHex(words.last()));
        if (why.isEmpty())
            std::printf("%s ok\n", name.constData());
        else
            bad(name, why);
    }
    for (const Value &value : values) {
        const bool isSeen
            = std::find(seen.begin(), seen.end(), QByteArray(value.name)) != seen.end();
        if (version >= value.since && !isSeen)
            bad(value.name, "missing");
    }
    return status;
}

} // namespace

int main(int argc, char *argv[])
{
    const QByteArray command = argc > 1 ? argv[1] : "";
    const int newest = QDataStream::Qt_DefaultCompiledVersion;
    if (command == "newest" && argc == 2) {
        std::printf("%d\n", newest);
        return 0;
    }
    const int version = argc == 3 ? QByteArray(argv[2]).toInt() : 0;
    if (version < 1 || version > newest || (command != "write" && command != "read")) {
        std::fprintf(stderr, "usage: golden newest | golden write|read VERSION, at most %d\n",
                     newest);
        return 2;
    }
    const std::vector<Value> values = allValues();
    return command == "write" ? write(values, version) : read(values, version);
}
