//! `overlapping-grants`: see the page.

use std::collections::BTreeMap;

use super::{Check, Context, Rule};
use crate::fields::{PROJECT_IDS, TAGS};
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "overlapping-grants",
    summary: "A project or tag stands in two grants",
    severity: Severity::Warning,
    fix: None,
    page: include_str!("overlapping_grants.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for grants in [&PROJECT_IDS, &TAGS] {
        let mut seen = BTreeMap::new();
        for (grant, (_, elements)) in context.texts_of(grants).enumerate() {
            for (node, text) in context.texts(elements) {
                let is_blank = text.trim().is_empty();
                let (first, other) = *seen.entry(text).or_insert((node, grant));
                // Twice in one grant is the business of `duplicate-entry`, and a blank that of `empty-grant`.
                if other == grant || is_blank {
                    continue;
                }
                let message = format!("{} stands in two grants", node.value.shown());
                findings.push(
                    context
                        .about(&RULE, node, message)
                        .related_value(first.value, "it has roles here too")
                        .help("its roles add up; where the key is replaced anyway, put them into one grant"),
                );
            }
        }
    }
}
