//! `expiry-too-far`: see the page.

use super::expiry_in_milliseconds::{from_milliseconds, in_parts_of_a_second};
use super::{Check, Context, Rule};
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
        let finding = context.about(&RULE, node, message);
        let mut units = [(1e6, "microseconds"), (1e9, "nanoseconds")].into_iter();
        let unit = units.find_map(|(parts, unit)| Some((in_parts_of_a_second(written, parts)?, unit)));
        findings.push(match unit {
            Some((seconds, unit)) if !node.value.sensitive => finding.help(format!(
                "the unit is seconds; if these are {unit}, write `{seconds}`"
            )),
            _ => finding.help(format!(
                "the latest expiry is {LATEST_EXPIRY}, {}; 0 means never",
                Expiry::At(LATEST_EXPIRY)
            )),
        });
    }
}
