//! What the parser refuses, in words that say what was expected.

use crate::document::SyntaxError;
use crate::span::Span;

/// What is wrong, where it began: the parser says `info` at the byte `at`, and the lists and objects that begin at `open`,
/// inner first, are not closed.
pub(super) fn scan_error(
    text: &str,
    at: usize,
    info: &str,
    mut open: impl Iterator<Item = usize>,
) -> SyntaxError {
    let has = |parts: &[&str]| parts.iter().any(|part| info.contains(part));
    let brackets = open.find_map(|start| match text.as_bytes().get(start) {
        Some(b'[') => Some((start, "list", ']')),
        Some(b'{') => Some((start, "object", '}')),
        _ => None,
    });
    let first = |start: usize| Span {
        start,
        end: start + 1,
    };
    let quote = text
        .as_bytes()
        .get(at)
        .filter(|byte| matches!(byte, b'"' | b'\''));
    if let Some(quote) = quote.filter(|_| has(&["quoted scalar"]) && !has(&["escape"])) {
        let quote = char::from(*quote);
        return error(
            first(at),
            &format!("this string is not closed: `{quote}` is missing"),
        );
    }
    match brackets {
        Some((start, what, bracket))
            if has(&["expected ',' or", "illegal placement of ':'", "end of stream"]) =>
        {
            return error(
                first(start),
                &format!("this {what} is not closed: `{bracket}` is missing"),
            );
        }
        _ => {}
    }
    let told = [
        (
            "found a tab",
            "a tab stands in the indentation, which must be of spaces",
        ),
        (
            "tabs disallowed",
            "a tab stands in the indentation, which must be of spaces",
        ),
        ("unknown anchor", "no anchor above has this name"),
        (
            "mapping values are not allowed",
            "`:` is not expected here: the line is indented wrongly, or a text with `: ` needs quotes",
        ),
        (
            "did not find expected key",
            "a name is expected here, indented like those before it",
        ),
        ("did not find expected '-'", "an element is expected here: `- …`"),
        ("misplaced bracket", "this bracket closes nothing"),
    ];
    let message = told
        .iter()
        .find(|(part, _)| info.contains(part))
        .map_or(info, |(_, told)| told);
    // The parser names a place before the tab or behind it.
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let tab = text[line..].find('\t').filter(|_| has(&["a tab", "tabs"]));
    error(Span::at(tab.map_or(at, |tab| line + tab)), message)
}

pub(super) fn error(span: Span, message: &str) -> SyntaxError {
    SyntaxError {
        span,
        message: format!("this is not valid YAML: {message}"),
        help: None,
    }
}
