// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reads `QDateTime` and `QTimeZone`: the fields are checked here, then Qt reads a copy of them.
//!
//! Qt opens the file of a time zone by an unchecked ID, or parses the ID as a POSIX rule; some
//! versions crash on an invalid time specification.

use cxx::UniquePtr;
use cxx_qt_lib::{QDate, QDateTime, QString, QTime, QTimeZone};

use super::qdatastream::{QDataStream, QDataStreamVersion, StreamError, ffi};
use super::stream::Operators;

/// `Qt::OffsetFromUTC` and `Qt::TimeZone`, the specifications with further fields.
const OFFSET_FROM_UTC: i8 = 2;
const TIME_ZONE: i8 = 3;

/// What Qt 6 writes for an invalid zone.
const INVALID_ID: &str = "-No Time Zone Specified!";

/// Qt 5 calculates an offset in milliseconds as an `int`.
const OFFSET_LIMIT: u32 = i32::MAX.unsigned_abs() / 1000;

/// The enum `QLocale::Country` of Qt 5 holds any number below this one.
const COUNTRY_LIMIT: i32 = 512;

pub(super) fn read_date_time(stream: &mut QDataStream<'_>) -> Result<QDateTime, StreamError> {
    let version = stream.version();
    let mut copy = stream.to_bytes_in_same_format();
    stream.copy_field::<QDate>(&mut copy)?;
    stream.copy_field::<QTime>(&mut copy)?;
    // There was no specification before 4.0.
    if version >= QDataStreamVersion::QT_4_0 {
        let spec: i8 = stream.copy_field(&mut copy)?;
        // Up to 5.1, except 5.0, the specifications had other numbers, starting with LocalUnknown.
        let is_of_qt_4 =
            version < QDataStreamVersion::QT_5_0 || version == QDataStreamVersion::QT_5_1;
        let known = if is_of_qt_4 { -1..=4 } else { 0..=3 };
        if !known.contains(&spec) {
            return Err(stream.set_status(StreamError::ReadCorruptData));
        }
        if version >= QDataStreamVersion::QT_5_2 {
            match spec {
                OFFSET_FROM_UTC => copy_offset(stream, &mut copy)?,
                TIME_ZONE => {
                    let mut fields = stream.to_bytes_in_same_format();
                    copy_time_zone(stream, &mut fields)?;
                    let fields = fields.into_bytes();
                    // Qt 5 crashes when it writes a date and time with an invalid zone, also in a
                    // variant. Such a date and time is invalid itself, so it is replaced by another
                    // invalid one.
                    if cfg!(not(cxxqt_qt_version_at_least_6)) {
                        let zone = stream.read_copy(&fields, read_time_zone_by_qt)?;
                        if !zone.is_valid() {
                            return Ok(QDateTime::default());
                        }
                    }
                    let _ = copy.write_raw_data(fields.as_slice());
                }
                _ => {}
            }
        }
    }
    stream.read_copy(&copy.into_bytes(), QDateTime::read_by_qt)
}

pub(super) fn read_time_zone(
    stream: &mut QDataStream<'_>,
) -> Result<UniquePtr<QTimeZone>, StreamError> {
    let mut copy = stream.to_bytes_in_same_format();
    copy_time_zone(stream, &mut copy)?;
    stream.read_copy(&copy.into_bytes(), read_time_zone_by_qt)
}

fn read_time_zone_by_qt(stream: &mut QDataStream<'_>) -> Result<UniquePtr<QTimeZone>, StreamError> {
    stream.check()?;
    let mut status = ffi::StreamStatus::Ok;
    let zone = ffi::stream_read_time_zone(stream.pin(), &mut status);
    stream.result(status).map(|()| zone)
}

/// Copies the fields of a time zone if they are safe for Qt to read.
fn copy_time_zone(
    stream: &mut QDataStream<'_>,
    copy: &mut QDataStream<'static>,
) -> Result<(), StreamError> {
    let id: QString = stream.copy_field(copy)?;
    match String::from(&id).as_str() {
        // A custom zone: an ID, then the offset with its names.
        "OffsetFromUtc" => {
            let id: QString = stream.copy_field(copy)?;
            check_id(stream, &id)?;
            copy_offset(stream, copy)?;
            stream.copy_field::<QString>(copy)?;
            stream.copy_field::<QString>(copy)?;
            let country: i32 = stream.copy_field(copy)?;
            if !(0..COUNTRY_LIMIT).contains(&country) {
                return Err(stream.set_status(StreamError::ReadCorruptData));
            }
            stream.copy_field::<QString>(copy).map(drop)
        }
        // From Qt 6.5 on; before, it is an unknown ID without further fields.
        "AheadOfUtcBy" if cfg!(cxxqt_qt_version_at_least_6_5) => copy_offset(stream, copy),
        _ => check_id(stream, &id),
    }
}

/// Rejects an unsafe ID: a path that leads out of the time zone directory, or one with characters
/// that an ID does not have, since Qt parses POSIX rules too and loops forever on some. An empty ID
/// is an invalid zone, and accepted.
fn check_id(stream: &mut QDataStream<'_>, id: &QString) -> Result<(), StreamError> {
    let id = String::from(id);
    let is_path_below = id
        .split('/')
        .all(|component| !matches!(component, "" | "." | ".."));
    let has_characters_of_id = id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/_+-.:".contains(&byte));
    if is_path_below && has_characters_of_id || id.is_empty() || id == INVALID_ID {
        Ok(())
    } else {
        Err(stream.set_status(StreamError::ReadCorruptData))
    }
}

fn copy_offset(
    stream: &mut QDataStream<'_>,
    copy: &mut QDataStream<'static>,
) -> Result<(), StreamError> {
    let seconds: i32 = stream.copy_field(copy)?;
    if seconds.unsigned_abs() > OFFSET_LIMIT {
        return Err(stream.set_status(StreamError::ReadCorruptData));
    }
    Ok(())
}
