//! The rules: one file each, with its page beside it.
//!
//! A rule's page is its documentation, what `explain` shows, and its test: each example under "Wrong" must
//! give exactly this rule's finding, and each under "Right" must give none.

use crate::change::KeyChange;
use crate::document::{Declaration, Document, Source};
use crate::finding::{Finding, Fix, Related, Severity};
use crate::path::Path;
use crate::pipeline::Options;
use crate::shape::{Shape, ValueNode};
use crate::span::{Place, Span};

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
    /// About all documents at once: what stands outside of the keys, and what concerns several of them.
    Program(fn(&Program<'_>, &mut Vec<Finding>)),
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
    /// What the caller said: the time, the team's policy.
    pub options: &'a Options,
    /// The index of the source, for findings.
    pub source: usize,
}

/// What a rule about all documents may look at.
#[derive(Debug)]
pub struct Program<'a> {
    /// The texts.
    pub sources: &'a [Source<'a>],
    /// What was read from them, in the same order.
    pub documents: &'a [Document],
    /// What the caller said.
    pub options: &'a Options,
}

/// The rule called `id`.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

impl<'a> Context<'a> {
    /// The context of one declaration.
    pub fn new(declaration: &'a Declaration, options: &'a Options, source: usize) -> Self {
        Self {
            declaration,
            shape: Shape::of(declaration),
            options,
            source,
        }
    }

    /// A finding of `rule` about the value of `node`, which also points at where the value was written, if that is
    /// elsewhere.
    fn about(&self, rule: &'static Rule, node: &ValueNode<'_>, message: String) -> Finding {
        let mut finding = self.finding(rule, &node.path, node.value.span, message);
        if let Some(place) = node.value.origin {
            finding.related.push(Related {
                message: "the value is written here".to_owned(),
                place,
            });
        }
        finding
    }

    /// A finding of `rule` at the place `span` of the value at `path`.
    fn finding(&self, rule: &'static Rule, path: &Path, span: Span, message: String) -> Finding {
        Finding {
            rule: rule.id,
            severity: rule.severity,
            message,
            source: self.source,
            resource: self.declaration.resource.clone(),
            path: path.clone(),
            span,
            related: self
                .declaration
                .calls
                .iter()
                .map(|&place| Related {
                    message: "in the module that is called here".to_owned(),
                    place,
                })
                .collect(),
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

    /// Relates a place in the finding's own source.
    fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related {
            message: message.into(),
            place: Place {
                source: self.source,
                span,
            },
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
