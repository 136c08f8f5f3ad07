//! Two versions of a key: what differs, and whether that updates the key or replaces it.
//!
//! What counts as a change follows from the field table: absent, null and the default are the same; the order
//! and the repetitions in a set say nothing; the order of a list does. Fields that only the service sets are
//! never compared.

mod compare;
mod matching;
mod plans;
#[cfg(test)]
mod tests;

pub use compare::compare;
pub use matching::{Placed, matched, placed};
pub use plans::Plans;

use std::borrow::Cow;

use crate::document::{Declaration, Dialect, Planned, Trigger};
use crate::fields::{Effect, Field};
use crate::path::Path;
use crate::span::Span;
use crate::value::shortened;

/// Why a tool replaces a key that it holds for damaged: what stands behind "because".
pub(crate) const TAINTED: &str = "it is marked as damaged (tainted)";

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
    /// Why it is, or may be, replaced, if no field is the reason: what stands behind "because".
    pub cause: Option<Cow<'static, str>>,
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
        let whole = |outcome| Self {
            resource: new.or(old).map_or_else(String::new, |key| key.resource.clone()),
            former: None,
            death: Death::between(old, new),
            outcome,
            possible: outcome,
            cause: None,
            fields: Vec::new(),
        };
        match (old, new) {
            (None, None) => whole(Outcome::Unchanged),
            (None, Some(_)) => whole(Outcome::Created),
            (Some(_), None) => whole(Outcome::Deleted),
            (Some(old), Some(new)) => {
                let fields = fields(old, new);
                let certain = outcome(fields.iter().filter(|field| field.certain));
                let possible = outcome(fields.iter());
                let is_tainted = old.options.is_tainted && certain != Outcome::Replaced;
                let cause = match possible {
                    _ if is_tainted => Some(Cow::Borrowed(TAINTED)),
                    Outcome::Replaced => None,
                    _ => triggered(old, new).map(Cow::Owned),
                };
                Self {
                    former: (old.resource != new.resource).then(|| old.resource.clone()),
                    possible: cause.as_ref().map_or(possible, |_| Outcome::Replaced),
                    cause,
                    fields,
                    ..whole(if is_tainted { Outcome::Replaced } else { certain })
                }
            }
        }
    }

    /// A key that nothing becomes of.
    pub fn unchanged(key: &Declaration) -> Self {
        Self {
            outcome: Outcome::Unchanged,
            possible: Outcome::Unchanged,
            ..Self::between(None, Some(key))
        }
    }

    /// The change as the tool tells it that makes it: it does what it says, whatever is not known here.
    #[must_use]
    pub fn told(mut self, planned: &Planned) -> Self {
        (self.outcome, self.possible) = (planned.outcome, planned.outcome);
        self.cause = planned.cause.map(Cow::Borrowed);
        if let Some(changing) = &planned.changing {
            self.fields.retain_mut(|field| {
                field.certain |= has_part_of(changing, field);
                field.certain
            });
        }
        match planned.outcome {
            Outcome::Replaced => {
                let is_unexplained = planned.replacing.is_empty() && planned.cause.is_none();
                for field in &mut self.fields {
                    if has_part_of(&planned.replacing, field) {
                        field.effect = Effect::Replace;
                    } else if !is_unexplained || field.effect != Effect::Replace {
                        continue;
                    }
                    field.certain = true;
                }
            }
            Outcome::Updated => {
                for field in &mut self.fields {
                    field.effect = Effect::Update;
                }
            }
            Outcome::Unchanged | Outcome::Created | Outcome::Deleted => self.fields.clear(),
        }
        self
    }

    /// The same if that is certain; else it is only possible.
    #[must_use]
    pub fn certain(self, is_certain: bool) -> Self {
        Self {
            outcome: if is_certain {
                self.outcome
            } else {
                Outcome::Unchanged
            },
            ..self
        }
    }

    /// The same for a key that the tool only lets go of.
    #[must_use]
    pub fn forgotten(self) -> Self {
        Self {
            death: Death::Never,
            ..self
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

/// What differs between the fields of two versions, as far as it is not to be left alone, and what that does.
fn fields(old: &Declaration, new: &Declaration) -> Vec<FieldChange> {
    let mut fields = compare(
        (&old.properties, old.dialect),
        (&new.properties, new.dialect),
        new.span,
    );
    fields.retain(|field| !is_named(&field.path, &new.options.ignore_changes));
    for field in &mut fields {
        if is_named(&field.path, &new.options.replace_on_changes) {
            field.effect = Effect::Replace;
        }
    }
    fields
}

/// What may replace the key although none of its fields differs: another resource, of which not all is known.
fn triggered(old: &Declaration, new: &Declaration) -> Option<String> {
    let is_same = |trigger: &&Trigger| trigger.written.is_some() && old.options.triggers.contains(trigger);
    let trigger = new.options.triggers.iter().find(|trigger| !is_same(trigger))?;
    let name = shortened(&trigger.name);
    Some(format!("`{name}` may change, which `replace_triggered_by` names"))
}

/// Whether one of `paths` leads to what differs, or to something around it or in it.
fn has_part_of(paths: &[Path], field: &FieldChange) -> bool {
    let mut paths = paths.iter();
    paths.any(|path| path.contains(&field.path) || field.path.contains(path))
}

/// Whether `other` may be the same version of the key: nothing that is known differs.
pub(crate) fn may_be_same(version: &Declaration, other: &Declaration) -> bool {
    !fields(version, other).iter().any(|field| field.certain)
}

/// Whether the user names `path`, or something around it, among `named`. Pulumi takes `*` for any step.
fn is_named(path: &Path, named: &[String]) -> bool {
    fn steps(path: &str) -> impl Iterator<Item = &str> {
        path.split(['.', '[', ']', '"']).filter(|step| !step.is_empty())
    }
    if named.is_empty() {
        return false;
    }
    let path = path.to_string();
    named.iter().any(|named| {
        let mut here = steps(&path);
        let mut around = steps(named);
        named == "all" || around.all(|step| here.next().is_some_and(|own| step == "*" || step == own))
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
