//! Whether an allow may be needed although nothing was found: where something is not known, or cannot be read.

use std::collections::BTreeMap;

use crate::document::{Document, Kind};
use crate::rules::syntax;
use crate::span::Span;
use crate::value::{Content, Value};

/// What is not known of the keys in all texts.
pub(super) struct Doubts<'a> {
    texts: &'a [&'a str],
    documents: &'a [Document],
    /// Where in each source a value stands that is not known, in order.
    unknown: BTreeMap<usize, Vec<usize>>,
    /// Where in each source keys begin, and where the modules are called that have some, in order; with each, whether all
    /// of the keys in a module is known.
    keys: BTreeMap<usize, Vec<(usize, bool)>>,
}

impl<'a> Doubts<'a> {
    pub(super) fn of(texts: &'a [&'a str], documents: &'a [Document]) -> Self {
        let mut doubts = Self {
            texts,
            documents,
            unknown: BTreeMap::new(),
            keys: BTreeMap::new(),
        };
        for (source, document) in documents.iter().enumerate() {
            for key in &document.declarations {
                add_unknown(&key.properties, doubts.unknown.entry(source).or_default());
                doubts
                    .keys
                    .entry(source)
                    .or_default()
                    .push((key.span.start, true));
                let is_known = key.properties.unknowns() == 0;
                for call in &key.calls {
                    let keys = doubts.keys.entry(call.source).or_default();
                    keys.push((call.span.start, is_known));
                }
            }
        }
        doubts
            .unknown
            .values_mut()
            .for_each(|offsets| offsets.sort_unstable());
        doubts.keys.values_mut().for_each(|keys| keys.sort_unstable());
        doubts
    }

    /// Whether what stands in these parts of a source may be found fault with once more is known.
    pub(super) fn are_about(&self, source: usize, parts: &[Span]) -> bool {
        let document = &self.documents[source];
        // What cannot be read was not judged.
        document
            .findings
            .iter()
            .any(|finding| finding.rule == syntax::RULE.id)
            || parts.iter().any(|part| self.is_unknown(source, *part))
    }

    fn is_unknown(&self, source: usize, part: Span) -> bool {
        let unknown = self.unknown.get(&source).map(Vec::as_slice).unwrap_or_default();
        let next = unknown.partition_point(|offset| *offset < part.start);
        if unknown.get(next).is_some_and(|offset| *offset < part.end) {
            return true;
        }
        let keys = self.keys.get(&source).map(Vec::as_slice).unwrap_or_default();
        let inside = &keys[keys.partition_point(|(start, _)| *start < part.start)..];
        let mut inside = inside
            .iter()
            .take_while(|(start, _)| *start < part.end)
            .peekable();
        // Blocks of keys that there are none of now, as `count` has it.
        let written = self.texts[source].get(part.range()).unwrap_or_default();
        let is_empty = inside.peek().is_none() && makes_keys(self.documents[source].kind, written);
        is_empty || inside.any(|(_, is_known)| !is_known)
    }
}

fn add_unknown(value: &Value, offsets: &mut Vec<usize>) {
    match &value.content {
        Content::Unknown(_) => offsets.push(value.span.start),
        Content::List(items) => items.iter().for_each(|item| add_unknown(item, offsets)),
        Content::Object(entries) => {
            for entry in entries {
                // A value that is used as a whole stands where its name does, too.
                if matches!(entry.value.content, Content::Unknown(_)) {
                    offsets.push(entry.key_span.start);
                }
                add_unknown(&entry.value, offsets);
            }
        }
        _ => {}
    }
}

/// Whether a part of a program is a block that can make keys.
fn makes_keys(kind: Option<Kind>, written: &str) -> bool {
    let is_terraform = matches!(kind, Some(Kind::TerraformHcl | Kind::TerraformJson));
    let written = written.trim_start();
    is_terraform && (written.starts_with("module") || written.contains("descope_management_key"))
}
