//! The rules: one file each, with its page beside it.
//!
//! A rule's page is its documentation, what `explain` shows, and its test: each example under "Wrong" must
//! give exactly this rule's finding, and each under "Right" must give none.

use crate::change::KeyChange;
use crate::document::Declaration;
use crate::finding::{Finding, Fix, Related, Severity};
use crate::path::Path;
use crate::shape::Shape;
use crate::span::Span;

/// Declares the modules and the list of all rules at once, so that none can be forgotten.
macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// Every rule, by id.
        pub static ALL: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules![
    duplicate_field,
    empty_grant,
    empty_name,
    empty_rebac,
    expired,
    invalid_expiry,
    invalid_ip,
    missing_field,
    read_only_field,
    replaces_key,
    scope_conflict,
    syntax,
    unknown_field,
    unknown_status,
    wrong_type,
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
    /// About one declaration.
    Declaration(fn(&Context<'_>, &mut Vec<Finding>)),
    /// About a key of which two versions are known; the context is that of the new one.
    Change(fn(&Context<'_>, &KeyChange, &mut Vec<Finding>)),
}

/// What a rule may look at.
#[derive(Debug)]
pub struct Context<'a> {
    /// The declaration.
    pub declaration: &'a Declaration,
    /// Its parts, along the field table.
    pub shape: Shape<'a>,
    /// The current time in unix seconds; without it, nothing is said about what has passed.
    pub now: Option<i64>,
    /// The index of the source, for findings.
    pub source: usize,
}

/// The rule called `id`.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

impl<'a> Context<'a> {
    /// The context of one declaration.
    pub fn new(declaration: &'a Declaration, now: Option<i64>, source: usize) -> Self {
        Self {
            declaration,
            shape: Shape::of(declaration),
            now,
            source,
        }
    }

    /// A finding of `rule` about the value at `path`.
    fn finding(&self, rule: &'static Rule, path: &Path, span: Span, message: String) -> Finding {
        Finding {
            rule: rule.id,
            severity: rule.severity,
            message,
            source: self.source,
            resource: self.declaration.resource.clone(),
            path: path.clone(),
            span,
            related: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }
}

impl Finding {
    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related {
            message: message.into(),
            span,
        });
        self
    }

    fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }
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
            .filter(|name| name != "mod")
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
