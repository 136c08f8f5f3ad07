//! Fixes applied: from findings to edits, and from edits to a new text.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::document::Source;
use crate::finding::{Edit, Finding, Fix, Safety, Severity};
use crate::pipeline::{Options, check};
use crate::report::Report;
use crate::span::Span;

/// Fixing one thing can make another fixable; no text needs more rounds than this.
const MOST_ROUNDS: usize = 10;

/// Applies the fixes that keep at least the promise `safety` to every checked source until none is left. Returns the
/// new texts of those sources that changed, by their index.
///
/// A fix that would bring another fault to light, such as a name that then conflicts, is left to a person. One that brings
/// to light what can be fixed in its turn is applied, if all is well in the end.
pub fn fixed(sources: &[Source<'_>], options: &Options, safety: Safety) -> Vec<(usize, String)> {
    let written: Vec<Cow<'_, str>> = sources.iter().map(|source| source.written().into()).collect();
    let checked = |texts: &[Cow<'_, str>]| check(&with_texts(sources, texts), options);
    let before = checked(&written);
    let mended = in_rounds(&written, safety, &checked, is_worse_in_the_end);
    let texts = if is_worse(&before, &checked(&mended)) {
        in_rounds(&written, safety, &checked, |before, after, _| {
            is_worse(before, after)
        })
    } else {
        mended
    };
    let numbered = texts.into_iter().enumerate();
    numbered
        .filter(|(index, text)| text.as_bytes() != sources[*index].bytes && !text.is_empty())
        .map(|(index, text)| (index, text.into_owned()))
        .collect()
}

/// Applies fixes to `texts` round by round, but for those that do harm as `is_harm` has it.
fn in_rounds<'t>(
    texts: &[Cow<'t, str>],
    safety: Safety,
    checked: &dyn Fn(&[Cow<'_, str>]) -> Report,
    is_harm: fn(&Report, &Report, Safety) -> bool,
) -> Vec<Cow<'t, str>> {
    let mut texts = texts.to_vec();
    for _ in 0..MOST_ROUNDS {
        let report = checked(&texts);
        let next = |edits: &[&[Placed]]| {
            let texts = applied_to(&texts, edits);
            (!is_harm(&report, &checked(&texts), safety)).then_some(texts)
        };
        let fixes = compatible(&report.findings, safety);
        let fixes: Vec<_> = fixes.iter().map(Vec::as_slice).collect();
        let mended = next(&fixes).or_else(|| {
            let good = harmless(&fixes, &|fixes| next(fixes).is_some());
            next(&good).or_else(|| next(good.get(..1)?))
        });
        match mended {
            Some(mended) if mended != texts => texts = mended,
            _ => break,
        }
    }
    texts
}

/// An edit, and the index of its source.
type Placed = (usize, Edit);

/// Those of `fixes` without the ones that do harm: few do, so they are searched for by halves.
fn harmless<'f>(fixes: &[&'f [Placed]], are_harmless: &dyn Fn(&[&'f [Placed]]) -> bool) -> Vec<&'f [Placed]> {
    if are_harmless(fixes) {
        return fixes.to_vec();
    }
    if fixes.len() < 2 {
        return Vec::new();
    }
    let (first, second) = fixes.split_at(fixes.len() / 2);
    let mut good = harmless(first, are_harmless);
    good.extend(harmless(second, are_harmless));
    good
}

fn with_texts<'t>(sources: &[Source<'t>], texts: &'t [Cow<'_, str>]) -> Vec<Source<'t>> {
    let both = sources.iter().zip(texts);
    both.map(|(source, text)| Source {
        // What is not UTF-8 has no text, and no fixes either.
        bytes: if text.is_empty() {
            source.bytes
        } else {
            text.as_bytes()
        },
        ..*source
    })
    .collect()
}

fn applied_to<'t>(texts: &[Cow<'t, str>], fixes: &[&[Placed]]) -> Vec<Cow<'t, str>> {
    let apply = |(index, text): (usize, &Cow<'t, str>)| {
        let edits = fixes.iter().copied().flatten();
        let edits: Vec<_> = edits
            .filter(|(source, _)| *source == index)
            .map(|(_, edit)| edit.clone())
            .collect();
        match edits.as_slice() {
            [] => text.clone(),
            edits => applied(text, edits).into(),
        }
    };
    texts.iter().enumerate().map(apply).collect()
}

/// Whether some rule has more to say than before about a source, or about a key in it, notes apart: what is mended can
/// be judged.
fn is_worse(before: &Report, after: &Report) -> bool {
    has_more(&before.findings, &after.findings, |_| true)
}

/// The same, but for what can be fixed in its turn.
fn is_worse_in_the_end(before: &Report, after: &Report, safety: Safety) -> bool {
    has_more(&before.findings, &after.findings, |finding| {
        good_fix(finding, safety).is_none()
    })
}

