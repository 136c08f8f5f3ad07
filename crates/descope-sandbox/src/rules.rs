//! What a key must be beyond its shape. All of this is a model: which of it the service checks is unknown.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::key::ReBac;

/// Faults that are always refused: entries that are neither an address nor a network. The prefix is put
/// before each place.
pub(crate) fn check_networks(prefix: &str, permitted_ips: &[String]) -> Result<(), String> {
    let faults = permitted_ips.iter().enumerate().filter(|(_, entry)| {
        // Host bits and IPv6 are let through: the service's word on them is unknown.
        entry.parse::<IpNet>().is_err() && entry.parse::<IpAddr>().is_err()
    });
    joined(faults.map(|(at, entry)| {
        format!("`{prefix}/permittedIps/{at}`: `{entry}` is neither an IP address nor a CIDR")
    }))
}

/// Faults that only a strict sandbox refuses: those that the official infrastructure client finds before it calls.
pub(crate) fn check_strictly(prefix: &str, re_bac: &ReBac, expire_time: i64, now: i64) -> Result<(), String> {
    let mut faults = Vec::new();
    let scoped = !re_bac.project_roles.is_empty() || !re_bac.tag_roles.is_empty();
    if !re_bac.company_roles.is_empty() && scoped {
        faults.push(format!(
            "`{prefix}/reBac`: company roles exclude project and tag roles"
        ));
    }
    if re_bac.company_roles.is_empty() && !scoped {
        faults.push(format!("`{prefix}/reBac`: at least one grant is required"));
    }
    for (at, grant) in re_bac.project_roles.iter().enumerate() {
        if grant.project_ids.is_empty() || grant.roles.is_empty() {
            faults.push(format!(
                "`{prefix}/reBac/projectRoles/{at}`: both projects and roles are required"
            ));
        }
    }
    for (at, grant) in re_bac.tag_roles.iter().enumerate() {
        if grant.tags.is_empty() || grant.roles.is_empty() {
            faults.push(format!(
                "`{prefix}/reBac/tagRoles/{at}`: both tags and roles are required"
            ));
        }
    }
    if expire_time != 0 && expire_time <= now {
        faults.push(format!("`{prefix}/expireTime`: the moment is past"));
    }
    joined(faults.into_iter())
}

fn joined(faults: impl Iterator<Item = String>) -> Result<(), String> {
    let faults: Vec<String> = faults.collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn networks_are_addresses_or_cidrs() {
        for (entry, good) in [
            ("10.0.0.1", true),
            ("10.0.0.1/24", true),
            ("0.0.0.0/0", true),
            ("2001:db8::/32", true),
            ("10.0.0", false),
            ("10.0.0.0/33", false),
            ("", false),
            ("host.example", false),
        ] {
            assert_eq!(
                check_networks("/data", &[entry.to_owned()]).is_ok(),
                good,
                "{entry}"
            );
        }
    }

    #[test]
    fn strictness_finds_what_the_official_client_finds() {
        for (re_bac, expire_time, expected) in [
            (json!({"companyRoles": ["a"]}), 0, Ok(())),
            (
                json!({"projectRoles": [{"projectIds": ["P"], "roles": ["a"]}], "tagRoles": [{"tags": ["t"], "roles": ["a"]}]}),
                101,
                Ok(()),
            ),
            (
                json!({"companyRoles": ["a"], "tagRoles": [{"tags": ["t"], "roles": ["a"]}]}),
                0,
                Err("`/reBac`: company roles exclude project and tag roles"),
            ),
            (json!({}), 0, Err("`/reBac`: at least one grant is required")),
            (
                json!({"projectRoles": [{"projectIds": ["P"]}]}),
                0,
                Err("`/reBac/projectRoles/0`: both projects and roles are required"),
            ),
            (
                json!({"tagRoles": [{"roles": ["a"]}]}),
                0,
                Err("`/reBac/tagRoles/0`: both tags and roles are required"),
            ),
            (
                json!({"companyRoles": ["a"]}),
                100,
                Err("`/expireTime`: the moment is past"),
            ),
        ] {
            let grants = serde_json::from_value(re_bac.clone()).unwrap();
            let found = check_strictly("", &grants, expire_time, 100);
            assert_eq!(found, expected.map_err(str::to_owned), "{re_bac}");
        }
    }
}
