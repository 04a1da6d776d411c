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

inline bool deviceCanReadLine(const QIODevice &device)
{
    return device.canReadLine();
}

inline bool deviceIsReadable(const QIODevice &device)
{
    return device.isReadable();
}

inline bool deviceIsWritable(const QIODevice &device)
{
    return device.isWritable();
}

inline bool deviceIsTextModeEnabled(const QIODevice &device)
{
    return device.isTextModeEnabled();
}

inline std::int32_t deviceReadChannelCount(const QIODevice &device)
{
    return device.readChannelCount();
}

inline std::int32_t deviceWriteChannelCount(const QIODevice &device)
{
    return device.writeChannelCount();
}

inline std::int32_t deviceCurrentReadChannel(const QIODevice &device)
{
    return device.currentReadChannel();
}

inline std::int32_t deviceCurrentWriteChannel(const QIODevice &device)
{
    return device.currentWriteChannel();
}

inline std::int64_t devicePos(const QIODevice &device)
{
    return device.pos();
}

inline std::int64_t deviceSize(const QIODevice &device)
{
    return device.size();
}

inline bool deviceSeek(QIODevice &device, std::int64_t position)
{
    return device.seek(position);
}

inline bool deviceReset(QIODevice &device)
{
    return device.reset();
}

inline bool deviceOpen(QIODevice &device, OpenMode mode)
{
    return device.open(QIODevice::OpenMode(mode));
}

inline bool devicePutChar(QIODevice &device, std::uint8_t byte)
{
    return device.putChar(static_cast<char>(byte));
}

inline void deviceUngetChar(QIODevice &device, std::uint8_t byte)
{
    device.ungetChar(static_cast<char>(byte));
}

inline void deviceSetTextModeEnabled(QIODevice &device, bool enabled)
{
    device.setTextModeEnabled(enabled);
}

inline void deviceSetCurrentReadChannel(QIODevice &device, std::int32_t channel)
{
    device.setCurrentReadChannel(channel);
}

inline void deviceSetCurrentWriteChannel(QIODevice &device, std::int32_t channel)
{
    device.setCurrentWriteChannel(channel);
}

// The byte, or -1 where there is none.
inline std::int32_t deviceGetChar(QIODevice &device)
{
    char byte = 0;
    return device.getChar(&byte) ? static_cast<std::uint8_t>(byte) : -1;
}

// Appends to `line` up to and with the next newline, at most `limit` bytes, as far as they are
// there. Qt's own QByteArray form cannot tell "nothing yet" from an error; this one returns -1.
inline std::int64_t deviceReadLine(QIODevice &device, QByteArray &line, std::int64_t limit)
{
    while (line.size() < limit && !line.endsWith('\n')) {
        const auto before = line.size();
        const auto part = qMin<qint64>(limit - before, 4096);
        // Qt ends what it reads with a zero.
        line.resize(before + static_cast<int>(part) + 1);
        const qint64 count = device.readLine(line.data() + before, part + 1);
        line.resize(before + static_cast<int>(qMax<qint64>(count, 0)));
        if (count < 0 && before == 0)
            return -1;
        if (count <= 0)
            break;
    }
    return line.size();
}

} // namespace cxx_qt_network
