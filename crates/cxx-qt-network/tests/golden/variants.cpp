// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "values.h"

#include <QtCore/QLine>
#include <QtCore/QPoint>
#include <QtCore/QRect>
#include <QtCore/QSize>
#include <QtCore/QStringList>
#include <QtCore/QUrl>
#include <QtCore/QUuid>

void addVariants(Values &values)
{
    const auto add = [&values](const char *name, const auto &value) {
        values.add(name, QVariant::fromValue(value));
    };
    values.add("variant_invalid", QVariant());
    add("variant_bool", true);
    values.addSince(QDataStream::Qt_5_0, "variant_i8", QVariant::fromValue<signed char>(-2));
    add("variant_u8", quint8(0xab));
    add("variant_i16", qint16(-2));
    add("variant_u16", quint16(0xabcd));
    add("variant_i32", qint32(-2));
    add("variant_u32", quint32(0x01234567));
    // The 64-bit integer types on Linux: `long long` is Qt's, `long` is std::int64_t.
    add("variant_longlong", static_cast<long long>(-2));
    add("variant_ulonglong", static_cast<unsigned long long>(5));
    add("variant_long", static_cast<long>(-2));
    add("variant_ulong", static_cast<unsigned long>(5));
    add("variant_f64", 1.5);
    add("variant_f32", 1.5f);
    add("variant_string", QString("x"));
    add("variant_string_null", QString());
    add("variant_bytes", QByteArray("\x00\xff", 2));
    add("variant_string_list", QStringList{"a", ""});
    add("variant_date", QDate(2000, 1, 1));
    add("variant_time", QTime(0, 0, 1));
    add("variant_datetime", QDateTime::fromString("2001-02-03T04:05:06.789Z", Qt::ISODateWithMs));
    add("variant_url", QUrl("qrc:/a"));
    add("variant_uuid", QUuid("{67c8770b-44f1-410a-ab9a-f9b5446f13ee}"));
    add("variant_point", QPoint(1, -1));
    add("variant_pointf", QPointF(1.5, -0.25));
    add("variant_size", QSize(2, 3));
    add("variant_sizef", QSizeF(2.5, 3));
    add("variant_rect", QRect(1, 2, 3, 4));
    add("variant_rectf", QRectF(1, 2, 3, 4.5));
    add("variant_line", QLine(1, 2, 3, -4));
    add("variant_linef", QLineF(1, 2, 3, -4.5));
    add("variant_list", QVariantList{1, "x"});
    add("variant_map", QVariantMap{{"a", 1}});
    add("variant_hash", QVariantHash{{"a", 1}});
    values.add("little_variant", QVariant(1), littleEndian);
}
