//! `never-expires`: see the page.

use super::{Check, Context, Rule};
use crate::fields::EXPIRE_TIME;
use crate::finding::{Finding, Severity};
use crate::model::Expiry;

/// The rule.
pub static RULE: Rule = Rule {
    id: "never-expires",
    summary: "The key never expires",
    severity: Severity::Note,
    fix: None,
    page: include_str!("never_expires.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // Where the team requires an end, `require-expiry` and `max-lifetime` say so.
    if context.is_end_wanted() {
        return;
    }
    if let Some((Expiry::Never, node)) = context.expiry() {
        let name = EXPIRE_TIME.name(context.declaration.dialect);
        findings.push(
            context
                .lacking(&RULE, node, "the key never expires".to_owned())
                .help(format!("set `{name}`, and plan who renews the key before then")),
        );
    }
}
