//! Fixes applied: from findings to edits, and from edits to a new text.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::document::Source;
use crate::finding::{Edit, Finding, Fix, Safety, Severity};
use crate::pipeline::{Options, check};
use crate::span::Span;

/// Fixing one thing can make another fixable; no text needs more rounds than this.
const MOST_ROUNDS: usize = 10;
/// So often a round is tried, to find out which fixes do harm.
const MOST_TRIES: usize = 60;

/// Applies the fixes that keep at least the promise `safety` to every checked source until none is left. Returns the
/// new texts of those sources that changed, by their index.
///
/// A fix that would bring another fault to light, such as a name that then conflicts, is left to a person. One that brings
/// to light what can be fixed in its turn is applied, if all is well in the end.
pub fn fixed(sources: &[Source<'_>], options: &Options, safety: Safety) -> Vec<(usize, String)> {
    let written: Vec<Cow<'_, str>> = sources.iter().map(|source| source.written().into()).collect();
    let mend = Mend {
        safety,
        checked: &|texts| check(&with_texts(sources, texts), options).findings,
    };
    let before = (mend.checked)(&written);
    let mut texts = mend.in_rounds(&written, false);
    if !harmed(&before, &(mend.checked)(&texts), |_| true).is_empty() {
        texts = mend.in_rounds(&written, true);
    }
    let numbered = texts.into_iter().enumerate();
    numbered
        .filter(|(index, text)| text.as_bytes() != sources[*index].bytes && !text.is_empty())
        .map(|(index, text)| (index, text.into_owned()))
        .collect()
}

/// The edits of one fix, and whom it is about.
#[derive(Debug, Clone)]
struct Mending {
    owner: Owner,
    edits: Vec<Edit>,
}

/// A source, and the key in it; nothing for the source as a whole.
type Owner = (usize, Option<String>);

/// The mending of texts, of which `checked` tells the findings.
struct Mend<'c> {
    safety: Safety,
    checked: &'c dyn Fn(&[Cow<'_, str>]) -> Vec<Finding>,
}

impl Mend<'_> {
    /// Applies fixes round by round, but for those that do harm. If that is `strict`, harm is also what can be fixed in
    /// its turn.
    fn in_rounds<'t>(&self, texts: &[Cow<'t, str>], strict: bool) -> Vec<Cow<'t, str>> {
        let mut texts = texts.to_vec();
        for _ in 0..MOST_ROUNDS {
            let findings = (self.checked)(&texts);
            let fixes = compatible(&findings, self.safety);
            let harm = |fixes: &[&Mending]| {
                let after = (self.checked)(&applied_to(&texts, fixes));
                let counts = |finding: &Finding| strict || good_fix(finding, self.safety).is_none();
                harmed(&findings, &after, counts)
            };
            let mut tries = MOST_TRIES;
            let mut good = harmless(fixes.iter().collect(), &harm, &mut tries);
            if tries < MOST_TRIES - 1 && !harm(&good).is_empty() {
                // Each does no harm, but all of them together do.
                good.truncate(1);
                good.retain(|fix| harm(&[*fix]).is_empty());
            }
            let mended = applied_to(&texts, &good);
            if mended == texts {
                break;
            }
            texts = mended;
        }
        texts
    }
}

