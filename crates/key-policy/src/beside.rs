//! What plans, previews and states tell of the keys that are written beside them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::change::{Outcome, Placed, placed};
use crate::document::{Declaration, Document, without_indexes};
use crate::fields::{Kind, MANAGEMENT_KEY};
use crate::finding::{Finding, Related};
use crate::path::{Path, Segment};
use crate::span::{Place, Span};
use crate::value::Value;

/// What becomes of keys, by their folders and addresses, as far as documents beside programs tell it.
#[derive(Debug, Default)]
pub(crate) struct Told<'a> {
    /// The instances of a block with `count` or `for_each` may be written as one, so their block is told of too.
    outcomes: BTreeMap<(&'a str, Cow<'a, str>), Outcome>,
}

impl<'a> Told<'a> {
    /// What `documents` tell, whose sources stand in `folders`.
    pub(crate) fn of(documents: &'a [Document], folders: &'a [String]) -> Self {
        let mut told = Self::default();
        // Only what is written is told of.
        let mut keys = documents.iter().flat_map(|document| &document.declarations);
        if keys.all(|key| key.planned.is_some()) {
            return told;
        }
        for (document, folder) in documents.iter().zip(folders) {
            for key in &document.declarations {
                let Some(planned) = &key.planned else { continue };
                let block = Cow::Owned(without_indexes(&key.resource));
                for address in [Cow::Borrowed(&*key.resource), block] {
                    let outcome = told.outcomes.entry((folder, address)).or_insert(planned.outcome);
                    *outcome = planned.outcome.max(*outcome);
                }
            }
        }
        told
    }

    /// What becomes of `key`, which stands in `folder`: of several instances, the most that becomes of one.
    pub(crate) fn outcome(&self, folder: &str, key: &Declaration) -> Option<Outcome> {
        if let Some(planned) = &key.planned {
            return Some(planned.outcome);
        }
        if self.outcomes.is_empty() {
            return None;
        }
        self.outcomes
            .get(&(folder, Cow::Borrowed(&*key.resource)))
            .copied()
    }
}

/// Leaves to the program what is found in a plan, a preview or a state of it too, if it is read beside it, and relates to
/// it what else is found there. Nobody mends what a tool has written.
pub(crate) fn related(findings: Vec<Finding>, documents: &[Document], folders: &[String]) -> Vec<Finding> {
    let is_told = |key: &Declaration| key.planned.is_some();
    let documents_told = documents
        .iter()
        .map(|document| document.declarations.iter().any(is_told));
    let documents_told: Vec<bool> = documents_told.collect();
    let (mut of_tools, mut all): (Vec<_>, Vec<_>) = findings
        .into_iter()
        .partition(|finding| documents_told[finding.source]);
    if of_tools.is_empty() {
        return all;
    }
    let mut written = BTreeMap::new();
    let mut told = BTreeMap::new();
    for key in placed(documents, folders) {
        let resource = &*key.declaration.resource;
        if is_told(key.declaration) {
            told.entry((key.source, resource)).or_insert(key);
        } else {
            written.entry((key.folder, resource)).or_insert(key);
        }
    }
    // What a tool leaves out, and so has no path, may be written out in the program.
    let root = Path::root();
    let said: BTreeSet<_> = all
        .iter()
        .flat_map(|finding| {
            let key = (finding.source_of_key(), &*finding.resource);
            [&finding.path, &root].map(|path| (key, finding.rule, path, &*finding.message))
        })
        .collect();
    of_tools.retain_mut(|finding| {
        finding.fixes.clear();
        let Some(told) = told.get(&(finding.source, &*finding.resource)) else {
            return true;
        };
        // The instances of a block with `count` or `for_each` may be written as one.
        let block = without_indexes(&finding.resource);
        let mut addresses = [&*finding.resource, &*block].into_iter();
        let Some(key) = addresses.find_map(|address| written.get(&(told.folder, address))) else {
            return true;
        };
        let (path, span) = counterpart(finding, told, key);
        let place = (key.source, &*key.declaration.resource);
        if said.contains(&(place, finding.rule, &path, &*finding.message)) {
            return false;
        }
        finding.related.push(Related::program(Place {
            source: key.source,
            span,
        }));
        true
    });
    all.extend(of_tools);
    all
}

/// What a finding about `told` is about in the program, which has the key as `written`: the path and the place, as far as
/// it can be followed there.
fn counterpart(finding: &Finding, told: &Placed<'_>, written: &Placed<'_>) -> (Path, Span) {
    let (told, written) = (told.declaration, written.declaration);
    let (mut path, mut span) = (Path::root(), written.span);
    let (mut told_value, mut value) = (Some(&told.properties), &written.properties);
    let mut kind = &Kind::Object(&MANAGEMENT_KEY);
    for segment in finding.path.segments() {
        match (segment, kind) {
            (Segment::Key(name), Kind::Object(object)) => {
                let Some(field) = object.field(name, told.dialect) else {
                    break;
                };
                let name = field.name(written.dialect);
                let mut entries = value.as_object().unwrap_or_default().iter();
                let Some(entry) = entries.find(|entry| entry.key == name) else {
                    break;
                };
                told_value = told_value.and_then(|value| value.get(field.name(told.dialect)));
                (value, kind) = (&entry.value, &field.kind);
                (path, span) = (path.key(name), entry.key_span);
            }
            (Segment::Index(index), Kind::List(element) | Kind::Set(element)) => {
                let items = told_value.and_then(Value::as_list);
                let item = items.and_then(|items| items.get(*index));
                // What is gone has an index of the version before.
                let Some(item) = item.filter(|item| item.span.range().contains(&finding.span.start)) else {
                    break;
                };
                let items = value.as_list().unwrap_or_default();
                let index = match kind {
                    // A tool writes a set in an order of its own.
                    Kind::Set(_) => items
                        .iter()
                        .position(|own| own.text_in(written.dialect) == item.text_in(told.dialect)),
                    _ => (*index < items.len()).then_some(*index),
                };
                let Some(index) = index else { break };
                (told_value, value, kind) = (Some(item), &items[index], element);
                (path, span) = (path.index(index), value.span);
            }
            _ => break,
        }
    }
    (path, span)
}
