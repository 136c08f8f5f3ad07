//! Reports: what the pipeline returns, and one file for each format it can be written in.

pub mod human;
pub mod json;

use crate::change::KeyChange;
use crate::document::Kind;
use crate::finding::{Finding, Severity};
use crate::span::Span;

/// What was found in a set of texts.
///
/// Of a comparison, the sources of the old version are numbered behind those of the new one.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The findings, by the name of the file, the place and the rule; those about the old version come last.
    pub findings: Vec<Finding>,
    /// What becomes of each key, unchanged ones included, as far as two versions are known: those of a comparison, by
    /// folder and address, and those that a plan or preview tells.
    pub changes: Vec<KeyChange>,
    /// The counts.
    pub summary: Summary,
    /// How each source was read; nothing if it could not be.
    pub kinds: Vec<Option<Kind>>,
    /// The places, by source, of values that must not be shown, not even in the lines around a finding.
    pub hidden: Vec<(usize, Span)>,
}

/// How much was read and found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
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
    /// Findings that comments allow.
    pub suppressed: usize,
    /// Values that cannot be known from the texts: of those keys, and those that tell how many keys there are.
    pub unknown_values: usize,
}

impl Report {
    /// The report of a comparison, whose old version has the report `old`.
    pub(crate) fn with_old(mut self, old: Report) -> Self {
        let first = self.kinds.len();
        self.findings.extend(old.findings.into_iter().map(|mut finding| {
            finding.source += first;
            for related in &mut finding.related {
                related.place.source += first;
            }
            finding
        }));
        self.hidden.extend(
            old.hidden
                .into_iter()
                .map(|(source, span)| (source + first, span)),
        );
        self.kinds.extend(old.kinds);
        self.summary.errors += old.summary.errors;
        self.summary.warnings += old.summary.warnings;
        self.summary.notes += old.summary.notes;
        self
    }

    /// `text`, which is that of the source at `index`, with what must not be shown made unreadable.
    pub(crate) fn masked(&self, index: usize, text: &str) -> String {
        let ranges: Vec<_> = self.hidden_in(index).into_iter().map(Span::range).collect();
        human::masked(text, &ranges)
    }

    /// The places of what must not be shown in the source at `index`, in order, those that overlap put together.
    fn hidden_in(&self, index: usize) -> Vec<Span> {
        let hidden = self.hidden.iter().filter(|(source, _)| *source == index);
        let mut spans: Vec<_> = hidden.map(|(_, span)| *span).collect();
        spans.sort();
        spans.dedup_by(|next, last| {
            let overlaps = next.start < last.end;
            if overlaps {
                last.end = last.end.max(next.end);
            }
            overlaps
        });
        spans
    }

    /// Whether any finding is at least as bad as `threshold`.
    pub fn reaches(&self, threshold: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity >= threshold)
    }
}
