//! Moments and days in UTC, as people write them: `2030-01-31T12:00:00Z` and `2030-01-31`.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

/// The moment as text, to the second.
pub(crate) fn written(moment: OffsetDateTime) -> String {
    let (year, month, day) = moment.to_calendar_date();
    let (hour, minute, second) = moment.to_hms();
    let month = u8::from(month);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The moment that `text` says, if it does so in UTC and in whole seconds.
pub(crate) fn parse(text: &str) -> Option<OffsetDateTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let number = |number: u16| u8::try_from(number).ok();
    let time = Time::from_hms(number(hour)?, number(minute)?, number(second)?).ok()?;
    Some(PrimitiveDateTime::new(parse_day(date)?, time).assume_utc())
}

/// The day that `text` says.
pub(crate) fn parse_day(text: &str) -> Option<Date> {
    let [year, month, day] = numbers(text, '-', [4, 2, 2])?;
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
}

/// Three numbers with so many digits each.
fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<[u16; 3]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; 3];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next().filter(|part| part.len() == digits)?;
        *number = part
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_826_149, "2000-02-29T12:09:09Z"),
            (1_893_456_000, "2030-01-01T00:00:00Z"),
            (2_147_483_647, "2038-01-19T03:14:07Z"),
        ] {
            let moment = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            assert_eq!(written(moment), text);
            assert_eq!(parse(text), Some(moment));
        }
    }

    #[test]
    fn what_is_no_moment_is_not_read() {
        for text in [
            "",
            "Z",
            "2030-01-01",
            "2030-01-01T00:00:00",
            "2030-01-01T00:00:00+01:00",
            "2030-01-01T00:00:00.5Z",
            "2030-02-29T00:00:00Z",
            "2030-13-01T00:00:00Z",
            "2030-01-01T24:00:00Z",
            "2030-1-1T00:00:00Z",
            "2030-01-01T+0:00:00Z",
            "2030-01-01T00:00:00:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
