//! `invalid-expiry`: see the page.

use super::expiry_in_milliseconds::from_milliseconds;
use super::{Check, Context, Rule};
use crate::fields::EXPIRE_TIME;
use crate::finding::{Finding, Severity};
use crate::model::{Expiry, ExpiryError};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid-expiry",
    summary: "The expiry is no moment at all",
    severity: Severity::Error,
    fix: None,
    page: include_str!("invalid_expiry.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in context.shape.values_of(&EXPIRE_TIME) {
        let Some(seconds) = node.value.number_in(context.declaration.dialect) else {
            continue;
        };
        let error = match Expiry::from_unix_seconds(seconds) {
            // `expiry-in-milliseconds` and `expiry-too-far` say so.
            Ok(_) | Err(ExpiryError::TooLarge(_)) => continue,
            Err(ExpiryError::Fraction(_)) if from_milliseconds(seconds).is_some() => continue,
            Err(error) => error,
        };
        let message = if node.value.sensitive {
            "this is not an expiry".to_owned()
        } else {
            error.to_string()
        };
        findings.push(
            context
                .about(&RULE, node, message)
                .help("give unix seconds, or leave it out for a key that never expires"),
        );
    }
}
