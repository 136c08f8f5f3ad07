//! Places lie inside the text they are about, on the borders of characters.

use key_policy::span::{LineIndex, Place, Span};
use key_policy::{Finding, Report, Source};

/// Holds every place of a report against the texts that it is about.
pub(crate) fn check(report: &Report, sources: &[Source<'_>]) {
    // A text of many findings is indexed once.
    let texts: Vec<_> = sources.iter().map(|source| Text::new(source.bytes)).collect();
    for finding in &report.findings {
        for place in places(finding) {
            texts[place.source].holds(place.span, finding);
        }
        for fix in &finding.fixes {
            let mut edits: Vec<_> = fix.edits.iter().map(|edit| edit.span).collect();
            edits.sort();
            assert!(
                edits.windows(2).all(|pair| pair[0].end <= pair[1].start),
                "edits overlap: {finding:?}"
            );
        }
    }
    for (source, span) in &report.hidden {
        texts[*source].holds(*span, span);
    }
}

/// Every place that a finding names or changes.
fn places(finding: &Finding) -> Vec<Place> {
    let own = |span| Place {
        source: finding.source,
        span,
    };
    let related = finding.related.iter().map(|related| related.place);
    let edits = finding.fixes.iter().flat_map(|fix| &fix.edits);
    [own(finding.span)]
        .into_iter()
        .chain(related)
        .chain(edits.map(|edit| own(edit.span)))
        .collect()
}

struct Text<'a> {
    /// As much as is UTF-8.
    text: &'a str,
    lines: LineIndex<'a>,
}

impl<'a> Text<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let text = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        Self {
            text,
            lines: LineIndex::new(text),
        }
    }

    fn holds(&self, span: Span, about: &dyn std::fmt::Debug) {
        assert!(
            self.text.get(span.range()).is_some(),
            "{span:?} is no part of the text: {about:?}"
        );
        for offset in [span.start, span.end] {
            let position = self.lines.position(offset);
            assert_eq!(position.offset, offset, "{about:?}");
            let line = self.lines.line_start(position.line);
            let column = self.text[line..offset].chars().count() + 1;
            assert_eq!(position.column, column, "{about:?}");
            assert!(!self.text[line..offset].contains('\n'), "{about:?}");
        }
    }
}
