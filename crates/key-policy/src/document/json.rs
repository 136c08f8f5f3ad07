//! JSON text to values with exact places.
//!
//! A cursor goes over the text once. What is of interest becomes values; the rest, which is nearly all of a large
//! plan, is only skipped. Libraries that keep places build the whole document, or stop at the first fault and lose
//! what stands before it.

use std::borrow::Cow;

use super::SyntaxError;
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// Deeper nesting of values is refused, so that no input can exhaust the stack of whoever walks them.
const MAX_DEPTH: usize = 128;

/// What goes on with the text, or the fault that ends it.
pub(super) type Result<T> = std::result::Result<T, SyntaxError>;

/// Reads a text that is one value.
pub(super) fn parse(text: &str, start: usize) -> Result<Value> {
    let mut cursor = Cursor::new(text, start);
    let value = cursor.value()?;
    cursor.end()?;
    Ok(value)
}

/// A place in the text, in front of a value or behind one.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Cursor<'a> {
    /// A cursor in front of the value that starts at the byte `start`.
    pub(super) fn new(text: &'a str, start: usize) -> Self {
        let mut cursor = Self {
            text,
            at: start,
            depth: 0,
        };
        cursor.space();
        cursor
    }

    /// The first byte of the value that comes: `{`, `[`, `"`, or that of a number or word.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Reads a value with everything in it.
    pub(super) fn value(&mut self) -> Result<Value> {
        let start = self.at;
        let content = match self.peek() {
            Some(b'{') => {
                let mut entries = Vec::new();
                self.members(|cursor, key, key_span| {
                    entries.push(Entry {
                        key: key.into_owned(),
                        key_span,
                        value: cursor.value()?,
                    });
                    Ok(())
                })?;
                Content::Object(entries)
            }
            Some(b'[') => {
                let mut items = Vec::new();
                self.items(|cursor| {
                    items.push(cursor.value()?);
                    Ok(())
                })?;
                Content::List(items)
            }
            Some(b'"') => Content::String(self.string()?.into_owned()),
            _ => self.word()?,
        };
        Ok(Value::new(content, self.since(start)))
    }

    /// Goes over a value without a look at it; returns where it stands.
    pub(super) fn skip(&mut self) -> Result<Span> {
        let start = self.at;
        let mut open = Vec::new();
        loop {
            match self.peek() {
                Some(b'{' | b'[') => {
                    open.push(self.at);
                    self.at += 1;
                }
                Some(close @ (b'}' | b']')) => {
                    match open.pop() {
                        Some(at) if self.text.as_bytes()[at] + 2 == close => {}
                        Some(at) => return Err(self.unclosed(at)),
                        None => return Err(self.expected("a value")),
                    }
                    self.at += 1;
                }
                Some(b'"') => self.skip_string()?,
                Some(b',' | b':') if !open.is_empty() => self.at += 1,
                Some(_) => {
                    self.word()?;
                }
                None => {
                    return Err(match open.last() {
                        Some(&at) => self.unclosed(at),
                        None => self.expected("a value"),
                    });
                }
            }
            if open.is_empty() {
                return Ok(self.since(start));
            }
            self.space();
        }
    }

    /// Goes through the members of an object. `member` is called in front of each value and has to go over it.
    /// What is no object is skipped.
    pub(super) fn members(
        &mut self,
        mut member: impl FnMut(&mut Self, Cow<'a, str>, Span) -> Result<()>,
    ) -> Result<()> {
        self.elements(b'{', |cursor| {
            if cursor.peek() != Some(b'"') {
                return Err(cursor.expected("a name in quotes"));
            }
            let start = cursor.at;
            let key = cursor.string()?;
            let key_span = cursor.since(start);
            cursor.space();
            if cursor.peek() != Some(b':') {
                return Err(cursor.expected("`:`"));
            }
            cursor.at += 1;
            cursor.space();
            member(cursor, key, key_span)
        })
    }

    /// Goes through the elements of a list; otherwise like [`members`](Self::members).
    pub(super) fn items(&mut self, item: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.elements(b'[', item)
    }

    /// Goes through the documents that a tool printed: one, or several that were put into a list.
    pub(super) fn documents(&mut self, mut document: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        match self.peek() {
            Some(b'[') => self.items(document),
            _ => document(self),
        }
    }

    /// Whether nothing but space is left; else that is a fault.
    pub(super) fn end(&mut self) -> Result<()> {
        self.space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.expected("the end of the text")),
        }
    }

    fn elements(&mut self, bracket: u8, mut element: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        if self.peek() != Some(bracket) {
            return self.skip().map(drop);
        }
        let start = self.at;
        let close = bracket + 2;
        if self.depth == MAX_DEPTH {
            return Err(error(self.since(start), "the values are nested too deeply"));
        }
        self.depth += 1;
        self.at += 1;
        self.space();
        if self.peek() != Some(close) {
            loop {
                if self.peek().is_none() {
                    return Err(self.unclosed(start));
                }
                element(self)?;
                self.space();
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        self.space();
                    }
                    Some(byte) if byte == close => break,
                    None | Some(b'}' | b']') => return Err(self.unclosed(start)),
                    Some(_) => return Err(self.expected(&format!("`,` or `{}`", close as char))),
                }
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(())
    }

    /// `true`, `false`, `null` or a number.
    fn word(&mut self) -> Result<Content> {
        let rest = &self.text[self.at..];
        let length = rest
            .bytes()
            .position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'-' | b'.'))
            .unwrap_or(rest.len());
        let word = &rest[..length];
        let content = match word {
            "true" => Content::Bool(true),
            "false" => Content::Bool(false),
            "null" => Content::Null,
            _ if word.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => match word.parse() {
                Ok(number) => Content::Number(number),
                Err(_) => return Err(self.expected("a number")),
            },
            _ => return Err(self.expected("a value")),
        };
        self.at += length;
        Ok(content)
    }

    fn string(&mut self) -> Result<Cow<'a, str>> {
        let start = self.at;
        self.skip_string()?;
        let written = &self.text[start + 1..self.at - 1];
        Ok(if written.contains('\\') {
            Cow::Owned(unescaped(written).ok_or_else(|| {
                error(
                    self.since(start),
                    "the string has an escape that JSON does not know",
                )
            })?)
        } else {
            Cow::Borrowed(written)
        })
    }

    fn skip_string(&mut self) -> Result<()> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            match bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                // A string ends on its line, so the fault is where it began, not where the text ran out of quotes.
                None | Some(b'\n') => {
                    self.at = start;
                    return Err(error(
                        Span {
                            start,
                            end: start + 1,
                        },
                        "this string is not closed: `\"` is missing",
                    ));
                }
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(())
    }

    fn space(&mut self) {
        let rest = &self.text.as_bytes()[self.at.min(self.text.len())..];
        self.at += rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            .unwrap_or(rest.len());
    }

    fn since(&self, start: usize) -> Span {
        Span { start, end: self.at }
    }

    fn expected(&self, what: &str) -> SyntaxError {
        let found = match self.text[self.at..].chars().next() {
            Some(c) if !c.is_control() => format!("`{c}`"),
            Some(_) => "a control character".to_owned(),
            None => "the end of the text".to_owned(),
        };
        error(Span::at(self.at), &format!("expected {what}, found {found}"))
    }

    fn unclosed(&self, start: usize) -> SyntaxError {
        let (what, close) = match self.text.as_bytes()[start] {
            b'{' => ("object", '}'),
            _ => ("list", ']'),
        };
        error(
            Span {
                start,
                end: start + 1,
            },
            &format!("this {what} is not closed: `{close}` is missing"),
        )
    }
}

