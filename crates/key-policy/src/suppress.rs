//! Suppression: comments that allow what a rule finds, for a reason and perhaps until a day.
//!
//! `# descope-keys: allow(any-ip) until=2027-01-31 -- reached from everywhere until the move is done`
//!
//! A comment at the end of a line speaks about that line, one on a line of its own about the next line with code. Where
//! a resource, a block or a value begins on that line, it speaks about all of it, and about all that is inside a module
//! that is called there. In JSON the member `//` speaks about the object that it stands in, with its name; in the
//! properties of a key it speaks about the key.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use time::Date;

use crate::document::{Comment, Document};
use crate::edit::{self, Part};
use crate::finding::{Edit, Finding, Fix, Safety};
use crate::moment::parse_day;
use crate::pipeline::Options;
use crate::rules::{self, bad_allow, nearest, unused_allow};
use crate::span::{Place, Span};
use crate::value::{Content, Value, shortened};

/// The allows of all documents.
#[derive(Debug)]
pub(crate) struct Allows<'a> {
    allows: Vec<Allow>,
    /// The module calls of each key, by its source and address.
    calls: BTreeMap<(usize, &'a str), &'a [Place]>,
    /// What is said about allows that do not hold.
    faults: Vec<Finding>,
}

/// One allow that holds.
#[derive(Debug)]
struct Allow {
    place: Place,
    rules: Vec<&'static str>,
    used: Vec<&'static str>,
    /// The parts of its source that it speaks about.
    covers: Vec<Span>,
    /// How it is removed, where that is understood.
    removal: Option<Edit>,
}

impl<'a> Allows<'a> {
    /// Reads the comments of `documents`.
    pub(crate) fn read(texts: &[&str], documents: &'a [Document], options: &Options) -> Self {
        let mut read = Self {
            allows: Vec::new(),
            calls: BTreeMap::new(),
            faults: Vec::new(),
        };
        for (index, (text, document)) in texts.iter().zip(documents).enumerate() {
            let parts = LazyCell::new(|| parts(document));
            for comment in &document.comments {
                let place = Place {
                    source: index,
                    span: comment.span,
                };
                match parsed(&comment.text, options.now) {
                    None => {}
                    Some(Ok(rules)) => {
                        read.allows.push(Allow {
                            place,
                            rules,
                            used: Vec::new(),
                            covers: covered(text, comment, document, &parts),
                            removal: removal(text, comment),
                        });
                    }
                    Some(Err(fault)) => read
                        .faults
                        .push(Finding::in_source(&bad_allow::RULE, place, fault.message).help(fault.help)),
                }
            }
        }
        // Most programs allow nothing, and then nobody asks for the calls.
        if !read.allows.is_empty() {
            let numbered = documents.iter().enumerate();
            read.calls = numbered
                .flat_map(|(source, document)| {
                    let keys = document.declarations.iter();
                    keys.map(move |key| ((source, key.resource.as_str()), key.calls.as_slice()))
                })
                .collect();
        }
        read
    }

    /// Whether `finding` is allowed.
    pub(crate) fn allow(&mut self, finding: &Finding) -> bool {
        let own = Place {
            source: finding.source,
            span: finding.span,
        };
        let calls = self
            .calls
            .get(&(finding.source, finding.resource.as_str()))
            .copied()
            .unwrap_or_default();
        let mut is_allowed = false;
        for allow in &mut self.allows {
            let speaks_about = |place: &Place| {
                place.source == allow.place.source
                    && allow
                        .covers
                        .iter()
                        .any(|span| (span.start..span.end).contains(&place.span.start))
            };
            let Some(rule) = allow.rules.iter().find(|rule| **rule == finding.rule) else {
                continue;
            };
            if speaks_about(&own) || calls.iter().any(speaks_about) {
                allow.used.push(rule);
                is_allowed = true;
            }
        }
        is_allowed
    }

