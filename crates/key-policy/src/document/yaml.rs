//! YAML text to values with exact places, on the events of `saphyr-parser`.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span as Marks};

use super::{Document, SyntaxError, Text, json};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// Deeper nesting is refused, so that no input can exhaust the stack of whoever walks the values.
const MAX_DEPTH: usize = 128;
/// Aliases may copy this many values in all, so that no small text can become a large one.
const MAX_COPIES: usize = 100_000;

/// Reads every document of `text`, which may be JSON, and notes in `document` what cannot be read.
pub(super) fn read(text: &Text<'_>, document: &mut Document) -> Vec<Value> {
    match parse(&text.text[text.start..]) {
        Ok(mut documents) => {
            documents.iter_mut().for_each(|value| value.shift(text.start));
            documents
        }
        Err(mut error) => {
            error.span = error.span.shifted(text.start);
            document.close(text, Err(error));
            Vec::new()
        }
    }
}

/// Reads every document of the stream, or the one value of a text that is JSON.
pub(super) fn parse(text: &str) -> Result<Vec<Value>, SyntaxError> {
    // YAML has most of JSON, but not its pairs of surrogates.
    if text.trim_start().starts_with(['{', '['])
        && let Ok(value) = json::parse(text, 0)
    {
        return Ok(vec![value]);
    }
    let mut builder = Builder {
        text,
        offsets: Offsets::new(text),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        copies: 0,
        documents: Vec::new(),
    };
    for event in Parser::new_from_str(text) {
        let (event, marks) = event.map_err(|error| builder.scan_error(&error))?;
        builder.take(event, marks)?;
    }
    Ok(builder.documents)
}

struct Builder<'a> {
    text: &'a str,
    offsets: Offsets,
    /// The lists and objects that are not closed yet, outer first.
    open: Vec<Open>,
    anchors: BTreeMap<usize, Value>,
    copies: usize,
    documents: Vec<Value>,
}

struct Open {
    anchor: usize,
    start: usize,
    /// Where the last part of it ended, since the end event of a block collection stands at the next token.
    end: usize,
    collection: Collection,
}

