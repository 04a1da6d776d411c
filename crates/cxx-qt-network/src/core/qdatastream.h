// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QBuffer>
#include <QtCore/QDataStream>
#include <QtCore/QTimeZone>

#include <new>

#include "cxx-qt-network/network/readbuffer.h"
#include "rust/cxx.h"

namespace cxx_qt_network {

// A stream and, where it has no device of somebody else's, the buffer that it works on.
class Stream final : public QDataStream
{
public:
    explicit Stream(QIODevice *device) : QDataStream(device) { }

    Stream(const QByteArray &bytes, QIODevice::OpenMode mode)
    {
        m_buffer.setData(bytes);
        m_buffer.open(mode);
        setDevice(&m_buffer);
    }

    // The buffer must outlive its use by the base class.
    ~Stream() { setDevice(nullptr); }

    QBuffer &buffer() { return m_buffer; }

private:
    QBuffer m_buffer;
};

using StreamStatus = QDataStream::Status;
using StreamByteOrder = QDataStream::ByteOrder;
using StreamPrecision = QDataStream::FloatingPointPrecision;

inline std::unique_ptr<Stream> streamOnDevice(QIODevice &device)
{
    return std::make_unique<Stream>(&device);
}

inline std::unique_ptr<Stream> streamForReading(const QByteArray &bytes)
{
    return std::make_unique<Stream>(bytes, QIODevice::ReadOnly);
}

inline std::unique_ptr<Stream> streamForWriting()
{
    return std::make_unique<Stream>(QByteArray(), QIODevice::WriteOnly);
}

inline QByteArray streamBytes(Stream &stream)
{
    return stream.buffer().data();
}

inline std::int32_t streamDefaultVersion()
{
    return QDataStream::Qt_DefaultCompiledVersion;
}

template <typename T>
void streamWrite(Stream &stream, T value)
{
    stream << value;
}

// std::int64_t and qint64 are different types of the same size on Linux.
template <>
inline void streamWrite(Stream &stream, std::int64_t value)
{
    stream << static_cast<qint64>(value);
}

template <>
inline void streamWrite(Stream &stream, std::uint64_t value)
{
    stream << static_cast<quint64>(value);
}

template <typename T>
void streamWriteObject(Stream &stream, const T &value)
{
    stream << value;
}

template <typename T>
T streamRead(Stream &stream)
{
    T value{};
    try {
        stream >> value;
    } catch (const std::bad_alloc &) {
        // Some versions of Qt make room for as many items as the data claims, before they read any.
        // 4 is SizeLimitExceeded, which Qt has from 6.7 on.
        stream.setStatus(static_cast<QDataStream::Status>(4));
    }
    return value;
}

template <>
inline std::int64_t streamRead(Stream &stream)
{
    return streamRead<qint64>(stream);
}

template <>
inline std::uint64_t streamRead(Stream &stream)
{
    return streamRead<quint64>(stream);
}

// cxx holds a QTimeZone only by pointer.
inline std::unique_ptr<QTimeZone> streamReadTimeZone(Stream &stream)
{
    return std::make_unique<QTimeZone>(streamRead<QTimeZone>(stream));
}

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

// As the member of that name, which Qt 5 does not have.
inline bool streamIsDeviceTransactionStarted(const Stream &stream)
{
    return stream.device() && stream.device()->isTransactionStarted();
}

inline std::int64_t streamBytesAvailable(const Stream &stream)
{
    return stream.device() ? stream.device()->bytesAvailable() : 0;
}

// Whether the device keeps as many bytes as it ever will.
inline bool streamIsFull(const Stream &stream)
{
    const QIODevice *device = stream.device();
    const std::int64_t limit = device ? readBufferSize(*device) : 0;
    return limit > 0 && device->bytesAvailable() >= limit;
}

inline std::int64_t streamReadRawData(Stream &stream, rust::Slice<std::uint8_t> buffer)
{
    return stream.readRawData(reinterpret_cast<char *>(buffer.data()),
                              static_cast<int>(buffer.size()));
}

inline std::int64_t streamWriteRawData(Stream &stream, rust::Slice<const std::uint8_t> bytes)
{
    return stream.writeRawData(reinterpret_cast<const char *>(bytes.data()),
                               static_cast<int>(bytes.size()));
}

inline std::int64_t streamSkipRawData(Stream &stream, std::int32_t count)
{
    return stream.skipRawData(count);
}

} // namespace cxx_qt_network