fn error(span: Span, message: &str) -> SyntaxError {
    SyntaxError {
        span,
        message: format!("this is not valid JSON: {message}"),
        help: None,
    }
}

/// The text that the inside of a string stands for. Half of a surrogate pair stands for the replacement character.
fn unescaped(written: &str) -> Option<String> {
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let escape = *rest.as_bytes().get(at + 1)?;
        let mut length = 2;
        match escape {
            b'"' | b'\\' | b'/' => text.push(escape as char),
            b'b' => text.push('\u{8}'),
            b'f' => text.push('\u{c}'),
            b'n' => text.push('\n'),
            b'r' => text.push('\r'),
            b't' => text.push('\t'),
            b'u' => {
                let unit = code_unit(&rest[at..])?;
                length = 6;
                let low = code_unit(&rest[at + length..]);
                match char::decode_utf16([Some(unit), low].into_iter().flatten()).next()? {
                    Ok(c) => {
                        length += if c.len_utf16() == 2 { 6 } else { 0 };
                        text.push(c);
                    }
                    Err(_) => text.push(char::REPLACEMENT_CHARACTER),
                }
            }
            _ => return None,
        }
        rest = &rest[at + length..];
    }
    text.push_str(rest);
    Some(text)
}

/// The value of the `\uXXXX` that `text` begins with.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_places() {
        let text = "\u{feff} { \"ä\" : [1, \"x\\u00e9\\ud83d\\ude00\\/\", -2.5e3], \"b\":{\"c\":null} }\n";
        let value = parse(text, '\u{feff}'.len_utf8()).unwrap();
        let entries = value.as_object().unwrap();
        assert_eq!(&text[entries[0].key_span.range()], "\"ä\"");
        let list = entries[0].value.as_list().unwrap();
        assert_eq!(&text[list[1].span.range()], "\"x\\u00e9\\ud83d\\ude00\\/\"");
        assert_eq!(list[1].as_str(), Some("xé😀/"));
        assert_eq!(list[2].content, Content::Number(-2500.0));
        assert_eq!(&text[entries[1].value.span.range()], "{\"c\":null}");
    }

    #[test]
    fn faults_say_what_was_expected_and_where_it_began() {
        for (text, at, message) in [
            ("{\"a\": [1, 2}", 6, "this list is not closed: `]` is missing"),
            (
                "{\"a\": {\"b\": 1",
                6,
                "this object is not closed: `}` is missing",
            ),
            ("{\"a\": \"b\n}", 6, "this string is not closed: `\"` is missing"),
            ("{\"a\" 1}", 5, "expected `:`, found `1`"),
            ("{a: 1}", 1, "expected a name in quotes, found `a`"),
            ("[1 2]", 3, "expected `,` or `]`, found `2`"),
            ("[1,]", 3, "expected a value, found `]`"),
            ("[tru]", 1, "expected a value, found `t`"),
            ("[1-2]", 1, "expected a number, found `1`"),
            ("{} x", 3, "expected the end of the text, found `x`"),
            ("\"\\q\"", 0, "the string has an escape that JSON does not know"),
            ("", 0, "expected a value, found the end of the text"),
        ] {
            let error = parse(text, 0).unwrap_err();
            assert_eq!(error.span.start, at, "{text}");
            assert_eq!(
                error.message,
                format!("this is not valid JSON: {message}"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_skipped_is_skipped_whole() {
        for text in ["[1, {\"a\": \"]}\\\"\"}, []]", "\"x\"", "-1", "{}", "null"] {
            let padded = format!("{text} ,");
            let mut cursor = Cursor::new(&padded, 0);
            let span = cursor.skip().unwrap();
            assert_eq!(&padded[span.range()], text);
        }
        for text in ["[1", "{\"a\": 1]", "]", "", "[\"a]", ","] {
            assert!(Cursor::new(text, 0).skip().is_err(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = "[".repeat(100_000);
        assert!(parse(&deep, 0).unwrap_err().message.contains("too deeply"));
    }
}
