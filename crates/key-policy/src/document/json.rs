//! JSON text to values with exact places.
//!
//! A cursor goes over the text once. What is of interest becomes values; the rest, which is nearly all of a large
//! plan, is only skipped. Libraries that keep places build the whole document, or stop at the first fault and lose
//! what else there is. The cursor keeps the first fault and goes on: what cannot be read is a value that is not known.

use std::borrow::Cow;

use super::{SyntaxError, in_other_quotes, merge_conflict};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// Deeper nesting of values is refused, so that no input can exhaust the stack of whoever walks them.
const MAX_DEPTH: usize = 128;

/// What goes on with the text, or the fault that ends it.
pub(super) type Result<T> = std::result::Result<T, SyntaxError>;

/// Reads a text that is one value.
pub(super) fn parse(text: &str, start: usize) -> Result<Value> {
    match parse_all(text, start, Cursor::value) {
        (value, None) => Ok(value),
        (_, Some(fault)) => Err(fault),
    }
}

/// Reads a text that is one value as far as it is one, with `read`, and its first fault.
pub(super) fn parse_all<'a>(
    text: &'a str,
    start: usize,
    read: impl FnOnce(&mut Cursor<'a>) -> Result<Value>,
) -> (Value, Option<SyntaxError>) {
    let mut cursor = Cursor::new(text, start);
    let value = read(&mut cursor);
    let end = cursor.end();
    match value {
        Ok(value) => (value, end.err()),
        Err(fault) => (
            Value::new(Content::Unknown(String::new()), fault.span),
            Some(fault),
        ),
    }
}

/// A place in the text, in front of a value or behind one.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    /// Where the objects and lists begin that are open here.
    open: Vec<usize>,
    /// How many of them are objects.
    objects: usize,
    /// The first fault.
    fault: Option<SyntaxError>,
}

