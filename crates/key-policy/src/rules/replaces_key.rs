//! `replaces-key`: see the page.

use super::{Check, Context, Rule};
use crate::change::{KeyChange, Outcome};
use crate::fields::Effect;
use crate::finding::{Finding, Severity};
use crate::path::Path;

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
    // Where a plan says that it replaces the key, what it does not know yet is no longer a question.
    let is_planned = context.declaration.planned == Some(Outcome::Replaced);
    let mut replacing = change
        .fields
        .iter()
        .filter(|field| field.effect == Effect::Replace && (field.certain || is_planned));
    let finding = match replacing.next() {
        Some(first) => {
            let message = format!("changing `{}` replaces the key", first.path);
            let finding = context.finding(&RULE, &first.path, first.span, message);
            replacing.fold(finding, |finding, field| {
                finding.related(field.span, format!("`{}` replaces it too", field.path))
            })
        }
        // Asked for on the command line, or the key is marked as damaged.
        None if is_planned => {
            let message = "the key is to be replaced, without a change that needs it".to_owned();
            context.finding(&RULE, &Path::root(), context.declaration.span, message)
        }
        None => return,
    };
    findings
        .push(finding.help("the new key has a new secret: every consumer of the old one must be given it"));
}
