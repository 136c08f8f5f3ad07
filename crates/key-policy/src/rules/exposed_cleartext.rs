//! `exposed-cleartext`: see the page.

use super::{Check, Program, Rule};
use crate::document::Kind;
use crate::finding::{Finding, Severity};
use crate::span::Place;
use crate::value::shortened;

/// The rule.
pub static RULE: Rule = Rule {
    id: "exposed-cleartext",
    summary: "An output shows the secret of a key",
    severity: Severity::Error,
    fix: None,
    page: include_str!("exposed_cleartext.md"),
    check: Check::Program(check),
};

fn check(program: &Program<'_>, findings: &mut Vec<Finding>) {
    for (source, document) in program.documents.iter().enumerate() {
        let help = match document.kind {
            Some(Kind::PulumiYaml) => "leave out `fn::unsecret`, so that it stays secret",
            _ => "mark the output with `sensitive = true`, so that it stays secret",
        };
        for output in document.outputs.iter().filter(|output| !output.is_secret) {
            let Some(span) = output.cleartext else { continue };
            let message = format!(
                "the output `{}` shows the secret of a key",
                shortened(&output.name)
            );
            findings.push(Finding::in_source(&RULE, Place { source, span }, message).help(help));
        }
    }
}
