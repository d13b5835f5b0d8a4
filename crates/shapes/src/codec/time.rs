//! Timestamps in AWS's three spellings.

use serde_json::{Number, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeFormat {
    Iso8601,
    Rfc822,
    Unix,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// 1970-01-01 was a Thursday.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const DAY: i64 = 86_400;

/// A timestamp as documents hold it: whole seconds as an integer.
pub(super) fn seconds(seconds: f64) -> Value {
    if seconds.fract() == 0.0 && seconds.abs() < 9e15 {
        return Value::from(seconds as i64);
    }
    Number::from_f64(seconds).map_or(Value::Null, Value::Number)
}

/// Seconds since 1970 in a spelling; ISO 8601 keeps milliseconds, RFC 822 none.
pub(super) fn format(seconds: f64, format: TimeFormat) -> String {
    if format == TimeFormat::Unix {
        return self::seconds(seconds).to_string();
    }
    let millis = (seconds * 1000.0).round() as i64;
    let (whole, millis) = (millis.div_euclid(1000), millis.rem_euclid(1000));
    let (days, rest) = (whole.div_euclid(DAY), whole.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let clock = format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    if format == TimeFormat::Rfc822 {
        let weekday = WEEKDAYS[days.rem_euclid(7) as usize];
        return format!("{weekday}, {day:02} {} {year:04} {clock} GMT", MONTHS[month as usize - 1]);
    }
    let fraction = if millis == 0 { String::new() } else { format!(".{millis:03}") };
    format!("{year:04}-{month:02}-{day:02}T{clock}{fraction}Z")
}

/// Seconds since 1970 out of any of the three spellings.
pub(super) fn parse(text: &str) -> Option<Value> {
    if let Ok(number) = text.parse::<f64>() {
        return number.is_finite().then(|| seconds(number));
    }
    iso8601(text).or_else(|| rfc822(text)).map(seconds)
}

fn iso8601(text: &str) -> Option<f64> {
    let (date, clock) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00Z"));
    let mut date = date.splitn(3, '-').map(str::parse::<i64>);
    let days = days(date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?)?;
    let end = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(end);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let whole = days * DAY + time_of_day(clock)? - offset(zone)?;
    let fraction: f64 = format!("0.{fraction}").parse().ok()?;
    // milliseconds first: they come out as the double nearest to them
    Some((whole as f64 * 1000.0 + (fraction * 1e6).round() / 1e3) / 1000.0)
}

fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.chars().next() {
        None | Some('Z') => return Some(0),
        Some('-') => -1,
        Some(_) => 1,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let number: i64 = digits.parse().ok().filter(|number| *number < 2400)?;
    Some(sign * (number / 100 * 3600 + number % 100 * 60))
}

fn rfc822(text: &str) -> Option<f64> {
    let mut words = text.split_once(',')?.1.split_whitespace();
    let day = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|m| *m == month)? as i64 + 1;
    let year = words.next()?.parse().ok()?;
    Some((days(year, month, day)? * DAY + time_of_day(words.next()?)?) as f64)
}

fn time_of_day(clock: &str) -> Option<i64> {
    let mut parts = clock.splitn(3, ':').map(str::parse::<i64>);
    let (h, m) = (parts.next()?.ok()?, parts.next()?.ok()?);
    let s = parts.next().unwrap_or(Ok(0)).ok()?;
    ((0..24).contains(&h) && (0..60).contains(&m) && (0..61).contains(&s)).then_some(h * 3600 + m * 60 + s)
}

/// Days since 1970-01-01 of a date (Hinnant's algorithm).
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

/// Date of a day since 1970-01-01, the inverse of [`days`].
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_moment_is_read_from_all_of_its_spellings() {
        for text in [
            "2024-02-29T23:59:59Z",
            "2024-02-29T23:59:59.000Z",
            "2024-03-01T08:59:59+09:00",
            "2024-02-29T18:59:59-0500",
            "Thu, 29 Feb 2024 23:59:59 GMT",
            "1709251199",
            "1.709251199E9",
        ] {
            assert_eq!(parse(text), Some(json!(1_709_251_199)), "{text}");
        }
        assert_eq!(parse("2024-02-29"), Some(json!(1_709_164_800)));
        assert_eq!(parse("1969-12-31T23:59:58.5Z"), Some(json!(-1.5)));
    }

    #[test]
    fn a_moment_is_written_in_the_spelling_that_is_asked_for() {
        assert_eq!(format(951_782_400.25, TimeFormat::Iso8601), "2000-02-29T00:00:00.250Z");
        assert_eq!(format(951_782_400.0, TimeFormat::Iso8601), "2000-02-29T00:00:00Z");
        assert_eq!(format(951_782_400.25, TimeFormat::Rfc822), "Tue, 29 Feb 2000 00:00:00 GMT");
        assert_eq!(format(951_782_400.0, TimeFormat::Unix), "951782400");
        assert_eq!(format(-1.5, TimeFormat::Iso8601), "1969-12-31T23:59:58.500Z");
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in [
            "",
            "yesterday",
            "NaN",
            "2024-13-01T00:00:00Z",
            "2024-01-01T25:00:00Z",
            "99999999999999999-01-01",
            "2024-01-01T00:00:00+99999999999999999",
            "Thu, 29 Foo 2024 23:59:59 GMT",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
