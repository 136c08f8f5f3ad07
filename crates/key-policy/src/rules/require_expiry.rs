//! `require-expiry`: see the page.

use super::{Check, Context, Rule};
use crate::fields::EXPIRE_TIME;
use crate::finding::{Finding, Severity};
use crate::model::Expiry;

/// The rule.
pub static RULE: Rule = Rule {
    id: "require-expiry",
    summary: "The key never expires, and the team wants an end",
    severity: Severity::Error,
    fix: None,
    page: include_str!("require_expiry.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.policy().require_expiry != Some(true) {
        return;
    }
    if let Some((Expiry::Never, node)) = context.expiry() {
        let name = EXPIRE_TIME.name(context.declaration.dialect);
        findings.push(
            context
                .lacking(
                    &RULE,
                    node,
                    "the key never expires, but the team requires an end".to_owned(),
                )
                .help(format!("set `{name}`")),
        );
    }
}
