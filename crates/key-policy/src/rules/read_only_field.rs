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
    for node in context
        .shape
        .values
        .iter()
        .filter(|node| node.field.is_read_only() && !node.value.is_null())
    {
        let name = node.field.name(context.declaration.dialect);
        let message = format!("`{name}` is set by the service and cannot be declared");
        let member = Span {
            start: node.name_span.start,
            end: node.value.span.end,
        };
        // Members that an alias brings have no place of their own.
        let fix = (node.name_span.end < node.value.span.start)
            .then(|| context.removal(member, Part::Member))
            .flatten();
        findings.push(
            context
                .finding(&RULE, &node.path, node.name_span, message)
                .help(format!(
                    "remove `{name}`; the service fills it in when it creates the key"
                ))
                .fix(Fix::of(format!("remove `{name}`"), Safety::Safe, fix)),
        );
    }
}
