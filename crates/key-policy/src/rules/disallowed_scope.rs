//! `disallowed-scope`: see the page.

use super::{Check, Context, Rule};
use crate::config::Scope;
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "disallowed-scope",
    summary: "Roles are granted for more than the team allows",
    severity: Severity::Error,
    fix: None,
    page: include_str!("disallowed_scope.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(allowed) = &context.policy().allowed_scopes else {
        return;
    };
    for (name, scope) in Scope::NAMES {
        if allowed.contains(&scope) {
            continue;
        }
        for list in context.shape.values_of(scope.field()) {
            if list.value.as_list().is_none_or(<[_]>::is_empty) {
                continue;
            }
            let message = format!("the team does not allow roles for a {name}");
            let names: Vec<_> = Scope::NAMES
                .iter()
                .filter(|(_, scope)| allowed.contains(scope))
                .map(|(_, scope)| format!("`{}`", scope.field().name(context.declaration.dialect)))
                .collect();
            let finding = context.finding(&RULE, &list.path, list.name_span, message);
            findings.push(match names.as_slice() {
                [] => finding,
                names => finding.help(format!("grant them in {}", names.join(" or "))),
            });
        }
    }
}
