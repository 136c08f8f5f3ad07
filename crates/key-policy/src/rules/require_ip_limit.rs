//! `require-ip-limit`: see the page.

use super::{Check, Context, Known, Rule};
use crate::fields::PERMITTED_IPS;
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "require-ip-limit",
    summary: "The key may be used from any address, and the team wants a limit",
    severity: Severity::Error,
    fix: None,
    page: include_str!("require_ip_limit.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.policy().require_ip_limit != Some(true) || !context.is_unlimited() {
        return;
    }
    let name = PERMITTED_IPS.name(context.declaration.dialect);
    let node = match context.known(&PERMITTED_IPS) {
        Known::Value(node) => Some(node),
        Known::Absent | Known::No => None,
    };
    let message = "the key may be used from any address, but the team requires a limit".to_owned();
    findings.push(
        context
            .lacking(&RULE, node, message)
            .help(format!("set `{name}` to the networks that it is used from")),
    );
}
