//! The pipeline from texts to a report. It stands here once; every front end calls it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::beside::{Told, related};
use crate::change::{KeyChange, Outcome, Placed, Plans, matched, may_be_same, placed};
use crate::config::{Configs, Level, Settings};
use crate::document::{Declaration, Document, Inputs, Kind, Role, Source, read, without_indexes};
use crate::fields::MANAGEMENT_KEY;
use crate::finding::{Finding, Severity};
use crate::folder;
use crate::overrides::follow_overrides;
use crate::report::{Report, Summary};
use crate::rules::{self, Check, Context, Program};
use crate::secrets::{Secret, cleartexts, provider_keys, redacted, secrets};
use crate::span::{Place, Span};
use crate::suppress::Allows;

/// What the caller has to say besides the texts.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The current time in unix seconds; without it, nothing is said about what has passed.
    pub now: Option<i64>,
    /// What the readers are told besides the texts.
    pub inputs: Inputs,
    /// What the team configured.
    pub configs: Configs,
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
    let run = Run::new(sources, options);
    let program = run.program();
    let mut findings = run.reader_findings();
    for (index, document) in run.documents.iter().enumerate() {
        for declaration in &document.declarations {
            declaration_findings(&program.context(declaration, index), &mut findings);
        }
    }
    for rule in rules::ALL {
        if let Check::Program(check) = rule.check {
            check(&program, &mut findings);
        }
    }
    let changes = run.planned_changes(&program, &mut findings);
    follow_overrides(&mut findings, &run.documents);
    let findings = related(findings, &run.documents, &run.folders);
    run.report(findings, changes, Asked::Everything)
}

/// Checks one declaration that did not come from a text; its findings have index 0 for their source.
pub fn check_declaration(declaration: &Declaration, options: &Options) -> Vec<Finding> {
    let settings = options.configs.base();
    let context = Context::new(declaration, options, settings, 0, "");
    let mut findings = Vec::new();
    declaration_findings(&context, &mut findings);
    let mut findings: Vec<_> = findings
        .into_iter()
        .filter_map(|finding| leveled(finding, settings))
        .collect();
    findings.sort_by(|a, b| (&a.path, a.rule).cmp(&(&b.path, b.rule)));
    findings
}

/// Compares two versions of a set of texts, key by key. Findings are about the new version, and about what cannot be read
/// of the old one: the sources of the old version are numbered behind those of the new one.
pub fn diff(old: Side<'_>, new: Side<'_>, options: &Options) -> Report {
    let old_run = Run::new(old.sources, options);
    let run = Run::new(new.sources, options);
    let mut findings = run.unread(|_| true);
    let changes = run.changes_since(&old_run, old.root, new.root, &mut findings);
    follow_overrides(&mut findings, &run.documents);
    let unread = old_run.unread(|finding| finding.rule == rules::syntax::RULE.id);
    let old_report = old_run.report(unread, Vec::new(), Asked::Part);
    run.report(findings, changes, Asked::Part).with_old(old_report)
}

/// Reads the sources: what they declare, and what cannot be read of them. The keys are not judged.
pub(crate) fn readings(sources: &[Source<'_>], options: &Options) -> (Vec<Document>, Report) {
    let run = Run::new(sources, options);
    let report = run.report(run.reader_findings(), Vec::new(), Asked::Part);
    (run.documents, report)
}

/// One run over a set of texts.
struct Run<'a> {
    /// The texts; those that the configuration excludes are only read to understand the others.
    sources: Vec<Source<'a>>,
    documents: Vec<Document>,
    options: &'a Options,
    /// What holds for each text.
    settings: Vec<Cow<'a, Settings>>,
    /// The folder that each text stands in.
    folders: Vec<String>,
    /// The texts, told apart from bytes once.
    texts: Vec<&'a str>,
    /// The places of what looks like the secret of a key, for each text.
    secrets: Vec<Vec<Secret>>,
}

/// Which rules were asked, and so which allows can be called unused.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Everything,
    Part,
}

