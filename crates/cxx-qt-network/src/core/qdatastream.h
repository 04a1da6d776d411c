// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QBuffer>
#include <QtCore/QDataStream>
#include <QtCore/QDateTime>
#include <QtCore/QMetaType>
#include <QtCore/QPointer>
#include <QtCore/QTimeZone>
#include <QtCore/QVariant>

#include <new>

#include "cxx-qt-network/core/qiodevice.h"

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

#if QT_VERSION < QT_VERSION_CHECK(6, 0, 0)
// Qt 5 follows a null pointer where a time zone is not valid. Qt 6 writes this, which no zone has.
template <>
inline void streamWriteObject(Stream &stream, const QTimeZone &value)
{
    if (value.isValid())
        stream << value;
    else
        stream << QStringLiteral("-No Time Zone Specified!");
}

template <>
inline void streamWriteObject(Stream &stream, const QDateTime &value)
{
    if (value.timeSpec() == Qt::TimeZone && !value.timeZone().isValid())
        stream << QDateTime();
    else
        stream << value;
}
#endif

template <typename T>
T streamRead(Stream &stream)
{
    T value{};
    try {
        stream >> value;
    } catch (const std::bad_alloc &) {
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
        stream.setStatus(QDataStream::SizeLimitExceeded);
#else
        stream.setStatus(QDataStream::ReadCorruptData);
#endif
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

// The types of 64-bit integers in a variant: std::int64_t is only one of the two.
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

// A null variant that has the type and the value of another, as a stream can hold one.
inline QVariant variantAsNull(const QVariant &value)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 0, 0)
    const QMetaType type = value.metaType();
    QVariant null(type);
#else
    const QMetaType type(value.userType());
    QVariant null(static_cast<QVariant::Type>(value.userType()));
#endif
    // data() would make it one that is not null. The new variant shares its value with no other.
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
