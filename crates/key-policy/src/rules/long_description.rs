//! `long-description`: see the page.

use super::{Check, Context, Rule};
use crate::document::Dialect;
use crate::fields::{DESCRIPTION, LONGEST_DESCRIPTION};
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "long-description",
    summary: "The description is longer than the provider takes",
    severity: Severity::Error,
    fix: None,
    page: include_str!("long_description.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let dialect = context.declaration.dialect;
    let is_official = matches!(dialect, Dialect::Terraform | Dialect::Pulumi);
    for node in context.shape.values_of(&DESCRIPTION).filter(|_| is_official) {
        let length = node.value.text_in(dialect).map_or(0, |text| text.chars().count());
        if length > LONGEST_DESCRIPTION {
            let message = format!("the description has {length} characters");
            let help = format!("the provider takes {LONGEST_DESCRIPTION} at most");
            findings.push(context.about(&RULE, node, message).help(help));
        }
    }
}
