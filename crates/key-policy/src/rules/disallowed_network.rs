//! `disallowed-network`: see the page.

use ipnet::IpNet;

use super::{Check, Context, Known, Rule};
use crate::fields::PERMITTED_IPS;
use crate::finding::{Finding, Severity};
use crate::model::{covers, overlap};

/// The rule.
pub static RULE: Rule = Rule {
    id: "disallowed-network",
    summary: "A key may be used from where the team does not allow",
    severity: Severity::Error,
    fix: None,
    page: include_str!("disallowed_network.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.policy();
    if let Some(allowed) = &policy.allowed_networks
        && context.is_unlimited()
    {
        // Where the team requires a limit, `require-ip-limit` says so.
        if policy.require_ip_limit != Some(true) {
            let message = "the key may be used from any address".to_owned();
            let node = match context.known(&PERMITTED_IPS) {
                Known::Value(node) => Some(node),
                Known::Absent | Known::No => None,
            };
            findings.push(within(allowed, context.lacking(&RULE, node, message)));
        }
        return;
    }
    for permitted in context.permitted() {
        for entry in &permitted.entries {
            let node = &entry.node;
            let range = entry.network.range();
            let allowed = policy.allowed_networks.as_ref();
            if let Some(allowed) = allowed.filter(|allowed| !covers(allowed.iter().copied(), range)) {
                let message = format!("{} is outside the team's networks", node.value.shown());
                findings.push(within(allowed, context.about(&RULE, node, message)));
                continue;
            }
            let disallowed = policy.disallowed_networks.iter().flatten();
            if let Some(network) = disallowed.into_iter().find(|network| overlap(**network, range)) {
                let message = format!(
                    "{} has addresses that the team does not allow",
                    node.value.shown()
                );
                findings.push(
                    context
                        .about(&RULE, node, message)
                        .help(format!("leave out `{network}`")),
                );
            }
        }
    }
}

fn within(allowed: &[IpNet], finding: Finding) -> Finding {
    let names: Vec<_> = allowed.iter().map(|network| format!("`{network}`")).collect();
    match names.as_slice() {
        [] => finding,
        names => finding.help(format!("stay within {}", names.join(", "))),
    }
}
