//! `hardcoded-secret`: see the page.

use super::{Check, Program, Rule};
use crate::document::Kind;
use crate::finding::{Finding, Severity};
use crate::secrets::provider_keys;
use crate::span::{Place, Span};

/// The rule.
pub static RULE: Rule = Rule {
    id: "hardcoded-secret",
    summary: "The secret of a management key is written in the file",
    severity: Severity::Error,
    fix: None,
    page: include_str!("hardcoded_secret.md"),
    check: Check::Program(check),
};

fn check(program: &Program<'_>, findings: &mut Vec<Finding>) {
    for (index, (secrets, document)) in program.secrets.iter().zip(program.documents).enumerate() {
        // States and plans hold secrets by nature; there they are only kept out of what is shown.
        if !document.kind.is_none_or(Kind::is_written) {
            continue;
        }
        let certain = secrets.iter().filter(|secret| secret.is_certain);
        let written: Vec<Span> = certain.map(|secret| secret.span).collect();
        let is_told = |key: &Span| written.iter().any(|span| key.range().contains(&span.start));
        let settings = provider_keys(document).filter(|key| !is_told(key));
        findings.extend(written.iter().copied().chain(settings).map(|span| {
            let place = Place { source: index, span };
            Finding::in_source(&RULE, place, "the secret of a management key is written here".to_owned())
                .help(
                    "delete the key in the console, for the secret is in the history of this file; hand the new one \
                     over in an environment variable or a secrets manager",
                )
        }));
    }
}
