//! What a key must be beyond its shape. All of this is a model: which of it the service checks is unknown.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::app::App;
use crate::key::ReBac;
use crate::model::{Grants, Model, PermittedIps, Verdict};
use crate::project::{self, Project};

/// Checks the parts of a key and collects the faults, each with its place.
pub(crate) struct Rules<'a> {
    model: &'a Model,
    projects: &'a [Project],
    /// Where in the request the document of the key stands.
    prefix: &'static str,
    /// The member that says when the key expires.
    expiry: &'static str,
    faults: Vec<String>,
}

impl<'a> Rules<'a> {
    pub(crate) fn new(app: &'a App, prefix: &'static str) -> Self {
        Self::of(app.model(), app.projects(), prefix)
    }

    fn of(model: &'a Model, projects: &'a [Project], prefix: &'static str) -> Self {
        Self {
            model,
            projects,
            prefix,
            expiry: "expireTime",
            faults: Vec::new(),
        }
    }

    /// The faults on one line, if there are any.
    pub(crate) fn check(self) -> Result<(), String> {
        if self.faults.is_empty() {
            Ok(())
        } else {
            Err(self.faults.join("; "))
        }
    }

    /// Tells faults of the expiry with this member as their place.
    pub(crate) fn expiry_told_by(mut self, member: &'static str) -> Self {
        self.expiry = member;
        self
    }

    pub(crate) fn networks(mut self, entries: &[String]) -> Self {
        for (at, entry) in entries.iter().enumerate() {
            let fault = match self.model.permitted_ips {
                PermittedIps::Unchecked => None,
                PermittedIps::Checked => network_fault(entry),
                PermittedIps::Strict if entries[..at].contains(entry) => Some("stands there twice"),
                PermittedIps::Strict => network_fault(entry).or_else(|| strict_network_fault(entry)),
            };
            if let Some(fault) = fault {
                self.fault(&format!("permittedIps/{at}"), &format!("`{entry}` {fault}"));
            }
        }
        self
    }

    pub(crate) fn grants(mut self, re_bac: &ReBac) -> Self {
        if self.model.grants == Grants::ClientRules {
            self.scope(re_bac);
        }
        if self.model.unknown_targets == Verdict::Refuse {
            self.targets(re_bac);
        }
        self
    }

    pub(crate) fn late_expiry(mut self, moment: i64) -> Self {
        if self.model.late_expiry == Verdict::Refuse && moment > i64::from(i32::MAX) {
            self.fault(self.expiry, &format!("the key would expire beyond {}", i32::MAX));
        }
        self
    }

    pub(crate) fn past_expiry(mut self, moment: i64, now: i64) -> Self {
        if self.model.past_expiry == Verdict::Refuse && moment != 0 && moment <= now {
            self.fault(self.expiry, "the moment is past");
        }
        self
    }

    /// The rules of the official infrastructure client.
    fn scope(&mut self, re_bac: &ReBac) {
        let scoped = !re_bac.project_roles.is_empty() || !re_bac.tag_roles.is_empty();
        if !re_bac.company_roles.is_empty() && scoped {
            self.fault("reBac", "company roles exclude project and tag roles");
        }
        if re_bac.company_roles.is_empty() && !scoped {
            self.fault("reBac", "at least one grant is required");
        }
        for (at, grant) in re_bac.project_roles.iter().enumerate() {
            if grant.project_ids.is_empty() || grant.roles.is_empty() {
                let place = format!("reBac/projectRoles/{at}");
                self.fault(&place, "both projects and roles are required");
            }
        }
        for (at, grant) in re_bac.tag_roles.iter().enumerate() {
            if grant.tags.is_empty() || grant.roles.is_empty() {
                let place = format!("reBac/tagRoles/{at}");
                self.fault(&place, "both tags and roles are required");
            }
        }
    }

    fn targets(&mut self, re_bac: &ReBac) {
        for (at, grant) in re_bac.project_roles.iter().enumerate() {
            for (inner, id) in grant.project_ids.iter().enumerate() {
                if !project::has_id(self.projects, id) {
                    let place = format!("reBac/projectRoles/{at}/projectIds/{inner}");
                    self.fault(&place, &format!("there is no project `{id}`"));
                }
            }
        }
        let tags = project::tags(self.projects);
        for (at, grant) in re_bac.tag_roles.iter().enumerate() {
            for (inner, tag) in grant.tags.iter().enumerate() {
                if !tags.contains(tag.as_str()) {
                    let place = format!("reBac/tagRoles/{at}/tags/{inner}");
                    self.fault(&place, &format!("no project has the tag `{tag}`"));
                }
            }
        }
    }