impl<'a> Run<'a> {
    fn new(sources: &[Source<'a>], options: &'a Options) -> Self {
        let config = |source: &Source<'_>| options.configs.of(source.name);
        let role = |source: &Source<'_>| match config(source).excludes(source.name) {
            true => Role::Context,
            false => source.role,
        };
        let sources: Vec<_> = sources
            .iter()
            .map(|source| Source {
                role: role(source),
                ..*source
            })
            .collect();
        let texts: Vec<_> = sources.iter().map(Source::written).collect();
        Self {
            documents: read(&sources, &options.inputs),
            settings: sources
                .iter()
                .map(|source| config(source).settings(source.name))
                .collect(),
            folders: sources
                .iter()
                .map(|source| options.inputs.folder(source.name))
                .collect(),
            secrets: texts.iter().map(|text| secrets(text)).collect(),
            texts,
            sources,
            options,
        }
    }

    fn program(&self) -> Program<'_> {
        Program {
            sources: &self.sources,
            texts: &self.texts,
            documents: &self.documents,
            secrets: &self.secrets,
            options: self.options,
            settings: &self.settings,
            folders: &self.folders,
            told: Told::of(&self.documents, &self.folders),
        }
    }

    fn reader_findings(&self) -> Vec<Finding> {
        self.documents
            .iter()
            .flat_map(|document| document.findings.clone())
            .collect()
    }

    /// What the readers find that matters to a comparison: of a text that cannot be read at all, nothing is compared.
    fn unread(&self, is_wanted: impl Fn(&Finding) -> bool) -> Vec<Finding> {
        let mut findings = self.reader_findings();
        findings.retain(is_wanted);
        for finding in &mut findings {
            if self.documents[finding.source].kind.is_none() {
                finding.severity = Severity::Error;
            }
        }
        findings
    }

    /// What becomes of the keys of those documents that tell both versions.
    fn planned_changes(&self, program: &Program<'_>, findings: &mut Vec<Finding>) -> Vec<KeyChange> {
        let mut planned = Vec::new();
        for (source, document) in self.documents.iter().enumerate() {
            let Some(before) = &document.before else { continue };
            let mut is_new = vec![true; document.declarations.len()];
            let mut pairs: Vec<_> = before.iter().map(|old| (Some(&old.key), old.becomes)).collect();
            for index in before.iter().filter_map(|old| old.becomes) {
                is_new[index] = false;
            }
            let created = (0..is_new.len()).filter(|&index| is_new[index]);
            pairs.extend(created.map(|index| (None, Some(index))));
            let pairs = pairs
                .into_iter()
                .map(|(old, new)| (old, new.map(|index| &document.declarations[index])));
            let mut changes: Vec<_> = pairs
                .map(|(old, new)| told_change(program, source, old, new, findings))
                .collect();
            changes.sort_by(|a, b| a.resource.cmp(&b.resource));
            planned.extend(changes);
        }
        planned
    }

    /// What becomes of each key of an older version; the names of both begin with their roots.
    fn changes_since(
        &self,
        old: &Run<'_>,
        old_root: &str,
        new_root: &str,
        findings: &mut Vec<Finding>,
    ) -> Vec<KeyChange> {
        let program = self.program();
        let (old_folders, new_folders) = (old.folders_behind(old_root), self.folders_behind(new_root));
        let old_keys = placed(&old.documents, &old_folders);
        let new_keys = placed(&self.documents, &new_folders);
        let plans = Plans::of(&self.documents, &new_folders);
        // Blocks of which it is not known how many keys they stand for.
        let block = |key: &Placed<'_>| (key.folder.to_owned(), without_indexes(&key.declaration.resource));
        let open = |keys: &[Placed<'_>]| -> BTreeSet<_> {
            let open = keys.iter().filter(|key| !key.declaration.is_certain);
            open.map(block).collect()
        };
        let (old_open, new_open) = (open(&old_keys), open(&new_keys));
        let mut changes = Vec::new();
        for (old, new) in matched(&old_keys, &new_keys) {
            // A plan that starts from the old version tells more of the change than the versions do.
            let before = old.and_then(|old| {
                let before = plans.before(old.folder, old.declaration)?;
                may_be_same(old.declaration, &before.key).then_some(&before.key)
            });
            changes.push(match (old, new) {
                (Some(old), Some(new)) => match before {
                    Some(before) => told_change(
                        &program,
                        new.source,
                        Some(before),
                        Some(new.declaration),
                        findings,
                    ),
                    None => {
                        let change = KeyChange::between(Some(old.declaration), Some(new.declaration));
                        change_findings(&program.context(new.declaration, new.source), &change, findings);
                        change
                    }
                },
                (Some(old), None) if before.is_none() && plans.leave_alone(old.folder, old.declaration) => {
                    KeyChange::unchanged(old.declaration)
                }
                (Some(old), None) => {
                    let change = KeyChange::between(Some(before.unwrap_or(old.declaration)), None);
                    let change = change.certain(before.is_some() || !new_open.contains(&block(&old)));
                    match plans.let_go_of(old.folder, old.declaration) {
                        true => change.forgotten(),
                        false => change,
                    }
                }
                (None, new) => {
                    let is_certain =
                        new.is_some_and(|new| new.declaration.is_certain && !old_open.contains(&block(&new)));
                    KeyChange::between(None, new.map(|key| key.declaration)).certain(is_certain)
                }
            });
        }
        changes
    }

    /// The folders of the sources behind `root`, which their names begin with.
    fn folders_behind(&self, root: &str) -> Vec<String> {
        let inputs = &self.options.inputs;
        let root = inputs.path(root);
        let inner = |source: &Source<'_>| {
            let path = inputs.path(source.name);
            folder::split(folder::behind(&root, &path).unwrap_or_default()).0
        };
        self.sources.iter().map(inner).collect()
    }
}

