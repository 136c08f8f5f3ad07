//! `empty-rebac`: see the page.

use super::unknown_field::is_meant;
use super::{Check, Context, Rule};
use crate::fields::REBAC;
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "empty-rebac",
    summary: "The key is granted nothing",
    severity: Severity::Error,
    fix: None,
    page: include_str!("empty_rebac.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let dialect = context.declaration.dialect;
    let objects = context.shape.objects.iter();
    for node in objects.filter(|node| std::ptr::eq(node.object, &REBAC)) {
        let mut granting = node
            .entries
            .iter()
            .filter(|entry| REBAC.field(&entry.key, dialect).is_some());
        let grants_nothing =
            granting.all(|entry| entry.value.is_null() || entry.value.as_list().is_some_and(<[_]>::is_empty));
        // `unknown-field` says that a grant has another name.
        let is_misspelt = || REBAC.fields.iter().any(|field| is_meant(node, field, dialect));
        if !grants_nothing || is_misspelt() {
            continue;
        }
        let fields: Vec<_> = REBAC
            .fields
            .iter()
            .map(|field| format!("`{}`", field.name(dialect)))
            .collect();
        findings.push(
            context
                .finding(
                    &RULE,
                    &node.path,
                    node.anchor,
                    "the key is granted nothing".to_owned(),
                )
                .help(format!("grant at least one role, in {}", fields.join(" or "))),
        );
    }
}
