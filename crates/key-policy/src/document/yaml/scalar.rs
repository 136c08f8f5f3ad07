//! What plain scalars are.

use crate::value::Content;

/// A plain scalar, resolved as Pulumi's YAML library resolves it.
pub(super) fn plain(text: &str) -> Content {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Content::Null,
        "true" | "True" | "TRUE" => Content::Bool(true),
        "false" | "False" | "FALSE" => Content::Bool(false),
        _ => number(text).map_or_else(|| Content::String(text.to_owned()), Content::Number),
    }
}

fn number(text: &str) -> Option<f64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1.0, &text[1..]),
        b'+' => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    match digits {
        ".inf" | ".Inf" | ".INF" => return Some(sign * f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" => return (digits.len() == text.len()).then_some(f64::NAN),
        _ => {}
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let digits = digits.replace('_', "");
    let radix = match digits.get(..2) {
        Some("0x" | "0X") => Some((16, 2)),
        Some("0o" | "0O") => Some((8, 2)),
        Some("0b" | "0B") => Some((2, 2)),
        // With a digit that octal numbers do not have, it is a decimal one.
        Some(_) if digits.starts_with('0') && digits.bytes().all(|b| matches!(b, b'0'..=b'7')) => {
            Some((8, 1))
        }
        _ => None,
    };
    let is_decimal = |byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    let number = match radix {
        Some((radix, skip)) => u64::from_str_radix(&digits[skip..], radix).ok()? as f64,
        None if digits.bytes().all(is_decimal) => digits.parse().ok()?,
        None => return None,
    };
    // What is too large for a number is a text.
    number.is_finite().then_some(sign * number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::yaml::parse;

    #[test]
    fn scalars_have_the_types_of_yaml() {
        for (text, content) in [
            ("1893456000", Content::Number(1893456000.0)),
            ("1_000", Content::Number(1000.0)),
            ("-0x10", Content::Number(-16.0)),
            ("010", Content::Number(8.0)),
            ("1e3", Content::Number(1000.0)),
            ("08", Content::Number(8.0)),
            ("-08.5", Content::Number(-8.5)),
            ("0o17", Content::Number(15.0)),
            ("0o8", Content::String("0o8".into())),
            ("0b1", Content::Number(1.0)),
            ("0b", Content::String("0b".into())),
            ("0x_1F", Content::Number(31.0)),
            ("1e999", Content::String("1e999".into())),
            ("1e", Content::String("1e".into())),
            ("_1", Content::String("_1".into())),
            ("1:30", Content::String("1:30".into())),
            ("+.inf", Content::Number(f64::INFINITY)),
            ("-.nan", Content::String("-.nan".into())),
            ("1.2.3.4", Content::String("1.2.3.4".into())),
            ("yes", Content::String("yes".into())),
            ("True", Content::Bool(true)),
            ("~", Content::Null),
            ("'12'", Content::String("12".into())),
            ("!!str 12", Content::String("12".into())),
            ("2030-01-01", Content::String("2030-01-01".into())),
        ] {
            assert_eq!(parse(text).unwrap()[0].content, content, "{text}");
        }
    }
}
