// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Shared by plain-server and plain-client: the four message formats, by their names on the command
// line. Independent of the Rust implementation.

#pragma once

#include <QByteArray>
#include <QDataStream>
#include <QString>

namespace local_fortune {

struct Format
{
    int prefixBytes; // size of the prefix before the string: 0, 2 or 4
    bool prefixIsUnits; // the prefix counts UTF-16 units, otherwise the following bytes
    QDataStream::Version version;
};

// Returns false for an unknown format.
inline bool formatByName(const QString &name, Format *format)
{
    if (name == "qt4")
        *format = {2, false, QDataStream::Qt_4_0};
    else if (name == "qt5.6")
        *format = {4, false, QDataStream::Qt_4_0};
    else if (name == "qt5.10")
        *format = {4, true, QDataStream::Qt_5_10};
#if QT_VERSION >= QT_VERSION_CHECK(6, 0, 0)
    else if (name == "qt6.8")
        *format = {0, false, QDataStream::Qt_6_0};
#endif
    else
        return false;
    return true;
}

inline QByteArray message(const Format &format, const QString &fortune)
{
    const auto units = quint32(fortune.size());
    const quint32 prefix = format.prefixIsUnits ? units : 4 + 2 * units;
    QByteArray block;
    QDataStream out(&block, QIODevice::WriteOnly);
    out.setVersion(format.version);
    if (format.prefixBytes == 2)
        out << quint16(prefix);
    else if (format.prefixBytes == 4)
        out << prefix;
    out << fortune;
    return block;
}

} // namespace local_fortune
