//! Text for people: each finding with the lines it is about, then the counts.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use super::{Report, Summary};
use crate::change::{Death, FieldChange, KeyChange, Outcome};
use crate::document::Source;
use crate::fields::Effect;
use crate::finding::{Finding, Severity};
use crate::span::{LineIndex, Place, Position, Span};
use crate::value::shortened;

/// Lines shown before and behind the ones a finding is about.
const CONTEXT_LINES: usize = 1;
/// What explains a finding from further away than so many lines, or bytes of one line, is shown apart, and what lies
/// between is not.
const NEAR_LINES: usize = 1000;
const NEAR_BYTES: usize = 120;
/// Of a longer line nothing is shown, in bytes: a plan of many megabytes may be one line.
const LONGEST_LINE: usize = 5_000;
/// The same for what a tool has written: on one line with a key may stand the secrets of other resources.
const LONGEST_LINE_OF_TOOL: usize = 200;

/// Writes the report of a check of `sources`, with terminal colours if `color` is set.
pub fn check(report: &Report, sources: &[Source<'_>], color: bool) -> String {
    let mut out = String::new();
    if key_changes(&mut out, report) > 0 {
        out.push('\n');
    }
    findings(&mut out, report, sources, color);
    summary_line(&mut out, &report.summary);
    out
}

/// Writes the report of a comparison; `sources` are those of the new version, and then those of the old one.
pub fn diff(report: &Report, sources: &[Source<'_>], color: bool) -> String {
    let mut out = String::new();
    if key_changes(&mut out, report) == 0 {
        out.push_str("no key changes\n");
    }
    out.push('\n');
    findings(&mut out, report, sources, color);
    summary_line(&mut out, &report.summary);
    out
}

/// Writes what becomes of each key that does, or may, change; returns how many do.
fn key_changes(out: &mut String, report: &Report) -> usize {
    let changed = |change: &&KeyChange| change.possible != Outcome::Unchanged || change.former.is_some();
    report
        .changes
        .iter()
        .filter(changed)
        .map(|change| key_change(out, change))
        .count()
}

pub(crate) fn findings(out: &mut String, report: &Report, sources: &[Source<'_>], color: bool) {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let texts: Vec<_> = sources
        .iter()
        .enumerate()
        .map(|(index, source)| Text::new(source, index, report))
        .collect();
    for finding in &report.findings {
        out.push_str(&rendered(finding, &texts, &renderer));
        out.push_str("\n\n");
    }
}

fn rendered(finding: &Finding, texts: &[Text<'_>], renderer: &Renderer) -> String {
    // The place of the finding comes first, with what explains it nearby; then what is far away, or in other texts.
    let mut marks = vec![(
        finding.source,
        vec![(AnnotationKind::Primary, finding.span, None)],
    )];
    for related in &finding.related {
        let Place { source, span } = related.place;
        let mark = (AnnotationKind::Context, span, Some(related.message.as_str()));
        let is_near = |first: Span| texts[source].are_near(first.start, span.start);
        match marks
            .iter_mut()
            .find(|(other, marks)| *other == source && is_near(marks[0].1))
        {
            Some((_, marks)) => marks.push(mark),
            None => marks.push((source, vec![mark])),
        }
    }
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let group = level
        .primary_title(finding.message.as_str())
        .id(finding.rule)
        .elements(
            marks
                .iter()
                .flat_map(|(source, marks)| texts[*source].shown(marks)),
        )
        .elements(subject(finding).map(|subject| Level::NOTE.with_name("key").message(subject)))
        .elements(finding.help.as_deref().map(|help| Level::HELP.message(help)));
    renderer.render(&[group])
}

/// A text of which parts are shown.
struct Text<'a> {
    name: &'a str,
    text: &'a str,
    lines: LineIndex<'a>,
    /// How many bytes stand before the text.
    skipped: usize,
    /// The places of what must not be shown, in order and apart from each other.
    hidden: Vec<Span>,
    /// Of a longer line nothing is shown, in bytes.
    longest_line: usize,
}

/// A place in a text, and what is said of it.
type Mark<'a> = (AnnotationKind, Span, Option<&'a str>);

impl<'a> Text<'a> {
    fn new(source: &Source<'a>, index: usize, report: &Report) -> Self {
        let (lines, skipped) = source.lines();
        Self {
            name: source.name,
            text: source.text().0,
            lines,
            skipped,
            hidden: report.hidden_in(index),
            longest_line: match report.kinds[index] {
                Some(kind) if !kind.is_written() => LONGEST_LINE_OF_TOOL,
                _ => LONGEST_LINE,
            },
        }
    }

    /// The position in the text of `offset` of the source.
    fn position(&self, offset: usize) -> Position {
        self.lines.position(offset.saturating_sub(self.skipped))
    }

    /// The line that `offset` of the source is on.
    fn line_of(&self, offset: usize) -> usize {
        self.position(offset).line
    }

    fn are_near(&self, one: usize, other: usize) -> bool {
        match self.line_of(one).abs_diff(self.line_of(other)) {
            0 => one.abs_diff(other) <= NEAR_BYTES,
            lines => lines <= NEAR_LINES,
        }
    }

    /// What is shown for the marks: the lines around them, or only their places if a line is too long to be read. No
    /// other lines are handed over, so that a large file with many findings stays quick.
    fn shown<'m>(&'m self, marks: &[Mark<'m>]) -> Vec<Element<'m>> {
        let lines = || {
            marks
                .iter()
                .flat_map(|(_, span, _)| [self.line_of(span.start), self.line_of(span.end)])
        };
        let first = lines().min().unwrap_or(1);
        let last = lines().max().unwrap_or(1);
        let length = |line| self.lines.line_start(line + 1) - self.lines.line_start(line);
        if lines().any(|line| length(line) > self.longest_line) {
            return marks.iter().flat_map(|mark| self.place(mark)).collect();
        }
        let around = first.saturating_sub(CONTEXT_LINES).max(1);
        let first = if length(around) > self.longest_line {
            first
        } else {
            around
        };
        let last = if length(last + CONTEXT_LINES) > self.longest_line {
            last
        } else {
            last + CONTEXT_LINES
        };
        vec![self.snippet(marks, first, last).into()]
    }

    /// The place of a mark, and what is said of it.
    fn place<'m>(&'m self, (_, span, label): &Mark<'m>) -> impl Iterator<Item = Element<'m>> + use<'m> {
        let position = self.position(span.start);
        let origin = Origin::path(self.name)
            .line(position.line)
            .char_column(position.column);
        let label = label.map(|label| Level::NOTE.message(label).into());
        [origin.into()].into_iter().chain(label)
    }

    fn snippet<'m>(&'m self, marks: &[Mark<'m>], first: usize, last: usize) -> Snippet<'m, Annotation<'m>> {
        let from = self.lines.line_start(first);
        let to = self.lines.line_start(last + 1);
        let range = |span: Span| {
            let within = |offset: usize| offset.saturating_sub(self.skipped).clamp(from, to) - from;
            within(span.start)..within(span.end)
        };
        let first_hidden = self
            .hidden
            .partition_point(|span| span.end <= from + self.skipped);
        let hidden: Vec<_> = self.hidden[first_hidden..]
            .iter()
            .take_while(|span| span.start < to + self.skipped)
            .map(|span| range(*span))
            .collect();
        Snippet::source(masked(&self.text[from..to], &hidden))
            .line_start(first)
            .path(self.name)
            .annotations(marks.iter().map(|(kind, span, label)| {
                let annotation = kind.span(range(*span));
                match label {
                    Some(label) => annotation.label(*label),
                    None => annotation,
                }
            }))
    }
}

/// `text` with what is in `hidden`, in order, made unreadable. Line ends stay, and so do all places.
pub(super) fn masked(text: &str, hidden: &[Range<usize>]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for range in hidden {
        shown.push_str(&text[done..range.start]);
        for character in text[range.clone()].chars() {
            match character {
                '\r' | '\n' => shown.push(character),
                _ => shown.extend(std::iter::repeat_n('*', character.len_utf8())),
            }
        }
        done = range.end;
    }
    shown.push_str(&text[done..]);
    shown
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
    let because = change.cause.as_deref().unwrap_or("a value is not known here");
    let possibly = format!("may be replaced: {because}");
    let what = match (change.outcome, change.possible) {
        (Outcome::Replaced, _) if change.death == Death::Never => "KEY REPLACED: a new secret",
        (Outcome::Replaced, _) => "KEY REPLACED: a new secret, every consumer of the old one breaks",
        (_, Outcome::Replaced) => &possibly,
        (Outcome::Created, _) => "created",
        (Outcome::Deleted, _) if change.death == Death::Never => "no longer managed",
        (Outcome::Deleted, _) => "deleted",
        (Outcome::Updated, _) => "updated in place, the secret stays",
        (_, Outcome::Created) => "may be created: how many keys there are is not known here",
        (_, Outcome::Deleted) => "may be deleted: how many keys there are is not known here",
        (Outcome::Unchanged, Outcome::Unchanged) => "renamed, the key stays as it is",
        (Outcome::Unchanged, _) => "may be updated in place: a value is not known here",
    };
    let _ = writeln!(out, "{resource}: {what}");
    if let (Outcome::Replaced, Some(cause)) = (change.outcome, &change.cause) {
        let _ = writeln!(out, "  because {cause}");
    }
    if let Some(former) = &change.former {
        let _ = writeln!(out, "  it was called {}", shortened(former));
    }
    if let Some(when) = change.old_key_dies() {
        let _ = writeln!(out, "  {}", death(when));
    }
    for field in &change.fields {
        let _ = writeln!(out, "  {}", field_change(field));
    }
}

fn death(death: Death) -> &'static str {
    match death {
        Death::First => "the old key dies before the new one exists: nobody has access in between",
        Death::After => "the old key dies right after the new one exists",
        Death::Never => "the old key lives on, with its secret, until somebody deletes it",
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
    if summary.suppressed > 0 {
        let _ = write!(out, "; {} allowed by comments", summary.suppressed);
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{Options, check as checked};

    #[test]
    fn of_a_line_that_is_too_long_the_places_are_told() {
        let keys: Vec<_> = ["active", "of", "active"]
            .iter()
            .map(|status| format!("{{\"name\": \"{}\", \"status\": \"{status}\", \"rebac\": {{\"company_roles\": [\"r\"]}}}}", "ä".repeat(2_000)))
            .collect();
        let text = format!("[{}]\n", keys.join(", "));
        let sources = [Source::new("keys.descope-key.json", text.as_bytes())];
        let report = checked(&sources, &Options::default());
        let shown = super::check(&report, &sources, false);
        let column = text[..text.find("\"of\"").unwrap()].chars().count() + 1;
        let fault =
            format!("error[unknown-status]: `of` is not a status\n--> keys.descope-key.json:1:{column}\n");
        assert!(shown.contains(&fault), "{shown}");
        let twice = shown.split("warning[duplicate-name]").nth(1).unwrap();
        assert!(twice.contains("keys.descope-key.json:1:11\n"), "{shown}");
        assert!(twice.contains("note: it is named here"), "{shown}");
        assert!(shown.lines().all(|line| line.len() < LONGEST_LINE), "{shown}");
    }
}
