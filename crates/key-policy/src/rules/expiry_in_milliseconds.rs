//! `expiry-in-milliseconds`: see the page.

use super::{Check, Context, Rule};
use crate::fields::EXPIRE_TIME;
use crate::finding::{Finding, Fix, Safety, Severity};
use crate::model::Expiry;

/// The rule.
pub static RULE: Rule = Rule {
    id: "expiry-in-milliseconds",
    summary: "The expiry is in milliseconds",
    severity: Severity::Error,
    fix: Some(Safety::Safe),
    page: include_str!("expiry_in_milliseconds.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in context.shape.values_of(&EXPIRE_TIME) {
        let Some(written) = node.value.number_in(context.declaration.dialect) else {
            continue;
        };
        let Some(seconds) = from_milliseconds(written) else {
            continue;
        };
        let message = "this is a time in milliseconds; the unit is seconds".to_owned();
        let finding = context.about(&RULE, node, message);
        // Neither the help nor a fix may show what is secret.
        findings.push(if node.value.sensitive {
            finding.help("divide it by 1000")
        } else {
            let fix = context.rewritten(node.value, &seconds.to_string());
            finding
                .help(format!("write `{seconds}`, {}", Expiry::At(seconds)))
                .fix(Fix::of(format!("write `{seconds}`"), Safety::Safe, fix))
        });
    }
}

/// The unix seconds of a number that cannot be seconds and can be milliseconds.
pub(super) fn from_milliseconds(written: f64) -> Option<i64> {
    in_parts_of_a_second(written, 1e3)
}

/// The unix seconds of a number that counts parts of a second, of which `parts` make one.
pub(super) fn in_parts_of_a_second(written: f64, parts: f64) -> Option<i64> {
    /// 2001-09-09. What is less and still too large for seconds is no time of this century.
    const EARLIEST: f64 = 1e9;
    let seconds = (written / parts).trunc();
    if seconds < EARLIEST {
        return None;
    }
    match Expiry::from_unix_seconds(seconds) {
        Ok(Expiry::At(seconds)) => Some(seconds),
        _ => None,
    }
}
