//! `any-ip`: see the page.

use super::{Check, Context, Rule};
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
    for permitted in context.permitted() {
        let families = ["IPv4", "IPv6"].into_iter().zip(permitted.covers);
        for (family, _) in families.filter(|(_, is_covered)| *is_covered) {
            let help = "name the networks that the key is used from";
            // One entry that is all of them, or several that are it together.
            let mut single = permitted.entries.iter().filter(|entry| {
                let range = entry.network.range();
                range.prefix_len() == 0 && range.addr().is_ipv4() == (family == "IPv4")
            });
            findings.push(match single.next() {
                Some(first) => {
                    let message = format!("{} permits every {family} address", first.node.value.shown());
                    let finding = context.about(&RULE, &first.node, message).help(help);
                    single.fold(finding, |finding, entry| {
                        finding.related_value(entry.node.value, "and so does this")
                    })
                }
                None => {
                    let message = format!("these entries together permit every {family} address");
                    context.about(&RULE, &permitted.list, message).help(help)
                }
            });
        }
    }
}
