// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "values.h"

#include <QtCore/QHash>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QLine>
#include <QtCore/QList>
#include <QtCore/QMap>
#include <QtCore/QMargins>
#include <QtCore/QPair>
#include <QtCore/QPoint>
#include <QtCore/QRect>
#include <QtCore/QSet>
#include <QtCore/QSize>
#include <QtCore/QStringList>
#include <QtCore/QTimeZone>
#include <QtCore/QUrl>
#include <QtCore/QUuid>

#include <limits>

namespace {

template <typename T>
constexpr T lowest = std::numeric_limits<T>::min();
template <typename T>
constexpr T highest = std::numeric_limits<T>::max();
template <typename T>
constexpr T infinite = std::numeric_limits<T>::infinity();
template <typename T>
constexpr T notANumber = std::numeric_limits<T>::quiet_NaN();

void addNumbers(Values &values)
{
    values.add("bool_false", false);
    values.add("bool_true", true);
    values.add("i8_min", lowest<qint8>);
    values.add("i8_max", highest<qint8>);
    values.add("i8_minus_2", qint8(-2));
    values.add("u8_0", quint8(0));
    values.add("u8_max", highest<quint8>);
    values.add("u8_ab", quint8(0xab));
    values.add("i16_min", lowest<qint16>);
    values.add("i16_max", highest<qint16>);
    values.add("i16_minus_2", qint16(-2));
    values.add("u16_0", quint16(0));
    values.add("u16_max", highest<quint16>);
    values.add("u16_abcd", quint16(0xabcd));
    values.add("i32_min", lowest<qint32>);
    values.add("i32_max", highest<qint32>);
    values.add("i32_minus_2", qint32(-2));
    values.add("u32_0", quint32(0));
    values.add("u32_max", highest<quint32>);
    values.add("u32_01234567", quint32(0x01234567));
    values.add("i64_min", lowest<qint64>);
    values.add("i64_max", highest<qint64>);
    values.add("i64_minus_2", qint64(-2));
    values.add("u64_0", quint64(0));
    values.add("u64_max", highest<quint64>);
    values.add("u64_0123456789abcdef", Q_UINT64_C(0x0123456789abcdef));
    values.add("f32_1_5", 1.5f);
    values.add("f32_0_1", 0.1f);
    values.add("f32_minus_0", -0.0f);
    values.add("f32_max", highest<float>);
    values.add("f32_nan", notANumber<float>);
    values.add("f32_minus_infinite", -infinite<float>);
    values.add("f64_1_5", 1.5);
    values.add("f64_0_1", 0.1);
    values.add("f64_minus_0", -0.0);
    values.add("f64_max", highest<double>);
    values.add("f64_least", std::numeric_limits<double>::denorm_min());
    values.add("f64_nan", notANumber<double>);
    values.add("f64_infinite", infinite<double>);
    values.add("single_f32_0_1", 0.1f, singlePrecision);
    values.add("single_f32_nan", notANumber<float>, singlePrecision);
    values.add("single_f64_minus_2_5", -2.5, singlePrecision);
    values.add("single_f64_nan", notANumber<double>, singlePrecision);
    values.add("single_f64_infinite", infinite<double>, singlePrecision);
    values.add("single_pointf", QPointF(1.5, -0.25), singlePrecision);
    values.add("little_i16", qint16(-2), littleEndian);
    values.add("little_u32", quint32(0x01234567), littleEndian);
    values.add("little_u64", Q_UINT64_C(0x0123456789abcdef), littleEndian);
    values.add("little_f32", 1.5f, littleEndian);
    values.add("little_f64", 0.1, littleEndian);
}

void addTexts(Values &values)
{
    values.add("string_null", QString());
    values.add("string_empty", QString(""));
    values.add("string_ascii", QString("Fortune"));
    values.add("string_e_acute", QString(u8"H\u00e9"));
    values.add("string_crab", QString(u8"\U0001f980"));
    // fromUtf8() would drop it as a byte order mark.
    values.add("string_begins_feff", QString(QChar(0xfeff)) + QChar('a'));
    values.add("string_with_zero", QString(QLatin1String("a\0b", 3)));
    values.add("little_string", QString(u8"H\u00e9"), littleEndian);
    values.add("bytes_null", QByteArray());
    values.add("bytes_empty", QByteArray(""));
    values.add("bytes_00ff80", QByteArray("\x00\xff\x80", 3));
    values.add("little_bytes", QByteArray("\x00\xff\x80", 3), littleEndian);
    values.add("list_of_bytes_00ff80", QByteArray("\x00\xff\x80", 3));
    values.add("cstring_empty", CString{""});
    values.add("cstring_ab", CString{"ab"});
    values.add("string_list_empty", QStringList());
    values.add("string_list_three", QStringList{"a", "", QString()});
    values.add("url_empty", QUrl());
    values.add("url_resource", QUrl("qrc:/a"));
    values.add("url_escaped", QUrl(u8"http://example.org/\u00e4 b?q=1#f"));
}

void addContainers(Values &values)
{
    const QMap<QString, qint32> one{{"a", 1}};
    const QMap<QString, qint32> two{{"a", 1}, {"b", 2}};
    values.add("list_i32_empty", QList<qint32>());
    values.add("list_i32_two", QList<qint32>{1, -2});
    values.add("little_list_i32", QList<qint32>{1, -2}, littleEndian);
    values.add("qlist_i32_two", QList<qint32>{1, -2});
    values.add("qvector_f64_one", QVector<double>{1.5});
    values.add("list_string_two", QList<QString>{"a", ""});
    values.add("list_nested", QList<QList<quint16>>{{1, 2}, {}, {3}});
    values.add("list_of_pairs", QList<QPair<quint8, bool>>{{1, true}, {2, false}});
    values.add("map_empty", QMap<QString, qint32>());
    values.add("map_one", one);
    values.add("map_two", two);
    values.add("map_of_lists", QMap<quint16, QStringList>{{7, {"x"}}});
    values.add("hash_one", QHash<QString, qint32>{{"a", 1}});
    values.add("set_one", QSet<QString>{"a"});
    values.add("sorted_set_one", QSet<quint32>{7});
    values.add("qset_one", QSet<quint32>{7});
    values.add("qmap_one", QVariantMap{{"a", true}});
    values.add("qmap_two", QVariantMap{{"a", true}, {"b", 2}});
    values.add("qhash_one", QVariantHash{{"a", true}});
    values.add("pair", QPair<qint32, QString>(5, "a"));
}

void addValueTypes(Values &values)
{
    values.add("date_null", QDate());
    values.add("date_2000", QDate(2000, 1, 1));
    values.addSince(QDataStream::Qt_5_0, "date_before_julian_day_0", QDate(-4714, 11, 23));
    values.add("little_date", QDate(2000, 1, 1), littleEndian);
    values.add("time_null", QTime());
    values.add("time_midnight", QTime(0, 0));
    values.add("time_last", QTime(23, 59, 59, 999));
    const auto dateTime
        = [](const char *text) { return QDateTime::fromString(text, Qt::ISODateWithMs); };
    values.add("datetime_null", QDateTime());
    values.add("datetime_utc", dateTime("2001-02-03T04:05:06.789Z"));
    values.add("datetime_utc_1899", dateTime("1899-12-31T23:59:59.999Z"));
    // Before, the bytes depend on the machine's time zone.
    values.addSince(QDataStream::Qt_5_2, "datetime_local", dateTime("2001-02-03T04:05:06.789"));
    // Before, the offset is lost.
    values.addSince(QDataStream::Qt_5_2, "datetime_offset",
                    dateTime("2001-02-03T04:05:06.789+02:00"));
    values.addSince(QDataStream::Qt_5_2, "datetime_zone",
                    dateTime("2001-02-03T04:05:06.789Z").toTimeZone(QTimeZone("Europe/Berlin")));
    values.add("timezone_berlin", QTimeZone("Europe/Berlin"));
    values.add("uuid_null", QUuid());
    values.add("uuid", QUuid("{67c8770b-44f1-410a-ab9a-f9b5446f13ee}"));
    values.add("little_uuid", QUuid("{67c8770b-44f1-410a-ab9a-f9b5446f13ee}"), littleEndian);
    values.add("point", QPoint(1, -1));
    values.add("pointf", QPointF(1.5, -0.25));
    values.add("size_invalid", QSize());
    values.add("size", QSize(2, 3));
    values.add("sizef", QSizeF(2.5, 3));
    values.add("rect_null", QRect());
    values.add("rect", QRect(1, 2, 3, 4));
    values.add("rectf", QRectF(1, 2, 3, 4.5));
    values.add("line", QLine(1, 2, 3, -4));
    values.add("linef", QLineF(1, 2, 3, -4.5));
    values.add("margins", QMargins(1, 2, 3, -4));
    values.add("marginsf", QMarginsF(1, 2, 3, -4.5));
    values.add("json_array", QJsonArray{1, "x", QJsonValue::Null});
    values.add("json_object", QJsonObject{{"a", true}});
    values.add("json_value_null", QJsonValue());
    values.add("json_value_false", QJsonValue(false));
    values.add("json_value_number", QJsonValue(1.5));
    values.add("json_value_string", QJsonValue("x"));
    values.add("json_value_array", QJsonValue(QJsonArray{1}));
    values.add("json_value_object", QJsonValue(QJsonObject{{"a", true}}));
}

} // namespace

void addPlain(Values &values)
{
    addNumbers(values);
    addTexts(values);
    addContainers(values);
    addValueTypes(values);
}
