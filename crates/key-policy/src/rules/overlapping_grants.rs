//! `overlapping-grants`: see the page.

use std::borrow::Cow;

use super::{Check, Context, Rule};
use crate::finding::{Finding, Severity};
use crate::shape::ValueNode;

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
    for grants in ["project_ids", "tags"] {
        let mut seen: Vec<(&ValueNode<'_>, Cow<'_, str>, usize)> = Vec::new();
        for (grant, (_, elements)) in context.lists(grants).enumerate() {
            for (node, text) in context.texts(&elements) {
                match seen.iter().find(|(_, earlier, _)| *earlier == text) {
                    // Twice in one grant is the business of `duplicate-entry`.
                    Some((_, _, other)) if *other == grant => {}
                    Some((first, ..)) => {
                        let message = format!("{} stands in two grants", node.value.shown());
                        findings.push(
                            context
                                .about(&RULE, node, message)
                                .related(first.value.span, "it has roles here too")
                                .help("its roles add up: put them into one grant, where they can be seen together"),
                        );
                    }
                    None => seen.push((node, text, grant)),
                }
            }
        }
    }
}
