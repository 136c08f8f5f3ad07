//! The rules: one file each, with its page beside it.
//!
//! A rule's page is its documentation, what `explain` shows, and its test: each example under "Wrong" must
//! give exactly this rule's finding, and each under "Right" must give none.

mod context;

pub mod any_ip;
pub mod bad_allow;
pub mod broad_access;
pub mod broad_network;
pub mod company_wide;
pub mod destroy_before_create;
pub mod disallowed_network;
pub mod disallowed_role;
pub mod disallowed_scope;
pub mod duplicate_entry;
pub mod duplicate_field;
pub mod duplicate_name;
pub mod empty_grant;
pub mod empty_name;
pub mod empty_rebac;
pub mod expired;
pub mod expires_soon;
pub mod expiry_in_milliseconds;
pub mod expiry_too_far;
pub mod exposed_cleartext;
pub mod hardcoded_secret;
pub mod host_bits;
pub mod inactive_at_create;
pub mod insecure_base_url;
pub mod invalid_expiry;
pub mod invalid_ip;
pub mod ipv6_unconfirmed;
pub mod long_description;
pub mod long_lived;
pub mod max_lifetime;
pub mod missing_field;
pub mod name_pattern;
pub mod never_expires;
pub mod overlapping_grants;
pub mod read_only_field;
pub mod redundant_ip;
pub mod replaces_key;
pub mod require_expiry;
pub mod require_ip_limit;
pub mod scope_conflict;
pub mod syntax;
pub mod unknown_field;
pub mod unknown_role;
pub mod unknown_status;
pub mod unroutable_ip;
pub mod unused_allow;
pub mod wrong_type;

use crate::change::KeyChange;
use crate::finding::{Finding, Safety, Severity};
use crate::pipeline::Options;
use context::Known;
pub use context::{Context, Program};

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &any_ip::RULE,
    &bad_allow::RULE,
    &broad_access::RULE,
    &broad_network::RULE,
    &company_wide::RULE,
    &destroy_before_create::RULE,
    &disallowed_network::RULE,
    &disallowed_role::RULE,
    &disallowed_scope::RULE,
    &duplicate_entry::RULE,
    &duplicate_field::RULE,
    &duplicate_name::RULE,
    &empty_grant::RULE,
    &empty_name::RULE,
    &empty_rebac::RULE,
    &expired::RULE,
    &expires_soon::RULE,
    &expiry_in_milliseconds::RULE,
    &expiry_too_far::RULE,
    &exposed_cleartext::RULE,
    &hardcoded_secret::RULE,
    &host_bits::RULE,
    &inactive_at_create::RULE,
    &insecure_base_url::RULE,
    &invalid_expiry::RULE,
    &invalid_ip::RULE,
    &ipv6_unconfirmed::RULE,
    &long_description::RULE,
    &long_lived::RULE,
    &max_lifetime::RULE,
    &missing_field::RULE,
    &name_pattern::RULE,
    &never_expires::RULE,
    &overlapping_grants::RULE,
    &read_only_field::RULE,
    &redundant_ip::RULE,
    &replaces_key::RULE,
    &require_expiry::RULE,
    &require_ip_limit::RULE,
    &scope_conflict::RULE,
    &syntax::RULE,
    &unknown_field::RULE,
    &unknown_role::RULE,
    &unknown_status::RULE,
    &unroutable_ip::RULE,
    &unused_allow::RULE,
    &wrong_type::RULE,
];

/// What is known about a rule.
#[derive(Debug)]
pub struct Rule {
    /// The name that reports, configuration and suppressions use. It never changes.
    pub id: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// How bad its findings are, unless a team says otherwise.
    pub severity: Severity,
    /// The best promise of the fixes that it can offer, if it offers any.
    pub fix: Option<Safety>,
    /// Its page, in Markdown.
    pub page: &'static str,
    /// When it is asked.
    pub check: Check,
}

/// When a rule is asked, and the function that answers.
#[derive(Debug)]
pub enum Check {
    /// By a reader, about a text that it cannot read.
    Reader,
    /// About a comment that allows a finding.
    Allow,
    /// About one declaration.
    Declaration(fn(&Context<'_>, &mut Vec<Finding>)),
    /// About one declaration; without the current time, there may be nothing that it can say.
    Timed(fn(&Context<'_>, &mut Vec<Finding>)),
    /// About all documents at once: what stands outside of the keys, and what concerns several of them.
    Program(fn(&Program<'_>, &mut Vec<Finding>)),
    /// About a key of which two versions are known; the context is that of the new one.
    Change(fn(&Context<'_>, &KeyChange, &mut Vec<Finding>)),
}

/// The rule called `id`.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

impl Rule {
    /// Whether its level is not the team's to choose, and no comment can allow it: what cannot be read is not checked.
    pub fn is_fixed(&self) -> bool {
        matches!(self.check, Check::Reader)
    }

    /// Whether a check of keys as they are asks it, so that an allow which it does not need is not needed at all.
    pub(crate) fn is_asked(&self, options: &Options) -> bool {
        match self.check {
            Check::Change(_) => false,
            Check::Timed(_) => options.now.is_some(),
            Check::Reader | Check::Allow | Check::Declaration(_) | Check::Program(_) => true,
        }
    }
}

/// The name among `known` that the author of `written` probably meant.
pub(crate) fn nearest<'k>(written: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known
        .map(|name| (strsim::osa_distance(written, name), name))
        .filter(|(distance, name)| *distance * 3 <= name.len())
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_complete_sorted_and_each_rule_is_named_after_its_file() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| Some(name.strip_suffix(".rs")?.replace('_', "-")))
            .filter(|name| !["mod", "context"].contains(&&**name))
            .collect();
        files.sort();
        let ids: Vec<_> = ALL.iter().map(|rule| rule.id).collect();
        assert_eq!(ids, files);
        for rule in ALL {
            assert!(
                rule.page
                    .starts_with(&format!("# {}\n\n{}.\n", rule.id, rule.summary)),
                "{}",
                rule.id
            );
        }
    }
}