/// Those of `fixes` without the ones that do harm: few do, so they are searched for by halves, those of all keys at once.
fn harmless<'f>(
    fixes: Vec<&'f Mending>,
    harm: &dyn Fn(&[&'f Mending]) -> BTreeSet<Owner>,
    tries: &mut usize,
) -> Vec<&'f Mending> {
    let left = tries.checked_sub(1).filter(|_| !fixes.is_empty());
    let Some(left) = left else {
        return Vec::new();
    };
    *tries = left;
    let harmed = harm(&fixes);
    let is_suspect = |fix: &&Mending| {
        let (source, _) = fix.owner;
        harmed.contains(&fix.owner) || harmed.contains(&(source, None))
    };
    let (suspects, mut good): (Vec<_>, Vec<_>) = fixes.into_iter().partition(is_suspect);
    let mut halves = [Vec::new(), Vec::new()];
    let mut by_owner: BTreeMap<&Owner, Vec<&Mending>> = BTreeMap::new();
    for fix in suspects {
        by_owner.entry(&fix.owner).or_default().push(fix);
    }
    for mut fixes in by_owner.into_values().filter(|fixes| fixes.len() > 1) {
        halves[1].extend(fixes.split_off(fixes.len() / 2));
        halves[0].append(&mut fixes);
    }
    for half in halves {
        good.extend(harmless(half, harm, tries));
    }
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

fn applied_to<'t>(texts: &[Cow<'t, str>], fixes: &[&Mending]) -> Vec<Cow<'t, str>> {
    let mut edits = vec![Vec::new(); texts.len()];
    for fix in fixes {
        edits[fix.owner.0].extend(fix.edits.iter().cloned());
    }
    let apply = |(text, edits): (&Cow<'t, str>, Vec<Edit>)| match edits.as_slice() {
        [] => text.clone(),
        edits => applied(text, edits).into(),
    };
    texts.iter().zip(edits).map(apply).collect()
}

/// The sources and the keys about which some rule has more to say than before, notes apart (what is mended can be judged),
/// and only among those of which `counts` holds. A source as a whole is named where no key of it is.
fn harmed(before: &[Finding], after: &[Finding], counts: impl Fn(&Finding) -> bool) -> BTreeSet<Owner> {
    let key = |finding: &Finding| (finding.source, Some(finding.resource.clone()));
    // A plain key has another address once its name is mended; then only all of the source can be compared.
    let known: BTreeSet<Owner> = before.iter().map(key).collect();
    let count = |findings: &mut dyn Iterator<Item = &Finding>| {
        let mut of_keys: BTreeMap<(&str, Owner), usize> = BTreeMap::new();
        let mut of_sources: BTreeMap<(&str, usize), usize> = BTreeMap::new();
        for finding in findings.filter(|finding| finding.severity > Severity::Note) {
            *of_sources.entry((finding.rule, finding.source)).or_default() += 1;
            let owner = key(finding);
            if known.contains(&owner) {
                *of_keys.entry((finding.rule, owner)).or_default() += 1;
            }
        }
        (of_keys, of_sources)
    };
    let (keys_before, sources_before) = count(&mut before.iter());
    let (keys, sources) = count(&mut after.iter().filter(|finding| counts(finding)));
    let more = keys
        .into_iter()
        .filter(|(key, count)| keys_before.get(key).is_none_or(|before| count > before));
    let mut harmed: BTreeSet<Owner> = more.map(|((_, owner), _)| owner).collect();
    for ((rule, source), count) in sources {
        let is_more = sources_before
            .get(&(rule, source))
            .is_none_or(|before| count > *before);
        if is_more && !harmed.iter().any(|(harmed, _)| *harmed == source) {
            harmed.insert((source, None));
        }
    }
    harmed
}

/// The first fix of a finding that keeps at least the promise `safety`.
fn good_fix(finding: &Finding, safety: Safety) -> Option<&Fix> {
    let mut fixes = finding.fixes.iter();
    fixes.find(|fix| fix.safety == Safety::Safe || safety == Safety::Unsafe)
}

/// The first good fix of each finding, as far as its edits do not touch those of an earlier one.
fn compatible(findings: &[Finding], safety: Safety) -> Vec<Mending> {
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
            let spans = fix.edits.iter().map(|edit| edit.span);
            taken.extend(spans.map(|span| ((source, span.start), span.end)));
            fixes.push(Mending {
                owner: (source, Some(finding.resource.clone())),
                edits: fix.edits.clone(),
            });
        }
    }
    fixes
}

