//! `company-wide`: see the page.

use super::{Check, Context, Known, Rule};
use crate::fields::MANAGEMENT_KEY;
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "company-wide",
    summary: "A key for the whole company may be used from any address",
    severity: Severity::Note,
    fix: None,
    page: include_str!("company_wide.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.is_limit_wanted() {
        return;
    }
    let is_limited = match context.known("permitted_ips") {
        Known::No => return,
        Known::Absent => false,
        Known::Value(node) => !node.value.as_list().is_some_and(<[_]>::is_empty),
    };
    for (list, elements) in context.lists("company_roles") {
        if !is_limited && !elements.is_empty() {
            let message = "this key reaches every project, from any address".to_owned();
            findings.push(
                context
                    .finding(&RULE, &list.path, list.name_span, message)
                    .help(format!(
                        "limit it with `{}`, or grant roles for projects or tags",
                        MANAGEMENT_KEY.name_of("permitted_ips", context.declaration.dialect)
                    )),
            );
        }
    }
}
