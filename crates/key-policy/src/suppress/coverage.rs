//! Which parts of a text an allow speaks about.

use std::collections::BTreeMap;

use crate::document::{Comment, Document, construct_end};
use crate::edit;
use crate::span::Span;
use crate::value::{Content, Value};

/// The parts of one text.
pub(super) struct Parts<'a> {
    text: &'a str,
    document: &'a Document,
    /// Every part that begins somewhere and is more than a place, in order: keys, outputs, members and elements.
    spans: Vec<Span>,
    /// Where the keys begin whose properties end at an offset.
    keys: BTreeMap<usize, usize>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(text: &'a str, document: &'a Document) -> Self {
        let mut spans = spans(document);
        spans.sort();
        let keys = document.declarations.iter();
        Self {
            text,
            document,
            spans,
            keys: keys
                .map(|key| (key.properties.span.end, key.span.start))
                .collect(),
        }
    }

    /// What an allow in `comment` speaks about.
    pub(super) fn covered(&self, comment: &Comment) -> Vec<Span> {
        if let Some(object) = comment.object {
            // What is said in the properties of a key is said about the key.
            let key = self.keys.get(&object.end);
            return vec![Span {
                start: key.map_or(object.start, |start| object.start.min(*start)),
                end: object.end,
            }];
        }
        let line = self.line_of(comment);
        let from = self.spans.partition_point(|part| part.start < line.start);
        let to = self.spans.partition_point(|part| part.start < line.end);
        let mut covered = self.spans[from..to].to_vec();
        let end = self
            .document
            .kind
            .map_or(line.end, |kind| construct_end(kind, self.text, line));
        covered.push(Span {
            end: line.end.max(end),
            ..line
        });
        covered
    }

    /// The line that a comment speaks about: its own, or the next with code if it is alone on its own.
    fn line_of(&self, comment: &Comment) -> Span {
        let Span { start, end } = comment.span;
        let first = edit::line(self.text, start);
        let last = edit::line(self.text, end);
        let around = [&self.text[first.start..start], &self.text[end..last.end.max(end)]];
        if around.iter().all(|text| text.trim().is_empty()) {
            self.next_line(end)
        } else {
            // A comment of several lines speaks about the one that goes on behind it.
            last
        }
    }

    /// The first line behind `offset` on which something other than a comment begins.
    fn next_line(&self, offset: usize) -> Span {
        let comments = &self.document.comments;
        let mut line = edit::line(self.text, offset);
        while line.end < self.text.len() {
            line = edit::line(self.text, line.end);
            let written = &self.text[line.range()];
            let first = line.start + (written.len() - written.trim_start().len());
            let before = comments.partition_point(|comment| comment.span.start <= first);
            let is_comment = comments[..before]
                .last()
                .is_some_and(|comment| first < comment.span.end);
            if !written.trim().is_empty() && !is_comment {
                return line;
            }
        }
        Span::at(self.text.len())
    }
}

fn spans(document: &Document) -> Vec<Span> {
    let mut spans = Vec::new();
    for key in &document.declarations {
        spans.push(Span {
            start: key.span.start.min(key.properties.span.start),
            end: key.span.end.max(key.properties.span.end),
        });
        add_spans(&key.properties, &mut spans);
    }
    for output in &document.outputs {
        let end = output.cleartext.map_or(0, |span| span.end);
        spans.push(Span {
            start: output.span.start,
            end: output.span.end.max(end),
        });
    }
    for provider in &document.providers {
        spans.push(provider.span);
        add_spans(provider, &mut spans);
    }
    spans
}

fn add_spans(value: &Value, spans: &mut Vec<Span>) {
    match &value.content {
        Content::List(items) => {
            for item in items {
                spans.push(item.span);
                add_spans(item, spans);
            }
        }
        Content::Object(entries) => {
            spans.push(value.span);
            for entry in entries {
                spans.push(Span {
                    start: entry.key_span.start,
                    end: entry.value.span.end.max(entry.key_span.end),
                });
                add_spans(&entry.value, spans);
            }
        }
        _ => {}
    }
}
