//! `expires-soon`: see the page.

use super::{Check, Context, Rule};
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "expires-soon",
    summary: "The key expires soon",
    severity: Severity::Warning,
    fix: None,
    page: include_str!("expires_soon.md"),
    check: Check::Timed(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(soon) = context.policy().expires_soon() else {
        return;
    };
    let Some((left, node)) = context.seconds_left() else {
        return;
    };
    if left > 0 && left < soon.seconds() {
        let message = format!("the key expires in less than {soon}");
        findings.push(
            context
                .about(&RULE, node, message)
                .help("a new expiry makes a new key with a new secret: plan for its consumers"),
        );
    }
}
