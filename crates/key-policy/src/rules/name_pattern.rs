//! `name-pattern`: see the page.

use super::{Check, Context, Rule};
use crate::fields::NAME;
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "name-pattern",
    summary: "The name does not follow the team's pattern",
    severity: Severity::Error,
    fix: None,
    page: include_str!("name_pattern.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(pattern) = &context.policy().name_pattern else {
        return;
    };
    for node in context.shape.values_of(&NAME) {
        let Some(name) = node.value.text_in(context.declaration.dialect) else {
            continue;
        };
        if !name.trim().is_empty() && !pattern.matches(&name) {
            let message = format!(
                "{} does not follow the team's pattern for names",
                node.value.shown()
            );
            findings.push(
                context
                    .about(&RULE, node, message)
                    .help(format!("the pattern is {}", pattern.shown())),
            );
        }
    }
}
