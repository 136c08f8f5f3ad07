//! `company-wide`: see the page.

use super::{Check, Context, Known, Rule};
use crate::fields::{COMPANY_ROLES, PERMITTED_IPS};
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
    match context.known(&PERMITTED_IPS) {
        Known::Absent => {}
        Known::Value(node) if node.value.as_list().is_some_and(<[_]>::is_empty) => {}
        Known::No | Known::Value(_) => return,
    }
    let mut granted = context.texts_of(&COMPANY_ROLES);
    // One that is set twice is the business of `duplicate-field`.
    if let Some((list, _)) = granted.find(|(_, elements)| !elements.is_empty()) {
        let message = "this key reaches every project, from any address".to_owned();
        findings.push(
            context
                .finding(&RULE, &list.path, list.name_span, message)
                .help(format!(
                    "limit it with `{}`, or grant roles for projects or tags",
                    PERMITTED_IPS.name(context.declaration.dialect)
                )),
        );
    }
}
