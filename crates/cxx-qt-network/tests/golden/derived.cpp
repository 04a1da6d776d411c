// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Structs with operators, and enums with those of QDataStream.

#include <QtCore/QList>

#include <limits>

#include "values.h"

namespace {

enum class OfI8 : qint8 { Low = -128, High = 127 };
enum class OfU8 : quint8 { Low = 0, High = 255 };
enum class OfI16 : qint16 { Low = -2, High = 0x1234 };
enum class OfU16 : quint16 { Low = 1, High = 0xabcd };
enum class OfI32 { Low = std::numeric_limits<qint32>::min(), High = 0x01234567 };
enum OfU32 : quint32 { Low = 0, High = 0xffffffff };
enum class OfI64 : qint64 { Low = std::numeric_limits<qint64>::min(), High = 0x0123456789abcdef };
enum class OfU64 : quint64 { Low = 1, High = std::numeric_limits<quint64>::max() };
enum class Counted { Zero, One, Seven = 7, Eight };

struct Measured
{
    QString station;
    OfU8 scale;
    QList<double> celsius;

    bool operator==(const Measured &other) const
    {
        return station == other.station && scale == other.scale && celsius == other.celsius;
    }
};

QDataStream &operator<<(QDataStream &stream, const Measured &measured)
{
    return stream << measured.station << measured.scale << measured.celsius;
}

QDataStream &operator>>(QDataStream &stream, Measured &measured)
{
    return stream >> measured.station >> measured.scale >> measured.celsius;
}

template <typename T>
struct Point
{
    T x;
    T y;

    bool operator==(const Point &other) const { return x == other.x && y == other.y; }
};

template <typename T>
QDataStream &operator<<(QDataStream &stream, const Point<T> &point)
{
    return stream << point.x << point.y;
}

template <typename T>
QDataStream &operator>>(QDataStream &stream, Point<T> &point)
{
    return stream >> point.x >> point.y;
}

struct Node
{
    qint32 value;
    QList<Node> children;

    bool operator==(const Node &other) const
    {
        return value == other.value && children == other.children;
    }
};

QDataStream &operator<<(QDataStream &stream, const Node &node)
{
    return stream << node.value << node.children;
}

QDataStream &operator>>(QDataStream &stream, Node &node)
{
    return stream >> node.value >> node.children;
}

struct Request
{
    enum Kind : quint16 { Stop = 1, Measure, Move = 0x100 };

    Kind kind;
    QString station;
    OfU8 scale = OfU8::Low;
    Point<qint32> by = {};
    bool isFast = false;

    bool operator==(const Request &other) const
    {
        return kind == other.kind && station == other.station && scale == other.scale
            && by == other.by && isFast == other.isFast;
    }
};

QDataStream &operator<<(QDataStream &stream, const Request &request)
{
    stream << request.kind;
    switch (request.kind) {
    case Request::Stop:
        return stream;
    case Request::Measure:
        return stream << request.station << request.scale;
    case Request::Move:
        return stream << request.by << request.isFast;
    }
    return stream;
}

QDataStream &operator>>(QDataStream &stream, Request &request)
{
    stream >> request.kind;
    switch (request.kind) {
    case Request::Stop:
        return stream;
    case Request::Measure:
        return stream >> request.station >> request.scale;
    case Request::Move:
        return stream >> request.by >> request.isFast;
    }
    stream.setStatus(QDataStream::ReadCorruptData);
    return stream;
}

} // namespace

void addDerived(Values &values)
{
    values.add("enum_i8", QList<OfI8>{OfI8::Low, OfI8::High});
    values.add("enum_u8", QList<OfU8>{OfU8::Low, OfU8::High});
    values.add("enum_i16", QList<OfI16>{OfI16::Low, OfI16::High});
    values.add("enum_u16", QList<OfU16>{OfU16::Low, OfU16::High});
    values.add("enum_i32", QList<OfI32>{OfI32::Low, OfI32::High});
    values.add("enum_u32", QList<OfU32>{OfU32::Low, OfU32::High});
    values.add("enum_i64", QList<OfI64>{OfI64::Low, OfI64::High});
    values.add("enum_u64", QList<OfU64>{OfU64::Low, OfU64::High});
    values.add("enum_counted",
               QList<Counted>{Counted::Zero, Counted::One, Counted::Seven, Counted::Eight});
    values.add("little_enum", OfU16::High, littleEndian);
    values.add("struct_named", Measured{"Oslo", OfU8::High, {-3.5, 1.0}});
    values.add("struct_tuple", Point<quint8>{1, 2});
    values.add("little_struct", Point<qint32>{1, 2}, littleEndian);
    // A struct without members between two numbers.
    values.add("struct_empty", QPair<quint8, quint8>(1, 2));
    values.add("struct_of_itself", Node{1, {Node{2, {}}, Node{3, {Node{4, {}}}}}});
    values.add("enum_with_fields",
               QList<Request>{Request{Request::Stop, {}}, Request{Request::Measure, "Oslo"},
                              Request{Request::Move, {}, OfU8::Low, {-1, 2}, true}});
}
