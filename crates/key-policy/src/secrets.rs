//! The secrets of management keys in texts: where one stands, and texts without them.
//!
//! Nothing but its look tells that a word is a secret. So there are two answers: what is one for certain is a finding,
//! and what could be one is never shown.

use std::borrow::Cow;
use std::ops::Range;

use crate::document::Document;
use crate::fields::{Field, MANAGEMENT_KEY};
use crate::span::{Place, Span};

/// In a setting of a provider, even a short text that begins with `K` is a key.
const SHORTEST_SETTING: usize = 16;
/// An id of the service has 28 characters, a `K` and 27 that begin with a digit; a secret is longer.
const SHORTEST_WITH_DIGIT: usize = 32;
/// Without the digit behind the `K`, a word has to be longer to be no name.
const SHORTEST: usize = 41;

/// A word that looks like the secret of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Secret {
    /// Where it stands.
    pub(crate) span: Span,
    /// Whether it stands alone, so that it is one for certain. An encoded text has such words in it by chance.
    pub(crate) is_certain: bool,
}

/// What looks like the secret of a key in `text`: a `K` and then letters and digits of both kinds, without end.
pub(crate) fn secrets(text: &str) -> Vec<Secret> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut end = 0;
    while let Some(at) = text[end..].find('K') {
        let start = end + at;
        let length = bytes[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        end = start + length;
        let word = &bytes[start..end];
        let shortest = if word.get(1).is_some_and(u8::is_ascii_digit) {
            SHORTEST_WITH_DIGIT
        } else {
            SHORTEST
        };
        let is_mixed = || {
            word.iter().filter(|byte| byte.is_ascii_digit()).count() >= 3
                && word[1..].iter().any(u8::is_ascii_alphabetic)
        };
        if length >= shortest && is_mixed() {
            found.push(Secret {
                span: Span { start, end },
                is_certain: begins_word(&bytes[..start]) && ends_word(&bytes[end..]),
            });
        }
    }
    found
}

/// Whether a word begins behind `before`: an escape of a string or of a URL is no part of it.
fn begins_word(before: &[u8]) -> bool {
    let is_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    match before {
        [.., b'\\', b'n' | b'r' | b't' | b'b' | b'f' | b'/'] => true,
        [.., b'\\', b'u', a, b, c, d] => is_hex(&[*a, *b, *c, *d]),
        [.., b'%', a, b] if is_hex(&[*a, *b]) => true,
        [.., b':'] => !ends_with_ciphertext(before),
        [.., last] => !last.is_ascii_alphanumeric() && !matches!(last, b'-' | b'+' | b'/'),
        [] => true,
    }
}

/// Whether `before` ends with what Pulumi writes before the bytes of an encrypted value: `v1:`, a nonce, and a colon.
fn ends_with_ciphertext(before: &[u8]) -> bool {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b':');
    let length = before.iter().rev().take_while(is_part).count();
    before[before.len() - length..].starts_with(b"v1:") && length > b"v1:".len()
}

/// Whether a word ends before `behind`.
fn ends_word(behind: &[u8]) -> bool {
    !matches!(behind.first(), Some(b'_' | b'-' | b'+' | b'/' | b'='))
}

/// `text` with everything in it that could be a secret made unreadable.
pub(crate) fn redacted(text: &str) -> Cow<'_, str> {
    let mut shown = Cow::Borrowed(text);
    for secret in secrets(text).into_iter().rev() {
        shown.to_mut().replace_range(secret.span.range(), "(secret)");
    }
    shown
}

/// Where the calling key that the source at index `source` sets for a provider is written as a text, whatever it looks
/// like.
pub(crate) fn provider_keys(source: usize, document: &Document) -> impl Iterator<Item = Place> {
    let values = document.providers.iter().flat_map(|provider| {
        let names = ["management_key", "managementKey"].into_iter();
        names.filter_map(|name| provider.get(name))
    });
    values.filter_map(move |value| {
        let text = value.as_str()?;
        let here = Place {
            source,
            span: value.span,
        };
        // A key is one word that begins with `K`; others are placeholders.
        let is_key = text.starts_with('K') && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_key && text.len() >= SHORTEST_SETTING).then_some(value.origin.unwrap_or(here))
    })
}

/// The places of the secrets of keys in the JSON of a tool, whatever they look like: a text, or an object around one.
pub(crate) fn cleartexts(json: &str) -> impl Iterator<Item = Span> {
    let fields = MANAGEMENT_KEY
        .fields
        .iter()
        .copied()
        .filter(|field| field.is_secret());
    fields.flat_map(move |field| of_field(json, field))
}

