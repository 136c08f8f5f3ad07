//! `redundant-ip`: see the page.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::{Check, Context, Rule};
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
    for permitted in context.permitted() {
        let entries = &permitted.entries;
        let mut written = BTreeSet::new();
        let mut ranges: Vec<(IpNet, usize)> = entries
            .iter()
            .enumerate()
            .map(|(index, entry)| (entry.network.range(), index))
            // `any-ip` speaks of what permits everything.
            .filter(|(range, _)| !permitted.covers_family_of(*range))
            // `duplicate-entry` speaks of what is repeated.
            .filter(|(_, index)| written.insert(entries[*index].network.as_str()))
            .collect();
        // Two ranges lie apart, or one in the other: those around one are those that began before it and have not ended.
        ranges.sort_by_key(|(range, index)| (range.network(), range.prefix_len(), *index));
        let mut around: Vec<(IpNet, usize)> = Vec::new();
        for (range, index) in ranges {
            while around.pop_if(|(outer, _)| !outer.contains(&range)).is_some() {}
            if let Some(outer) = around.iter().map(|(_, outer)| *outer).min() {
                let node = &entries[index].node;
                let message = format!("{} is inside what other entries permit", node.value.shown());
                // Only where the larger one is certain to be read as it is meant can the other go.
                let is_plain = entries[outer].network.net() == entries[outer].network.range();
                let fix = is_plain
                    .then(|| context.element_removal(permitted.list.value, node.value))
                    .flatten();
                findings.push(
                    context
                        .about(&RULE, node, message)
                        .help("remove it; if it is to be the limit, remove the larger one")
                        .fix(Fix::of("remove it", Safety::Safe, fix))
                        .related_value(entries[outer].node.value, "it is permitted here"),
                );
            }
            around.push((range, index));
        }
    }
}
