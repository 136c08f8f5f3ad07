//! `invalid-ip`: see the page.

use super::{Check, Context, Rule};
use crate::fields::PERMITTED_IPS;
use crate::finding::{Finding, Fix, Safety, Severity};
use crate::model::{Network, NetworkError};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid-ip",
    summary: "A permitted address is neither an IP address nor a CIDR range",
    severity: Severity::Error,
    fix: Some(Safety::Safe),
    page: include_str!("invalid_ip.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in context.shape.values_of(&PERMITTED_IPS) {
        let Some(text) = node.value.text_in(context.declaration.dialect) else {
            continue;
        };
        let Err(error) = Network::parse(&text) else {
            continue;
        };
        let message = match &error {
            _ if node.value.sensitive => "this is not an IP address or CIDR range".to_owned(),
            error => error.to_string(),
        };
        let help = match error {
            NetworkError::Address(_) => {
                "write an address such as `203.0.113.7` or a range such as `203.0.113.0/24`".to_owned()
            }
            NetworkError::Prefix { longest, .. } => {
                format!("the prefix length of this address is at most {longest}")
            }
        };
        let trimmed = text.trim();
        let fix = (Network::parse(trimmed).is_ok() && !node.value.sensitive)
            .then(|| context.rewritten(node.value, trimmed))
            .flatten();
        findings.push(context.about(&RULE, node, message).help(help).fix(Fix::of(
            "remove the spaces",
            Safety::Safe,
            fix,
        )));
    }
}
