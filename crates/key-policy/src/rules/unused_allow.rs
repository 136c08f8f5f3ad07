//! `unused-allow`: see the page. The findings come from [`crate::suppress`].

use super::{Check, Rule};
use crate::finding::{Safety, Severity};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unused-allow",
    summary: "A comment allows what is not found",
    severity: Severity::Warning,
    fix: Some(Safety::Safe),
    page: include_str!("unused_allow.md"),
    check: Check::Allow,
};