    /// What is to be said about the allows themselves, once all findings were asked about.
    pub(crate) fn findings(self) -> Vec<Finding> {
        let mut findings = self.faults;
        for allow in self.allows {
            let unused: Vec<_> = allow
                .rules
                .iter()
                .filter(|rule| !allow.used.contains(rule))
                .collect();
            for rule in &unused {
                let message = format!("`{rule}` finds nothing here");
                let finding = Finding::in_source(&unused_allow::RULE, allow.place, message);
                // Of several rules, each that is needed keeps the comment.
                findings.push(if unused.len() == allow.rules.len() {
                    finding
                        .help("remove the comment")
                        .fix(allow.removal.clone().map(|edit| Fix {
                            title: "remove the comment".to_owned(),
                            safety: Safety::Safe,
                            edits: vec![edit],
                        }))
                } else {
                    finding.help(format!("remove `{rule}` from the comment"))
                });
            }
        }
        findings
    }
}

/// Why an allow does not hold.
#[derive(Debug, PartialEq)]
struct Fault {
    message: String,
    help: String,
}

/// The rules that a comment allows; nothing if it is no allow.
fn parsed(comment: &str, now: Option<i64>) -> Option<Result<Vec<&'static str>, Fault>> {
    let directive = comment.trim().strip_prefix("descope-keys:")?;
    Some(allowed(directive.trim(), now))
}

fn allowed(directive: &str, now: Option<i64>) -> Result<Vec<&'static str>, Fault> {
    let fault = |message: String, help: &str| Fault {
        message,
        help: help.to_owned(),
    };
    let unreadable = || {
        fault(
            "this is not an allow".to_owned(),
            "write `descope-keys: allow(rule-id) until=2027-01-31 -- reason`; `until` may be left out",
        )
    };
    let (ids, rest) = directive
        .strip_prefix("allow")
        .and_then(|rest| rest.trim_start().strip_prefix('(')?.split_once(')'))
        .ok_or_else(unreadable)?;
    let mut allowed = Vec::new();
    for id in ids.split(',').map(str::trim) {
        match rules::find(id) {
            Some(rule) if rule.is_fixed() || rule.id == bad_allow::RULE.id => {
                return Err(fault(
                    format!("`{id}` cannot be allowed"),
                    "mend what it says instead",
                ));
            }
            Some(rule) => allowed.push(rule.id),
            None => {
                let help = match nearest(id, rules::ALL.iter().map(|rule| rule.id)) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "name the rule as its findings do, in brackets".to_owned(),
                };
                return Err(fault(format!("there is no rule `{}`", shortened(id)), &help));
            }
        }
    }
    let (conditions, reason) = rest.split_once("--").unwrap_or((rest, ""));
    if let Some(until) = match conditions.trim() {
        "" => None,
        condition => Some(condition.strip_prefix("until=").ok_or_else(unreadable)?),
    } {
        let day = parse_day(until).ok_or_else(|| {
            fault(
                format!("`{}` is not a day", shortened(until)),
                "write the year, the month and the day: `until=2027-01-31`",
            )
        })?;
        if now.is_some_and(|now| has_passed(day, now)) {
            return Err(fault(
                format!("this allow ended on {until}"),
                "mend what it allowed, or give it another day",
            ));
        }
    }
    if reason.trim().is_empty() {
        return Err(fault(
            "this allow gives no reason".to_owned(),
            "say behind `--` why it is right here",
        ));
    }
    Ok(allowed)
}

/// Whether all of `day`, as UTC counts it, lies before `now`.
fn has_passed(day: Date, now: i64) -> bool {
    let next = day.next_day().map(|next| next.midnight().assume_utc());
    next.is_some_and(|next| next.unix_timestamp() <= now)
}

/// The edit that takes `comment` out.
fn removal(text: &str, comment: &Comment) -> Option<Edit> {
    match comment.object {
        Some(_) => edit::removal(text, comment.span, Part::Member),
        None => Some(edit::without_comment(text, comment.span)),
    }
}

/// The parts of `text` that an allow in `comment` speaks about.
fn covered(text: &str, comment: &Comment, document: &Document, parts: &[Span]) -> Vec<Span> {
    if let Some(object) = comment.object {
        // What is said in the properties of a key is said about the key.
        let mut keys = document.declarations.iter();
        let key = keys.find(|key| key.properties.span.end == object.end);
        return vec![Span {
            start: key.map_or(object.start, |key| object.start.min(key.span.start)),
            end: object.end,
        }];
    }
    let Span { start, end } = comment.span;
    let line = edit::line(text, start);
    let is_alone = text[line.start..start].trim().is_empty();
    let line = if is_alone {
        next_line(text, end, &document.comments)
    } else {
        line
    };
    let begins_here = |part: &&Span| (line.start..line.end).contains(&part.start);
    let mut covered: Vec<_> = parts.iter().filter(begins_here).copied().collect();
    covered.push(line);
    covered
}