/// What becomes of a key, as the document in `source` tells it.
fn told_change(
    program: &Program<'_>,
    source: usize,
    old: Option<&Declaration>,
    new: Option<&Declaration>,
    findings: &mut Vec<Finding>,
) -> KeyChange {
    let change = KeyChange::between(old, new);
    let Some(new) = new else { return change };
    let change = match &new.planned {
        Some(planned) => change.told(planned),
        None => change,
    };
    change_findings(&program.context(new, source), &change, findings);
    change
}

fn change_findings(context: &Context<'_>, change: &KeyChange, findings: &mut Vec<Finding>) {
    if !matches!(change.possible, Outcome::Updated | Outcome::Replaced) {
        return;
    }
    for rule in rules::ALL {
        if let Check::Change(check) = rule.check {
            check(context, change, findings);
        }
    }
}

fn declaration_findings(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for rule in rules::ALL {
        if let Check::Declaration(check) | Check::Timed(check) = rule.check {
            check(context, findings);
        }
    }
}

/// The finding as bad as the team says, if it is wanted at all, and with no secret in what it says.
fn leveled(mut finding: Finding, settings: &Settings) -> Option<Finding> {
    let related = finding.related.iter_mut().map(|related| &mut related.message);
    let fixes = finding.fixes.iter_mut().map(|fix| &mut fix.title);
    let said = [&mut finding.message].into_iter().chain(&mut finding.help);
    for text in said.chain(related).chain(fixes) {
        if let Cow::Owned(shown) = redacted(text) {
            *text = shown;
        }
    }
    match settings.levels.get(finding.rule) {
        Some(Level::Off) => None,
        Some(Level::At(severity)) => Some(Finding {
            severity: *severity,
            ..finding
        }),
        None => Some(finding),
    }
}

