//! What the parser refuses, in words that say what was expected.

use crate::document::SyntaxError;
use crate::span::Span;

/// What the parser says of a fault, in parts of its messages, and what is told of it.
const TOLD: [(&[&str], &str); 20] = [
    (
        &[
            "found a tab",
            "tabs disallowed",
            "start with a tab",
            "tab cannot be used",
        ],
        "a tab stands in the indentation, which must be of spaces",
    ),
    (&["unknown anchor"], "no anchor above has this name"),
    (
        &["mapping values are not allowed"],
        "`:` is not expected here: the line is indented wrongly, or a text with `: ` needs quotes",
    ),
    (
        &["did not find expected key"],
        "a name is expected here, indented like those before it",
    ),
    (
        &["did not find expected '-'"],
        "an element is expected here: `- …`",
    ),
    (&["misplaced bracket"], "this bracket closes nothing"),
    (&["expected node content"], "a value is expected here"),
    (
        &["unexpected character", "cannot start with"],
        "no value begins like this: a text that does needs quotes",
    ),
    (
        &["inside a block", "sequence entries", "'-' must be"],
        "no element is expected here: each begins on a line of its own, with `- `",
    ),
    (
        &["in block scalar"],
        "this line is indented less than the text that it belongs to",
    ),
    (
        &["block scalar"],
        "behind `|` or `>`, the text begins on the next line",
    ),
    (
        &["trailing content after"],
        "nothing is expected behind a text in quotes: a `,` or the end of the line is missing",
    ),
    (
        &["escape character", "hexadecimal", "escape code"],
        "this is not an escape: in double quotes, `\\\\` stands for a `\\`",
    ),
    (
        &["scanning TAG", " tag", "handle"],
        "this tag is not one: a text that begins with `!` needs quotes",
    ),
    (
        &["alphabetic or numeric"],
        "a name is missing here: a text that begins with `&` or `*` needs quotes",
    ),
    (
        &["directive"],
        "this directive is not one: a text that begins with `%` needs quotes",
    ),
    (&["recursion limit"], "the values are nested too deeply"),
    (
        &["must be followed", "may not precede"],
        "a space is missing behind `:`",
    ),
    (
        &["comment intercepting"],
        "a comment ends the text: what follows belongs to nothing",
    ),
    (
        &["invalid indentation", "document start", "document end"],
        "this is indented less than what it belongs to, or belongs to nothing",
    ),
];

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
    if let Some(quote) =
        quote.filter(|_| has(&["quoted scalar"]) && !has(&["escape", "hexadecimal", "trailing"]))
    {
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
    if has(&["simple key expect"]) {
        // Only what follows tells that the name above has no value.
        return error(last_word(text, at), "`:` is missing behind this name");
    }
    let told = TOLD.iter().find(|(parts, _)| has(parts));
    let message = told.map_or("this is not expected here", |(_, told)| told);
    // The parser names a place before the tab or behind it.
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let tab = text[line..].find('\t').filter(|_| has(&["a tab", "tabs"]));
    error(Span::at(tab.map_or(at, |tab| line + tab)), message)
}

/// The last line before `at` that says something, without its indentation.
fn last_word(text: &str, at: usize) -> Span {
    let mut end = at;
    loop {
        let lines = text[..end].trim_end();
        let start = lines.rfind('\n').map_or(0, |end| end + 1);
        let line = lines[start..].trim_start();
        if start == 0 || !line.starts_with('#') {
            return Span {
                start: lines.len() - line.len(),
                end: lines.len(),
            };
        }
        end = start;
    }
}

pub(super) fn error(span: Span, message: &str) -> SyntaxError {
    SyntaxError {
        span,
        message: format!("this is not valid YAML: {message}"),
        help: None,
    }
}
