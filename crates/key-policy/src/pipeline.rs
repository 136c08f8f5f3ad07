//! The pipeline from texts to a report. It stands here once; every front end calls it.

use crate::change::{KeyChange, Placed, matched, placed};
use crate::document::{Declaration, Document, Inputs, Role, Source, read};
use crate::finding::{Finding, Severity};
use crate::report::{Report, Summary};
use crate::rules::{self, Check, Context, Program};
use crate::shape::Shape;
use crate::span::Span;

/// What the caller has to say besides the texts.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The current time in unix seconds; without it, nothing is said about what has passed.
    pub now: Option<i64>,
    /// What the readers are told besides the texts.
    pub inputs: Inputs,
}

/// One version of a set of texts.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What all names of the sources begin with: keys are compared by what stands behind it, so that
    /// `old/team/main.tf` is compared with `new/team/main.tf`.
    pub root: &'a str,
    /// The texts.
    pub sources: &'a [Source<'a>],
}

/// Checks every management key that the sources declare.
pub fn check(sources: &[Source<'_>], options: &Options) -> Report {
    let documents = read(sources, &options.inputs);
    let mut findings = reader_findings(&documents);
    for (index, document) in documents.iter().enumerate() {
        for declaration in &document.declarations {
            findings.extend(declaration_findings(declaration, options, index));
        }
    }
    let program = Program {
        sources,
        documents: &documents,
        options,
    };
    for rule in rules::ALL {
        if let Check::Program(check) = rule.check {
            check(&program, &mut findings);
        }
    }
    let changes = planned_changes(&documents, options, &mut findings);
    report(findings, changes, sources, &documents)
}

/// Checks one declaration that did not come from a text; its findings have index 0 for their source.
pub fn check_declaration(declaration: &Declaration, options: &Options) -> Vec<Finding> {
    let mut findings = declaration_findings(declaration, options, 0);
    findings.sort_by(|a, b| (&a.path, a.rule).cmp(&(&b.path, b.rule)));
    findings
}

/// Compares two versions of a set of texts, key by key. Findings are about the new version.
pub fn diff(old: Side<'_>, new: Side<'_>, options: &Options) -> Report {
    let old_documents = read(old.sources, &options.inputs);
    let new_documents = read(new.sources, &options.inputs);
    let mut findings = reader_findings(&new_documents);
    let old_keys = placed(&old_documents, old.sources, old.root);
    let new_keys = placed(&new_documents, new.sources, new.root);
    let changes = changes(&old_keys, &new_keys, options, &mut findings);
    report(findings, changes, new.sources, &new_documents)
}

fn reader_findings(documents: &[Document]) -> Vec<Finding> {
    documents
        .iter()
        .flat_map(|document| document.findings.clone())
        .collect()
}

/// What becomes of the keys of those documents that tell both versions.
fn planned_changes<'a>(
    documents: &'a [Document],
    options: &Options,
    findings: &mut Vec<Finding>,
) -> Vec<KeyChange> {
    let mut planned = Vec::new();
    for (source, document) in documents.iter().enumerate() {
        let Some(before) = &document.before else { continue };
        let placed = |keys: &'a [Declaration]| -> Vec<Placed<'a>> {
            let placed = |declaration| Placed {
                folder: "",
                source,
                declaration,
            };
            keys.iter().map(placed).collect()
        };
        let (before, after) = (placed(before), placed(&document.declarations));
        planned.extend(changes(&before, &after, options, findings));
    }
    planned
}

fn changes(
    old: &[Placed<'_>],
    new: &[Placed<'_>],
    options: &Options,
    findings: &mut Vec<Finding>,
) -> Vec<KeyChange> {
    let mut changes = Vec::new();
    for (old, new) in matched(old, new) {
        let change = KeyChange::between(old.map(|key| key.declaration), new.map(|key| key.declaration));
        if let Some(key) = new {
            change_findings(key.declaration, &change, options, key.source, findings);
        }
        changes.push(change);
    }
    changes
}

fn change_findings(
    declaration: &Declaration,
    change: &KeyChange,
    options: &Options,
    source: usize,
    findings: &mut Vec<Finding>,
) {
    let context = Context::new(declaration, options, source);
    for rule in rules::ALL {
        if let Check::Change(check) = rule.check {
            check(&context, change, findings);
        }
    }
}

fn declaration_findings(declaration: &Declaration, options: &Options, source: usize) -> Vec<Finding> {
    let context = Context::new(declaration, options, source);
    let mut findings = Vec::new();
    for rule in rules::ALL {
        if let Check::Declaration(check) = rule.check {
            check(&context, &mut findings);
        }
    }
    findings
}

fn report(
    mut findings: Vec<Finding>,
    changes: Vec<KeyChange>,
    sources: &[Source<'_>],
    documents: &[Document],
) -> Report {
    let is_checked = |source: usize| sources[source].role == Role::Checked;
    let declarations = || {
        let numbered = documents.iter().enumerate();
        numbered
            .filter(move |(index, _)| is_checked(*index))
            .flat_map(|(index, document)| {
                document
                    .declarations
                    .iter()
                    .map(move |declaration| (index, declaration))
            })
    };
    findings.retain(|finding| is_checked(finding.source));
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| (sources[finding.source].name, finding.source, finding.span);
        (place(a), a.rule, &a.path).cmp(&(place(b), b.rule, &b.path))
    });
    // A block with `count` or `for_each`, or in a module that is called twice, is one text for several keys.
    findings.dedup_by(|a, b| {
        (a.source, a.span, a.rule, &a.path, &a.message) == (b.source, b.span, b.rule, &b.path, &b.message)
    });
    let count = |severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let summary = Summary {
        files: sources
            .iter()
            .filter(|source| source.role == Role::Checked)
            .count(),
        keys: declarations().count(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        notes: count(Severity::Note),
        unknown_values: declarations()
            .map(|(_, declaration)| declaration.properties.unknowns())
            .sum(),
    };
    let hidden = declarations()
        .flat_map(|(index, declaration)| {
            hidden_spans(declaration)
                .into_iter()
                .map(move |span| (index, span))
        })
        .collect();
    Report {
        findings,
        changes,
        summary,
        hidden,
    }
}

/// The places of what is marked as secret, and of what is written where only a secret could stand.
fn hidden_spans(declaration: &Declaration) -> Vec<Span> {
    let mut spans = declaration.properties.sensitive_spans();
    let shape = Shape::of(declaration);
    spans.extend(
        shape
            .values
            .iter()
            .filter(|node| node.field.is_secret())
            .map(|node| node.value.span),
    );
    spans
}
