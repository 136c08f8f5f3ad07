//! `host-bits`: see the page.

use super::{Check, Context, Rule};
use crate::finding::{Finding, Fix, Safety, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "host-bits",
    summary: "A range has bits set behind its prefix",
    severity: Severity::Warning,
    fix: Some(Safety::Safe),
    page: include_str!("host_bits.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for permitted in context.permitted() {
        for entry in &permitted.entries {
            let node = &entry.node;
            let net = entry.network.net();
            if net.addr() == net.network() {
                continue;
            }
            let finding = context.about(
                &RULE,
                node,
                format!("{} has bits set behind its prefix", node.value.shown()),
            );
            findings.push(if node.value.sensitive {
                finding.help("write the first address of the network")
            } else {
                let network = net.trunc().to_string();
                let fix = context.rewritten(node.value, &network);
                finding
                    .help(format!(
                        "the network is `{network}`; one address alone is `{}`",
                        net.addr()
                    ))
                    .fix(Fix::of(format!("write `{network}`"), Safety::Safe, fix))
            });
        }
    }
}
