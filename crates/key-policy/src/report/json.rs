//! JSON, version 1: a contract with its own types, apart from the ones the rules use.

use serde::Serialize;

use super::Report;
use crate::change::{ChangeKind, Death, FieldChange, KeyChange};
use crate::document::Source;
use crate::fields::Effect;
use crate::finding::{Finding, Fix, Safety};
use crate::span::{LineIndex, Span};

/// The report of a check or of a comparison.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Report"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Report"))]
pub struct JsonReport<'a> {
    /// The version of this format: 1.
    pub version: u8,
    /// The findings, by file, place and rule; those of a comparison are about the new version, and at last about what
    /// cannot be read of the old one.
    pub findings: Vec<JsonFinding<'a>>,
    /// What becomes of each key, as far as two versions are known: those of a comparison, or those that a plan or a
    /// preview tells.
    pub changes: Vec<JsonChange<'a>>,
    /// The counts; those of a comparison are of the new version.
    pub summary: JsonSummary,
}

/// One finding.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Finding"))]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Finding")
)]
pub struct JsonFinding<'a> {
    /// The id of the rule.
    pub rule: &'a str,
    /// `error`, `warning` or `note`.
    #[cfg_attr(feature = "typescript", ts(type = "\"error\" | \"warning\" | \"note\""))]
    pub severity: &'a str,
    /// One short phrase that stands alone.
    pub message: &'a str,
    /// The file, as the caller named it.
    pub file: &'a str,
    /// The address of the resource; empty if the finding is about the file.
    pub resource: &'a str,
    /// Where in the declaration, in the document's own names.
    pub path: String,
    /// Where it begins.
    pub start: JsonPosition,
    /// Where it ends; this place does not belong to it.
    pub end: JsonPosition,
    /// Other places that explain it.
    pub related: Vec<JsonRelated<'a>>,
    /// What to do, if there is more to say than the message does.
    pub help: Option<&'a str>,
    /// Edits that mend it.
    pub fixes: Vec<JsonFix<'a>>,
}

/// A place in a file.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Position"))]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Position")
)]
pub struct JsonPosition {
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode scalar values, from 1.
    pub column: usize,
    /// Offset in UTF-8 bytes, from 0.
    pub offset: usize,
    /// Offset in UTF-16 code units, from 0; only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "usize"))]
    pub utf16: Option<usize>,
}

/// A place that explains a finding.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Related"))]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Related")
)]
pub struct JsonRelated<'a> {
    /// What is there.
    pub message: &'a str,
    /// The file, as the caller named it.
    pub file: &'a str,
    /// Where it begins.
    pub start: JsonPosition,
    /// Where it ends.
    pub end: JsonPosition,
}

/// Edits that mend a finding.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Fix"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Fix"))]
pub struct JsonFix<'a> {
    /// What it does.
    pub title: &'a str,
    /// `safe` if it keeps what the author meant, `unsafe` if it must be read first.
    #[cfg_attr(feature = "typescript", ts(type = "\"safe\" | \"unsafe\""))]
    pub safety: &'a str,
    /// The edits, which do not overlap.
    pub edits: Vec<JsonEdit<'a>>,
}

/// Text to put in the place of other text.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Edit"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Edit"))]
pub struct JsonEdit<'a> {
    /// Where the old text begins.
    pub start: JsonPosition,
    /// Where the old text ends.
    pub end: JsonPosition,
    /// The new text.
    pub text: &'a str,
}

/// What becomes of one key.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "KeyChange"))]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "KeyChange")
)]
pub struct JsonChange<'a> {
    /// The address of the resource.
    pub resource: &'a str,
    /// The address that it had before, if that was another.
    pub former_resource: Option<&'a str>,
    /// What becomes of the key for certain.
    #[cfg_attr(
        feature = "typescript",
        ts(type = "\"none\" | \"update\" | \"create\" | \"delete\" | \"replace\"")
    )]
    pub effect: &'a str,
    /// What may become of it if the unknown values turn out to differ.
    #[cfg_attr(
        feature = "typescript",
        ts(type = "\"none\" | \"update\" | \"create\" | \"delete\" | \"replace\"")
    )]
    pub possible_effect: &'a str,
    /// If the key is let go of, or is or may be replaced: whether the old one, and its secret, die before or after the
    /// new one exists, or never.
    #[cfg_attr(
        feature = "typescript",
        ts(type = "\"before\" | \"after\" | \"never\" | null")
    )]
    pub old_key_dies: Option<&'a str>,
    /// What differs; empty for a key that is new, gone or unchanged.
    pub fields: Vec<JsonFieldChange<'a>>,
}

/// One difference between two versions of a key.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "FieldChange"))]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "FieldChange")
)]
pub struct JsonFieldChange<'a> {
    /// Where, in the names of the new version.
    pub path: String,
    /// How it differs.
    #[cfg_attr(feature = "typescript", ts(type = "\"added\" | \"removed\" | \"modified\""))]
    pub change: &'a str,
    /// What the difference does to the key.
    #[cfg_attr(feature = "typescript", ts(type = "\"update\" | \"replace\""))]
    pub effect: &'a str,
    /// Whether it differs for certain.
    pub certain: bool,
    /// The old value, for people to read.
    pub old: Option<&'a str>,
    /// The new value, for people to read.
    pub new: Option<&'a str>,
}

