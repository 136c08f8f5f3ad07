//! `unknown-field`: see the page.

use super::{Check, Context, Rule};
use crate::document::Dialect;
use crate::fields::Object;
use crate::finding::{Edit, Finding, Fix, Safety, Severity};
use crate::value::shortened;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-field",
    summary: "A field has a name that management keys do not have",
    severity: Severity::Error,
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
            let finding = context.finding(&RULE, &node.path.key(&entry.key), entry.key_span, message);
            findings.push(match meant(&entry.key, node.object, dialect) {
                Some(name) if node.entries.iter().all(|other| other.key != name) => {
                    finding.help(format!("did you mean `{name}`?")).fix(Fix {
                        title: format!("rename to `{name}`"),
                        safety: Safety::Unsafe,
                        edits: vec![Edit {
                            span: entry.key_span,
                            text: name.to_owned(),
                        }],
                    })
                }
                _ => finding.help(format!("the fields are {}", names(node.object, dialect))),
            });
        }
    }
}

/// The field that the author probably meant: the same words in another spelling, or a name that is close.
fn meant(written: &str, object: &Object, dialect: Dialect) -> Option<&'static str> {
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
        .map(|(_, name)| name)
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
