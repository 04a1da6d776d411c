// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QDataStream>
#include <QtCore/QDateTime>
#include <QtCore/QVariant>

#include <cstring>
#include <functional>
#include <vector>

// One value of the list, independent of its type.
struct Value
{
    const char *name;
    // The number of the first stream version that supports it.
    int since;
    std::function<void(QDataStream &)> write;
    // Reads a value and returns whether it is this one.
    std::function<bool(QDataStream &)> readIsEqual;
};

// Streamed as `const char *`.
struct CString
{
    QByteArray bytes;
};

inline QDataStream &operator<<(QDataStream &stream, const CString &value)
{
    return stream << value.bytes.constData();
}

inline QDataStream &operator>>(QDataStream &stream, CString &value)
{
    char *bytes = nullptr;
    stream >> bytes;
    value.bytes = bytes;
    delete[] bytes;
    return stream;
}

template <typename T>
bool isSame(const T &a, const T &b)
{
    return a == b;
}

// NaN is not equal to itself, and zero is equal to negative zero.
template <>
inline bool isSame(const float &a, const float &b)
{
    return std::memcmp(&a, &b, sizeof a) == 0;
}

template <>
inline bool isSame(const double &a, const double &b)
{
    return std::memcmp(&a, &b, sizeof a) == 0;
}

template <>
inline bool isSame(const QString &a, const QString &b)
{
    return a == b && a.isNull() == b.isNull();
}

template <>
inline bool isSame(const QByteArray &a, const QByteArray &b)
{
    return a == b && a.isNull() == b.isNull();
}

template <>
inline bool isSame(const CString &a, const CString &b)
{
    return a.bytes == b.bytes;
}

// `==` ignores the time zone.
template <>
inline bool isSame(const QDateTime &a, const QDateTime &b)
{
    return a == b && a.timeSpec() == b.timeSpec() && a.offsetFromUtc() == b.offsetFromUtc()
        && a.isNull() == b.isNull();
}

// `==` of variants converts types.
template <>
inline bool isSame(const QVariant &a, const QVariant &b)
{
    return a.userType() == b.userType() && a == b;
}

inline void asByDefault(QDataStream &) { }

inline void littleEndian(QDataStream &stream)
{
    stream.setByteOrder(QDataStream::LittleEndian);
}

inline void singlePrecision(QDataStream &stream)
{
    stream.setFloatingPointPrecision(QDataStream::SinglePrecision);
}

class Values
{
public:
    template <typename T>
    void add(const char *name, const T &value, void (*setUp)(QDataStream &) = asByDefault,
             int since = QDataStream::Qt_4_0)
    {
        m_values.push_back({name, since,
                            [value, setUp](QDataStream &stream) {
                                setUp(stream);
                                stream << value;
                            },
                            [value, setUp](QDataStream &stream) {
                                setUp(stream);
                                T read{};
                                stream >> read;
                                return isSame(read, value);
                            }});
    }

    template <typename T>
    void addSince(int since, const char *name, const T &value)
    {
        add(name, value, asByDefault, since);
    }

    std::vector<Value> m_values;
};

void addDerived(Values &values);
void addPlain(Values &values);
void addVariants(Values &values);

inline std::vector<Value> allValues()
{
    Values values;
    addPlain(values);
    addVariants(values);
    addDerived(values);
    return values.m_values;
}