    fn fault(&mut self, place: &str, what: &str) {
        self.faults.push(format!("`{}/{place}`: {what}", self.prefix));
    }
}

fn network_fault(entry: &str) -> Option<&'static str> {
    let is_either = entry.parse::<IpNet>().is_ok() || entry.parse::<IpAddr>().is_ok();
    (!is_either).then_some("is neither an IP address nor a CIDR")
}

fn strict_network_fault(entry: &str) -> Option<&'static str> {
    if entry.contains(':') {
        return Some("is not IPv4");
    }
    let network: IpNet = entry.parse().ok()?;
    (network.addr() != network.network()).then_some("has host bits set")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn strings(entries: &[&str]) -> Vec<String> {
        entries.iter().map(|entry| (*entry).to_owned()).collect()
    }

    #[test]
    fn networks_are_as_the_model_says() {
        for (entry, checked, strict) in [
            ("10.0.0.1", true, true),
            ("10.0.0.0/24", true, true),
            ("10.0.0.1/24", true, false),
            ("0.0.0.0/0", true, true),
            ("2001:db8::/32", true, false),
            ("10.0.0", false, false),
            ("10.0.0.0/33", false, false),
            ("", false, false),
            ("host.example", false, false),
        ] {
            for (value, good) in [("checked", checked), ("strict", strict), ("unchecked", true)] {
                let mut model = Model::default();
                model.set(&format!("permitted-ips={value}")).unwrap();
                let found = Rules::of(&model, &[], "/data")
                    .networks(&strings(&[entry]))
                    .check();
                assert_eq!(found.is_ok(), good, "{value} {entry}");
            }
        }
        let mut model = Model::default();
        model.set("permitted-ips=strict").unwrap();
        let twice = Rules::of(&model, &[], "").networks(&strings(&["10.0.0.1", "10.0.0.1"]));
        assert_eq!(
            twice.check(),
            Err("`/permittedIps/1`: `10.0.0.1` stands there twice".to_owned())
        );
    }

    #[test]
    fn targets_are_those_of_the_projects() {
        let projects: Vec<Project> =
            serde_json::from_value(json!([{"id": "P1", "name": "one", "tags": ["t"]}])).unwrap();
        let grants = |project: &str, tag: &str| {
            serde_json::from_value::<ReBac>(json!({
                "projectRoles": [{"projectIds": ["P1", project], "roles": ["r"]}],
                "tagRoles": [{"tags": [tag], "roles": ["r"]}],
            }))
            .unwrap()
        };
        let mut model = Model::default();
        model.set("unknown-targets=refuse").unwrap();
        let check = |model: &Model, grants: &ReBac| Rules::of(model, &projects, "").grants(grants).check();
        assert_eq!(check(&model, &grants("P1", "t")), Ok(()));
        assert_eq!(
            check(&model, &grants("P2", "u")),
            Err("`/reBac/projectRoles/0/projectIds/1`: there is no project `P2`; \
                 `/reBac/tagRoles/0/tags/0`: no project has the tag `u`"
                .to_owned())
        );
        assert_eq!(check(&Model::default(), &grants("P2", "u")), Ok(()));
    }

    #[test]
    fn an_expiry_beyond_the_reply_is_refused_unless_the_model_lets_it() {
        let mut model = Model::default();
        let late = i64::from(i32::MAX) + 1;
        assert!(Rules::of(&model, &[], "").late_expiry(late).check().is_err());
        assert_eq!(Rules::of(&model, &[], "").late_expiry(late - 1).check(), Ok(()));
        model.set("late-expiry=allow").unwrap();
        assert_eq!(Rules::of(&model, &[], "").late_expiry(late).check(), Ok(()));
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
            let model = Model::strict();
            let rules = Rules::of(&model, &[], "").grants(&grants);
            let found = rules.past_expiry(expire_time, 100).check();
            assert_eq!(found, expected.map_err(str::to_owned), "{re_bac}");
        }
    }
}
