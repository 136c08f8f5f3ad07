//! Text for people: each finding with the lines it is about, then the counts.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::{DiffReport, Report, Summary};
use crate::change::{FieldChange, KeyChange, Outcome};
use crate::document::Source;
use crate::fields::Effect;
use crate::finding::{Finding, Severity};
use crate::span::{LineIndex, Span};
use crate::value::shortened;

/// Lines shown before and behind the ones a finding is about.
const CONTEXT_LINES: usize = 1;

/// Writes the report of a check of `sources`, with terminal colours if `color` is set.
pub fn check(report: &Report, sources: &[Source<'_>], color: bool) -> String {
    let mut out = String::new();
    findings(&mut out, report, sources, color);
    summary_line(&mut out, &report.summary);
    out
}

/// Writes the report of a comparison whose new version is `sources`.
pub fn diff(report: &DiffReport, sources: &[Source<'_>], color: bool) -> String {
    let mut out = String::new();
    let changed = report
        .changes
        .iter()
        .filter(|change| change.possible != Outcome::Unchanged);
    for change in changed.clone() {
        key_change(&mut out, change);
    }
    if changed.count() == 0 {
        out.push_str("no key changes\n");
    }
    out.push('\n');
    findings(&mut out, &report.report, sources, color);
    summary_line(&mut out, &report.report.summary);
    out
}

fn findings(out: &mut String, report: &Report, sources: &[Source<'_>], color: bool) {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let lines: Vec<_> = sources.iter().map(Source::lines).collect();
    for finding in &report.findings {
        let hidden: Vec<_> = report
            .hidden
            .iter()
            .filter(|(source, _)| *source == finding.source)
            .map(|(_, span)| *span)
            .collect();
        out.push_str(&snippet(
            finding,
            &sources[finding.source],
            &lines[finding.source],
            &hidden,
            &renderer,
        ));
        out.push_str("\n\n");
    }
}

fn snippet(
    finding: &Finding,
    source: &Source<'_>,
    (lines, skipped): &(LineIndex<'_>, usize),
    hidden: &[Span],
    renderer: &Renderer,
) -> String {
    let (text, _) = source.text();
    let inside = |span: Span| Span {
        start: span.start.saturating_sub(*skipped),
        end: span.end.saturating_sub(*skipped),
    };
    let primary = inside(finding.span);
    let places = || {
        finding
            .related
            .iter()
            .map(|related| inside(related.span))
            .chain([primary])
    };
    // Only the lines around the finding are handed over, so that a large file with many findings stays quick.
    let first = places()
        .map(|span| lines.position(span.start).line)
        .min()
        .unwrap_or(1);
    let last = places()
        .map(|span| lines.position(span.end).line)
        .max()
        .unwrap_or(1);
    let first = first.saturating_sub(CONTEXT_LINES).max(1);
    let from = lines.line_start(first);
    let to = lines.line_start(last + CONTEXT_LINES + 1);
    let range = |span: Span| span.start.clamp(from, to) - from..span.end.clamp(from, to) - from;

    let hidden: Vec<_> = hidden.iter().map(|span| range(inside(*span))).collect();
    let snippet = Snippet::source(masked(&text[from..to], &hidden))
        .line_start(first)
        .path(source.name)
        .annotation(AnnotationKind::Primary.span(range(primary)))
        .annotations(finding.related.iter().map(|related| {
            AnnotationKind::Context
                .span(range(inside(related.span)))
                .label(related.message.as_str())
        }));
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let group = level
        .primary_title(finding.message.as_str())
        .id(finding.rule)
        .element(snippet)
        .elements(subject(finding).map(|subject| Level::NOTE.with_name("key").message(subject)))
        .elements(finding.help.as_deref().map(|help| Level::HELP.message(help)));
    renderer.render(&[group])
}

/// `text` with the bytes in `hidden` made unreadable. Line ends stay, and so do all places.
fn masked(text: &str, hidden: &[Range<usize>]) -> String {
    let is_hidden = |offset| hidden.iter().any(|range| range.contains(&offset));
    let mask = |(offset, character): (usize, char)| match character {
        '\r' | '\n' => character.to_string(),
        _ if is_hidden(offset) => "*".repeat(character.len_utf8()),
        _ => character.to_string(),
    };
    text.char_indices().map(mask).collect()
}

/// Which key and which of its values the finding is about.
fn subject(finding: &Finding) -> Option<String> {
    if finding.resource.is_empty() {
        return None;
    }
    let path = finding.path.to_string();
    let subject = if path.is_empty() {
        finding.resource.clone()
    } else {
        format!("{}, {path}", finding.resource)
    };
    Some(
        subject
            .chars()
            .map(|c| if c.is_control() { '\u{fffd}' } else { c })
            .collect(),
    )
}

fn key_change(out: &mut String, change: &KeyChange) {
    let resource = shortened(&change.resource);
    let what = match (change.outcome, change.possible) {
        (Outcome::Replaced, _) => "KEY REPLACED: a new secret, every consumer of the old one breaks",
        (_, Outcome::Replaced) => "may be replaced: a value is not known here",
        (Outcome::Created, _) => "created",
        (Outcome::Deleted, _) => "deleted",
        (Outcome::Updated, _) => "updated in place, the secret stays",
        (Outcome::Unchanged, _) => "may be updated in place: a value is not known here",
    };
    let _ = writeln!(out, "{resource}: {what}");
    for field in &change.fields {
        let _ = writeln!(out, "  {}", field_change(field));
    }
}

fn field_change(change: &FieldChange) -> String {
    let absent = || "(none)".to_owned();
    let old = change.old.clone().unwrap_or_else(absent);
    let new = change.new.clone().unwrap_or_else(absent);
    let effect = match (change.effect, change.certain) {
        (Effect::Update, true) => "updates",
        (Effect::Replace, true) => "replaces",
        (Effect::Update, false) => "may update",
        (Effect::Replace, false) => "may replace",
    };
    format!("{}: {old} -> {new} ({effect})", change.path)
}

fn summary_line(out: &mut String, summary: &Summary) {
    let mut found: Vec<String> = [
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.notes, "note"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| counted(count, what))
    .collect();
    if found.is_empty() {
        found.push("no findings".to_owned());
    }
    let _ = write!(
        out,
        "{} in {}: {}",
        counted(summary.keys, "key"),
        counted(summary.files, "file"),
        found.join(", ")
    );
    if summary.unknown_values > 0 {
        let _ = write!(
            out,
            "; {} not known here",
            counted(summary.unknown_values, "value")
        );
    }
    out.push('\n');
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
