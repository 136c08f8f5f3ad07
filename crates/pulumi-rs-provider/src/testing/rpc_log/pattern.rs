//! Answers against patterns.

use serde_json::Value;

use super::super::json::{SECRET, SIGNATURE};

/// What stands for anything.
const ANYTHING: &str = "*";

/// Where an answer is not as the pattern says. An object and a list match member by member.
pub(super) fn compare(pattern: &Value, answer: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    walk(pattern, answer, "", &mut differences);
    differences
}

/// As [`compare`], of an error's text, in which `*` stands for any part.
pub(super) fn compare_errors(pattern: &str, errors: &[String]) -> Vec<String> {
    match errors.iter().any(|error| matches(pattern, error)) {
        true => Vec::new(),
        false => vec![format!(
            "the error should be `{pattern}`, and is `{}`",
            errors.join("; ")
        )],
    }
}

/// Whether a text has the parts of a pattern in their order, the first at its beginning and the last at its end.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split(ANYTHING);
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<_> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn walk(pattern: &Value, answer: &Value, path: &str, differences: &mut Vec<String>) {
    match (pattern, answer) {
        (Value::String(text), _) if text == ANYTHING => {}
        (Value::Object(patterns), Value::Object(members)) => {
            // What lies under a secret is compared, but never shown.
            if is_secret(pattern) || is_secret(answer) {
                if !compare_hidden(pattern, answer) {
                    differences.push(format!("{}: a secret is another one", place(path)));
                }
                return;
            }
            for (key, pattern) in patterns.iter().filter(|(key, _)| *key != ANYTHING) {
                let path = format!("{path}.{key}");
                match members.get(key) {
                    Some(member) => walk(pattern, member, &path, differences),
                    None => differences.push(format!("{}: it is missing", place(&path))),
                }
            }
            for (key, member) in members.iter().filter(|(key, _)| !patterns.contains_key(*key)) {
                let path = format!("{path}.{key}");
                match patterns.get(ANYTHING) {
                    Some(pattern) => walk(pattern, member, &path, differences),
                    None => differences.push(format!("{}: it is new", place(&path))),
                }
            }
        }
        (Value::Array(patterns), Value::Array(items)) if patterns.len() == items.len() => {
            for (index, (pattern, item)) in patterns.iter().zip(items).enumerate() {
                walk(pattern, item, &format!("{path}[{index}]"), differences);
            }
        }
        (Value::Array(patterns), Value::Array(items)) => differences.push(format!(
            "{}: it should have {} elements, and has {}",
            place(path),
            patterns.len(),
            items.len()
        )),
        (Value::Number(left), Value::Number(right)) if left.as_f64() == right.as_f64() => {}
        _ if pattern == answer => {}
        _ => differences.push(format!(
            "{}: it should be {}, and is {}",
            place(path),
            shown(pattern),
            shown(answer)
        )),
    }
}

fn compare_hidden(pattern: &Value, answer: &Value) -> bool {
    let (Value::Object(pattern), Value::Object(answer)) = (pattern, answer) else {
        return false;
    };
    let of = |key: &str| {
        (
            pattern.get(key).unwrap_or(&Value::Null),
            answer.get(key).unwrap_or(&Value::Null),
        )
    };
    let (left, right) = of("value");
    let (signature, other) = of(SIGNATURE);
    signature == other && compare(left, right).is_empty()
}

fn is_secret(value: &Value) -> bool {
    value[SIGNATURE] == SECRET
}

fn place(path: &str) -> &str {
    match path.strip_prefix('.').unwrap_or(path) {
        "" => "the answer",
        path => path,
    }
}

/// The value without what lies under secrets.
fn shown(value: &Value) -> String {
    match value {
        Value::Object(_) if is_secret(value) => "a secret".to_owned(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| format!("{key:?}: {}", shown(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::json::secret;
    use super::*;

    #[test]
    fn differences_are_named_and_secrets_are_not() {
        for (pattern, answer, expected) in [
            (json!({ "a": 1 }), json!({ "a": 1.0 }), &[][..]),
            (json!("*"), json!({ "a": [1] }), &[]),
            (json!({ "a": "*" }), json!({ "a": [1] }), &[]),
            (json!({ "a": "*" }), json!({}), &["a: it is missing"]),
            (json!({ "a": 1 }), json!({ "a": 1, "b": 2 }), &["b: it is new"]),
            (json!({ "a": 1, "*": "*" }), json!({ "a": 1, "b": 2 }), &[]),
            (
                json!({ "*": 1 }),
                json!({ "b": 2 }),
                &["b: it should be 1, and is 2"],
            ),
            (
                json!({ "a": [1] }),
                json!({ "a": [1, 2] }),
                &["a: it should have 1 elements, and has 2"],
            ),
            (
                json!({ "a": [{ "b": "x" }] }),
                json!({ "a": [{ "b": "y" }] }),
                &["a[0].b: it should be \"x\", and is \"y\""],
            ),
            (
                json!({ "a": secret(json!("x")) }),
                json!({ "a": secret(json!("x")) }),
                &[],
            ),
            (
                json!({ "a": secret(json!("*")) }),
                json!({ "a": secret(json!("x")) }),
                &[],
            ),
            (
                json!({ "a": secret(json!("x")) }),
                json!({ "a": secret(json!("y")) }),
                &["a: a secret is another one"],
            ),
            (
                json!({ "a": "x" }),
                json!({ "a": secret(json!("y")) }),
                &["a: it should be \"x\", and is a secret"],
            ),
        ] {
            assert_eq!(compare(&pattern, &answer), expected, "{pattern}");
        }
    }

    #[test]
    fn a_star_in_an_error_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("a b", "a b", true),
            ("a b", "a b c", false),
            ("a * c", "a b c", true),
            ("*", "", true),
            ("a*b*c", "a1b2b3c", true),
            ("a*c", "a", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