/// Whether a rule has more findings than before among those of which `counts` holds.
fn has_more(before: &[Finding], after: &[Finding], counts: impl Fn(&Finding) -> bool) -> bool {
    let key = |finding: &Finding| (finding.source, finding.resource.clone());
    // A plain key has another address once its name is mended; then only all of the source can be compared.
    let known: BTreeSet<_> = before.iter().map(key).collect();
    let count = |findings: &mut dyn Iterator<Item = &Finding>| {
        let mut counts: BTreeMap<_, usize> = BTreeMap::new();
        for finding in findings.filter(|finding| finding.severity > Severity::Note) {
            *counts.entry((finding.rule, finding.source, None)).or_default() += 1;
            if let Some((source, resource)) = Some(key(finding)).filter(|key| known.contains(key)) {
                *counts.entry((finding.rule, source, Some(resource))).or_default() += 1;
            }
        }
        counts
    };
    let before = count(&mut before.iter());
    count(&mut after.iter().filter(|finding| counts(finding)))
        .into_iter()
        .any(|(fault, count)| count > before.get(&fault).copied().unwrap_or_default())
}

/// The first fix of a finding that keeps at least the promise `safety`.
fn good_fix(finding: &Finding, safety: Safety) -> Option<&Fix> {
    let mut fixes = finding.fixes.iter();
    fixes.find(|fix| fix.safety == Safety::Safe || safety == Safety::Unsafe)
}

/// The edits of the first good fix of each finding, as far as they do not touch those of an earlier one.
fn compatible(findings: &[Finding], safety: Safety) -> Vec<Vec<Placed>> {
    let mut fixes = Vec::new();
    // Where edits of each source begin and end; no two touch, so that only the last one before another can touch it.
    let mut taken: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for finding in findings {
        let Some(fix) = good_fix(finding, safety) else {
            continue;
        };
        let source = finding.source;
        let touches = |edit: &Edit| {
            let mut before = taken.range((source, 0)..=(source, edit.span.end));
            before.next_back().is_some_and(|(_, end)| edit.span.start <= *end)
        };
        if !fix.edits.iter().any(touches) {
            taken.extend(
                fix.edits
                    .iter()
                    .map(|edit| ((source, edit.span.start), edit.span.end)),
            );
            let edits: Vec<Placed> = fix.edits.iter().map(|edit| (source, edit.clone())).collect();
            fixes.push(edits);
        }
    }
    fixes
}

/// The difference between two versions of the file `name`, as `diff -u` and `git apply` have it.
pub fn unified(name: &str, old: &str, new: &str) -> String {
    similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string()
}

/// `text` with `edits`, which do not overlap.
pub fn applied(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<_> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        result.push_str(text.get(done..edit.span.start).unwrap_or_default());
        result.push_str(&edit.text);
        done = edit.span.end;
    }
    result.push_str(text.get(done..).unwrap_or_default());
    result
}

/// `new` in the quotes that the text at `span` has; nothing if what stands there is more than one plain or quoted word.
pub(crate) fn requoted(text: &str, span: Span, new: &str) -> Option<Edit> {
    let written = text.get(span.range())?;
    let quote = written
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\'') && written.len() > 1 && written.ends_with(*quote));
    let text = match quote {
        Some(quote) => format!("{quote}{new}{quote}"),
        None if written
            .chars()
            .all(|c| c.is_alphanumeric() || "._-:/+".contains(c)) =>
        {
            new.to_owned()
        }
        None => return None,
    };
    Some(Edit { span, text })
}

/// What a collection is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A value in a list.
    Element,
    /// A name and its value in an object.
    Member,
}

/// Takes out the part of a collection that stands at `span`, with the comma or the line that it had for itself, and with
/// the comment behind it. Nothing if what stands around it is not understood, or if a comment above it would then seem
/// to be about the part below.
///
/// `is_bracketed` tells whether the collection is written in brackets: in one that is not, a comma belongs to a value.
pub(crate) fn removal(text: &str, span: Span, part: Part, is_bracketed: bool) -> Option<Edit> {
    let before = text.get(..span.start)?;
    let after = text.get(span.end..)?;
    let own_line = line(text, span.start);
    let lead = text.get(own_line.start..span.start)?;
    let tail_end = span.end + after.find('\n').map_or(after.len(), |at| at + 1);
    let tail = text.get(span.end..tail_end)?;
    let remove = |start, end| {
        Some(Edit {
            span: Span { start, end },
            text: String::new(),
        })
    };
    let remove_lines = || {
        let above = line(text, own_line.start.saturating_sub(1));
        let is_commented = above.end <= own_line.start && is_comment(&text[above.range()]);
        (!is_commented)
            .then(|| remove(own_line.start, tail_end))
            .flatten()
    };

    if is_bracketed && let Some(rest) = after.trim_start().strip_prefix(',') {
        let end = text.len() - rest.len();
        let rest_of_line = text.get(end..tail_end.max(end))?;
        // A line of its own goes as a whole.
        return if lead.trim().is_empty() && end <= tail_end && is_blank_or_comment(rest_of_line) {
            remove_lines()
        } else {
            let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            remove(span.start, end + spaces)
        };
    }
    if is_bracketed && let Some(rest) = before.trim_end().strip_suffix(',') {
        let end = match is_comment(tail) {
            true => span.end + tail.trim_end_matches(['\n', '\r']).len(),
            false => span.end,
        };
        return remove(rest.len(), end);
    }
    if is_bracketed && after.trim_start().starts_with([']', '}']) && before.trim_end().ends_with(['[', '{']) {
        return remove(span.start, span.end);
    }
    // An element of a block list, or a member of a block: whole lines. The first member of an object in a block list
    // shares its line with the marker of the list.
    let marker = match part {
        Part::Element => "-",
        Part::Member => "",
    };
    (lead.trim() == marker && is_blank_or_comment(tail))
        .then(remove_lines)
        .flatten()
}

