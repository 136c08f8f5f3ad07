//! `hardcoded-secret`: see the page.

use std::collections::BTreeSet;

use super::{Check, Program, Rule};
use crate::document::Kind;
use crate::finding::{Finding, Severity};
use crate::secrets::provider_keys;
use crate::span::Place;

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
    let mut places = BTreeSet::new();
    let numbered = program.secrets.iter().zip(program.documents).enumerate();
    // States and plans hold secrets by nature; there they are only kept out of what is shown.
    for (source, (secrets, document)) in
        numbered.filter(|(_, (_, document))| document.kind.is_none_or(Kind::is_written))
    {
        let certain: Vec<_> = secrets.iter().filter(|secret| secret.is_certain).collect();
        // What is set for a provider may be one of these, with its quotes or within a longer text.
        let is_told = |key: &Place| {
            let mut inside = certain.iter().filter(|_| key.source == source);
            inside.any(|secret| key.span.range().contains(&secret.span.start))
        };
        places.extend(provider_keys(source, document).filter(|key| !is_told(key)));
        places.extend(certain.iter().map(|secret| Place {
            source,
            span: secret.span,
        }));
    }
    findings.extend(places.into_iter().map(|place| {
        Finding::in_source(&RULE, place, "the secret of a management key is written here".to_owned()).help(
            "delete the key in the console, for the secret is in the history of this file; hand the new one over in an \
             environment variable or a secrets manager",
        )
    }));
}
