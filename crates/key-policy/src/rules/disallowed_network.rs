//! `disallowed-network`: see the page.

use ipnet::IpNet;

use super::context::EVERYWHERE;
use super::{Check, Context, Known, Rule, require_ip_limit};
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
    if context.is_unlimited() {
        let allowed = policy.allowed_networks.as_deref();
        let is_allowed = allowed.is_none_or(|allowed| EVERYWHERE.iter().any(|all| covers_all(allowed, *all)));
        let disallows = policy
            .disallowed_networks
            .as_ref()
            .is_some_and(|networks| !networks.is_empty());
        // Where the team requires a limit, `require-ip-limit` says so.
        let is_told = policy.require_ip_limit == Some(true) && context.is_wanted(&require_ip_limit::RULE);
        if !is_told && (!is_allowed || disallows) {
            let node = match context.known(&PERMITTED_IPS) {
                Known::Value(node) => Some(node),
                Known::Absent | Known::No => None,
            };
            let message = "the key may be used from any address".to_owned();
            let finding = context.lacking(&RULE, node, message);
            findings.push(match (allowed, &policy.disallowed_networks) {
                (Some(allowed), _) => within(allowed, finding),
                (None, Some(networks)) => without(networks, finding),
                (None, None) => finding,
            });
        }
        return;
    }
    for permitted in context.permitted() {
        for entry in &permitted.entries {
            let node = &entry.node;
            findings.extend(fault(context, entry.network.range()).map(|fault| match fault {
                Fault::Outside(allowed) => {
                    let message = format!("{} is outside the team's networks", node.value.shown());
                    within(allowed, context.about(&RULE, node, message))
                }
                Fault::Inside(network) => {
                    let message = format!(
                        "{} has addresses that the team does not allow",
                        node.value.shown()
                    );
                    without(&[network], context.about(&RULE, node, message))
                }
            }));
        }
    }
}

/// Why the team does not allow a range.
enum Fault<'a> {
    /// It is not in these networks.
    Outside(&'a [IpNet]),
    /// It has addresses of this one.
    Inside(IpNet),
}

fn fault<'a>(context: &Context<'a>, range: IpNet) -> Option<Fault<'a>> {
    let policy = context.policy();
    let allowed = policy.allowed_networks.as_deref();
    if let Some(allowed) = allowed.filter(|allowed| !covers_all(allowed, range)) {
        return Some(Fault::Outside(allowed));
    }
    let mut disallowed = policy.disallowed_networks.iter().flatten();
    let network = disallowed.find(|network| overlap(**network, range))?;
    Some(Fault::Inside(*network))
}

/// Whether this rule says of a range that the team does not allow it, so that others need not say what it is.
pub(super) fn is_told(context: &Context<'_>, range: IpNet) -> bool {
    context.is_wanted(&RULE) && fault(context, range).is_some()
}

fn covers_all(networks: &[IpNet], range: IpNet) -> bool {
    covers(networks.iter().copied(), range)
}

fn within(allowed: &[IpNet], finding: Finding) -> Finding {
    match named(allowed).as_slice() {
        [] => finding,
        names => finding.help(format!("stay within {}", names.join(", "))),
    }
}

fn without(disallowed: &[IpNet], finding: Finding) -> Finding {
    finding.help(format!("leave out {}", named(disallowed).join(", ")))
}

fn named(networks: &[IpNet]) -> Vec<String> {
    networks.iter().map(|network| format!("`{network}`")).collect()
}
