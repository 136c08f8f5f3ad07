//! `hardcoded-secret`: see the page.

use super::{Check, Program, Rule};
use crate::document::{Document, Kind};
use crate::fields::MANAGEMENT_KEY;
use crate::finding::{Finding, Severity};
use crate::span::{Place, Span};

/// The rule.
pub static RULE: Rule = Rule {
    id: "hardcoded-secret",
    summary: "The secret of a management key is written in the file",
    severity: Severity::Error,
    fix: None,
    page: include_str!("hardcoded_secret.md"),
    check: Check::Program(check),
};

fn check(program: &Program<'_>, findings: &mut Vec<Finding>) {
    for (index, (secrets, document)) in program.secrets.iter().zip(program.documents).enumerate() {
        // States and plans hold secrets by nature; there they are only kept out of what is shown.
        if !document.kind.is_none_or(Kind::is_written) {
            continue;
        }
        let is_told = |setting: &Span| secrets.iter().any(|span| setting.range().contains(&span.start));
        let settings = settings(document).filter(|span| !is_told(span));
        findings.extend(secrets.iter().copied().chain(settings).map(|span| {
            let place = Place { source: index, span };
            Finding::in_source(&RULE, place, "the secret of a management key is written here".to_owned())
                .help(
                    "delete the key in the console, for the secret is in the history of this file; hand the new one \
                     over in an environment variable or a secrets manager",
                )
        }));
    }
}

/// Where the calling key stands as a text in the settings of a provider, whatever it looks like.
pub(crate) fn settings(document: &Document) -> impl Iterator<Item = Span> {
    document.providers.iter().flat_map(|provider| {
        ["management_key", "managementKey"]
            .into_iter()
            .filter_map(|name| {
                let value = provider.get(name).filter(|value| value.origin.is_none())?;
                let text = value.as_str()?;
                // A key begins with `K`; an empty text and a placeholder are none.
                (text.starts_with('K') && text.len() >= SHORTEST_SETTING).then_some(value.span)
            })
    })
}

/// In a setting, even a short text that begins with `K` is a key.
const SHORTEST_SETTING: usize = 16;
/// An id of the service has 28 characters, a `K` and 27 that begin with a digit; a secret is longer.
const SHORTEST_WITH_DIGIT: usize = 32;
/// Without the digit behind the `K`, a word has to be longer to be no name.
const SHORTEST: usize = 41;

/// The places of what looks like the secret of a management key: a `K` and then letters and digits of both kinds, without
/// end. Neither part of a longer word nor of an encoded text, which has such runs by chance.
pub(crate) fn secrets(text: &str) -> Vec<Span> {
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
        let joined = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-+/".contains(byte) || !byte.is_ascii();
        let is_whole = !bytes[..start].last().is_some_and(joined)
            && !bytes.get(end).is_some_and(|byte| joined(byte) || *byte == b'=');
        let is_mixed = word.iter().filter(|byte| byte.is_ascii_digit()).count() >= 3
            && word[1..].iter().any(u8::is_ascii_alphabetic);
        if length >= shortest && is_whole && is_mixed {
            found.push(Span { start, end });
        }
    }
    found
}

/// The places of the secrets of keys in the JSON of a tool, whatever they look like: a text, or an object around one.
pub(crate) fn given_out(text: &str) -> impl Iterator<Item = Span> {
    let fields = MANAGEMENT_KEY.fields.iter().filter(|field| field.is_secret());
    fields.flat_map(move |field| {
        let name = format!("\"{}\"", field.snake);
        let ends: Vec<_> = text.match_indices(&name).map(|(at, _)| at + name.len()).collect();
        ends.into_iter().filter_map(move |end| {
            let value = text[end..].trim_start().strip_prefix(':')?.trim_start();
            let start = text.len() - value.len();
            let length = match value.as_bytes().first()? {
                b'"' => {
                    let mut escaped = false;
                    1 + value[1..].find(|c| {
                        let ends = c == '"' && !escaped;
                        escaped = c == '\\' && !escaped;
                        ends
                    })?
                }
                b'{' => value.find('}')?,
                _ => return None,
            };
            Some(Span {
                start,
                end: start + length + 1,
            })
        })
    })
}

/// `text` with every secret in it made unreadable.
pub(crate) fn redacted(text: &mut String) {
    for span in secrets(text).into_iter().rev() {
        text.replace_range(span.range(), "(secret)");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        secrets(text)
            .into_iter()
            .map(|span| &text[span.range()])
            .collect()
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands() {
        let secret = format!("K2{}", "a1B2c3D4".repeat(5));
        for text in [
            format!("managementKey: {secret}\n"),
            format!("\"P2aAc4T2V93bddihGEx2Ryhc8e5Z:{secret}\""),
            format!("# {secret}"),
            format!("K {secret}"),
            secret.clone(),
        ] {
            assert_eq!(found(&text), [secret.as_str()], "{text}");
        }
        assert_eq!(found("\"K426487908b96af1fda05e55212be33268f2babd8\"").len(), 1);
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "K2aAc4T2V93bddihGEx2Ryhc8e5Z",
            "KubernetesClusterAutoscalerServiceAccountName",
            "KEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKEY",
            "aK2a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4",
            "x+K2a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4/y",
            "K2a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4==",
            "",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_a_tool_tells_of_a_key_is_secret_whatever_it_looks_like() {
        let found = |text| {
            given_out(text)
                .map(|span| &text[span.range()])
                .collect::<Vec<_>>()
        };
        assert_eq!(
            found(r#"{"cleartext": "a\"b\\", "name": "c", "cleartext":{"x": "y"}, "cleartext": true}"#),
            [r#""a\"b\\""#, r#"{"x": "y"}"#]
        );
        for cut in [
            r#"{"cleartext"#,
            r#""cleartext""#,
            r#""cleartext":"#,
            r#""cleartext": "a"#,
            r#""cleartext": {"#,
        ] {
            assert!(found(cut).is_empty(), "{cut}");
        }
    }

    #[test]
    fn a_redacted_text_has_none() {
        let mut text = format!("a K2{} b", "a1B2c3D4".repeat(5));
        redacted(&mut text);
        assert_eq!(text, "a (secret) b");
    }
}