fn is_blank_or_comment(text: &str) -> bool {
    text.trim().is_empty() || is_comment(text)
}

fn is_comment(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('#') || text.starts_with("//")
}

/// Takes out a comment with the line that it stands on alone, or with the spaces before it.
pub(crate) fn without_comment(text: &str, span: Span) -> Edit {
    let line = line(text, span.start);
    let lead = text.get(line.start..span.start).unwrap_or_default();
    let span = if lead.trim().is_empty() && span.end <= line.end {
        line
    } else {
        Span {
            start: line.start + lead.trim_end().len(),
            end: span.end,
        }
    };
    Edit {
        span,
        text: String::new(),
    }
}

/// The line that `offset` is on, with its end, and without the byte order mark of the text.
pub(crate) fn line(text: &str, offset: usize) -> Span {
    let offset = offset.min(text.len());
    let bytes = text.as_bytes();
    let first = text.len() - text.trim_start_matches('\u{feff}').len();
    let start = bytes[..offset]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(first.min(offset), |at| at + 1);
    let end = bytes[offset..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(text.len(), |at| offset + at + 1);
    Span { start, end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, part: &str) -> Option<String> {
        let start = text.rfind(part).unwrap();
        let kind = if part.contains(['=', ':']) {
            Part::Member
        } else {
            Part::Element
        };
        let span = Span {
            start,
            end: start + part.len(),
        };
        let is_bracketed = text.starts_with(['[', '{']);
        Some(applied(text, &[removal(text, span, kind, is_bracketed)?]))
    }

    #[test]
    fn an_element_goes_with_its_comma_or_its_line() {
        for (text, part, left) in [
            (r#"["a", "b", "c"]"#, r#""b""#, r#"["a", "c"]"#),
            (r#"["a", "b"]"#, r#""b""#, r#"["a"]"#),
            (r#"["a"]"#, r#""a""#, "[]"),
            (
                "[\n  \"a\",\n  \"b\", # why\n  \"c\",\n]",
                "\"b\"",
                "[\n  \"a\",\n  \"c\",\n]",
            ),
            ("[\n  \"a\",\n  \"b\"\n]", "\"b\"", "[\n  \"a\"\n]"),
            ("x:\n  - a\n  - b # why\n  - c\n", "b", "x:\n  - a\n  - c\n"),
            ("x:\n  - a\n  - b", "b", "x:\n  - a\n"),
            ("{\n  id = 1\n  name = 2\n}\n", "id = 1", "{\n  name = 2\n}\n"),
            ("[a, b]", "b", "[a]"),
            ("[\n  1,\n  2 # two\n  ]", "2", "[\n  1\n  ]"),
            ("a: one, two,\nid: 1\n", "id: 1", "a: one, two,\n"),
        ] {
            assert_eq!(without(text, part).as_deref(), Some(left), "{text}");
        }
        // A comment stands between the element and the comma before it.
        assert_eq!(without("[\n  1, # one\n  2 # two\n  ]", "2 "), None);
        assert_eq!(without("- a: 1\n  b: 2\n", "a: 1"), None);
        // A comment above it is about it, or about what follows too.
        assert_eq!(without("- 1\n# two\n- 2\n- 3\n", "2"), None);
        assert_eq!(without("[\n  1,\n  # two\n  2,\n  3,\n]", "2"), None);
    }

    #[test]
    fn quotes_stay_as_they_were() {
        let edit = |text: &str| {
            let span = Span {
                start: 0,
                end: text.len(),
            };
            requoted(text, span, "new").map(|edit| edit.text)
        };
        assert_eq!(edit("\"old\"").as_deref(), Some("\"new\""));
        assert_eq!(edit("'old'").as_deref(), Some("'new'"));
        assert_eq!(edit("old").as_deref(), Some("new"));
        assert_eq!(edit("<<EOT\nold\nEOT"), None);
        assert_eq!(edit("*alias"), None);
    }

    #[test]
    fn a_comment_goes_with_its_line_or_its_spaces() {
        let text = "a = 1 # c\n  # d\nb = 2\n";
        let span = |part: &str| {
            let start = text.find(part).unwrap();
            let end = start + part.len();
            without_comment(text, Span { start, end }).span
        };
        assert_eq!(&text[span("# c").range()], " # c");
        assert_eq!(&text[span("# d").range()], "  # d\n");
    }
}
