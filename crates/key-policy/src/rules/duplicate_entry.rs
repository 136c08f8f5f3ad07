//! `duplicate-entry`: see the page.

use super::{Check, Context, Rule};
use crate::fields::Kind;
use crate::finding::{Finding, Fix, Safety, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate-entry",
    summary: "A list has an entry twice",
    severity: Severity::Warning,
    fix: Some(Safety::Safe),
    page: include_str!("duplicate_entry.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let lists = context.shape.values.iter().filter_map(|list| match list.kind {
        Kind::List(Kind::Text) | Kind::Set(Kind::Text) => Some((list, list.value.as_list()?)),
        _ => None,
    });
    for (list, items) in lists {
        let elements: Vec<_> = context
            .shape
            .values
            .iter()
            .filter(|node| items.iter().any(|item| std::ptr::eq(item, node.value)))
            .collect();
        let texts = context.texts(&elements);
        for (index, (node, text)) in texts.iter().enumerate() {
            let Some((first, _)) = texts[..index].iter().find(|(_, earlier)| earlier == text) else {
                continue;
            };
            let name = list.field.name(context.declaration.dialect);
            let message = format!("{} stands in `{name}` twice", node.value.shown());
            let fix = context.element_removal(node.value);
            findings.push(
                context
                    .about(&RULE, node, message)
                    .related(first.value.span, "it stands here first")
                    .help("remove one of the two")
                    .fix(Fix::of("remove the repetition", Safety::Safe, fix)),
            );
        }
    }
}
