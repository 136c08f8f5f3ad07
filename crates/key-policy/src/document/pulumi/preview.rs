//! A preview, as `pulumi preview --json` prints it.

use std::collections::{BTreeMap, BTreeSet};

use super::engine::{self, Urn, is_set};
use super::{dialect_of, is_provider};
use crate::change::Outcome;
use crate::document::json::{self, Cursor};
use crate::document::{Before, Declaration, Dialect, Document, Kind, Planned, Replacement, Text, unreadable};
use crate::fields::MANAGEMENT_KEY;
use crate::path::Path;
use crate::span::Span;
use crate::value::{Content, Value};

/// Reads the keys that a preview names, before and after.
pub(in super::super) fn read(text: &Text<'_>) -> Document {
    let mut document = Document::default();
    let mut cursor = Cursor::new(text.text, text.start);
    let read = cursor.documents(|cursor| {
        let mut preview = Preview::default();
        let read = preview.read(cursor, text, &mut document);
        if read.is_ok() && !preview.is_one {
            document
                .findings
                .push(unreadable::not_of(Kind::PulumiPreview, text));
        }
        preview.finish(&mut document);
        read
    });
    document.close(text, read.and_then(|()| cursor.end()));
    document
}

/// What a preview says about each key, by its URN: a replacement has one step that says that it replaces, and, if they
/// were asked for, one that makes the new key and one that deletes the old key.
#[derive(Default)]
struct Preview {
    order: Vec<String>,
    resources: BTreeMap<String, Resource>,
    /// How many resources of any kind stay as they are: those that are told, and those that there are.
    told_same: usize,
    all_same: Option<f64>,
    has_failed: bool,
    /// Whether it has what every preview has.
    is_one: bool,
}

/// What the steps say about one key.
struct Resource {
    dialect: Dialect,
    span: Span,
    old: Option<Value>,
    new: Option<Value>,
    /// Nothing if the steps only delete what was replaced before.
    outcome: Option<Outcome>,
    /// Whether all that is known of it was read from the service.
    is_refreshed: bool,
    is_imported: bool,
    /// Whether the old key dies first, and where that is said.
    deletes_first: Option<(bool, Span)>,
    /// Whether the old key does not go for its own sake: an earlier update deleted it and got no further, or this one
    /// deletes it with what it depends on.
    is_gone: bool,
    changing: Option<Vec<Path>>,
    replacing: Vec<Path>,
    /// Keys that were replaced and are still to be deleted.
    former: Vec<Value>,
}

impl Preview {
    fn read(
        &mut self,
        cursor: &mut Cursor<'_>,
        text: &Text<'_>,
        document: &mut Document,
    ) -> json::Result<()> {
        cursor.members(|cursor, key, _| match &*key {
            "steps" => {
                self.is_one = true;
                cursor.items(|cursor| self.step(cursor, document))
            }
            "changeSummary" => {
                self.is_one = true;
                let summary = cursor.value()?;
                self.all_same = match summary.get("same").map(|same| &same.content) {
                    Some(Content::Number(same)) => Some(*same),
                    _ => Some(0.0),
                };
                Ok(())
            }
            "diagnostics" => cursor.items(|cursor| self.diagnostic(cursor, text, document)),
            _ => cursor.skip().map(drop),
        })
    }

    /// Notes what made the preview end before it was complete.
    fn diagnostic(
        &mut self,
        cursor: &mut Cursor<'_>,
        text: &Text<'_>,
        document: &mut Document,
    ) -> json::Result<()> {
        let [severity] = engine::texts(cursor, ["severity"])?;
        if severity.as_deref() != Some("error") {
            return cursor.skip().map(drop);
        }
        let diagnostic = cursor.value()?;
        if !self.has_failed {
            let span = diagnostic
                .get("severity")
                .map_or(diagnostic.span, |value| value.span);
            document.findings.push(unreadable::failed(text, span));
        }
        self.has_failed = true;
        Ok(())
    }