/// The first line behind `offset` on which something other than a comment begins.
fn next_line(text: &str, offset: usize, comments: &[Comment]) -> Span {
    let mut line = edit::line(text, offset);
    while line.end < text.len() {
        line = edit::line(text, line.end);
        let written = &text[line.range()];
        let first = line.start + (written.len() - written.trim_start().len());
        let before = comments.partition_point(|comment| comment.span.start <= first);
        let is_comment = comments[..before]
            .last()
            .is_some_and(|comment| first < comment.span.end);
        if !written.trim().is_empty() && !is_comment {
            return line;
        }
    }
    Span::at(text.len())
}

/// Every part of a document that begins somewhere and is more than a place: keys, outputs, members and elements.
fn parts(document: &Document) -> Vec<Span> {
    let mut parts = Vec::new();
    for key in &document.declarations {
        parts.push(Span {
            start: key.span.start.min(key.properties.span.start),
            end: key.span.end.max(key.properties.span.end),
        });
        add_parts(&key.properties, &mut parts);
    }
    for output in &document.outputs {
        let end = output.cleartext.map_or(0, |span| span.end);
        parts.push(Span {
            start: output.span.start,
            end: output.span.end.max(end),
        });
    }
    for provider in &document.providers {
        parts.push(provider.span);
        add_parts(provider, &mut parts);
    }
    parts
}

fn add_parts(value: &Value, parts: &mut Vec<Span>) {
    match &value.content {
        Content::List(items) => {
            for item in items {
                parts.push(item.span);
                add_parts(item, parts);
            }
        }
        Content::Object(entries) => {
            parts.push(value.span);
            for entry in entries {
                parts.push(Span {
                    start: entry.key_span.start,
                    end: entry.value.span.end.max(entry.key_span.end),
                });
                add_parts(&entry.value, parts);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-01T00:00:00Z.
    const NOW: i64 = 1_767_225_600;

    fn message(comment: &str) -> String {
        parsed(comment, Some(NOW)).unwrap().unwrap_err().message
    }

    #[test]
    fn an_allow_names_rules_and_gives_a_reason() {
        let rules = |comment| parsed(comment, Some(NOW)).unwrap().unwrap();
        assert_eq!(rules(" descope-keys: allow(any-ip) -- a kiosk "), ["any-ip"]);
        assert_eq!(
            rules("descope-keys: allow( any-ip , expired ) until=2026-01-01 -- a -- b"),
            ["any-ip", "expired"]
        );
        assert_eq!(parsed("descope keys are nice", Some(NOW)), None);
        assert_eq!(parsed("see descope-keys: allow(any-ip)", Some(NOW)), None);
    }

    #[test]
    fn what_is_wrong_with_one_is_said() {
        for (comment, told) in [
            ("descope-keys: allow(any-ip)", "this allow gives no reason"),
            ("descope-keys: allow(any-ip) --  ", "this allow gives no reason"),
            ("descope-keys: allow(any-ipp) -- r", "there is no rule `any-ipp`"),
            ("descope-keys: allow() -- r", "there is no rule ``"),
            ("descope-keys: allow(syntax) -- r", "`syntax` cannot be allowed"),
            (
                "descope-keys: allow(bad-allow) -- r",
                "`bad-allow` cannot be allowed",
            ),
            ("descope-keys: ignore any-ip", "this is not an allow"),
            (
                "descope-keys: allow(any-ip) for ever -- r",
                "this is not an allow",
            ),
            (
                "descope-keys: allow(any-ip) until=soon -- r",
                "`soon` is not a day",
            ),
            (
                "descope-keys: allow(any-ip) until=2025-12-31 -- r",
                "this allow ended on 2025-12-31",
            ),
        ] {
            assert_eq!(message(comment), told, "{comment}");
        }
    }

    #[test]
    fn a_day_ends_with_its_last_second() {
        let day = parse_day("2025-12-31").unwrap();
        assert!(!has_passed(day, NOW - 1) && has_passed(day, NOW));
        assert!(!has_passed(Date::MAX, i64::MAX));
    }
}
