//! `disallowed-role`: see the page.

use super::{Check, Context, Rule, unknown_role};
use crate::config::Glob;
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "disallowed-role",
    summary: "A role is granted that the team does not allow",
    severity: Severity::Error,
    fix: None,
    page: include_str!("disallowed_role.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy();
    for (node, role) in context.roles() {
        if !is_disallowed(context, &role) {
            continue;
        }
        let message = format!("the team does not allow the role {}", node.value.shown());
        let finding = context.about(&RULE, node, message);
        findings.push(match policy.allowed_roles.as_deref() {
            Some(globs) if !globs.is_empty() && !named(globs, &role) => {
                let shown: Vec<_> = globs.iter().map(Glob::shown).collect();
                finding.help(format!("grant {}", shown.join(" or ")))
            }
            _ => finding,
        });
    }
}

/// Whether the team does not allow the role. One that it does not even know is the business of `unknown-role`.
pub(super) fn is_disallowed(context: &Context<'_>, role: &str) -> bool {
    let policy = context.policy();
    let is_in = |globs: &Option<Vec<Glob>>| globs.as_ref().map(|globs| named(globs, role));
    let is_known = is_in(&policy.known_roles).unwrap_or(true) || !context.is_wanted(&unknown_role::RULE);
    let is_allowed = is_in(&policy.allowed_roles).unwrap_or(true);
    let is_disallowed = is_in(&policy.disallowed_roles).unwrap_or(false);
    !role.trim().is_empty() && is_known && (!is_allowed || is_disallowed)
}

fn named(globs: &[Glob], role: &str) -> bool {
    globs.iter().any(|glob| glob.matches(role))
}
