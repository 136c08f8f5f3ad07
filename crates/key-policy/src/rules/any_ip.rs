//! `any-ip`: see the page.

use ipnet::IpNet;

use super::{Check, Context, EVERYWHERE, Rule, covers_all};
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "any-ip",
    summary: "The permitted addresses are all addresses",
    severity: Severity::Warning,
    fix: None,
    page: include_str!("any_ip.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.is_limit_wanted() {
        return;
    }
    for (list, entries) in context.permitted() {
        let Some(all) = EVERYWHERE.into_iter().find(|all| covers_all(&entries, *all)) else {
            continue;
        };
        let family = if matches!(all, IpNet::V4(_)) {
            "IPv4"
        } else {
            "IPv6"
        };
        let help = "name the networks that the key is used from";
        // One entry that is all of them, or several that are it together.
        let mut single = entries
            .iter()
            .filter(|entry| entry.network.range().prefix_len() == 0);
        findings.push(match single.next() {
            Some(first) => {
                let message = format!("{} permits every {family} address", first.shown());
                let finding = context.about(&RULE, first.node, message).help(help);
                single.fold(finding, |finding, entry| {
                    finding.related(entry.node.value.span, "and so does this")
                })
            }
            None => {
                let message = format!("these entries together permit every {family} address");
                context.about(&RULE, list, message).help(help)
            }
        });
    }
}
