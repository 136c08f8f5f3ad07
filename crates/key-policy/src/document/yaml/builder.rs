//! From the events of the parser to values with places.

use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span as Marks};

use super::fault::{error, scan_error};
use super::scalar::plain;
use super::tidy::quoted_length;
use crate::document::{Comment, SyntaxError};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// Deeper nesting is refused, so that no input can exhaust the stack of whoever walks the values.
const MAX_DEPTH: usize = 128;
/// Aliases may copy this many values in all, so that no small text can become a large one.
const MAX_COPIES: usize = 100_000;
/// Anchors that stand in each other may keep this many values in all.
const MAX_KEPT: usize = 2_000_000;

/// What was read so far.
#[derive(Default)]
pub(super) struct Parsed {
    pub(super) documents: Vec<Value>,
    pub(super) comments: Vec<Comment>,
}

pub(super) struct Builder<'a> {
    text: &'a str,
    read: &'a str,
    source: usize,
    offsets: Offsets,
    /// The lists and objects that are not closed yet, outer first.
    open: Vec<Open>,
    anchors: BTreeMap<usize, Value>,
    copies: usize,
    kept: usize,
    /// Up to where the text was looked through for comments.
    seen: usize,
    pub(super) parsed: Parsed,
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
    /// For `text`, of which `read` is what the parser gets: each part of both stands at the same byte.
    pub(super) fn new(text: &'a str, read: &'a str, source: usize) -> Self {
        Self {
            text,
            read,
            source,
            offsets: Offsets::new(read),
            open: Vec::new(),
            anchors: BTreeMap::new(),
            copies: 0,
            kept: 0,
            seen: 0,
            parsed: Parsed::default(),
        }
    }

    pub(super) fn run(&mut self) -> Result<(), SyntaxError> {
        for event in Parser::new_from_str(self.read) {
            let (event, marks) = event.map_err(|error| self.fault(&error))?;
            self.take(event, marks)?;
        }
        self.comments_until(self.text.len());
        Ok(())
    }

    fn fault(&self, error: &ScanError) -> SyntaxError {
        // In the text as it is written, a comment may stand in the place of spaces.
        let at = self.text.floor_char_boundary(self.offsets.offset(error.marker()));
        let open = self.open.iter().rev().map(|open| open.start);
        scan_error(self.text, at, error.info(), open)
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

    /// Where the bracket ends that closes what ends with the part before `at`.
    fn bracket_end(&self, at: usize) -> usize {
        let mut is_comment = false;
        let mut rest = self.text.bytes().enumerate().skip(at);
        let bracket = rest.find(|(_, byte)| {
            match byte {
                b'#' => is_comment = true,
                b'\n' => is_comment = false,
                _ => {}
            }
            !is_comment && matches!(byte, b']' | b'}')
        });
        bracket.map_or(at, |(bracket, _)| bracket + 1)
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
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                quoted_length(written.as_bytes()).unwrap_or(written.len())
            }
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
                let is_bracketed = span.start < span.end;
                let end = if is_bracketed {
                    self.bracket_end(open.end)
                } else {
                    open.end
                };
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
            // Behind a bracket, the parser goes on to the end of a comment.
            end: (span.start + 1).min(span.end),
            collection,
        });
        Ok(())
    }

    /// Puts a finished value where it belongs: behind its key, into its list, or at the top.
    fn close(&mut self, anchor: usize, mut value: Value) -> Result<(), SyntaxError> {
        if anchor != 0 {
            self.kept += parts(&value);
            if self.kept > MAX_KEPT {
                return Err(error(value.span, "the anchors name too many values"));
            }
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
}

/// How many values a value is made of.
fn parts(value: &Value) -> usize {
    1 + match &value.content {
        Content::List(items) => items.iter().map(parts).sum(),
        Content::Object(entries) => entries.iter().map(|entry| parts(&entry.value)).sum(),
        _ => 0,
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
