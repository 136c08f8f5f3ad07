//! `scope-conflict`: see the page.

use super::{Check, Context, Rule};
use crate::fields::{COMPANY_ROLES, REBAC};
use crate::finding::{Finding, Severity};
use crate::shape::ObjectNode;
use crate::value::Entry;

/// The rule.
pub static RULE: Rule = Rule {
    id: "scope-conflict",
    summary: "Company roles stand beside project or tag roles",
    severity: Severity::Error,
    fix: None,
    page: include_str!("scope_conflict.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let dialect = context.declaration.dialect;
    for node in context
        .shape
        .objects
        .iter()
        .filter(|node| std::ptr::eq(node.object, &REBAC))
    {
        let granting: Vec<_> = REBAC
            .fields
            .iter()
            .filter_map(|field| grants(node, field.name(dialect)))
            .collect();
        let Some((company, narrower)) = granting.split_first() else {
            continue;
        };
        if company.key != COMPANY_ROLES.name(dialect) || narrower.is_empty() {
            continue;
        }
        let names: Vec<_> = narrower.iter().map(|entry| format!("`{}`", entry.key)).collect();
        let message = format!("`{}` excludes {}", company.key, names.join(" and "));
        let finding = context.finding(
            &RULE,
            &node.path.key(company.key.clone()),
            company.key_span,
            message,
        );
        findings.push(
            narrower
                .iter()
                .fold(finding, |finding, entry| finding.related(entry.key_span, "and these roles are narrower"))
                .help("keep the company roles, or the roles for projects and tags; make two keys if both are needed"),
        );
    }
}

/// The member `name`, if it certainly grants something.
fn grants<'a>(node: &ObjectNode<'a>, name: &str) -> Option<&'a Entry> {
    node.entries
        .iter()
        .find(|entry| entry.key == name && entry.value.as_list().is_some_and(|items| !items.is_empty()))
}
