//! Places lie inside the text they are about, on the borders of characters.

use key_policy::document::read;
use key_policy::path::Segment;
use key_policy::span::{LineIndex, Place, Span};
use key_policy::{Content, Finding, Inputs, Report, Source};

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

/// Holds what stands at the place of each finding against what the finding is about: the name of a field, a value that is
/// written out, or the name of a key.
pub(crate) fn name_what_they_are_about(report: &Report, source: Source<'_>) {
    let text = std::str::from_utf8(source.bytes).expect("the text was made by a test");
    let keys = read(&[source], &Inputs::default()).remove(0).declarations;
    for finding in &report.findings {
        let Some(key) = keys.iter().find(|key| key.resource == finding.resource) else {
            continue;
        };
        let written = unquoted(&text[finding.span.range()]);
        // A member that is there twice has two values.
        let mut values = vec![&key.properties];
        let mut names = Vec::new();
        for segment in finding.path.segments() {
            values = match segment {
                Segment::Key(name) => {
                    names.push(name.as_ref());
                    let entries = values.iter().filter_map(|value| value.as_object()).flatten();
                    let called = entries.filter(|entry| entry.key == *name);
                    called.map(|entry| &entry.value).collect()
                }
                Segment::Index(index) => {
                    let lists = values.iter().filter_map(|value| value.as_list());
                    lists.filter_map(|items| items.get(*index)).collect()
                }
            };
        }
        let is_value = values.iter().any(|value| match &value.content {
            Content::String(text) => unquoted(text) == written,
            Content::Number(number) => number.to_string() == written,
            // The whole of a collection, or a word for something that is not known.
            _ => true,
        });
        // A field that is missing, or of which another is to be kept, is told at what it stands in.
        let is_name = names.iter().rev().take(2).any(|name| *name == written);
        assert!(
            is_value || is_name || finding.path.is_root(),
            "`{written}` is no place for {finding:?} in\n{text}"
        );
    }
}

/// A text as it is written in any format, without its quotes.
fn unquoted(written: &str) -> String {
    let text = written.replace("\\\"", "\"").replace("''", "'");
    text.trim_matches(['"', '\'']).to_owned()
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
