//! `max-lifetime`: see the page.

use super::{Check, Context, Rule, require_expiry};
use crate::finding::{Finding, Severity};
use crate::model::Expiry;

/// The rule.
pub static RULE: Rule = Rule {
    id: "max-lifetime",
    summary: "The key works longer than the team allows",
    severity: Severity::Error,
    fix: None,
    page: include_str!("max_lifetime.md"),
    check: Check::Timed(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy();
    let Some(most) = policy.max_lifetime else { return };
    let help = format!("let it expire within {most}");
    if let Some((left, node)) = context.seconds_left() {
        if left > most.seconds() {
            let message = format!("the key works for more than {most}");
            findings.push(context.about(&RULE, node, message).help(help));
        }
    } else if let Some((Expiry::Never, node)) = context.expiry()
        && !(policy.require_expiry == Some(true) && context.is_wanted(&require_expiry::RULE))
    {
        let message = format!("the key never expires, but the team allows {most} at most");
        findings.push(context.lacking(&RULE, node, message).help(help));
    }
}
