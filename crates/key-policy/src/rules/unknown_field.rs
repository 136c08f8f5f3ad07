//! `unknown-field`: see the page.

use super::{Check, Context, Rule};
use crate::document::Dialect;
use crate::edit;
use crate::fields::Object;
use crate::finding::{Finding, Fix, Safety, Severity};
use crate::value::shortened;

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
        for entry in node
            .entries
            .iter()
            .filter(|entry| node.object.field(&entry.key, dialect).is_none())
        {
            let message = format!("there is no field `{}`", shortened(&entry.key));
            let finding = context.finding(&RULE, &node.path.key(entry.key.clone()), entry.key_span, message);
            findings.push(match meant(&entry.key, node.object, dialect) {
                Some((name, safety)) if node.entries.iter().all(|other| other.key != name) => {
                    let fix = edit::requoted(context.text, entry.key_span, name);
                    finding.help(format!("did you mean `{name}`?")).fix(Fix::of(
                        format!("rename to `{name}`"),
                        safety,
                        fix,
                    ))
                }
                _ => finding.help(format!("the fields are {}", names(node.object, dialect))),
            });
        }
    }
}

/// The field that the author probably meant: certainly if it is the same words in another spelling, perhaps if the name
/// is close.
fn meant(written: &str, object: &Object, dialect: Dialect) -> Option<(&'static str, Safety)> {
    let settable = || object.fields.iter().filter(|field| !field.is_read_only());
    let words = |name: &str| {
        name.chars()
            .filter(|c| !matches!(c, '_' | '-'))
            .collect::<String>()
            .to_lowercase()
    };
    let written = words(written);
    settable()
        .map(|field| {
            (
                strsim::osa_distance(&words(field.snake), &written),
                field.name(dialect),
            )
        })
        .filter(|(distance, name)| *distance * 3 <= name.len())
        .min()
        .map(|(distance, name)| match distance {
            0 => (name, Safety::Safe),
            _ => (name, Safety::Unsafe),
        })
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
