//! `empty-name`: see the page.

use super::{Check, Context, Rule};
use crate::fields::NAME;
use crate::finding::{Finding, Severity};
use crate::model::Name;

/// The rule.
pub static RULE: Rule = Rule {
    id: "empty-name",
    summary: "The name is blank",
    severity: Severity::Error,
    fix: None,
    page: include_str!("empty_name.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in context.shape.values_of(&NAME) {
        let Some(text) = node.value.text_in(context.declaration.dialect) else {
            continue;
        };
        if Name::new(&text).is_none() {
            findings.push(
                context
                    .about(&RULE, node, "the name is blank".to_owned())
                    .help("give the key a name that tells its consumers apart"),
            );
        }
    }
}
