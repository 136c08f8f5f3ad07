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
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
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
        Some(_) if digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()) => Some((8, 1)),
        _ => None,
    };
    match radix {
        Some((radix, skip)) => u64::from_str_radix(&digits[skip..], radix)
            .ok()
            .map(|value| sign * value as f64),
        None if digits
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) =>
        {
            digits.parse::<f64>().ok().map(|value| sign * value)
        }
        None => None,
    }
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
            ("+.inf", Content::Number(f64::INFINITY)),
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
