//! `missing-field`: see the page.

use super::unknown_field::is_meant;
use super::{Check, Context, Rule};
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing-field",
    summary: "A required field is missing",
    severity: Severity::Error,
    fix: None,
    page: include_str!("missing_field.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let dialect = context.declaration.dialect;
    for node in &context.shape.objects {
        for field in node
            .object
            .fields
            .iter()
            .filter(|field| field.is_required(dialect))
        {
            let name = field.name(dialect);
            let written: Vec<_> = node.entries.iter().filter(|entry| entry.key == name).collect();
            if written.iter().any(|entry| !entry.value.is_null()) {
                continue;
            }
            // `unknown-field` says that it has another name.
            if is_meant(node, field, dialect) {
                continue;
            }
            let span = written.first().map_or(node.anchor, |entry| entry.key_span);
            findings.push(
                context
                    .finding(
                        &RULE,
                        &node.path,
                        span,
                        format!("the required field `{name}` is missing"),
                    )
                    .help(format!("set `{name}` to {}", field.kind.described())),
            );
        }
    }
}
