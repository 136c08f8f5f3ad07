//! `read-only-field`: see the page.

use super::{Check, Context, Rule};
use crate::edit::Part;
use crate::finding::{Finding, Fix, Safety, Severity};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "read-only-field",
    summary: "A field is set that only the service sets",
    severity: Severity::Error,
    fix: Some(Safety::Safe),
    page: include_str!("read_only_field.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let dialect = context.declaration.dialect;
    for object in &context.shape.objects {
        for entry in object.entries.iter().filter(|entry| !entry.value.is_null()) {
            let field = object.object.field(&entry.key, dialect);
            let Some(field) = field.filter(|field| field.is_read_only()) else {
                continue;
            };
            let name = field.name(dialect);
            let member = Span {
                start: entry.key_span.start,
                end: entry.value.span.end,
            };
            // Members that an alias brings have no place of their own. A secret that was written down is not to vanish
            // before anybody has read what to do about it.
            let can_be_removed = entry.key_span.end < entry.value.span.start && !field.is_secret();
            let fix = can_be_removed
                .then(|| context.removal(object.value, member, Part::Member))
                .flatten();
            let message = format!("`{name}` is set by the service and cannot be declared");
            findings.push(
                context
                    .finding(&RULE, &object.path.key(name), entry.key_span, message)
                    .help(format!(
                        "remove `{name}`; the service fills it in when it creates the key"
                    ))
                    .fix(Fix::of(format!("remove `{name}`"), Safety::Safe, fix)),
            );
        }
    }
}