impl<'a> Cursor<'a> {
    /// A cursor in front of the value that starts at the byte `start`.
    pub(super) fn new(text: &'a str, start: usize) -> Self {
        let mut cursor = Self {
            text,
            at: start,
            open: Vec::new(),
            objects: 0,
            fault: None,
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
        self.value_of(|cursor, _| cursor.value())
    }

    /// Reads a value in which `inner` reads the elements, and the members, of which it is told the names.
    pub(super) fn value_of(
        &mut self,
        mut inner: impl FnMut(&mut Self, Option<&str>) -> Result<Value>,
    ) -> Result<Value> {
        let start = self.at;
        let content = match self.peek() {
            Some(b'{') => {
                let mut entries = Vec::new();
                self.members(|cursor, key, key_span| {
                    entries.push(Entry {
                        value: inner(cursor, Some(&key))?,
                        key: key.into_owned(),
                        key_span,
                    });
                    Ok(())
                })?;
                Content::Object(entries)
            }
            Some(b'[') => {
                let mut items = Vec::new();
                self.items(|cursor| {
                    items.push(inner(cursor, None)?);
                    Ok(())
                })?;
                Content::List(items)
            }
            _ => self.scalar(),
        };
        Ok(Value::new(content, self.since(start)))
    }

    /// Goes over a value without a look at it, however deep it is nested; returns where it stands.
    pub(super) fn skip(&mut self) -> Result<Span> {
        let start = self.at;
        let outside = self.open.len();
        loop {
            let mut is_first = matches!(self.peek(), Some(b'{' | b'['));
            match self.peek() {
                Some(b'{' | b'[') => self.open(),
                Some(b'"') => drop(self.skip_string()),
                _ => drop(self.scalar()),
            }
            while self.open.len() > outside && !self.has_element(is_first) {
                is_first = false;
            }
            if self.open.len() == outside {
                return Ok(self.since(start));
            }
            let bytes = self.text.as_bytes();
            if self.open.last().is_some_and(|&open| bytes[open] == b'{') {
                self.name();
            }
        }
    }

    /// Goes through the members of an object. `member` is called in front of each value and has to go over it.
    /// What is no object is skipped.
    pub(super) fn members(
        &mut self,
        mut member: impl FnMut(&mut Self, Cow<'a, str>, Span) -> Result<()>,
    ) -> Result<()> {
        self.elements(b'{', |cursor| {
            let (key, key_span) = cursor.name();
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

    /// The first fault of all that was read, behind which nothing should stand.
    pub(super) fn end(&mut self) -> Result<()> {
        self.space();
        if self.peek().is_some() {
            self.expected("the end of the text");
        }
        self.fault.take().map_or(Ok(()), Err)
    }

    fn elements(&mut self, bracket: u8, mut element: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        if self.peek() != Some(bracket) {
            return self.skip().map(drop);
        }
        if self.open.len() == MAX_DEPTH {
            self.fault(Span::at(self.at), "the values are nested too deeply", None);
            return self.fault.take().map_or(Ok(()), Err);
        }
        self.open();
        let mut is_first = true;
        while self.has_element(is_first) {
            is_first = false;
            element(self)?;
        }
        Ok(())
    }

    /// Moves behind the bracket that is here.
    fn open(&mut self) {
        self.objects += usize::from(self.peek() == Some(b'{'));
        self.open.push(self.at);
        self.at += 1;
    }

    /// Moves in front of the next element of the innermost object or list, or else behind its end.
    fn has_element(&mut self, is_first: bool) -> bool {
        let bytes = self.text.as_bytes();
        let Some(&start) = self.open.last() else {
            return false;
        };
        let close = bytes[start] + 2;
        let mut is_separated = is_first;
        loop {
            self.space();
            match self.peek() {
                Some(b',') if !is_separated => {
                    is_separated = true;
                    self.at += 1;
                }
                Some(byte) if byte == close => {
                    if is_separated && !is_first {
                        let element = if close == b'}' {
                            "a name in quotes"
                        } else {
                            "a value"
                        };
                        self.expected_at(self.at, element, Some("remove the `,` before it"));
                    }
                    self.at += 1;
                    break;
                }
                // It closes what this is in.
                Some(byte @ (b'}' | b']')) if self.is_open(byte) => {
                    self.unclosed(start);
                    break;
                }
                None => {
                    self.unclosed(start);
                    break;
                }
                found => {
                    if !is_separated {
                        self.expected(&format!("`,` or `{}`", close as char));
                    }
                    if !matches!(found, Some(b'}' | b']')) {
                        return true;
                    }
                    // What closes nothing is passed over.
                    self.expected("a value");
                    self.at += 1;
                }
            }
        }
        self.open.pop();
        self.objects -= usize::from(close == b'}');
        false
    }

    /// Whether there is something open that `bracket` closes.
    fn is_open(&self, bracket: u8) -> bool {
        match bracket {
            b'}' => self.objects > 0,
            _ => self.objects < self.open.len(),
        }
    }

    /// The name of a member; moves in front of its value.
    fn name(&mut self) -> (Cow<'a, str>, Span) {
        let start = self.at;
        let key = match self.peek() {
            Some(b'"') => self.string().unwrap_or_default(),
            _ => match self.in_other_quotes() {
                Some(name) => Cow::Borrowed(name),
                None => {
                    self.expected("a name in quotes");
                    Cow::Borrowed(self.take_word())
                }
            },
        };
        let key_span = self.since(start);
        self.space();
        match self.peek() {
            Some(b':') => self.at += 1,
            found => {
                self.expected("`:`");
                self.at += usize::from(found == Some(b'='));
            }
        }
        self.space();
        (key, key_span)
    }

    /// Reads what is no object and no list.
    fn scalar(&mut self) -> Content {
        let start = self.at;
        if self.peek() == Some(b'"') {
            return match self.string() {
                Some(text) => Content::String(text.into_owned()),
                None => Content::Unknown(self.text[start..self.at].to_owned()),
            };
        }
        if let Some(text) = self.in_other_quotes() {
            return Content::Unknown(text.to_owned());
        }
        match self.take_word() {
            "true" => Content::Bool(true),
            "false" => Content::Bool(false),
            "null" => Content::Null,
            word => match word.parse() {
                Ok(number) if is_number(word) => Content::Number(number),
                _ => {
                    let is_number = word.starts_with(|c: char| c == '-' || c.is_ascii_digit());
                    self.expected_at(start, if is_number { "a number" } else { "a value" }, None);
                    // A `:` is never between elements, so it would stay here for ever.
                    self.at += usize::from(word.is_empty() && self.peek() == Some(b':'));
                    Content::Unknown(word.to_owned())
                }
            },
        }
    }

    /// Moves behind what is here up to the next sign or space that stands between values.
    fn take_word(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let is_between = |byte: u8| is_space(byte) || b",:{}[]\"".contains(&byte);
        let length = rest.bytes().position(is_between).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// The text that is here in what some take for quotes.
    fn in_other_quotes(&mut self) -> Option<&'a str> {
        let (quoted, length) = in_other_quotes(&self.text[self.at..])?;
        self.expected_at(
            self.at,
            "`\"`",
            Some("write names and texts in straight double quotes"),
        );
        self.at += length;
        Some(quoted)
    }

    /// The text of a string; nothing if the string is none.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at;
        let quoted = self.skip_string();
        let written = || &self.text[start + 1..self.at - 1];
        match quoted {
            Quoted::Plain => Some(Cow::Borrowed(written())),
            Quoted::Escaped => unescaped(written()).map(Cow::Owned),
            Quoted::Unclosed => None,
        }
    }

    /// Moves behind a string, or to the end of its line if it does not end there.
    fn skip_string(&mut self) -> Quoted {
        let start = self.at;
        let bytes = self.text.as_bytes();
        // Nearly all strings are plain, and most of a large text is strings.
        let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
        let length = bytes[start + 1..].iter().position(is_special);
        self.at = length.map_or(bytes.len(), |length| start + 1 + length);
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Quoted::Plain;
        }
        loop {
            match bytes.get(self.at) {
                Some(b'"') => break,
                Some(b'\\') if !matches!(bytes.get(self.at + 1), None | Some(b'\n' | b'\r')) => {
                    let escape = &bytes[self.at + 1..];
                    let is_unit = || {
                        escape
                            .get(1..5)
                            .is_some_and(|unit| unit.iter().all(u8::is_ascii_hexdigit))
                    };
                    let is_known = b"\"\\/bfnrt".contains(&escape[0]) || escape[0] == b'u' && is_unit();
                    if !is_known {
                        let message = "the string has an escape that JSON does not know";
                        self.fault(Span::at(self.at), message, None);
                    }
                    self.at += 2;
                }
                // A string ends on its line, so the fault is where it began, not where the text ran out of quotes.
                None | Some(b'\n' | b'\r') => {
                    let first = Span {
                        start,
                        end: start + 1,
                    };
                    self.fault(first, "this string is not closed: `\"` is missing", None);
                    return Quoted::Unclosed;
                }
                Some(control @ 0..0x20) => {
                    let help = format!("write `\\u{control:04x}`");
                    let message = "a control character stands in a string";
                    self.fault(Span::at(self.at), message, Some(&help));
                    self.at += 1;
                }
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Quoted::Escaped
    }

    /// Moves behind space. In most of what tools write there is none, so the first look is all that it may cost.
    #[inline]
    fn space(&mut self) {
        if !matches!(self.peek(), Some(b'"' | b',' | b':' | b'[' | b']' | b'{' | b'}')) {
            self.skip_space();
        }
    }

    fn skip_space(&mut self) {
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            let length = rest.iter().position(|&byte| !is_space(byte));
            self.at += length.unwrap_or(rest.len());
            let is_special = matches!(self.peek(), Some(b'/' | b'#' | b'<' | b'=' | b'>' | b'|'));
            if !is_special || !self.skip_foreign() {
                break;
            }
        }
    }

    /// Moves behind a comment or a mark of a merge conflict.
    fn skip_foreign(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let mark = merge_conflict(self.text, self.at);
        let length = if mark.is_some() || rest.starts_with("//") || rest.starts_with('#') {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            return false;
        };
        match mark {
            Some(mark) => drop(self.fault.get_or_insert(mark)),
            None => {
                let help = "write it as a member called `//`";
                self.fault(Span::at(self.at), "JSON has no comments", Some(help));
            }
        }
        self.at += length;
        true
    }

    fn since(&self, start: usize) -> Span {
        Span { start, end: self.at }
    }

    fn expected(&mut self, what: &str) {
        self.expected_at(self.at, what, None);
    }

    fn expected_at(&mut self, at: usize, what: &str, help: Option<&str>) {
        let found = match self.text[at..].chars().next() {
            Some(c) if !c.is_control() => format!("`{c}`"),
            Some(_) => "a control character".to_owned(),
            None => "the end of the text".to_owned(),
        };
        self.fault(Span::at(at), &format!("expected {what}, found {found}"), help);
    }

    fn unclosed(&mut self, start: usize) {
        let (what, close) = match self.text.as_bytes()[start] {
            b'{' => ("object", '}'),
            _ => ("list", ']'),
        };
        let first = Span {
            start,
            end: start + 1,
        };
        let message = format!("this {what} is not closed: `{close}` is missing");
        self.fault(first, &message, None);
    }

    /// Keeps the first fault: others often only follow from it.
    fn fault(&mut self, span: Span, message: &str, help: Option<&str>) {
        self.fault.get_or_insert_with(|| SyntaxError {
            span,
            message: format!("this is not valid JSON: {message}"),
            help: help.map(str::to_owned),
        });
    }
}

/// What the cursor found where a string begins.
enum Quoted {
    /// A string that says what is written.
    Plain,
    /// A string that may have to be read otherwise.
    Escaped,
    /// No string, for it does not end on its line.
    Unclosed,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether JSON has a number that is written so: not all that Rust reads is one.
fn is_number(word: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    is_digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && is_digits(fraction)
        && is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
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

    /// A value on one line, where `?` stands for what is not known.
    fn shown(value: &Value) -> String {
        match &value.content {
            Content::Object(entries) => {
                let members = entries.iter();
                let members = members.map(|entry| format!("{}: {}", entry.key, shown(&entry.value)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
            Content::List(items) => {
                format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
            }
            Content::Unknown(_) => "?".to_owned(),
            Content::String(text) => text.clone(),
            Content::Number(number) => number.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn faults_say_what_was_expected_and_where_it_began_and_hide_nothing_else() {
        for (text, at, message, read) in [
            (
                "{\"a\": [1, 2}",
                6,
                "this list is not closed: `]` is missing",
                "{a: [1, 2]}",
            ),
            (
                "{\"a\": {\"b\": 1",
                6,
                "this object is not closed: `}` is missing",
                "{a: {b: 1}}",
            ),
            (
                "{\"a\": \"b\n, \"c\": 1}",
                6,
                "this string is not closed: `\"` is missing",
                "{a: ?, c: 1}",
            ),
            ("{\"a\" 1}", 5, "expected `:`, found `1`", "{a: 1}"),
            ("{\"a\" = 1}", 5, "expected `:`, found `=`", "{a: 1}"),
            ("{a: 1}", 1, "expected a name in quotes, found `a`", "{a: 1}"),
            ("{'a': 1}", 1, "expected `\"`, found `'`", "{a: 1}"),
            (
                "{“a”: „ü“, \"b\": 1}",
                1,
                "expected `\"`, found `“`",
                "{a: ?, b: 1}",
            ),
            (
                "{: 1, \"b\": 1}",
                1,
                "expected a name in quotes, found `:`",
                "{: 1, b: 1}",
            ),
            (
                "{{\"a\": 1}, \"b\": 1}",
                1,
                "expected a name in quotes, found `{`",
                "{: {a: 1}, b: 1}",
            ),
            (
                "{\"a\": , \"b\": 1}",
                6,
                "expected a value, found `,`",
                "{a: ?, b: 1}",
            ),
            ("{\"a\": }", 6, "expected a value, found `}`", "{a: ?}"),
            ("[1 2]", 3, "expected `,` or `]`, found `2`", "[1, 2]"),
            ("[1,]", 3, "expected a value, found `]`", "[1]"),
            ("{\"a\": 1,}", 8, "expected a name in quotes, found `}`", "{a: 1}"),
            ("[,1]", 1, "expected a value, found `,`", "[?, 1]"),
            ("[1:2]", 2, "expected `,` or `]`, found `:`", "[1, ?, 2]"),
            (
                "{\"a\": [1}, \"b\": 2}",
                6,
                "this list is not closed: `]` is missing",
                "{a: [1]}",
            ),
            ("[1}, 2]", 2, "expected `,` or `]`, found `}`", "[1, 2]"),
            ("[tru]", 1, "expected a value, found `t`", "[?]"),
            ("[NaN, 1]", 1, "expected a value, found `N`", "[?, 1]"),
            ("[1-2]", 1, "expected a number, found `1`", "[?]"),
            ("[0, 01]", 4, "expected a number, found `0`", "[0, ?]"),
            ("[1.]", 1, "expected a number, found `1`", "[?]"),
            ("[-]", 1, "expected a number, found `-`", "[?]"),
            ("[+1]", 1, "expected a value, found `+`", "[?]"),
            ("[-inf]", 1, "expected a number, found `-`", "[?]"),
            ("{} x", 3, "expected the end of the text, found `x`", "{}"),
            ("[1, // a\n 2]", 4, "JSON has no comments", "[1, 2]"),
            ("[1 /* ] */, 2]", 3, "JSON has no comments", "[1, 2]"),
            ("# a\n[1]", 0, "JSON has no comments", "[1]"),
            (
                "[\"a\tb\"]",
                3,
                "a control character stands in a string",
                "[a\tb]",
            ),
            (
                "[\"\\q\", 1]",
                2,
                "the string has an escape that JSON does not know",
                "[?, 1]",
            ),
            ("\"\\\n", 0, "this string is not closed: `\"` is missing", "?"),
            ("", 0, "expected a value, found the end of the text", "?"),
        ] {
            let (value, fault) = parse_all(text, 0, Cursor::value);
            let fault = fault.unwrap();
            assert_eq!(fault.span.start, at, "{text}");
            assert_eq!(
                fault.message,
                format!("this is not valid JSON: {message}"),
                "{text}"
            );
            assert_eq!(shown(&value), read, "{text}");
            // What is skipped has the same faults.
            let mut cursor = Cursor::new(text, 0);
            cursor.skip().unwrap();
            let skipped = cursor.end().unwrap_err();
            assert_eq!(skipped.message, fault.message, "{text}");
        }
    }

    #[test]
    fn both_sides_of_a_merge_conflict_are_read() {
        let text = "[\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other\n, 3]";
        let (value, fault) = parse_all(text, 0, Cursor::value);
        assert_eq!(shown(&value), "[1, 2, 3]");
        assert!(fault.unwrap().message.contains("merge conflict"));
    }

    #[test]
    fn what_is_skipped_is_skipped_whole() {
        for text in [
            "[1, {\"a\": \"]}\\\"\"}, []]",
            "\"x\"",
            "-1",
            "{}",
            "null",
            "[[], {\"a\": {}}]",
        ] {
            let padded = format!("{text} ,");
            let mut cursor = Cursor::new(&padded, 0);
            let span = cursor.skip().unwrap();
            assert_eq!(&padded[span.range()], text);
        }
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let mut cursor = Cursor::new(&deep, 0);
        assert_eq!(cursor.skip().unwrap().end, deep.len());
        assert!(cursor.end().is_ok());
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = "[".repeat(100_000);
        assert!(parse(&deep, 0).unwrap_err().message.contains("too deeply"));
    }
}