fn of_field(json: &str, field: &Field) -> Vec<Span> {
    let name = format!("\"{}\"", field.snake);
    let mut spans: Vec<Span> = Vec::new();
    for (at, _) in json.match_indices(&name) {
        let behind = at + name.len();
        // In an object that is hidden, everything is.
        if spans.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let value = json[behind..].trim_start().strip_prefix(':').map(str::trim_start);
        spans.extend(value.and_then(|value| {
            let start = json.len() - value.len();
            let length = value_length(value.as_bytes())?;
            Some(Span {
                start,
                end: start + length,
            })
        }));
    }
    spans
}

/// How long the string or the object is that `json` begins with; nothing if it is another value. One that does not end
/// goes on to the end.
fn value_length(json: &[u8]) -> Option<usize> {
    if !matches!(json.first(), Some(b'"' | b'{')) {
        return None;
    }
    let mut open = 0_usize;
    let mut at = 0;
    while at < json.len() {
        match json[at] {
            b'"' => at = string(json, at).end - 1,
            b'{' => open += 1,
            b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        at += 1;
        if open == 0 {
            return Some(at);
        }
    }
    Some(json.len())
}

/// Where the string lies that begins at `start`.
fn string(json: &[u8], start: usize) -> Range<usize> {
    let mut at = start + 1;
    while at < json.len() {
        match json[at] {
            b'"' => return start..at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    start..json.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, certain: bool) -> Vec<&str> {
        let found = secrets(text)
            .into_iter()
            .filter(|secret| secret.is_certain == certain);
        found.map(|secret| &text[secret.span.range()]).collect()
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands() {
        let secret = format!("K2{}", "a1B2c3D4".repeat(5));
        for text in [
            format!("managementKey: {secret}\n"),
            format!("\"P2aAc4T2V93bddihGEx2Ryhc8e5Z:{secret}\""),
            format!("# {secret}"),
            format!("K {secret}"),
            format!("old:\\n{secret}\\n"),
            format!("\\u003c{secret}\\u003e"),
            format!("Bearer%20{secret}"),
            format!("key_{secret}"),
            format!("?key={secret}&a=b"),
            format!("«{secret}»"),
            secret.clone(),
        ] {
            assert_eq!(found(&text, true), [secret.as_str()], "{text}");
        }
        assert_eq!(
            found("\"K426487908b96af1fda05e55212be33268f2babd8\"", true).len(),
            1
        );
    }

    #[test]
    fn what_may_be_one_is_not_certain_to_be() {
        for text in [
            "aK2a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4",
            "x+K2a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4/y",
            "K2a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4==",
            "secure: v1:aGVsbG8=:K2a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4",
        ] {
            assert!(found(text, true).is_empty(), "{text}");
            assert_eq!(found(text, false).len(), 1, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "K2aAc4T2V93bddihGEx2Ryhc8e5Z",
            "KubernetesClusterAutoscalerServiceAccountName",
            "KEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEY",
            "",
        ] {
            assert!(secrets(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_a_tool_tells_of_a_key_is_secret_whatever_it_looks_like() {
        let found = |text| {
            cleartexts(text)
                .map(|span| &text[span.range()])
                .collect::<Vec<_>>()
        };
        assert_eq!(
            found(
                r#"{"cleartext": "a\"b\\", "name": "c", "cleartext":{"x": {}, "cleartext": "}"}, "cleartext": true}"#
            ),
            [r#""a\"b\\""#, r#"{"x": {}, "cleartext": "}"}"#]
        );
        for none in [r#"{"cleartext"#, r#""cleartext""#, r#""cleartext":"#] {
            assert!(found(none).is_empty(), "{none}");
        }
        for (cut, hidden) in [
            (r#""cleartext": "a"#, r#""a"#),
            (r#""cleartext": {"a"#, r#"{"a"#),
            (r#""cleartext": "\"#, r#""\"#),
        ] {
            assert_eq!(found(cut), [hidden], "{cut}");
        }
    }

    #[test]
    fn a_redacted_text_has_none() {
        let secret = format!("K2{}", "a1B2c3D4".repeat(5));
        assert_eq!(
            redacted(&format!("a {secret} x{secret}…")),
            "a (secret) x(secret)…"
        );
        assert_eq!(redacted("Key"), "Key");
    }
}
