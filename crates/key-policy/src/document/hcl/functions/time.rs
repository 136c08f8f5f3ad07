//! Functions of moments. Those that ask the clock are unknown.

use time::{Duration, OffsetDateTime};

use super::{Answer, Call};
use crate::document::hcl::eval::Fault;
use crate::moment;

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Answer> {
    Some(match name {
        "timeadd" => timeadd(call),
        "timecmp" => timecmp(call),
        "formatdate" => formatdate(call),
        _ => return None,
    })
}

/// The moment in argument `at`, in UTC and whole seconds; all others are left to Terraform.
fn moment(call: &Call<'_>, at: usize) -> Result<OffsetDateTime, Fault> {
    moment::parse(&call.text(at)?).ok_or(Fault::Unknown)
}

fn timeadd(call: &Call<'_>) -> Answer {
    let start = moment(call, 0)?;
    let end = start
        .checked_add(duration(&call.text(1)?)?)
        .ok_or(Fault::Unknown)?;
    call.new_text(moment::written(end))
}

/// A duration as Go writes it: `1h30m`, `-10s`.
fn duration(text: &str) -> Result<Duration, Fault> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut seconds = 0.0;
    if rest.is_empty() {
        return Err(Fault::Fails);
    }
    if rest == "0" {
        return Ok(Duration::ZERO);
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .ok_or(Fault::Fails)?;
        let number: f64 = rest[..digits].parse().map_err(|_| Fault::Fails)?;
        let unit = &rest[digits..];
        let end = unit
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(unit.len());
        seconds += number
            * match &unit[..end] {
                "h" => 3600.0,
                "m" => 60.0,
                "s" => 1.0,
                _ => return Err(Fault::Unknown),
            };
        rest = &unit[end..];
    }
    Duration::checked_seconds_f64(sign * seconds).ok_or(Fault::Unknown)
}

fn timecmp(call: &Call<'_>) -> Answer {
    let order = moment(call, 0)?.cmp(&moment(call, 1)?);
    call.new_number(f64::from(order as i8))
}

fn formatdate(call: &Call<'_>) -> Answer {
    let (pattern, at) = (call.text(0)?, moment(call, 1)?);
    let mut out = String::new();
    let mut rest = &*pattern;
    while let Some(first) = rest.chars().next() {
        if let Some(behind) = rest.strip_prefix("''") {
            out.push('\'');
            rest = behind;
            continue;
        }
        if first == '\'' {
            rest = quoted(&rest[1..], &mut out)?;
            continue;
        }
        let length = rest.find(|c| c != first).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(length);
        out += &if first.is_ascii_alphabetic() {
            part(run, at)?
        } else {
            run.to_owned()
        };
        rest = behind;
    }
    call.new_text(out)
}

/// Adds the text up to the next quote, two of which stand for one, and returns what is behind it.
fn quoted<'t>(mut rest: &'t str, out: &mut String) -> Result<&'t str, Fault> {
    loop {
        let (text, behind) = rest.split_once('\'').ok_or(Fault::Fails)?;
        out.push_str(text);
        match behind.strip_prefix('\'') {
            Some(further) => {
                out.push('\'');
                rest = further;
            }
            None => return Ok(behind),
        }
    }
}

/// What one run of a letter in a pattern stands for.
fn part(run: &str, at: OffsetDateTime) -> Result<String, Fault> {
    let (month, weekday) = (at.month().to_string(), at.weekday().to_string());
    let hour = match at.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let is_morning = at.hour() < 12;
    Ok(match run {
        "YYYY" => format!("{:04}", at.year()),
        "YY" => format!("{:02}", at.year() % 100),
        "MMMM" => month,
        "MMM" => month[..3].to_owned(),
        "MM" => format!("{:02}", u8::from(at.month())),
        "M" => u8::from(at.month()).to_string(),
        "DD" => format!("{:02}", at.day()),
        "D" => at.day().to_string(),
        "EEEE" => weekday,
        "EEE" => weekday[..3].to_owned(),
        "hh" => format!("{:02}", at.hour()),
        "h" => at.hour().to_string(),
        "HH" => format!("{hour:02}"),
        "H" => hour.to_string(),
        "AA" => if is_morning { "AM" } else { "PM" }.to_owned(),
        "aa" => if is_morning { "am" } else { "pm" }.to_owned(),
        "mm" => format!("{:02}", at.minute()),
        "m" => at.minute().to_string(),
        "ss" => format!("{:02}", at.second()),
        "s" => at.second().to_string(),
        "Z" => "Z".to_owned(),
        "ZZZZ" => "+0000".to_owned(),
        "ZZZZZ" => "+00:00".to_owned(),
        "ZZZ" => "UTC".to_owned(),
        _ => return Err(Fault::Fails),
    })
}
