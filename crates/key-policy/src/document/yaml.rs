//! YAML text to values with exact places, on the events of `saphyr-parser`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span as Marks};

use super::{Comment, Document, SyntaxError, Text, json};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// Deeper nesting is refused, so that no input can exhaust the stack of whoever walks the values.
const MAX_DEPTH: usize = 128;
/// Aliases may copy this many values in all, so that no small text can become a large one.
const MAX_COPIES: usize = 100_000;

/// A text is parsed again without the block that cannot be read at most so often.
const MAX_ROUNDS: usize = 20;
/// And only as long as all rounds together read no more than this many bytes, or one round more than the first.
const MAX_REREAD: usize = 10_000_000;

/// Reads every document of `text`, which may be JSON. Its comments go to `document`, and what cannot be read.
///
/// One block that cannot be read does not hide the others: the text is read again without the resource that it is in.
pub(super) fn read(text: &Text<'_>, document: &mut Document) -> Vec<Value> {
    let mut written = Cow::Borrowed(&text.text[text.start..]);
    if let Some(mut value) = as_json(&written) {
        value.shift(text.start);
        take_comments(&mut value, text.text, &mut document.comments);
        return vec![value];
    }
    let mut reread = 0;
    for _ in 0..MAX_ROUNDS {
        let mut builder = Builder::new(&written, text.source);
        let fault = builder.run().err();
        let Parsed {
            mut documents,
            comments,
        } = builder.parsed;
        let end = fault.as_ref().map(|fault| fault.span.start);
        if end.is_some_and(|end| is_behind_tab(&written, end)) {
            written = Cow::Owned(written.replace(":\t", ": "));
            continue;
        }
        if let Some(mut fault) = fault {
            // Spaces stand for what was taken out: a place among them may lie inside a character.
            let place = |offset| text.text.floor_char_boundary(text.start + offset);
            fault.span = Span::from(place(fault.span.start)..place(fault.span.end));
            document.close(text, Err(fault));
        }
        reread += written.len();
        let without = end
            .filter(|_| reread < MAX_REREAD)
            .and_then(|end| without_block(&written, end));
        if let Some(without) = without {
            written = Cow::Owned(without);
            continue;
        }
        let comments = comments.into_iter().map(|comment| comment.shifted(text.start));
        document.comments.extend(comments);
        for value in &mut documents {
            value.shift(text.start);
            take_comments(value, text.text, &mut document.comments);
        }
        document.comments.sort_by_key(|comment| comment.span);
        return documents;
    }
    Vec::new()
}

/// Reads every document of the stream, or the one value of a text that is JSON.
pub(super) fn parse(text: &str) -> Result<Vec<Value>, SyntaxError> {
    if let Some(value) = as_json(text) {
        return Ok(vec![value]);
    }
    let mut builder = Builder::new(text, 0);
    builder.run()?;
    Ok(builder.parsed.documents)
}

/// The value of a text that is JSON. YAML has most of JSON, but not its pairs of surrogates.
fn as_json(text: &str) -> Option<Value> {
    text.trim_start()
        .starts_with(['{', '['])
        .then(|| json::parse(text, 0).ok())?
}

/// A member that is a comment.
const COMMENT: &str = "\"//\"";

/// Takes the members `//` out, which are how JSON has comments.
pub(super) fn take_comments(value: &mut Value, text: &str, comments: &mut Vec<Comment>) {
    if text.contains(COMMENT) {
        take_members(value.span.start, value, text, comments);
    }
}