    fn step(&mut self, cursor: &mut Cursor<'_>, document: &mut Document) -> json::Result<()> {
        let [urn, operation] = engine::texts(cursor, ["urn", "op"])?;
        let (urn, operation) = (urn.unwrap_or_default(), operation.unwrap_or_default());
        self.told_same += usize::from(operation == "same");
        let token = Urn::parse(&urn).map_or("", |urn| urn.token).to_owned();
        let dialect = dialect_of(&token);
        if dialect.is_none() && !is_provider(&token) {
            return cursor.skip().map(drop);
        }
        let step = cursor.value()?;
        let Some(dialect) = dialect else {
            let new = step.get("newState");
            let inputs = new.and_then(|new| new.get("inputs")).map(engine::decoded);
            document.providers.extend(inputs);
            return Ok(());
        };
        if let Some(outcome) = outcome(&operation) {
            let resource = self.resources.entry(urn.clone()).or_insert_with(|| {
                self.order.push(urn);
                Resource::new(dialect, step.get("urn").map_or(step.span, |urn| urn.span))
            });
            resource.step(&operation, outcome, &step);
        }
        Ok(())
    }

    fn finish(self, document: &mut Document) {
        let urns = |side: fn(&Resource) -> bool| {
            let told = self.resources.iter().filter(move |(_, resource)| side(resource));
            told.filter_map(|(urn, _)| Urn::parse(urn))
        };
        let mut shared = engine::shared_names(urns(|resource| resource.old.is_some()));
        shared.extend(engine::shared_names(urns(|resource| resource.new.is_some())));
        let mut before = Vec::new();
        for urn in &self.order {
            if let (Some(resource), Some(urn)) = (self.resources.get(urn), Urn::parse(urn)) {
                resource.finish(&urn, &shared, &mut before, &mut document.declarations);
            }
        }
        document.before.get_or_insert_default().extend(before);
        document.is_partial |= self.has_failed || self.all_same != Some(self.told_same as f64);
    }
}

impl Resource {
    fn new(dialect: Dialect, span: Span) -> Self {
        Self {
            dialect,
            span,
            old: None,
            new: None,
            outcome: None,
            is_refreshed: true,
            is_imported: false,
            deletes_first: None,
            is_gone: false,
            changing: None,
            replacing: Vec::new(),
            former: Vec::new(),
        }
    }

    fn step(&mut self, operation: &str, outcome: Outcome, step: &Value) {
        let state = |name| step.get(name).cloned();
        let old_is = |mark| step.get("oldState").is_some_and(|old| is_set(old, mark));
        let place = step.get("op").map_or(step.span, |value| value.span);
        // A replacement that creates first deletes what it has marked; what was marked before is none of its own.
        if matches!(operation, "delete" | "delete-replaced") && old_is("delete") {
            self.former.extend(state("oldState"));
            return;
        }
        let refreshes = operation == "refresh";
        // What is done is told of the key as it is once it was read.
        if self.is_refreshed && !refreshes {
            (self.old, self.new, self.outcome) = (None, None, None);
        }
        self.is_refreshed &= refreshes;
        self.outcome = self.outcome.max(Some(outcome));
        self.old = self.old.take().or_else(|| state("oldState"));
        self.new = self.new.take().or_else(|| state("newState"));
        self.is_imported |= operation.starts_with("import");
        let named = |name| {
            let names = step.get(name)?.as_list()?.iter().filter_map(Value::as_str);
            let fields = names.filter_map(|name| field(name, self.dialect));
            Some(fields.collect::<Vec<_>>())
        };
        self.changing = self.changing.take().or_else(|| named("diffReasons"));
        let reasons = named("replaceReasons");
        self.is_gone |= outcome == Outcome::Replaced && old_is("pendingReplacement") && reasons.is_none();
        if let Some(reasons) = reasons {
            self.replacing = reasons;
        }
        if outcome != Outcome::Replaced && operation != "delete-replaced" {
            return;
        }
        let deletes_first = if operation == "delete-replaced" || old_is("pendingReplacement") {
            Some(true)
        } else {
            (operation == "create-replacement" || old_is("delete")).then_some(false)
        };
        if self.deletes_first.is_none() {
            self.deletes_first = deletes_first.map(|deletes_first| (deletes_first, place));
        }
    }

