//! `invalid-expiry`: see the page.

use super::{Check, Context, Rule};
use crate::finding::{Finding, Severity};
use crate::model::{Expiry, ExpiryError, LATEST_EXPIRY};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid-expiry",
    summary: "The expiry is not a moment that the service can store",
    severity: Severity::Error,
    page: include_str!("invalid_expiry.md"),
    check: Check::Declaration(check),
};

/// 2001-09-09 in milliseconds. What is less and still too large for seconds is no time of this century.
const EARLIEST_MILLISECONDS: f64 = 1e12;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in context.shape.values_of("expire_time") {
        let Some(seconds) = node.value.number_in(context.declaration.dialect) else {
            continue;
        };
        let Err(error) = Expiry::from_unix_seconds(seconds) else {
            continue;
        };
        let message = if node.value.sensitive {
            "this is not an expiry".to_owned()
        } else {
            error.to_string()
        };
        let help = match error {
            ExpiryError::TooLarge(value)
                if value >= EARLIEST_MILLISECONDS
                    && Expiry::from_unix_seconds((value / 1000.0).trunc()).is_ok() =>
            {
                "this looks like milliseconds; the unit is seconds".to_owned()
            }
            ExpiryError::TooLarge(_) => format!(
                "the latest expiry is {LATEST_EXPIRY}, {}",
                Expiry::At(LATEST_EXPIRY)
            ),
            ExpiryError::Fraction(_) | ExpiryError::Negative(_) => {
                "give unix seconds, or leave it out for a key that never expires".to_owned()
            }
        };
        findings.push(context.about(&RULE, node, message).help(help));
    }
}
