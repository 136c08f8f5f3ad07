//! `empty-grant`: see the page.

use super::{Check, Context, Rule};
use crate::fields::{Kind, Presence};
use crate::finding::{Finding, Severity};
use crate::model::NonEmptySet;
use crate::path::Segment;

/// The rule.
pub static RULE: Rule = Rule {
    id: "empty-grant",
    summary: "A grant names no target or no role",
    severity: Severity::Error,
    fix: None,
    page: include_str!("empty_grant.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for node in &context.shape.values {
        let name = node.field.name(context.declaration.dialect);
        let is_element = matches!(node.path.segments().last(), Some(Segment::Index(_)));
        match (&node.field.kind, is_element) {
            (Kind::Set(_), true) => {
                let Some(text) = node.value.text_in(context.declaration.dialect) else {
                    continue;
                };
                if NonEmptySet::new([text.into_owned()]).is_none() {
                    let message = format!("an element of `{name}` is blank");
                    findings.push(
                        context
                            .about(&RULE, node, message)
                            .help("write what was meant, or remove it"),
                    );
                }
            }
            // Where the set may be left out, an empty one says the same.
            (Kind::Set(_), false)
                if node.field.presence == Presence::Required
                    && node.value.as_list().is_some_and(<[_]>::is_empty) =>
            {
                findings.push(
                    context
                        .about(&RULE, node, format!("the grant has no `{name}`"))
                        .help("name at least one, or remove the grant"),
                );
            }
            _ => {}
        }
    }
}
