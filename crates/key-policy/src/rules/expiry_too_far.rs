//! `expiry-too-far`: see the page.

use super::{Check, Context, Rule, expiry_in_milliseconds::from_milliseconds};
use crate::fields::EXPIRE_TIME;
use crate::finding::{Finding, Severity};
use crate::model::{Expiry, ExpiryError, LATEST_EXPIRY};

/// The rule.
pub static RULE: Rule = Rule {
    id: "expiry-too-far",
    summary: "The expiry is later than the service can store",
    severity: Severity::Error,
    fix: None,
    page: include_str!("expiry_too_far.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in context.shape.values_of(&EXPIRE_TIME) {
        let Some(written) = node.value.number_in(context.declaration.dialect) else {
            continue;
        };
        if !matches!(Expiry::from_unix_seconds(written), Err(ExpiryError::TooLarge(_)))
            || from_milliseconds(written).is_some()
        {
            continue;
        }
        let message = format!("{} is later than the service can store", node.value.shown());
        findings.push(context.about(&RULE, node, message).help(format!(
            "the latest expiry is {LATEST_EXPIRY}, {}; 0 means never",
            Expiry::At(LATEST_EXPIRY)
        )));
    }
}