/// The difference that the new texts `fixed` of some of `sources` make, as `diff -u` and `git apply` have it.
///
/// No secret is shown: lines around a change that hold one are left out, and in a line that changes it is made unreadable.
pub fn patch(sources: &[Source<'_>], options: &Options, fixed: &[(usize, String)]) -> String {
    const MOST_LINES: usize = 3;
    if fixed.is_empty() {
        return String::new();
    }
    let old: Vec<Cow<'_, str>> = sources.iter().map(|source| source.written().into()).collect();
    let mut new = old.clone();
    for (index, text) in fixed {
        new[*index] = text.into();
    }
    let (old_report, new_report) = (
        check(sources, options),
        check(&with_texts(sources, &new), options),
    );
    let patches = fixed.iter().map(|&(index, _)| {
        let unified = |old: &str, new: &str, lines| {
            let name = sources[index].name;
            similar::TextDiff::from_lines(old, new)
                .unified_diff()
                .context_radius(lines)
                .header(&format!("a/{name}"), &format!("b/{name}"))
                .to_string()
        };
        let old_masked = old_report.masked(index, &old[index]);
        let new_masked = new_report.masked(index, &new[index]);
        let patch = |lines| {
            let shown = unified(&old_masked, &new_masked, lines);
            let holds_no_secret = lines == 0 || shown == unified(&old[index], &new[index], lines);
            holds_no_secret.then_some(shown)
        };
        (0..=MOST_LINES).rev().find_map(patch).unwrap_or_default()
    });
    patches.collect()
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
            .all(|c| c.is_alphanumeric() || "._-:/+".contains(c))
            && !is_block_of_text(&text[..span.start]) =>
        {
            new.to_owned()
        }
        None => return None,
    };
    Some(Edit { span, text })
}

/// Whether a block of text of YAML begins behind `before`, which ends with a line break whatever its words are.
fn is_block_of_text(before: &str) -> bool {
    let lines = before.trim_end();
    if !before[lines.len()..].contains('\n') {
        return false;
    }
    let line = lines.rsplit('\n').next().unwrap_or_default();
    let line = line.split(" #").next().unwrap_or_default().trim_end();
    let header = line.rsplit(char::is_whitespace).next().unwrap_or_default();
    header.starts_with(['|', '>']) && !header.contains('-')
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
    let remove = |start, end| {
        Some(Edit {
            span: Span { start, end },
            text: String::new(),
        })
    };
    // Lines may be long: of the one that the part stands on, no more is looked at than has to be.
    let line_end = |from: usize| from + text[from..].find('\n').map_or(text.len() - from, |at| at + 1);
    let remove_lines = |start, end| {
        let above = line(text, usize::saturating_sub(start, 1));
        let is_commented = above.end <= start && is_comment(&text[above.range()]);
        (!is_commented).then(|| remove(start, line_end(end))).flatten()
    };

    if is_bracketed && let Some(rest) = after.trim_start().strip_prefix(',') {
        let end = text.len() - rest.len();
        // A line of its own goes as a whole.
        return match line_start(before, "") {
            Some(start)
                if !after[..end - span.end].contains('\n')
                    && is_blank_or_comment(&text[end..line_end(end)]) =>
            {
                remove_lines(start, span.end)
            }
            _ => {
                let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                remove(span.start, end + spaces)
            }
        };
    }
    if is_bracketed && let Some(rest) = before.trim_end().strip_suffix(',') {
        let behind = after.trim_start_matches([' ', '\t']);
        let end = match is_comment(behind) {
            true => text[..line_end(span.end)].trim_end_matches(['\n', '\r']).len(),
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
    let start = line_start(before, marker)?;
    is_blank_or_comment(&text[span.end..line_end(span.end)])
        .then(|| remove_lines(start, span.end))
        .flatten()
}

/// Where the line begins on which nothing but `marker` stands before the end of `before`.
fn line_start(before: &str, marker: &str) -> Option<usize> {
    let blank: &[char] = &[' ', '\t'];
    let lead = before.trim_end_matches(blank).strip_suffix(marker)?;
    let lead = lead.trim_end_matches(blank);
    let is_start = lead.trim_start_matches('\u{feff}').is_empty() || lead.ends_with('\n');
    is_start.then_some(lead.len())
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
