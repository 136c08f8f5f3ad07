//! `empty-rebac`: see the page.

use super::{Check, Context, Rule};
use crate::fields::{REBAC, REBAC_FIELD};
use crate::finding::{Finding, Severity};
use crate::value::Content;

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
    for node in context.shape.values_of(&REBAC_FIELD) {
        let Content::Object(entries) = &node.value.content else {
            continue;
        };
        let grants_nothing = entries
            .iter()
            .filter(|entry| REBAC.field(&entry.key, dialect).is_some())
            .all(|entry| entry.value.is_null() || entry.value.as_list().is_some_and(<[_]>::is_empty));
        if grants_nothing {
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
                        node.name_span,
                        "the key is granted nothing".to_owned(),
                    )
                    .help(format!("grant at least one role, in {}", fields.join(" or "))),
            );
        }
    }
}