impl Run<'_> {
    fn report(&self, findings: Vec<Finding>, changes: Vec<KeyChange>, asked: Asked) -> Report {
        let (mut findings, mut allows) = (
            self.wanted(findings),
            Allows::read(&self.texts, &self.documents, self.options),
        );
        self.keep_common_fixes(&mut findings);
        let (allowed, mut findings): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| allows.allow(finding));
        if asked == Asked::Everything {
            findings.extend(self.wanted(allows.findings()));
        }
        let findings = self.each_once(findings);
        let suppressed = self.each_once(allowed).len();
        let count = |severity| {
            findings
                .iter()
                .filter(|finding| finding.severity == severity)
                .count()
        };
        let summary = Summary {
            files: self
                .sources
                .iter()
                .filter(|source| source.role == Role::Checked)
                .count(),
            keys: self.checked().count(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            suppressed,
            unknown_values: self
                .checked()
                .map(|(_, declaration)| declaration.properties.unknowns())
                .chain(self.documents.iter().map(|document| document.unknowns))
                .sum(),
        };
        let hidden = self
            .checked()
            .chain(self.before())
            .flat_map(|(index, declaration)| hidden(declaration, index))
            .chain(self.secret_places().map(|place| (place.source, place.span)))
            .collect();
        Report {
            findings,
            changes,
            summary,
            kinds: self.documents.iter().map(|document| document.kind).collect(),
            hidden,
        }
    }

    /// The findings that the team wants to hear about the checked texts, as bad as it says.
    fn wanted(&self, findings: Vec<Finding>) -> Vec<Finding> {
        findings
            .into_iter()
            // Of a source that is not checked, only keys are spoken of: those that the reader kept.
            .filter(|finding| {
                self.sources[finding.source].role == Role::Checked || !finding.resource.is_empty()
            })
            .filter_map(|finding| {
                let settings = &self.settings[finding.source];
                leveled(finding, settings)
            })
            .collect()
    }

    /// The findings in order, and those once that are the same for several keys: a block with `count` or `for_each`, or in
    /// a module that is called twice, is one text for several. A value that is written elsewhere for each has to be
    /// mended for each; a note is told once.
    fn each_once(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        findings.sort_by(|a, b| {
            let place = |finding: &Finding| (self.sources[finding.source].name, finding.source, finding.span);
            (place(a), a.rule, &a.path, &a.message)
                .cmp(&(place(b), b.rule, &b.path, &b.message))
                .then_with(|| a.elsewhere().cmp(b.elsewhere()))
        });
        findings.dedup_by(|a, b| {
            (a.source, a.span, a.rule, &a.path, &a.message) == (b.source, b.span, b.rule, &b.path, &b.message)
                && (a.severity == Severity::Note || a.elsewhere().eq(b.elsewhere()))
        });
        findings
    }

    /// Takes the fixes from what is found in some only of the keys that one text is for: to mend them would change the
    /// others.
    fn keep_common_fixes(&self, findings: &mut [Finding]) {
        let mut keys: BTreeMap<(usize, &str), Span> = BTreeMap::new();
        let mut of_text: BTreeMap<(usize, Span), usize> = BTreeMap::new();
        for (source, key) in self.checked() {
            keys.insert((source, &key.resource), key.span);
            *of_text.entry((source, key.span)).or_default() += 1;
        }
        let of_key = |finding: &Finding| {
            let text = *keys.get(&(finding.source, &*finding.resource))?;
            of_text
                .get(&(finding.source, text))
                .copied()
                .filter(|count| *count > 1)
        };
        let mut found: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        let what = |finding: &Finding| (finding.source, finding.span, finding.rule);
        for finding in findings.iter().filter(|finding| !finding.fixes.is_empty()) {
            if of_key(finding).is_some() {
                found
                    .entry(what(finding))
                    .or_default()
                    .insert(finding.resource.clone());
            }
        }
        for finding in findings {
            if let Some(keys) = of_key(finding)
                && found.get(&what(finding)).is_some_and(|found| found.len() < keys)
            {
                finding.fixes.clear();
            }
        }
    }

    /// The places of secrets that stand anywhere in the texts, and of what is marked as one.
    fn secret_places(&self) -> impl Iterator<Item = Place> {
        let numbered = self.documents.iter().enumerate();
        numbered.flat_map(|(source, document)| {
            let is_written = document.kind.is_none_or(Kind::is_written);
            let cleartexts = (!is_written).then(|| cleartexts(self.texts[source]));
            let spans = self.secrets[source].iter().map(|secret| secret.span);
            let spans = spans.chain(cleartexts.into_iter().flatten());
            let places = spans.map(move |span| Place { source, span });
            let marked = document.hidden.iter().copied();
            places.chain(provider_keys(source, document)).chain(marked)
        })
    }

    /// The keys as they were, where a document tells that, with the index of their text.
    fn before(&self) -> impl Iterator<Item = (usize, &Declaration)> {
        let numbered = self.documents.iter().enumerate();
        numbered.flat_map(|(index, document)| {
            let before = document.before.as_deref().unwrap_or_default();
            before.iter().map(move |before| (index, &before.key))
        })
    }

    /// The declarations of the checked texts, with the index of their text.
    fn checked(&self) -> impl Iterator<Item = (usize, &Declaration)> {
        let numbered = self.documents.iter().enumerate();
        numbered.flat_map(|(index, document)| {
            document
                .declarations
                .iter()
                .map(move |declaration| (index, declaration))
        })
    }
}

/// The places of what is marked as secret, and of what is written where only a secret could stand.
fn hidden(declaration: &Declaration, source: usize) -> Vec<(usize, Span)> {
    let sensitive = declaration.properties.sensitive_places(source).into_iter();
    let fields = MANAGEMENT_KEY.fields.iter().filter(|field| field.is_secret());
    let secret = fields.flat_map(|field| declaration.written(field));
    sensitive
        .map(|place| (place.source, place.span))
        .chain(secret.map(|value| (source, value.span)))
        .collect()
}
