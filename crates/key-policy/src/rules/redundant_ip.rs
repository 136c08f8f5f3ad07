//! `redundant-ip`: see the page.

use ipnet::IpNet;

use super::{Check, Context, EVERYWHERE, Rule, covers_all};
use crate::finding::{Finding, Fix, Safety, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "redundant-ip",
    summary: "A permitted address is inside another entry",
    severity: Severity::Warning,
    fix: Some(Safety::Safe),
    page: include_str!("redundant_ip.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, entries) in context.permitted() {
        let is_everywhere = EVERYWHERE.map(|all| covers_all(&entries, all));
        for (index, entry) in entries.iter().enumerate() {
            let range = entry.network.range();
            let is_repeated = entries[..index]
                .iter()
                .any(|earlier| earlier.network.as_str() == entry.network.as_str());
            // `duplicate-entry` and `any-ip` say so.
            if is_repeated || is_everywhere[usize::from(matches!(range, IpNet::V6(_)))] {
                continue;
            }
            // Two ranges lie one in the other or apart, so what is inside several others together is inside one of them.
            // Of two that are the same, the first is kept.
            let Some((_, around)) = entries.iter().enumerate().find(|(other, around)| {
                let outer = around.network.range();
                outer.contains(&range) && (outer != range || *other < index)
            }) else {
                continue;
            };
            let message = format!("{} is inside what other entries permit", entry.shown());
            let fix = context.element_removal(entry.node.value);
            findings.push(
                context
                    .about(&RULE, entry.node, message)
                    .help("remove it; if it is to be the limit, remove the larger one")
                    .fix(Fix::of("remove it", Safety::Safe, fix))
                    .related(around.node.value.span, "it is permitted here"),
            );
        }
    }
}