/// The same for a value whose name, if it has one, begins at `start`.
fn take_members(start: usize, value: &mut Value, text: &str, comments: &mut Vec<Comment>) {
    match &mut value.content {
        Content::List(items) => items
            .iter_mut()
            .for_each(|item| take_members(item.span.start, item, text, comments)),
        Content::Object(entries) => {
            let object = Span {
                start,
                end: value.span.end,
            };
            entries.retain(|entry| {
                let is_comment = entry.key == "//" && text.get(entry.key_span.range()) == Some(COMMENT);
                if let (true, Some(said)) = (is_comment, entry.value.as_str()) {
                    comments.push(Comment {
                        text: said.trim().to_owned(),
                        span: Span {
                            start: entry.key_span.start,
                            end: entry.value.span.end,
                        },
                        object: Some(object),
                    });
                }
                !is_comment
            });
            for entry in entries {
                take_members(entry.key_span.start, &mut entry.value, text, comments);
            }
        }
        _ => {}
    }
}

/// Whether only tabs stand between a `:` and the byte `at`, which is valid YAML, but not to the parser.
fn is_behind_tab(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.ends_with('\t') && before.trim_end_matches('\t').ends_with(':')
}

/// `text` with spaces in the place of the block that holds the byte `at`: the member of a top-level member, such as a
/// resource, or the element of a top-level list. Nothing if there is no text there that could go.
fn without_block(text: &str, at: usize) -> Option<String> {
    let lines: Vec<(usize, &str)> = text
        .split_inclusive('\n')
        .scan(0, |offset, line| {
            let start = *offset;
            *offset += line.len();
            Some((start, line))
        })
        .collect();
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    let at = lines.partition_point(|(start, _)| *start <= at).checked_sub(1)?;
    let last = (0..=at).rev().find(|&line| !is_blank(lines[line].1))?;
    // The lines that the last one stands in, inner first.
    let mut outer = vec![last];
    for line in (0..last).rev() {
        let (innermost, content) = (outer[outer.len() - 1], lines[line].1);
        if indent(lines[innermost].1) == 0 {
            break;
        }
        if !is_blank(content) && indent(content) < indent(lines[innermost].1) {
            outer.push(line);
        }
    }
    let top = outer.pop()?;
    let first = match outer.pop() {
        Some(member) if !lines[top].1.starts_with('-') => member,
        _ => top,
    };
    let width = indent(lines[first].1);
    let end = (first + 1..lines.len())
        .find(|&line| !is_blank(lines[line].1) && indent(lines[line].1) <= width)
        .map_or(text.len(), |line| lines[line].0);
    let start = lines[first].0;
    let block = text[start..end].bytes().map(|byte| match byte {
        b'\n' | b'\r' => char::from(byte),
        _ => ' ',
    });
    Some(
        text[..start]
            .chars()
            .chain(block)
            .chain(text[end..].chars())
            .collect(),
    )
}

/// What was read so far.
#[derive(Default)]
struct Parsed {
    documents: Vec<Value>,
    comments: Vec<Comment>,
}

struct Builder<'a> {
    text: &'a str,
    source: usize,
    offsets: Offsets,
    /// The lists and objects that are not closed yet, outer first.
    open: Vec<Open>,
    anchors: BTreeMap<usize, Value>,
    copies: usize,
    /// Up to where the text was looked through for comments.
    seen: usize,
    parsed: Parsed,
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

impl<'a> Builder<'a> {
    fn new(text: &'a str, source: usize) -> Self {
        Self {
            text,
            source,
            offsets: Offsets::new(text),
            open: Vec::new(),
            anchors: BTreeMap::new(),
            copies: 0,
            seen: 0,
            parsed: Parsed::default(),
        }
    }

    fn run(&mut self) -> Result<(), SyntaxError> {
        for event in Parser::new_from_str(self.text) {
            let (event, marks) = event.map_err(|error| self.scan_error(&error))?;
            self.take(event, marks)?;
        }
        self.comments_until(self.text.len());
        Ok(())
    }

