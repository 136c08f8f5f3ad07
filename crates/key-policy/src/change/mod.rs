//! Two versions of a key: what differs, and whether that updates the key or replaces it.
//!
//! What counts as a change follows from the field table: absent, null and the default are the same; the order
//! and the repetitions in a set say nothing; the order of a list does. Fields that only the service sets are
//! never compared.

mod compare;
mod matching;
#[cfg(test)]
mod tests;

pub use compare::compare;
pub use matching::{Placed, matched, placed};

use crate::document::{Declaration, Dialect};
use crate::fields::{Effect, Field};
use crate::path::Path;
use crate::span::Span;

/// What becomes of one key between two versions.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyChange {
    /// The address of the resource.
    pub resource: String,
    /// The address that it had before, if that was another.
    pub former: Option<String>,
    /// When the old key dies, if the key is deleted, or is or may be replaced.
    pub death: Death,
    /// What becomes of the key for certain.
    pub outcome: Outcome,
    /// What may become of it if the unknown values turn out to differ; at least `outcome`.
    pub possible: Outcome,
    /// What differs, in the order of the field table. Empty for a key that is new or gone.
    pub fields: Vec<FieldChange>,
}

/// When the old key of a replacement dies, and with it the old secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// Before the new key exists: nobody has access until its secret has reached every consumer.
    First,
    /// After the new key exists, but in the same deployment.
    After,
    /// Not at all: the tool lets go of it, and nothing manages it any more.
    Never,
}

/// What becomes of a key, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing.
    Unchanged,
    /// It is changed in place and keeps its secret.
    Updated,
    /// It is made.
    Created,
    /// It is deleted.
    Deleted,
    /// It is deleted, and a new one with a new secret is made.
    Replaced,
}

/// One difference between two versions of a key.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Where, in the names of the new version.
    pub path: Path,
    /// The row of the field table.
    pub field: &'static Field,
    /// How it differs.
    pub kind: ChangeKind,
    /// What the difference does to the key.
    pub effect: Effect,
    /// Whether it differs for certain; if not, a value is not known.
    pub certain: bool,
    /// The old value for people; hidden where it is sensitive.
    pub old: Option<String>,
    /// The new value for people; hidden where it is sensitive.
    pub new: Option<String>,
    /// Where the new version has it, or would have it.
    pub span: Span,
}

/// How a value differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// The old version does not have it.
    Added,
    /// The new version does not have it.
    Removed,
    /// Both have it, with different values.
    Modified,
}

impl Outcome {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Unchanged => "none",
            Outcome::Updated => "update",
            Outcome::Created => "create",
            Outcome::Deleted => "delete",
            Outcome::Replaced => "replace",
        }
    }
}

impl KeyChange {
    /// Compares two versions of a key. A version that is not there is one before creation or after deletion.
    pub fn between(old: Option<&Declaration>, new: Option<&Declaration>) -> Self {
        let resource = new
            .or(old)
            .map_or_else(String::new, |declaration| declaration.resource.clone());
        let whole = |outcome| Self {
            resource: resource.clone(),
            former: None,
            death: Death::between(old, new),
            outcome,
            possible: outcome,
            fields: Vec::new(),
        };
        match (old, new) {
            (None, None) => whole(Outcome::Unchanged),
            (None, Some(_)) => whole(Outcome::Created),
            (Some(_), None) => whole(Outcome::Deleted),
            (Some(old), Some(new)) => {
                let mut fields = compare(
                    (&old.properties, old.dialect),
                    (&new.properties, new.dialect),
                    new.span,
                );
                fields.retain(|field| !is_ignored(&field.path, &new.options.ignore_changes));
                Self {
                    former: (old.resource != new.resource).then(|| old.resource.clone()),
                    death: Death::between(Some(old), Some(new)),
                    outcome: outcome(fields.iter().filter(|field| field.certain)),
                    possible: outcome(fields.iter()),
                    resource,
                    fields,
                }
            }
        }
    }

    /// When the old key dies, where that is a question: if it is, or may be, replaced, or only let go of.
    pub fn old_key_dies(&self) -> Option<Death> {
        let is_let_go = self.outcome == Outcome::Deleted && self.death == Death::Never;
        (self.possible == Outcome::Replaced || is_let_go).then_some(self.death)
    }
}

impl Death {
    /// What the old version is retained by decides, for it is what the tool knows of the key that it deletes.
    fn between(old: Option<&Declaration>, new: Option<&Declaration>) -> Self {
        match old {
            Some(old) if old.options.is_retained => Death::Never,
            _ => new.or(old).map_or(Death::After, Death::of),
        }
    }

    /// The order that is written down, or that of the tool: Terraform deletes first, Pulumi last.
    fn of(declaration: &Declaration) -> Self {
        let deletes_first = match declaration.options.replacement {
            Some(replacement) => replacement.deletes_first,
            None => declaration.dialect == Dialect::Terraform,
        };
        if deletes_first { Death::First } else { Death::After }
    }

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Death::First => "before",
            Death::After => "after",
            Death::Never => "never",
        }
    }
}

/// Whether the user wants changes at `path`, or at something around it, to be left alone. Pulumi takes `*` for any step.
fn is_ignored(path: &Path, ignored: &[String]) -> bool {
    fn steps(path: &str) -> impl Iterator<Item = &str> {
        path.split(['.', '[', ']', '"']).filter(|step| !step.is_empty())
    }
    let path = path.to_string();
    ignored.iter().any(|ignored| {
        let mut here = steps(&path);
        let mut around = steps(ignored);
        ignored == "all" || around.all(|step| here.next().is_some_and(|own| step == "*" || step == own))
    })
}

fn outcome<'a>(fields: impl Iterator<Item = &'a FieldChange>) -> Outcome {
    fields
        .map(|field| match field.effect {
            Effect::Update => Outcome::Updated,
            Effect::Replace => Outcome::Replaced,
        })
        .max()
        .unwrap_or(Outcome::Unchanged)
}
