//! `replaces-key`: see the page.

use super::{Check, Context, Rule};
use crate::change::KeyChange;
use crate::fields::Effect;
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "replaces-key",
    summary: "An edit replaces the key by a new one with a new secret",
    severity: Severity::Warning,
    fix: None,
    page: include_str!("replaces_key.md"),
    check: Check::Change(check),
};

fn check(context: &Context<'_>, change: &KeyChange, findings: &mut Vec<Finding>) {
    let mut replacing = change
        .fields
        .iter()
        .filter(|field| field.effect == Effect::Replace && field.certain);
    let Some(first) = replacing.next() else { return };
    let message = format!("changing `{}` replaces the key", first.path);
    let finding = context.finding(&RULE, &first.path, first.span, message);
    findings.push(
        replacing
            .fold(finding, |finding, field| {
                finding.related(field.span, format!("`{}` replaces it too", field.path))
            })
            .help("the new key has a new secret: every consumer of the old one must be given it"),
    );
}
