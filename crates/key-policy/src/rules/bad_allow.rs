//! `bad-allow`: see the page. The findings come from [`crate::suppress`].

use super::{Check, Rule};
use crate::finding::Severity;

/// The rule.
pub static RULE: Rule = Rule {
    id: "bad-allow",
    summary: "A comment that allows a finding does not hold",
    severity: Severity::Warning,
    fix: None,
    page: include_str!("bad_allow.md"),
    check: Check::Allow,
};
