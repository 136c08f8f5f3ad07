//! `duplicate-field`: see the page.

use std::collections::BTreeMap;

use super::{Check, Context, Rule};
use crate::finding::{Finding, Severity};
use crate::value::shortened;

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate-field",
    summary: "A field is set twice",
    severity: Severity::Error,
    fix: None,
    page: include_str!("duplicate_field.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in &context.shape.objects {
        let mut seen = BTreeMap::new();
        for entry in node.entries {
            let first = *seen.entry(&*entry.key).or_insert(entry);
            if std::ptr::eq(first, entry) {
                continue;
            }
            let name = node.shown_name(entry);
            let message = format!("`{}` is set twice", shortened(name));
            findings.push(
                context
                    .finding(&RULE, &node.path.key(name.to_owned()), entry.key_span, message)
                    .related(first.key_span, "it is set here first")
                    .help("remove one of the two"),
            );
        }
    }
}
