// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QDataStream>
#include <QtCore/QDateTime>
#include <QtCore/QIODevice>
#include <QtCore/QMetaType>
#include <QtCore/QPointer>
#include <QtCore/QTimeZone>
#include <QtCore/QVariant>

#include <cstring>
#include <optional>

#include "cxx-qt-network/core/qiodevice.h"

namespace cxx_qt_network {

// Bytes in memory, to read from or to append to. QBuffer has more overhead for each read and write.
class Memory final : public QIODevice
{
public:
    Memory(const QByteArray &bytes, OpenMode mode) : m_bytes(bytes) { open(mode | Unbuffered); }

    const QByteArray &bytes() const { return m_bytes; }
    qint64 size() const override { return m_bytes.size(); }

    bool seek(qint64 position) override
    {
        m_position = qBound<qint64>(0, position, m_bytes.size());
        return m_position == position && QIODevice::seek(position);
    }

protected:
    qint64 readData(char *data, qint64 limit) override
    {
        const qint64 size = qMin<qint64>(limit, m_bytes.size() - m_position);
        std::memcpy(data, m_bytes.constData() + m_position, static_cast<std::size_t>(size));
        m_position += size;
        return size;
    }

    qint64 writeData(const char *data, qint64 size) override
    {
        // Unlike append(), this can extend a large array in place.
        const auto position = m_bytes.size();
        m_bytes.resize(position + static_cast<decltype(m_bytes.size())>(size));
        std::memcpy(m_bytes.data() + position, data, static_cast<std::size_t>(size));
        return size;
    }

private:
    QByteArray m_bytes;
    qint64 m_position = 0;
};

// A stream and, without a device of the caller, the memory that it works on.
class Stream final : public QDataStream
{
public:
    explicit Stream(QIODevice *device) : QDataStream(device) { }

    Stream(const QByteArray &bytes, QIODevice::OpenMode mode)
    {
        m_memory.emplace(bytes, mode);
        setDevice(&*m_memory);
    }

    // The memory must outlive its use by the base class.
    ~Stream() { setDevice(nullptr); }

    QByteArray bytes() const { return m_memory ? m_memory->bytes() : QByteArray(); }
    QByteArray &block() { return m_block; }
    QString &text() { return m_text; }

private:
    std::optional<Memory> m_memory;
    QByteArray m_block;
    QString m_text;
};

using StreamStatus = QDataStream::Status;
using StreamByteOrder = QDataStream::ByteOrder;
using StreamPrecision = QDataStream::FloatingPointPrecision;

inline std::unique_ptr<Stream> streamOnDevice(const QIODevice &device)
{
    return std::make_unique<Stream>(&nonConst(device));
}

inline std::unique_ptr<Stream> streamForReading(const QByteArray &bytes)
{
    return std::make_unique<Stream>(bytes, QIODevice::ReadOnly);
}

inline std::unique_ptr<Stream> streamForWriting()
{
    return std::make_unique<Stream>(QByteArray(), QIODevice::WriteOnly);
}

inline QByteArray streamBytes(const Stream &stream)
{
    return stream.bytes();
}

inline std::int32_t streamDefaultVersion()
{
    return QDataStream::Qt_DefaultCompiledVersion;
}

// The available ones of the next bytes, in memory that the stream owns.
rust::Slice<const std::uint8_t> streamPeek(Stream &stream, std::int32_t limit);

// Reads a string into memory that the stream owns, and returns its UTF-16 units.
rust::Slice<const std::uint16_t> streamReadText(Stream &stream, StreamStatus &status);

// cxx-qt-lib has QTimeZone only by pointer.
StreamStatus streamWriteTimeZone(Stream &stream, const QTimeZone &value);
std::unique_ptr<QTimeZone> streamReadTimeZone(Stream &stream, StreamStatus &status);

template <typename T>
bool isNull(const T &value)
{
    return value.isNull();
}

inline QString nullString()
{
    return QString();
}

inline QByteArray nullByteArray()
{
    return QByteArray();
}

// The 64-bit integer types of a variant: std::int64_t is only one of the two.
inline QVariant variantOfLong(std::int64_t value)
{
    return QVariant::fromValue(static_cast<long>(value));
}

inline QVariant variantOfULong(std::uint64_t value)
{
    return QVariant::fromValue(static_cast<unsigned long>(value));
}

inline QVariant variantOfLongLong(std::int64_t value)
{
    return QVariant::fromValue(static_cast<qlonglong>(value));
}

inline QVariant variantOfULongLong(std::uint64_t value)
{
    return QVariant::fromValue(static_cast<qulonglong>(value));
}

// A null variant with the type and the value of another, which a stream can contain.
inline QVariant variantAsNull(const QVariant &value)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 0, 0)
    const QMetaType type = value.metaType();
    QVariant null(type);
#else
    const QMetaType type(value.userType());
    QVariant null(static_cast<QVariant::Type>(value.userType()));
#endif
    // data() would make it not null. The new variant does not share its value.
    void *data = const_cast<void *>(null.constData());
    type.destruct(data);
    type.construct(data, value.constData());
    return null;
}

// The device of a stream, or null once it is deleted.
class StreamDevice final
{
public:
    explicit StreamDevice(QIODevice *device) : m_device(device) { }

    void commitTransaction()
    {
        if (m_device && m_device->isTransactionStarted())
            m_device->commitTransaction();
    }

    void rollbackTransaction()
    {
        if (m_device && m_device->isTransactionStarted())
            m_device->rollbackTransaction();
    }

private:
    QPointer<QIODevice> m_device;
};

inline std::unique_ptr<StreamDevice> streamDevice(const Stream &stream)
{
    return std::make_unique<StreamDevice>(stream.device());
}

// As the member of the same name, which Qt 5 does not have.
inline bool streamIsDeviceTransactionStarted(const Stream &stream)
{
    return stream.device() && stream.device()->isTransactionStarted();
}

inline std::int64_t streamBytesAvailable(const Stream &stream)
{
    return stream.device() ? stream.device()->bytesAvailable() : 0;
}

// Whether the read buffer of the device is full.
inline bool streamIsFull(const Stream &stream)
{
    const QIODevice *device = stream.device();
    const std::int64_t limit = device ? readBufferSize(*device) : 0;
    return limit > 0 && device->bytesAvailable() >= limit;
}

// The status after raw data was read, skipped or written: anything but all of it is an error.
inline StreamStatus rawDataStatus(Stream &stream, bool isWhole, StreamStatus error)
{
    if (!isWhole)
        stream.setStatus(error);
    return stream.status();
}

inline StreamStatus streamReadRawData(Stream &stream, rust::Slice<std::uint8_t> buffer)
{
    const int size = static_cast<int>(buffer.size());
    const int read = stream.readRawData(reinterpret_cast<char *>(buffer.data()), size);
    return rawDataStatus(stream, read == size, StreamStatus::ReadPastEnd);
}

inline StreamStatus streamSkipRawData(Stream &stream, std::int32_t size)
{
    return rawDataStatus(stream, stream.skipRawData(size) == size, StreamStatus::ReadPastEnd);
}

inline StreamStatus streamWriteRawData(Stream &stream, rust::Slice<const std::uint8_t> bytes)
{
    const int size = static_cast<int>(bytes.size());
    const int written = stream.writeRawData(reinterpret_cast<const char *>(bytes.data()), size);
    return rawDataStatus(stream, written == size, StreamStatus::WriteFailed);
}

} // namespace cxx_qt_network
