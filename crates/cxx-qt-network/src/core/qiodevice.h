// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QIODevice>

#include "rust/cxx.h"

// Qt counts bytes in qint64 (long long); cxx knows std::int64_t (long on Linux).
namespace cxx_qt_network {

using OpenMode = std::int32_t;

inline OpenMode deviceOpenMode(const QIODevice &device)
{
    return static_cast<OpenMode>(device.openMode());
}

inline std::int64_t deviceBytesAvailable(const QIODevice &device)
{
    return device.bytesAvailable();
}

inline std::int64_t deviceBytesToWrite(const QIODevice &device)
{
    return device.bytesToWrite();
}

inline std::int64_t deviceRead(QIODevice &device, rust::Slice<std::uint8_t> buffer)
{
    return device.read(reinterpret_cast<char *>(buffer.data()), static_cast<qint64>(buffer.size()));
}

inline std::int64_t devicePeek(QIODevice &device, rust::Slice<std::uint8_t> buffer)
{
    return device.peek(reinterpret_cast<char *>(buffer.data()), static_cast<qint64>(buffer.size()));
}

inline std::int64_t deviceSkip(QIODevice &device, std::int64_t count)
{
    return device.skip(count);
}

inline std::int64_t deviceWrite(QIODevice &device, rust::Slice<const std::uint8_t> bytes)
{
    return device.write(reinterpret_cast<const char *>(bytes.data()),
                        static_cast<qint64>(bytes.size()));
}

inline bool deviceAtEnd(const QIODevice &device)
{
    return device.atEnd();
}

inline void deviceClose(QIODevice &device)
{
    device.close();
}

inline void deviceCommitTransaction(QIODevice &device)
{
    device.commitTransaction();
}

inline QString deviceErrorString(const QIODevice &device)
{
    return device.errorString();
}

inline bool deviceIsOpen(const QIODevice &device)
{
    return device.isOpen();
}

inline bool deviceIsSequential(const QIODevice &device)
{
    return device.isSequential();
}

inline bool deviceIsTransactionStarted(const QIODevice &device)
{
    return device.isTransactionStarted();
}

inline QByteArray deviceReadAll(QIODevice &device)
{
    return device.readAll();
}

inline void deviceRollbackTransaction(QIODevice &device)
{
    device.rollbackTransaction();
}

inline void deviceStartTransaction(QIODevice &device)
{
    device.startTransaction();
}

inline bool deviceWaitForBytesWritten(QIODevice &device, std::int32_t msecs)
{
    return device.waitForBytesWritten(msecs);
}

inline bool deviceWaitForReadyRead(QIODevice &device, std::int32_t msecs)
{
    return device.waitForReadyRead(msecs);
}

} // namespace cxx_qt_network
