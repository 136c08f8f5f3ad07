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
    let policy = context.policy();
    // Where the team requires an end, `require-expiry` and `max-lifetime` say so.
    if policy.require_expiry == Some(true) || policy.max_lifetime.is_some() {
        return;
    }
    if let Some((Expiry::Never, node)) = context.expiry() {
        let name = EXPIRE_TIME.name(context.declaration.dialect);
        findings.push(
            context
                .lacking(&RULE, node, "the key never expires".to_owned())
                .help(format!("set `{name}` if somebody will replace the key in time")),
        );
    }
}