    fn finish(
        &self,
        urn: &Urn<'_>,
        shared: &BTreeSet<&str>,
        before: &mut Vec<Before>,
        declarations: &mut Vec<Declaration>,
    ) {
        let address = urn.address(shared);
        let old_urn = self
            .old
            .as_ref()
            .and_then(|old| old.get("urn"))
            .and_then(Value::as_str);
        let old_urn = old_urn.and_then(Urn::parse);
        let becomes = match (&self.new, self.outcome) {
            (_, None | Some(Outcome::Deleted)) | (None, _) => None,
            (Some(new), Some(outcome)) => {
                let mut declaration =
                    engine::declaration(new, urn, address.to_owned(), self.dialect, self.span);
                declaration.planned = Some(self.planned(outcome));
                declaration.options.is_imported = self.is_imported;
                declaration.options.replacement = self
                    .deletes_first
                    .map(|(deletes_first, span)| Replacement { deletes_first, span });
                let former = old_urn.iter().filter(|old| !old.is(urn)).flat_map(Urn::former);
                declaration.options.former_addresses = former.collect();
                declarations.push(declaration);
                Some(declarations.len() - 1)
            }
        };
        // A key that is imported is there already.
        let imported = self
            .new
            .as_ref()
            .filter(|_| self.outcome == Some(Outcome::Unchanged));
        if let Some(old) = self.old.as_ref().or(imported) {
            let old_urn = old_urn.as_ref().unwrap_or(urn);
            let address = old_urn.address(shared).to_owned();
            before.push(Before {
                key: engine::declaration(old, old_urn, address, self.dialect, self.span),
                becomes,
            });
        }
        let id = |state: &Value| state.get("id").and_then(Value::as_str).map(str::to_owned);
        let own = self
            .old
            .as_ref()
            .filter(|_| self.outcome == Some(Outcome::Replaced))
            .map(id);
        let former = self.former.iter().filter(|former| own != Some(id(former)));
        before.extend(former.map(|former| Before {
            key: engine::former_declaration(former, urn, address, self.dialect, self.span),
            becomes: None,
        }));
    }

    fn planned(&self, outcome: Outcome) -> Planned {
        let is_tainted = self.old.as_ref().is_some_and(|old| is_set(old, "taint"));
        Planned {
            outcome,
            changing: self.changing.clone(),
            replacing: self.replacing.clone(),
            cause: match outcome {
                Outcome::Replaced if self.is_gone => {
                    Some("the old one is deleted already, or goes with something that it depends on")
                }
                Outcome::Replaced if is_tainted => Some(crate::change::TAINTED),
                _ => None,
            },
        }
    }
}

/// The path of the field that the engine calls `name`.
fn field(name: &str, dialect: Dialect) -> Option<Path> {
    let field = MANAGEMENT_KEY.field(name, dialect)?;
    Some(Path::root().key(field.name(dialect)))
}

/// What an operation of the engine does to a key, or nothing if it does not touch one that is managed.
fn outcome(operation: &str) -> Option<Outcome> {
    Some(match operation {
        "same" | "import" | "refresh" => Outcome::Unchanged,
        "update" => Outcome::Updated,
        "create" => Outcome::Created,
        // A key that is deleted for the sake of another is made again only if the program still has it.
        "delete" | "delete-replaced" => Outcome::Deleted,
        "replace" | "create-replacement" | "import-replacement" => Outcome::Replaced,
        _ => return None,
    })
}