enum Collection {
    List(Vec<Value>),
    Object {
        entries: Vec<Entry>,
        key: Option<(String, Span)>,
    },
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, marks: Marks) -> Result<(), SyntaxError> {
        let span = self.offsets.span(marks);
        match event {
            Event::Scalar(content, style, anchor, tag) => {
                let written = self.text.get(span.range()).unwrap_or_default();
                let span = Span {
                    start: span.start,
                    end: span.start + written.trim_end().len(),
                };
                let is_string = style != ScalarStyle::Plain || tag.is_some_and(|tag| tag.suffix == "str");
                let content = if is_string {
                    Content::String(content.into_owned())
                } else {
                    plain(&content)
                };
                self.close(anchor, Value::new(content, span))
            }
            Event::SequenceStart(anchor, _) => self.open(anchor, span, Collection::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.open(
                anchor,
                span,
                Collection::Object {
                    entries: Vec::new(),
                    key: None,
                },
            ),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else {
                    return Ok(());
                };
                let end = if span.start < span.end { span.end } else { open.end };
                let content = match open.collection {
                    Collection::List(items) => Content::List(items),
                    Collection::Object { entries, .. } => Content::Object(merged(entries)),
                };
                self.close(
                    open.anchor,
                    Value::new(
                        content,
                        Span {
                            start: open.start,
                            end: end.max(open.start),
                        },
                    ),
                )
            }
            Event::Alias(anchor) => {
                let Some(mut value) = self.anchors.get(&anchor).cloned() else {
                    return Err(error(span, "an alias stands inside the value that it repeats"));
                };
                self.copies += moved_to(&mut value, span);
                if self.copies > MAX_COPIES {
                    return Err(error(span, "the aliases repeat too many values"));
                }
                self.close(0, value)
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn open(&mut self, anchor: usize, span: Span, collection: Collection) -> Result<(), SyntaxError> {
        if self.open.len() == MAX_DEPTH {
            return Err(error(span, "the values are nested too deeply"));
        }
        self.open.push(Open {
            anchor,
            start: span.start,
            end: span.end,
            collection,
        });
        Ok(())
    }

    /// Puts a finished value where it belongs: behind its key, into its list, or at the top.
    fn close(&mut self, anchor: usize, mut value: Value) -> Result<(), SyntaxError> {
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        let Some(parent) = self.open.last_mut() else {
            self.documents.push(value);
            return Ok(());
        };
        parent.end = parent.end.max(value.span.end);
        match &mut parent.collection {
            Collection::List(items) => items.push(value),
            Collection::Object { entries, key } => match key.take() {
                None => *key = Some((key_text(&value), value.span)),
                Some((key, key_span)) => {
                    if value.is_null() && value.span.start == value.span.end {
                        // Nothing was written, so the place to point at is the key.
                        value.span = key_span;
                    }
                    entries.push(Entry { key, key_span, value });
                }
            },
        }
        Ok(())
    }

    fn scan_error(&self, scan: &ScanError) -> SyntaxError {
        error(Span::at(self.offsets.offset(scan.marker())), scan.info())
    }
}

fn error(span: Span, message: &str) -> SyntaxError {
    SyntaxError {
        span,
        message: format!("this is not valid YAML: {message}"),
        help: None,
    }
}

/// A key as a text; a key that is no scalar gets a text that no field has.
fn key_text(value: &Value) -> String {
    match &value.content {
        Content::String(text) => text.clone(),
        Content::Number(number) => number.to_string(),
        Content::Bool(value) => value.to_string(),
        Content::Null => "null".to_owned(),
        _ => "{…}".to_owned(),
    }
}

/// The members with those of `<<` added, which give way to the ones written out.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    let (merges, mut entries): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.key == "<<");
    for merge in merges {
        let sources = match merge.value.content {
            Content::List(sources) => sources,
            _ => vec![merge.value],
        };
        for source in sources {
            let Content::Object(added) = source.content else {
                continue;
            };
            for entry in added {
                if entries.iter().all(|existing| existing.key != entry.key) {
                    entries.push(entry);
                }
            }
        }
    }
    entries
}

/// Moves a copied value to where it is used; returns how many values it is made of.
fn moved_to(value: &mut Value, span: Span) -> usize {
    value.span = span;
    1 + match &mut value.content {
        Content::List(items) => items.iter_mut().map(|item| moved_to(item, span)).sum::<usize>(),
        Content::Object(entries) => entries
            .iter_mut()
            .map(|entry| {
                entry.key_span = span;
                moved_to(&mut entry.value, span)
            })
            .sum(),
        _ => 0,
    }
}

/// A plain scalar, resolved as Pulumi's YAML library resolves it.
fn plain(text: &str) -> Content {
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

/// Turns the parser's places, counted in characters, into bytes.
struct Offsets(Option<Vec<usize>>);

impl Offsets {
    fn new(text: &str) -> Self {
        // In ASCII text both are the same number.
        Self((!text.is_ascii()).then(|| {
            text.char_indices()
                .map(|(offset, _)| offset)
                .chain([text.len()])
                .collect()
        }))
    }

    fn offset(&self, marker: &Marker) -> usize {
        match &self.0 {
            None => marker.index(),
            Some(offsets) => offsets
                .get(marker.index())
                .or(offsets.last())
                .copied()
                .unwrap_or_default(),
        }
    }

    fn span(&self, marks: Marks) -> Span {
        Span {
            start: self.offset(&marks.start),
            end: self.offset(&marks.end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Value {
        parse(text).unwrap().remove(0)
    }

    fn written<'a>(text: &'a str, path: &[&str]) -> &'a str {
        let mut value = &one(text);
        for key in path {
            value = value.get(key).unwrap();
        }
        &text[value.span.range()]
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "# ä\na:  x y   # c\nb: \"q\"\nc: [1, 'zwei']\nd:\n  - e: f\nü: {g: h}\n";
        assert_eq!(written(text, &["a"]), "x y");
        assert_eq!(written(text, &["b"]), "\"q\"");
        assert_eq!(written(text, &["c"]), "[1, 'zwei']");
        assert_eq!(written(text, &["d"]), "- e: f");
        assert_eq!(written(text, &["ü"]), "{g: h}");
        let object = one(text);
        assert_eq!(&text[object.as_object().unwrap()[4].key_span.range()], "ü");
    }

    #[test]
    fn block_strings_and_missing_values_have_places() {
        let text = "a: |\n  one\n  two\nb:\nc: d\n";
        assert_eq!(written(text, &["a"]), "one\n  two");
        let object = one(text);
        assert_eq!(&text[object.as_object().unwrap()[1].value.span.range()], "b");
    }

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
            assert_eq!(one(text).content, content, "{text}");
        }
    }

    #[test]
    fn aliases_and_merges_stand_where_they_are_used() {
        let text = "base: &b {roles: [r]}\nuse:\n  <<: *b\n  x: *b\n";
        let object = one(text);
        let used = object.get("use").unwrap();
        assert_eq!(&text[used.get("x").unwrap().span.range()], "*b");
        assert_eq!(&text[used.get("roles").unwrap().span.range()], "*b");
    }

    #[test]
    fn what_grows_without_bound_is_refused() {
        let bomb = (1..12).fold("a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, n| {
            let m = n - 1;
            format!("{text}a{n}: &a{n} [*a{m},*a{m},*a{m},*a{m},*a{m},*a{m},*a{m},*a{m},*a{m}]\n")
        });
        assert!(parse(&bomb).unwrap_err().message.contains("repeat too many"));
        assert!(parse(&"[".repeat(5000)).is_err());
        assert!(parse("&a [*a]").unwrap_err().message.contains("inside the value"));
    }
}