    /// Notes the comments up to `end`; no value stands in between.
    fn comments_until(&mut self, end: usize) {
        while let Some(gap) = self.text.get(self.seen..end) {
            let Some(at) = gap.find('#') else { break };
            let start = self.seen + at;
            let rest = &self.text[start..];
            let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
            // What follows a word at once is a part of it.
            if self.text[..start]
                .chars()
                .next_back()
                .is_none_or(char::is_whitespace)
            {
                self.parsed.comments.push(Comment {
                    text: rest[..length].trim_start_matches('#').trim().to_owned(),
                    span: Span {
                        start,
                        end: start + length,
                    },
                    object: None,
                });
                self.seen = start + length;
            } else {
                self.seen = start + 1;
            }
        }
        self.seen = self.seen.max(end);
    }

    /// Where a scalar itself stands: without its anchor and its tag, and without what the parser counts to its end.
    fn scalar_span(&self, span: Span, style: ScalarStyle) -> Span {
        let mut written = self.text.get(span.range()).unwrap_or_default();
        while written.starts_with(['&', '!']) {
            let rest = written
                .find(char::is_whitespace)
                .map_or("", |end| &written[end..]);
            written = rest.trim_start();
        }
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) && written.trim().is_empty() {
            // A block without text stands where it is announced.
            return Span::at(self.text[..span.end].trim_end().len());
        }
        let start = span.end - written.len();
        let length = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => quoted_length(written),
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => written.trim_end().len(),
        };
        Span {
            start,
            end: start + length,
        }
    }

    fn take(&mut self, event: Event<'_>, marks: Marks) -> Result<(), SyntaxError> {
        let span = self.offsets.span(marks);
        if !matches!(event, Event::StreamEnd) {
            self.comments_until(span.start);
        }
        match event {
            Event::Scalar(content, style, anchor, tag) => {
                let span = self.scalar_span(span, style);
                self.seen = self.seen.max(span.end);
                let suffix = tag.as_ref().map_or("", |tag| tag.suffix.as_ref());
                let content = match suffix {
                    "int" | "float" | "bool" | "null" => plain(&content),
                    "" if style == ScalarStyle::Plain => plain(&content),
                    _ => Content::String(content.into_owned()),
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
                self.copies += value.used_at(span, Some(self.source));
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
            self.parsed.documents.push(value);
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

    /// What is wrong, where it began, in words that say what was expected.
    fn scan_error(&self, scan: &ScanError) -> SyntaxError {
        let at = self.offsets.offset(scan.marker()).min(self.text.len());
        let info = scan.info();
        let has = |parts: &[&str]| parts.iter().any(|part| info.contains(part));
        let brackets = self
            .open
            .iter()
            .rev()
            .find_map(|open| match self.text.as_bytes().get(open.start) {
                Some(b'[') => Some((open.start, "list", ']')),
                Some(b'{') => Some((open.start, "object", '}')),
                _ => None,
            });
        let first = |start: usize| Span {
            start,
            end: start + 1,
        };
        let quote = self
            .text
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
        let line = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let tab = self.text[line..].find('\t').filter(|_| has(&["a tab", "tabs"]));
        error(Span::at(tab.map_or(at, |tab| line + tab)), message)
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
    let is_merge = |entry: &Entry| entry.key == "<<";
    if !entries.iter().any(is_merge) {
        return entries;
    }
    let (merges, mut entries): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_merge);
    let mut names: BTreeSet<_> = entries.iter().map(|entry| entry.key.clone()).collect();
    for merge in merges {
        let sources = match merge.value.content {
            Content::List(sources) => sources,
            _ => vec![merge.value],
        };
        for source in sources {
            let Content::Object(added) = source.content else {
                continue;
            };
            entries.extend(added.into_iter().filter(|entry| names.insert(entry.key.clone())));
        }
    }
    entries
}

/// How long the string in quotes is that `text` begins with.
fn quoted_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match (bytes[0], bytes[at]) {
            (b'"', b'\\') => at += 1,
            (b'\'', b'\'') if bytes.get(at + 1) == Some(&b'\'') => at += 1,
            (quote, byte) if quote == byte => return at + 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
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

    fn document(text: &str) -> (Vec<Value>, Document) {
        let mut document = Document::default();
        let text = Text {
            text,
            start: 0,
            source: 0,
        };
        let values = read(&text, &mut document);
        (values, document)
    }

    #[test]
    fn a_tab_may_stand_between_a_name_and_its_value() {
        let text = "a:\tb\nc: {d:\t\te f, g:\t'h\ti'}\n";
        let (values, document) = document(text);
        assert_eq!(document.findings, []);
        let value = |object: &Value, name| object.get(name).unwrap().as_str().unwrap().to_owned();
        let inner = values[0].get("c").unwrap();
        assert_eq!(
            [value(&values[0], "a"), value(inner, "d"), value(inner, "g")],
            ["b", "e f", "h\ti"]
        );
        assert_eq!(&text[inner.get("d").unwrap().span.range()], "e f");
    }

    #[test]
    fn comments_are_kept_and_are_no_part_of_values() {
        let text = "# one\na: 'b' # two\nc: \"#\" #three\nd: e#f\ng: | # four\n  # text\nh: [1, # five\n  2]\n# six\n";
        let (_, document) = document(text);
        let comments: Vec<_> = document
            .comments
            .iter()
            .map(|comment| comment.text.as_str())
            .collect();
        assert_eq!(comments, ["one", "two", "three", "four", "five", "six"]);
        for comment in &document.comments {
            assert!(text[comment.span.range()].starts_with('#'));
        }
        assert_eq!(written(text, &["a"]), "'b'");
        assert_eq!(written(text, &["c"]), "\"#\"");
        assert_eq!(written("a: !!int &x \"3\" # c\n", &["a"]), "\"3\"");
    }

    #[test]
    fn members_called_slashes_are_comments_in_json() {
        let (values, document) = document("{\"//\": \"why\", \"a\": {\"//\": [1]}}");
        assert_eq!(document.comments[0].text, "why");
        assert_eq!(values[0].as_object().unwrap().len(), 1);
        assert_eq!(values[0].get("a").unwrap().as_object().unwrap().len(), 0);
    }

    #[test]
    fn a_block_that_cannot_be_read_does_not_hide_the_others() {
        for (broken, at, message) in [
            ("name: \"x", "\"x", "this string is not closed: `\"` is missing"),
            ("name: 'x", "'x", "this string is not closed: `'` is missing"),
            ("name: [x, y", "[x", "this list is not closed: `]` is missing"),
            ("name: {x: y", "{x", "this object is not closed: `}` is missing"),
            ("name: x: y", ": y", "`:` is not expected here"),
            ("\tname: x", "\tname", "a tab stands in the indentation"),
            ("name: *x", "*x", "no anchor above has this name"),
            ("name: ]", "]", "this bracket closes nothing"),
            ("- x", "x", "this is not valid YAML"),
            ("name: @x", "@x", "this is not valid YAML"),
        ] {
            let text = format!(
                "resources:\n  a:\n    type: t\n    {broken}\n    more: 1\n  b:\n    type: \"u\"\n  c: [1]\n"
            );
            let (values, document) = document(&text);
            assert_eq!(document.findings.len(), 1, "{broken}: {:?}", document.findings);
            let finding = &document.findings[0];
            assert!(finding.message.contains(message), "{broken}: {}", finding.message);
            assert!(
                text[finding.span.start..].starts_with(at),
                "{broken}: {}",
                &text[finding.span.start..]
            );
            let names: Vec<_> = values[0]
                .get("resources")
                .unwrap()
                .as_object()
                .unwrap()
                .iter()
                .map(|entry| &*entry.key)
                .collect();
            assert_eq!(names, ["b", "c"], "{broken}");
        }
    }

    #[test]
    fn every_block_that_cannot_be_read_is_told() {
        let (values, document) = document("- name: \"x\n- name: y\n- name: [z\n- name: w\n");
        assert_eq!(document.findings.len(), 2);
        assert_eq!(values[0].as_list().unwrap().len(), 2);
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
