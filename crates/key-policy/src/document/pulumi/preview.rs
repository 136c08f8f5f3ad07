//! A preview, as `pulumi preview --json` prints it.

use std::collections::{BTreeMap, BTreeSet};

use super::engine::{self, Urn};
use super::{dialect_of, is_provider};
use crate::change::Outcome;
use crate::document::json::{self, Cursor};
use crate::document::{Dialect, Document, Replacement, Text};
use crate::span::Span;
use crate::value::Value;

/// Reads the keys that a preview names, before and after.
pub(in super::super) fn read(text: &Text<'_>) -> Document {
    let mut document = Document::default();
    let mut steps = Steps::default();
    let mut cursor = Cursor::new(text.text, text.start);
    let read = cursor.members(|cursor, key, _| match &*key {
        "steps" => cursor.items(|cursor| steps.read(cursor, &mut document)),
        _ => cursor.skip().map(drop),
    });
    let read = read.and_then(|()| cursor.end());
    steps.finish(&mut document);
    document.close(text, read);
    document
}

/// What the steps say about each key, by its URN: a replacement has one step that makes the new key, one that says
/// that it replaces, and one that deletes the old key.
#[derive(Default)]
struct Steps {
    order: Vec<String>,
    resources: BTreeMap<String, Resource>,
}

struct Resource {
    dialect: Dialect,
    span: Span,
    old: Option<Value>,
    new: Option<Value>,
    outcome: Outcome,
    /// The first step that makes or deletes, and where it says so: it tells what comes first.
    deletes_first: Option<(bool, Span)>,
}

impl Steps {
    fn read(&mut self, cursor: &mut Cursor<'_>, document: &mut Document) -> json::Result<()> {
        let [urn, operation] = engine::texts(cursor, ["urn", "op"])?;
        let (urn, operation) = (urn.unwrap_or_default(), operation.unwrap_or_default());
        let token = Urn::parse(&urn).map_or("", |urn| urn.token).to_owned();
        let dialect = dialect_of(&token);
        if dialect.is_none() && !is_provider(&token) {
            return cursor.skip().map(drop);
        }
        let step = cursor.value()?;
        let state = |name| step.get(name).cloned();
        let (Some(dialect), Some(outcome)) = (dialect, outcome(&operation)) else {
            let inputs = state("newState").and_then(|new| new.get("inputs").map(engine::decoded));
            document.providers.extend(inputs.filter(|_| dialect.is_none()));
            return Ok(());
        };
        let place = |name| step.get(name).map_or(step.span, |value| value.span);
        let resource = self.resources.entry(urn.clone()).or_insert_with(|| {
            self.order.push(urn);
            Resource {
                dialect,
                span: place("urn"),
                old: None,
                new: None,
                outcome,
                deletes_first: None,
            }
        });
        resource.outcome = resource.outcome.max(outcome);
        if operation != "delete-replaced" {
            resource.new = resource.new.take().or_else(|| state("newState"));
        }
        resource.old = resource.old.take().or_else(|| state("oldState"));
        if matches!(&*operation, "create-replacement" | "delete-replaced") && resource.deletes_first.is_none()
        {
            resource.deletes_first = Some((operation == "delete-replaced", place("op")));
        }
        Ok(())
    }

    fn finish(mut self, document: &mut Document) {
        let mut before = Vec::new();
        let mut taken = BTreeSet::new();
        for urn in self.order {
            let Some(resource) = self.resources.remove(&urn) else {
                continue;
            };
            let Some(name) = Urn::parse(&urn).map(|urn| urn.address(&mut taken)) else {
                continue;
            };
            let declaration =
                |state: &Value| engine::declaration(state, &name, resource.dialect, resource.span);
            // A key that is imported is there already.
            let imported = resource
                .new
                .as_ref()
                .filter(|_| resource.outcome == Outcome::Unchanged);
            before.extend(resource.old.as_ref().or(imported).map(declaration));
            if let (Some(new), false) = (&resource.new, resource.outcome == Outcome::Deleted) {
                let mut declaration = declaration(new);
                declaration.planned = Some(resource.outcome);
                declaration.options.replacement = resource
                    .deletes_first
                    .map(|(deletes_first, span)| Replacement { deletes_first, span });
                document.declarations.push(declaration);
            }
        }
        document.before = Some(before);
    }
}

/// What an operation of the engine does to a key, or nothing if it does not touch one that is managed.
fn outcome(operation: &str) -> Option<Outcome> {
    Some(match operation {
        "same" | "import" => Outcome::Unchanged,
        "update" => Outcome::Updated,
        "create" => Outcome::Created,
        "delete" => Outcome::Deleted,
        "replace" | "create-replacement" | "delete-replaced" | "import-replacement" => Outcome::Replaced,
        _ => return None,
    })
}
