//! `ipv6-unconfirmed`: see the page.

use ipnet::IpNet;

use super::{Check, Context, Rule, unroutable_ip::purpose_of};
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "ipv6-unconfirmed",
    summary: "An IPv6 range is permitted",
    severity: Severity::Note,
    fix: None,
    page: include_str!("ipv6_unconfirmed.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for permitted in context.permitted() {
        for entry in &permitted.entries {
            if matches!(entry.network.net(), IpNet::V4(_)) {
                continue;
            }
            let range = entry.network.range();
            // `any-ip` and `unroutable-ip` say what is worse about it.
            if permitted.covers_family_of(range) || purpose_of(range).is_some() {
                continue;
            }
            let node = &entry.node;
            let message = format!(
                "it is not confirmed that the service takes IPv6 as in {}",
                node.value.shown()
            );
            findings.push(
                context
                    .about(&RULE, node, message)
                    .help("try the key from there before you rely on it, or permit the IPv4 range"),
            );
        }
    }
}
