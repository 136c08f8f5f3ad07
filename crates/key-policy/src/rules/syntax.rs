//! `syntax`: see the page.

use super::{Check, Rule};
use crate::finding::Severity;

/// The rule.
pub static RULE: Rule = Rule {
    id: "syntax",
    summary: "The text cannot be read",
    severity: Severity::Error,
    fix: None,
    page: include_str!("syntax.md"),
    check: Check::Reader,
};
