//! `unknown-status`: see the page.

use super::{Check, Context, Rule};
use crate::fields::STATUS;
use crate::finding::{Finding, Fix, Safety, Severity};
use crate::model::Status;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-status",
    summary: "The status is neither active nor inactive",
    severity: Severity::Error,
    fix: Some(Safety::Safe),
    page: include_str!("unknown_status.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in context.shape.values_of(&STATUS) {
        let Some(text) = node.value.text_in(context.declaration.dialect) else {
            continue;
        };
        let Err(error) = Status::parse(&text) else {
            continue;
        };
        let message = if node.value.sensitive {
            "this is not a status".to_owned()
        } else {
            error.to_string()
        };
        let finding = context
            .about(&RULE, node, message)
            .help("a key is `active` or `inactive`");
        findings.push(match Status::parse(text.trim().to_lowercase().as_str()) {
            // What was probably meant would tell what was written.
            Ok(status) if !node.value.sensitive => {
                let fix = context.rewritten(node.value, status.name());
                finding.fix(Fix::of(format!("write `{}`", status.name()), Safety::Safe, fix))
            }
            _ => finding,
        });
    }
}
