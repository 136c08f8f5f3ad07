//! `unknown-field`: see the page.

use super::{Check, Context, Rule};
use crate::document::Dialect;
use crate::edit;
use crate::fields::{Field, Object};
use crate::finding::{Finding, Fix, Safety, Severity};
use crate::shape::ObjectNode;
use crate::value::{Entry, shortened};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-field",
    summary: "A field has a name that management keys do not have",
    severity: Severity::Error,
    fix: Some(Safety::Safe),
    page: include_str!("unknown_field.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let dialect = context.declaration.dialect;
    for node in &context.shape.objects {
        for entry in node.entries {
            if node.object.field(&entry.key, dialect).is_some() {
                continue;
            }
            let name = node.shown_name(entry);
            let message = format!("there is no field `{}`", shortened(name));
            let finding = context.finding(&RULE, &node.path.key(name.to_owned()), entry.key_span, message);
            findings.push(match meant(node, entry, dialect) {
                Some((field, safety)) => {
                    let name = field.name(dialect);
                    let fix = edit::requoted(context.text, entry.key_span, name);
                    finding.help(format!("did you mean `{name}`?")).fix(Fix::of(
                        format!("rename to `{name}`"),
                        safety,
                        fix,
                    ))
                }
                None => finding.help(format!("the fields are {}", names(node.object, dialect))),
            });
        }
    }
}

/// Whether a misspelt member of an object is meant to be `field`, so that what it lacks is told as that.
pub(super) fn is_meant(node: &ObjectNode<'_>, field: &'static Field, dialect: Dialect) -> bool {
    let mut unknown = node
        .entries
        .iter()
        .filter(|entry| node.object.field(&entry.key, dialect).is_none());
    unknown.any(|entry| meant(node, entry, dialect).is_some_and(|(meant, _)| std::ptr::eq(meant, field)))
}

/// The field that the author of a misspelt member probably meant: certainly if it is the same words in another spelling,
/// perhaps if the name is close. One that the object has cannot be meant.
fn meant(node: &ObjectNode<'_>, entry: &Entry, dialect: Dialect) -> Option<(&'static Field, Safety)> {
    let words = |name: &str| {
        name.chars()
            .filter(|c| !matches!(c, '_' | '-'))
            .collect::<String>()
            .to_lowercase()
    };
    let written = words(&entry.key);
    let settable = node
        .object
        .fields
        .iter()
        .copied()
        .filter(|field| !field.is_read_only());
    let (distance, field) = settable
        .map(|field| (strsim::osa_distance(&words(field.snake), &written), field))
        .filter(|(distance, field)| *distance * 3 <= field.name(dialect).len())
        .min_by_key(|(distance, field)| (*distance, field.name(dialect)))?;
    let is_free = node.entries.iter().all(|other| other.key != field.name(dialect));
    let safety = if distance == 0 {
        Safety::Safe
    } else {
        Safety::Unsafe
    };
    is_free.then_some((field, safety))
}

fn names(object: &Object, dialect: Dialect) -> String {
    let names: Vec<_> = object
        .fields
        .iter()
        .filter(|field| !field.is_read_only())
        .map(|field| format!("`{}`", field.name(dialect)))
        .collect();
    names.join(", ")
}
