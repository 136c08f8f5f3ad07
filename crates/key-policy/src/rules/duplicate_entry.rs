//! `duplicate-entry`: see the page.

use std::collections::BTreeMap;

use super::{Check, Context, Rule};
use crate::finding::{Finding, Fix, Safety, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate-entry",
    summary: "A list has an entry twice",
    severity: Severity::Warning,
    fix: Some(Safety::Safe),
    page: include_str!("duplicate_entry.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (list, elements) in context.text_lists() {
        let mut seen = BTreeMap::new();
        for (node, text) in context.texts(elements) {
            // Blank ones are the business of `empty-grant`, and of `invalid-ip`.
            if text.trim().is_empty() {
                continue;
            }
            let first = *seen.entry(text).or_insert(node);
            if std::ptr::eq(first, node) {
                continue;
            }
            let name = list.field.name(context.declaration.dialect);
            let message = format!("{} stands in `{name}` twice", node.value.shown());
            let fix = context.element_removal(list.value, node.value);
            findings.push(
                context
                    .about(&RULE, node, message)
                    .related_value(first.value, "it stands here first")
                    .help("remove one of the two")
                    .fix(Fix::of("remove the repetition", Safety::Safe, fix)),
            );
        }
    }
}
