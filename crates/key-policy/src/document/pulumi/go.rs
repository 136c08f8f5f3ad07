//! Values as Go writes them, which is what a program gets when it puts one into a text.

use crate::value::{Content, Value};

/// A number as `%v` prints it. One that has an exponent there counts as not known: a setting of the type `integer` is
/// printed without.
pub(super) fn number(number: f64) -> Option<String> {
    let has_exponent = number != 0.0 && !(1e-4..1e6).contains(&number.abs());
    (number.is_finite() && !has_exponent).then(|| number.to_string())
}

/// A value as `encoding/json` writes it: members by name, and the characters of HTML and the ends of
/// lines in JavaScript escaped.
pub(super) fn json(value: &Value) -> Option<String> {
    let text = as_json(value)?.to_string();
    Some(
        text.replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026")
            .replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029"),
    )
}

fn as_json(value: &Value) -> Option<serde_json::Value> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    Some(match &value.content {
        Content::Null => serde_json::Value::Null,
        Content::Bool(value) => (*value).into(),
        Content::Number(number) if number.fract() == 0.0 && number.abs() < EXACT => (*number as i64).into(),
        Content::Number(number) if number.abs() < EXACT && number.abs() > 1e-6 => (*number).into(),
        Content::String(text) => text.as_str().into(),
        Content::List(items) => items.iter().map(as_json).collect::<Option<Vec<_>>>()?.into(),
        Content::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            let members = entries
                .into_iter()
                .map(|entry| Some((entry.key.clone(), as_json(&entry.value)?)));
            members.collect::<Option<serde_json::Map<_, _>>>()?.into()
        }
        Content::Number(_) | Content::Block | Content::Unknown(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn numbers_are_printed_as_go_does_or_not_at_all() {
        for (number, printed) in [
            (5.0, Some("5")),
            (-1.5, Some("-1.5")),
            (0.0, Some("0")),
            (999_999.0, Some("999999")),
            (1_893_456_000.0, None),
            (0.00001, None),
            (f64::NAN, None),
        ] {
            assert_eq!(super::number(number).as_deref(), printed);
        }
    }

    #[test]
    fn json_is_that_of_go() {
        let entry = |key: &str, content| crate::value::Entry {
            key: key.to_owned(),
            key_span: Span::default(),
            value: Value::new(content, Span::default()),
        };
        let object = Content::Object(vec![
            entry("b", Content::Number(1_893_456_000.0)),
            entry("a", Content::String("<&>\u{2028}\u{2029}".to_owned())),
        ]);
        let text = json(&Value::new(object, Span::default()));
        assert_eq!(
            text.as_deref(),
            Some(r#"{"a":"\u003c\u0026\u003e\u2028\u2029","b":1893456000}"#)
        );
    }
}
