//! `unroutable-ip`: see the page.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{Check, Context, Rule, disallowed_network};
use crate::finding::{Finding, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unroutable-ip",
    summary: "A permitted address is never that of a caller",
    severity: Severity::Warning,
    fix: None,
    page: include_str!("unroutable_ip.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for permitted in context.permitted() {
        for entry in &permitted.entries {
            let node = &entry.node;
            let range = entry.network.range();
            let Some(purpose) = purpose_of(range) else {
                continue;
            };
            if disallowed_network::is_told(context, range) {
                continue;
            }
            let message = format!("{} is {purpose}: no request comes from there", node.value.shown());
            let finding = context
                .about(&RULE, node, message)
                .help("name the public address by which the network of the caller reaches the internet");
            findings.push(match purpose {
                // Examples have to use these; nobody takes one for the address of an office.
                DOCUMENTATION => Finding {
                    severity: Severity::Note,
                    ..finding
                },
                _ => finding,
            });
        }
    }
}

const DOCUMENTATION: &str = "reserved for documentation";

/// Ranges that no packet from the internet comes from, and what they are for: the entries of the IANA registries of
/// special-purpose addresses (RFC 6890, as updated by RFC 8190) that are not globally reachable, and multicast.
static SPECIAL: [(IpNet, &str); 26] = [
    (v4(0, 0, 0, 0, 8), "this host on this network (RFC 791)"),
    (v4(10, 0, 0, 0, 8), "a private network (RFC 1918)"),
    (v4(100, 64, 0, 0, 10), "shared by providers (RFC 6598)"),
    (v4(127, 0, 0, 0, 8), "the loopback (RFC 1122)"),
    (v4(169, 254, 0, 0, 16), "link-local (RFC 3927)"),
    (v4(172, 16, 0, 0, 12), "a private network (RFC 1918)"),
    (v4(192, 0, 0, 0, 24), "for protocols (RFC 6890)"),
    (v4(192, 0, 2, 0, 24), DOCUMENTATION), // RFC 5737
    (v4(192, 168, 0, 0, 16), "a private network (RFC 1918)"),
    (v4(198, 18, 0, 0, 15), "for benchmarks (RFC 2544)"),
    (v4(198, 51, 100, 0, 24), DOCUMENTATION), // RFC 5737
    (v4(203, 0, 113, 0, 24), DOCUMENTATION),  // RFC 5737
    (v4(224, 0, 0, 0, 4), "multicast (RFC 5771)"),
    (v4(240, 0, 0, 0, 4), "reserved (RFC 1112)"),
    (v6([0, 0, 0, 0, 0, 0, 0, 0], 128), "unspecified (RFC 4291)"),
    (v6([0, 0, 0, 0, 0, 0, 0, 1], 128), "the loopback (RFC 4291)"),
    (
        v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48),
        "for local translation (RFC 8215)",
    ),
    (
        v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64),
        "for packets to discard (RFC 6666)",
    ),
    (v6([0x2001, 2, 0, 0, 0, 0, 0, 0], 48), "for benchmarks (RFC 5180)"),
    (v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), DOCUMENTATION), // RFC 3849
    (v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), DOCUMENTATION),     // RFC 9637
    (
        v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16),
        "for segment routing (RFC 9602)",
    ),
    (
        v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),
        "a private network (RFC 4193)",
    ),
    (v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), "link-local (RFC 4291)"),
    (v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), "site-local (RFC 3879)"),
    (v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), "multicast (RFC 4291)"),
];

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix))
}

const fn v6(groups: [u16; 8], prefix: u8) -> IpNet {
    let [a, b, c, d, e, f, g, h] = groups;
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), prefix))
}

/// What all of `range` is for, if no caller has an address in it.
pub(super) fn purpose_of(range: IpNet) -> Option<&'static str> {
    SPECIAL
        .iter()
        .find(|(special, _)| special.contains(&range))
        .map(|(_, purpose)| *purpose)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_wholly_inside_is_special() {
        let purpose = |text: &str| purpose_of(text.parse().unwrap());
        assert_eq!(purpose("10.1.2.0/24"), Some("a private network (RFC 1918)"));
        assert_eq!(purpose("172.16.0.0/12"), purpose("172.31.255.255/32"));
        assert_eq!(purpose("172.32.0.0/16"), None);
        assert_eq!(purpose("0.0.0.0/0"), None);
        assert_eq!(purpose("8.0.0.0/6"), None);
        assert_eq!(purpose("100.128.0.0/16"), None);
        assert_eq!(purpose("2001:db8::/48"), Some(DOCUMENTATION));
        assert_eq!(purpose("2a00::/12"), None);
    }
}