/// How much was read and found.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Summary"))]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Summary")
)]
pub struct JsonSummary {
    /// Texts read.
    pub files: usize,
    /// Keys that they declare.
    pub keys: usize,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are notes.
    pub notes: usize,
    /// Findings that comments allow, which are not listed.
    pub suppressed: usize,
    /// Values of those keys that cannot be known from the texts.
    pub unknown_values: usize,
}

/// Builds the JSON form of a report on `sources`, with UTF-16 offsets if `utf16` is set. Of a comparison, the sources are
/// those of the new version, and then those of the old one.
pub fn report<'a>(report: &'a Report, sources: &'a [Source<'a>], utf16: bool) -> JsonReport<'a> {
    let places = Places::new(sources, utf16);
    JsonReport {
        version: 1,
        findings: findings(report, &places),
        changes: report.changes.iter().map(change).collect(),
        summary: summary(report),
    }
}

/// The text of a JSON form: indented, with a line end.
pub fn text(value: &impl Serialize) -> String {
    // Only maps with keys that are no texts, or a failing `Serialize`, make this fail; these types have neither.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// Positions in each source.
pub(crate) struct Places<'a> {
    sources: &'a [Source<'a>],
    lines: Vec<(LineIndex<'a>, usize)>,
    utf16: bool,
}

impl<'a> Places<'a> {
    pub(crate) fn new(sources: &'a [Source<'a>], utf16: bool) -> Self {
        let lines = sources.iter().map(|source| source.lines()).collect();
        Self {
            sources,
            lines,
            utf16,
        }
    }

    fn position(&self, source: usize, offset: usize) -> JsonPosition {
        let (lines, skipped) = &self.lines[source];
        let position = lines.position(offset.saturating_sub(*skipped));
        JsonPosition {
            line: position.line,
            column: position.column,
            offset: position.offset + skipped,
            utf16: self.utf16.then_some(position.utf16 + usize::from(*skipped > 0)),
        }
    }

    /// What the caller calls the source.
    pub(crate) fn name(&self, source: usize) -> &'a str {
        self.sources[source].name
    }

    pub(crate) fn range(&self, source: usize, span: Span) -> (JsonPosition, JsonPosition) {
        (self.position(source, span.start), self.position(source, span.end))
    }
}

pub(crate) fn findings<'a>(report: &'a Report, places: &Places<'a>) -> Vec<JsonFinding<'a>> {
    report
        .findings
        .iter()
        .map(|finding| json_finding(finding, places))
        .collect()
}

fn json_finding<'a>(finding: &'a Finding, places: &Places<'a>) -> JsonFinding<'a> {
    let file = places.name(finding.source);
    let (start, end) = places.range(finding.source, finding.span);
    JsonFinding {
        rule: finding.rule,
        severity: finding.severity.name(),
        message: &finding.message,
        file,
        resource: &finding.resource,
        path: finding.path.to_string(),
        start,
        end,
        related: finding
            .related
            .iter()
            .map(|related| {
                let (start, end) = places.range(related.place.source, related.place.span);
                JsonRelated {
                    message: &related.message,
                    file: places.name(related.place.source),
                    start,
                    end,
                }
            })
            .collect(),
        help: finding.help.as_deref(),
        fixes: finding
            .fixes
            .iter()
            .map(|fix| json_fix(fix, finding.source, places))
            .collect(),
    }
}

fn json_fix<'a>(fix: &'a Fix, source: usize, places: &Places<'a>) -> JsonFix<'a> {
    JsonFix {
        title: &fix.title,
        safety: match fix.safety {
            Safety::Safe => "safe",
            Safety::Unsafe => "unsafe",
        },
        edits: fix
            .edits
            .iter()
            .map(|edit| {
                let (start, end) = places.range(source, edit.span);
                JsonEdit {
                    start,
                    end,
                    text: &edit.text,
                }
            })
            .collect(),
    }
}

fn change(change: &KeyChange) -> JsonChange<'_> {
    JsonChange {
        resource: &change.resource,
        former_resource: change.former.as_deref(),
        effect: change.outcome.name(),
        possible_effect: change.possible.name(),
        old_key_dies: change.old_key_dies().map(Death::name),
        fields: change.fields.iter().map(field_change).collect(),
    }
}

fn field_change(change: &FieldChange) -> JsonFieldChange<'_> {
    JsonFieldChange {
        path: change.path.to_string(),
        change: match change.kind {
            ChangeKind::Added => "added",
            ChangeKind::Removed => "removed",
            ChangeKind::Modified => "modified",
        },
        effect: match change.effect {
            Effect::Update => "update",
            Effect::Replace => "replace",
        },
        certain: change.certain,
        old: change.old.as_deref(),
        new: change.new.as_deref(),
    }
}

fn summary(report: &Report) -> JsonSummary {
    let summary = report.summary;
    JsonSummary {
        files: summary.files,
        keys: summary.keys,
        errors: summary.errors,
        warnings: summary.warnings,
        notes: summary.notes,
        suppressed: summary.suppressed,
        unknown_values: summary.unknown_values,
    }
}
