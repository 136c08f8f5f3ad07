//! `broad-access`: see the page.

use super::disallowed_role::{self, is_disallowed};
use super::{Check, Context, Rule};
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "broad-access",
    summary: "A role grants full access",
    severity: Severity::Note,
    fix: None,
    page: include_str!("broad_access.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (node, role) in context.roles() {
        // What the team does not allow is told as that.
        let is_worse = || is_disallowed(context, &role) && context.is_wanted(&disallowed_role::RULE);
        if role.ends_with("-full-access") && !is_worse() {
            let message = format!("{} may do everything", node.value.shown());
            findings.push(
                context
                    .about(&RULE, node, message)
                    .help("grant the narrowest role that its consumers can work with"),
            );
        }
    }
}
