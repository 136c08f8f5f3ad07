//! `long-lived`: see the page.

use super::{Check, Context, Rule, max_lifetime};
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "long-lived",
    summary: "The key works for a long time",
    severity: Severity::Note,
    fix: None,
    page: include_str!("long_lived.md"),
    check: Check::Timed(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy();
    let Some(long) = policy.long_lived else { return };
    let Some((left, node)) = context.seconds_left() else {
        return;
    };
    let is_too_long = policy.max_lifetime.is_some_and(|most| left > most.seconds())
        && context.is_wanted(&max_lifetime::RULE);
    if left > long.seconds() && !is_too_long {
        let message = format!("the key works for more than {long}");
        findings.push(
            context
                .about(&RULE, node, message)
                .help("the console offers 30, 60 and 90 days; a short life limits what a lost key can do"),
        );
    }
}
