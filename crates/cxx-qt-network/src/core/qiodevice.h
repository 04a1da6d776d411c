// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QIODevice>

#include "cxx-qt-network/object/signal.h"

// Qt counts bytes in qint64 (long long); cxx has std::int64_t (long on Linux).
namespace cxx_qt_network {

using QIODeviceOpenMode = QIODevice::OpenMode;

// Functions that depend on the derived class; implemented in the layer above. The read buffer size
// in bytes, 0 for no limit; the state of the connection as QAbstractSocket::SocketState, -1 for a
// device that is no socket, and whether it ended by an error; how the device is opened; and the
// preparation of a wait, which takes time off the limit and can return that waiting is pointless.
std::int64_t readBufferSize(const QIODevice &device);
std::int32_t connectionState(const QIODevice &device);
bool hasFailed(const QIODevice &device);
bool openDevice(QIODevice &device, QIODeviceOpenMode mode);
bool prepareWaitForReadyRead(QIODevice &device, std::int32_t &msecs);
bool prepareWaitForBytesWritten(QIODevice &device, std::int32_t &msecs);

inline std::int64_t deviceBytesAvailable(const QIODevice &device)
{
    return device.bytesAvailable();
}

inline std::int64_t deviceBytesToWrite(const QIODevice &device)
{
    return device.bytesToWrite();
}

inline std::int64_t deviceRead(const QIODevice &device, rust::Slice<std::uint8_t> buffer)
{
    return nonConst(device).read(reinterpret_cast<char *>(buffer.data()),
                                 static_cast<qint64>(buffer.size()));
}

inline std::int64_t devicePeek(const QIODevice &device, rust::Slice<std::uint8_t> buffer)
{
    return nonConst(device).peek(reinterpret_cast<char *>(buffer.data()),
                                 static_cast<qint64>(buffer.size()));
}

inline std::int64_t deviceSkip(const QIODevice &device, std::int64_t count)
{
    return nonConst(device).skip(count);
}

inline std::int64_t deviceWrite(const QIODevice &device, rust::Slice<const std::uint8_t> bytes)
{
    return nonConst(device).write(reinterpret_cast<const char *>(bytes.data()),
                                  static_cast<qint64>(bytes.size()));
}

inline void deviceClose(const QIODevice &device)
{
    nonConst(device).close();
}

inline void deviceCommitTransaction(const QIODevice &device)
{
    nonConst(device).commitTransaction();
}

inline QString deviceErrorString(const QIODevice &device)
{
    return device.errorString();
}

inline QByteArray deviceReadAll(const QIODevice &device)
{
    return nonConst(device).readAll();
}

inline void deviceRollbackTransaction(const QIODevice &device)
{
    nonConst(device).rollbackTransaction();
}

inline void deviceStartTransaction(const QIODevice &device)
{
    nonConst(device).startTransaction();
}

inline bool deviceWaitForBytesWritten(const QIODevice &device, std::int32_t msecs)
{
    return prepareWaitForBytesWritten(nonConst(device), msecs)
        && nonConst(device).waitForBytesWritten(msecs);
}

inline bool deviceWaitForReadyRead(const QIODevice &device, std::int32_t msecs)
{
    return prepareWaitForReadyRead(nonConst(device), msecs)
        && nonConst(device).waitForReadyRead(msecs);
}

inline std::int64_t devicePos(const QIODevice &device)
{
    return device.pos();
}

inline std::int64_t deviceSize(const QIODevice &device)
{
    return device.size();
}

inline bool deviceSeek(const QIODevice &device, std::int64_t position)
{
    return nonConst(device).seek(position);
}

inline bool deviceReset(const QIODevice &device)
{
    return nonConst(device).reset();
}

inline bool deviceOpen(const QIODevice &device, QIODeviceOpenMode mode)
{
    return openDevice(nonConst(device), mode);
}

inline bool devicePutChar(const QIODevice &device, std::uint8_t byte)
{
    return nonConst(device).putChar(static_cast<char>(byte));
}

inline void deviceUngetChar(const QIODevice &device, std::uint8_t byte)
{
    nonConst(device).ungetChar(static_cast<char>(byte));
}

inline void deviceSetTextModeEnabled(const QIODevice &device, bool enabled)
{
    nonConst(device).setTextModeEnabled(enabled);
}

inline void deviceSetCurrentReadChannel(const QIODevice &device, std::int32_t channel)
{
    // Qt does not check the number, and then reads out of bounds.
    if (channel >= 0 && channel < device.readChannelCount())
        nonConst(device).setCurrentReadChannel(channel);
}

inline void deviceSetCurrentWriteChannel(const QIODevice &device, std::int32_t channel)
{
    if (channel >= 0 && channel < device.writeChannelCount())
        nonConst(device).setCurrentWriteChannel(channel);
}

// The byte, or -1 if none is available.
inline std::int32_t deviceGetChar(const QIODevice &device)
{
    char byte = 0;
    return nonConst(device).getChar(&byte) ? static_cast<std::uint8_t>(byte) : -1;
}

// Appends the available bytes to `line`, up to and including the next newline, at most `limit`
// bytes. Returns -1 on an error, which Qt's overload for QByteArray does not distinguish from no
// data.
inline std::int64_t deviceReadLine(const QIODevice &device, QByteArray &line, std::int64_t limit)
{
    while (line.size() < limit && !line.endsWith('\n')) {
        const auto before = line.size();
        const auto part = qMin<qint64>(limit - before, 4096);
        // Qt appends a terminating zero.
        line.resize(before + static_cast<int>(part) + 1);
        const qint64 count = nonConst(device).readLine(line.data() + before, part + 1);
        line.resize(before + static_cast<int>(qMax<qint64>(count, 0)));
        if (count < 0 && before == 0)
            return -1;
        if (count <= 0)
            break;
    }
    return line.size();
}

template <typename Slot>
QMetaObject::Connection onAboutToClose(const QIODevice &device, rust::Box<Slot> slot)
{
    return connectSignal(device, &QIODevice::aboutToClose, std::move(slot));
}

template <typename Slot>
QMetaObject::Connection onBytesWritten(const QIODevice &device, rust::Box<Slot> slot)
{
    return connectSignal(device, &QIODevice::bytesWritten, std::move(slot));
}

template <typename Slot>
QMetaObject::Connection onChannelBytesWritten(const QIODevice &device, rust::Box<Slot> slot)
{
    return connectSignal(device, &QIODevice::channelBytesWritten, std::move(slot));
}

template <typename Slot>
QMetaObject::Connection onChannelReadyRead(const QIODevice &device, rust::Box<Slot> slot)
{
    return connectSignal(device, &QIODevice::channelReadyRead, std::move(slot));
}

template <typename Slot>
QMetaObject::Connection onReadChannelFinished(const QIODevice &device, rust::Box<Slot> slot)
{
    return connectSignal(device, &QIODevice::readChannelFinished, std::move(slot));
}

template <typename Slot>
QMetaObject::Connection onReadyRead(const QIODevice &device, rust::Box<Slot> slot)
{
    return connectSignal(device, &QIODevice::readyRead, std::move(slot));
}

} // namespace cxx_qt_network
