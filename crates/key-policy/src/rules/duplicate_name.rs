//! `duplicate-name`: see the page.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Check, Program, Rule};
use crate::document::Declaration;
use crate::fields::NAME;
use crate::finding::{Finding, Related, Severity};
use crate::span::Place;
use crate::value::shortened;

/// The rule.
pub static RULE: Rule = Rule {
    id: "duplicate-name",
    summary: "Two keys have the same name",
    severity: Severity::Warning,
    fix: None,
    page: include_str!("duplicate_name.md"),
    check: Check::Program(check),
};

/// A program, as far as the names of the files tell: what is written in one folder, with the modules that it calls, or
/// what one plan or state tells.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Scope<'a> {
    Folder(&'a str, bool),
    Source(usize),
}

fn check(program: &Program<'_>, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<(Scope<'_>, Cow<'_, str>), (&Declaration, Place)> = BTreeMap::new();
    for (source, document) in program.documents.iter().enumerate() {
        // A key that was replaced has the name of its successor until it is deleted, and one that may not be there has it
        // perhaps in the place of another.
        let keys = document.declarations.iter();
        for declaration in keys.filter(|key| key.is_certain && !key.options.is_former) {
            let scope = || match document.kind {
                Some(kind) if !kind.is_written() => Scope::Source(source),
                _ => {
                    let folder = program.folder(declaration, source);
                    Scope::Folder(folder, declaration.dialect.is_pulumi())
                }
            };
            for value in declaration.written(&NAME) {
                let Some(text) = value.text_in(declaration.dialect) else {
                    continue;
                };
                if text.trim().is_empty() {
                    continue;
                }
                let place = Place {
                    source,
                    span: value.span,
                };
                let (first, named) = *seen.entry((scope(), text)).or_insert((declaration, place));
                // A field that is set twice is the business of `duplicate-field`.
                if std::ptr::eq(first, declaration) {
                    continue;
                }
                let message = format!("`{}` has the same name", shortened(&first.resource));
                let context = program.context(declaration, source);
                let mut nodes = context.shape.values_of(&NAME);
                let Some(node) = nodes.find(|node| std::ptr::eq(node.value, value)) else {
                    continue;
                };
                let mut finding = context.about(&RULE, node, message);
                if named != place {
                    finding.related.push(Related::new("it is named here", named));
                }
                findings.push(finding.help("give each key a name that tells its consumers apart"));
            }
        }
    }
}
