//! `expired`: see the page.

use super::{Check, Context, Rule};
use crate::fields::EXPIRE_TIME;
use crate::finding::{Finding, Severity};
use crate::model::Expiry;

/// The rule.
pub static RULE: Rule = Rule {
    id: "expired",
    summary: "The key has expired",
    severity: Severity::Error,
    fix: None,
    page: include_str!("expired.md"),
    check: Check::Timed(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(now) = context.options.now else { return };
    for node in context.shape.values_of(&EXPIRE_TIME) {
        let seconds = node.value.number_in(context.declaration.dialect);
        let Some(Ok(expiry)) = seconds.map(Expiry::from_unix_seconds) else {
            continue;
        };
        if expiry.has_passed(now) {
            let message = if node.value.sensitive {
                "the key has expired".to_owned()
            } else {
                format!("the key expired at {expiry}")
            };
            findings.push(
                context
                    .about(&RULE, node, message)
                    .help("a new expiry makes a new key with a new secret: plan for its consumers"),
            );
        }
    }
}
