// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include <QtCore/QDate>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>
#include <QtCore/QLine>
#include <QtCore/QMargins>
#include <QtCore/QRect>
#include <QtCore/QStringList>
#include <QtCore/QUrl>
#include <QtCore/QUuid>

#include <new>

#include "cxx-qt-network/core/qdatastream.h"

namespace cxx_qt_network {
namespace {

// The capacity in UTF-16 units that a stream keeps for the next string.
constexpr int TEXT_LIMIT = 1 << 16;

template <typename T>
void write(Stream &stream, const T &value)
{
    stream << value;
}

#if QT_VERSION < QT_VERSION_CHECK(6, 0, 0)
// Qt 5 dereferences a null pointer for an invalid time zone. Qt 6 writes this ID, which no zone
// has.
template <>
void write(Stream &stream, const QTimeZone &value)
{
    if (value.isValid())
        stream << value;
    else
        stream << QStringLiteral("-No Time Zone Specified!");
}

template <>
void write(Stream &stream, const QDateTime &value)
{
    if (value.timeSpec() == Qt::TimeZone && !value.timeZone().isValid())
        stream << QDateTime();
    else
        stream << value;
}
#endif

template <typename T>
StreamStatus read(Stream &stream, T &value)
{
    try {
        stream >> value;
    } catch (const std::bad_alloc &) {
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
        stream.setStatus(QDataStream::SizeLimitExceeded);
#else
        stream.setStatus(QDataStream::ReadCorruptData);
#endif
    }
    return stream.status();
}

template <typename T>
StreamStatus readAt(Stream &stream, T *place)
{
    T &value = *new (place) T();
    const StreamStatus status = read(stream, value);
    if (status != StreamStatus::Ok)
        value.~T();
    return status;
}

using i8 = qint8;
using i16 = qint16;
using i32 = qint32;
using i64 = qint64;
using u8 = quint8;
using u16 = quint16;
using u32 = quint32;
using u64 = quint64;
using f32 = float;
using f64 = double;

} // namespace

rust::Slice<const std::uint8_t> streamPeek(Stream &stream, std::int32_t limit)
{
    QIODevice &device = *stream.device();
    QByteArray &block = stream.block();
    block = device.peek(qMin<qint64>(limit, device.bytesAvailable()));
    return {reinterpret_cast<const std::uint8_t *>(block.constData()),
            static_cast<std::size_t>(block.size())};
}

rust::Slice<const std::uint16_t> streamReadText(Stream &stream, StreamStatus &status)
{
    QString &text = stream.text();
    if (text.capacity() > TEXT_LIMIT)
        text = QString();
    status = read(stream, text);
    if (status != StreamStatus::Ok)
        return {};
    return {reinterpret_cast<const std::uint16_t *>(text.constData()),
            static_cast<std::size_t>(text.size())};
}

StreamStatus streamWriteTimeZone(Stream &stream, const QTimeZone &value)
{
    write(stream, value);
    return stream.status();
}

std::unique_ptr<QTimeZone> streamReadTimeZone(Stream &stream, StreamStatus &status)
{
    auto value = std::make_unique<QTimeZone>();
    status = read(stream, *value);
    return value;
}

// The operators of a type, for `operators` in stream.rs, where it has the same name. Both return
// the status. The read operator constructs a value only if the status is Ok.
#define OPERATORS(Type)                                                                            \
    extern "C" std::int32_t cxx_qt_network_write_##Type(Stream *stream,                            \
                                                        const Type *value) noexcept                \
    {                                                                                              \
        write(*stream, *value);                                                                    \
        return stream->status();                                                                   \
    }                                                                                              \
    extern "C" std::int32_t cxx_qt_network_read_##Type(Stream *stream, Type *place) noexcept       \
    {                                                                                              \
        return readAt(*stream, place);                                                             \
    }

OPERATORS(bool)
OPERATORS(i8)
OPERATORS(i16)
OPERATORS(i32)
OPERATORS(i64)
OPERATORS(u8)
OPERATORS(u16)
OPERATORS(u32)
OPERATORS(u64)
OPERATORS(f32)
OPERATORS(f64)
OPERATORS(QByteArray)
OPERATORS(QDate)
OPERATORS(QDateTime)
OPERATORS(QJsonArray)
OPERATORS(QJsonObject)
OPERATORS(QJsonValue)
OPERATORS(QLine)
OPERATORS(QLineF)
OPERATORS(QMargins)
OPERATORS(QMarginsF)
OPERATORS(QPoint)
OPERATORS(QPointF)
OPERATORS(QRect)
OPERATORS(QRectF)
OPERATORS(QSize)
OPERATORS(QSizeF)
OPERATORS(QString)
OPERATORS(QStringList)
OPERATORS(QTime)
OPERATORS(QUrl)
OPERATORS(QUuid)
OPERATORS(QVariant)

} // namespace cxx_qt_network
