//! `disallowed-role`: see the page.

use super::{Check, Context, Rule};
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
    let named = |globs: &[Glob], role: &str| globs.iter().any(|glob| glob.matches(role));
    for (node, role) in context.roles() {
        let is_allowed = policy
            .allowed_roles
            .as_ref()
            .is_none_or(|globs| named(globs, &role));
        let is_disallowed = policy
            .disallowed_roles
            .as_ref()
            .is_some_and(|globs| named(globs, &role));
        if role.trim().is_empty() || (is_allowed && !is_disallowed) {
            continue;
        }
        let message = format!("the team does not allow the role {}", node.value.shown());
        let finding = context.about(&RULE, node, message);
        findings.push(match policy.allowed_roles.as_deref() {
            Some(globs) if !is_allowed && !globs.is_empty() => {
                let shown: Vec<_> = globs.iter().map(Glob::shown).collect();
                finding.help(format!("grant {}", shown.join(" or ")))
            }
            _ => finding,
        });
    }
}
