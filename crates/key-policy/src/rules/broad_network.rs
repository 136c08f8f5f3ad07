//! `broad-network`: see the page.

use ipnet::IpNet;

use super::{Check, Context, Rule, disallowed_network, unroutable_ip::purpose_of};
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "broad-network",
    summary: "A permitted network is very large",
    severity: Severity::Warning,
    fix: None,
    page: include_str!("broad_network.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy();
    for permitted in context.permitted() {
        for entry in &permitted.entries {
            let node = &entry.node;
            let range = entry.network.range();
            let shortest = match range {
                IpNet::V4(_) => policy.shortest_prefix_ipv4.map(|prefix| prefix.bits()),
                IpNet::V6(_) => policy.shortest_prefix_ipv6.map(|prefix| prefix.bits()),
            };
            let Some(shortest) = shortest.filter(|shortest| range.prefix_len() < *shortest) else {
                continue;
            };
            // Others say what is worse about it.
            let is_worse = permitted.covers_family_of(range) || purpose_of(range).is_some();
            if is_worse || disallowed_network::is_told(context, range) {
                continue;
            }
            // An IPv4 range in the notation of IPv6.
            let written_longer = entry.network.net().max_prefix_len() - range.max_prefix_len();
            let message = format!("{} is a very large network", node.value.shown());
            findings.push(context.about(&RULE, node, message).help(format!(
                "name smaller networks, with a prefix of at least /{}",
                shortest + written_longer
            )));
        }
    }
}
