//! `redundant-ip`: see the page.

use ipnet::IpNet;

use super::{Check, Context, EVERYWHERE, Permitted, Rule, covers_all};
use crate::finding::{Finding, Fix, Safety, Severity};
use crate::model::{covers, overlap};

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
        let mut kept: Vec<&Permitted<'_, '_>> = Vec::new();
        let mut redundant: Vec<(&Permitted<'_, '_>, Vec<&Permitted<'_, '_>>)> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let range = entry.network.range();
            let is_repeated = entries[..index]
                .iter()
                .any(|earlier| earlier.network.as_str() == entry.network.as_str());
            let all = EVERYWHERE[usize::from(matches!(range, IpNet::V6(_)))];
            // `duplicate-entry` and `any-ip` say so.
            if is_repeated || covers_all(&entries, all) {
                continue;
            }
            // Of two entries that are the same range, the first is kept.
            let around = entries.iter().enumerate().find(|(other, around)| {
                let outer = around.network.range();
                outer.contains(&range) && (outer != range || *other < index)
            });
            match around {
                Some((_, around)) => redundant.push((entry, vec![around])),
                None => kept.push(entry),
            }
        }
        // What is left can still lie inside several others together.
        while let Some(index) = kept.iter().position(|entry| {
            let others = kept.iter().filter(|other| !std::ptr::eq(**other, *entry));
            covers(others.map(|other| other.network.range()), entry.network.range())
        }) {
            let entry = kept.remove(index);
            let inside = kept
                .iter()
                .filter(|other| overlap(other.network.range(), entry.network.range()));
            redundant.push((entry, inside.copied().collect()));
        }
        for (entry, around) in redundant {
            let message = format!("{} is inside what other entries permit", entry.shown());
            let fix = context.element_removal(entry.node.value);
            let finding = context
                .about(&RULE, entry.node, message)
                .help("remove it; if it is to be the limit, remove the larger one")
                .fix(Fix::of("remove it", Safety::Safe, fix));
            findings.push(around.iter().fold(finding, |finding, around| {
                finding.related(around.node.value.span, "it is permitted here")
            }));
        }
    }
}
