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

/// So many places are named besides the first: the change of the key itself tells of all.
const MOST_RELATED: usize = 20;

fn check(context: &Context<'_>, change: &KeyChange, findings: &mut Vec<Finding>) {
    if change.outcome != Outcome::Replaced {
        return;
    }
    let declaration = context.declaration;
    let of_field =
        |path: &Path, span| context.finding(&RULE, path, span, format!("changing `{path}` replaces the key"));
    let of_key = |message| context.finding(&RULE, &Path::root(), declaration.span, message);
    let fields = change.fields.iter();
    let mut replacing = fields.filter(|field| field.effect == Effect::Replace && field.certain);
    let named = declaration
        .planned
        .as_ref()
        .and_then(|planned| planned.replacing.first());
    let finding = match (replacing.next(), named, &change.cause) {
        (Some(first), _, _) => replacing
            .take(MOST_RELATED)
            .fold(of_field(&first.path, first.span), |finding, field| {
                finding.related(field.span, format!("`{}` replaces it too", field.path))
            }),
        (None, Some(path), _) => of_field(path, declaration.place_of(path).unwrap_or(declaration.span)),
        (None, None, Some(cause)) => of_key(format!("the key is replaced because {cause}")),
        (None, None, None) => of_key("the key is to be replaced, without a change that needs it".to_owned()),
    };
    findings
        .push(finding.help("the new key has a new secret: every consumer of the old one must be given it"));
}
