//! `unknown-role`: see the page.

use super::{Check, Context, Rule, nearest};
use crate::config::Glob;
use crate::finding::{Finding, Fix, Safety, Severity};
use crate::shape::ValueNode;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown-role",
    summary: "A role has a name that is not known",
    severity: Severity::Warning,
    fix: Some(Safety::Unsafe),
    page: include_str!("unknown_role.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let known = context.policy().known_roles.as_deref();
    for (node, role) in context.roles() {
        if role.trim().is_empty() {
            continue;
        }
        match known {
            Some(known) if known.iter().all(|glob| !glob.matches(&role)) => {
                let message = format!("{} is no role that the team knows", node.value.shown());
                let names = known.iter().map(Glob::as_str);
                let help = match nearest(&role, names).filter(|_| !node.value.sensitive) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "if there is such a role, add it to `known_roles`".to_owned(),
                };
                // The list is complete, so this is certain.
                findings.push(Finding {
                    severity: Severity::Error,
                    ..context.about(&RULE, node, message).help(help)
                });
            }
            Some(_) => {}
            None => findings.extend(misspelt(context, node, &role)),
        }
    }
}

/// The roles that the service is known to have. There is no complete list.
const CONFIRMED: [&str; 3] = [
    "company-full-access",
    "project-full-access",
    "tag-infra-read-write",
];
/// So many letters may be wrong; more, and it is probably another role.
const MOST_TYPOS: usize = 2;

fn misspelt(context: &Context<'_>, node: &ValueNode<'_>, role: &str) -> Option<Finding> {
    if CONFIRMED.contains(&role) {
        return None;
    }
    let written = role.trim().to_lowercase().replace(['_', ' '], "-");
    let length = written.chars().count();
    let meant = CONFIRMED
        .into_iter()
        .filter(|confirmed| confirmed.len().abs_diff(length) <= MOST_TYPOS)
        .find(|confirmed| strsim::osa_distance(confirmed, &written) <= MOST_TYPOS)?;
    let finding = context.about(&RULE, node, format!("unknown role {}", node.value.shown()));
    // What was probably meant would tell what was written.
    if node.value.sensitive {
        return Some(finding);
    }
    let fix = context.rewritten(node.value, meant);
    Some(finding.help(format!("did you mean `{meant}`?")).fix(Fix::of(
        format!("write `{meant}`"),
        Safety::Unsafe,
        fix,
    )))
}
