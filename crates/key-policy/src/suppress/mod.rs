//! Suppression: comments that allow what a rule finds, for a reason and perhaps until a day.
//!
//! `# descope-keys: allow(any-ip) until=2027-01-31 -- reached from everywhere until the move is done`
//!
//! A comment at the end of a line speaks about that line, one on a line of its own about the next line with code. Where
//! a resource, a block or a value begins on that line, it speaks about all of it, and about all that is inside a module
//! that is called there. In JSON the member `//` speaks about the object that it stands in, with its name; in the
//! properties of a key it speaks about the key.

mod coverage;
mod directive;
mod doubt;

use std::cell::LazyCell;
use std::collections::BTreeMap;

use coverage::Parts;
use directive::parsed;
use doubt::Doubts;

use crate::document::{Comment, Document};
use crate::edit::{self, Part};
use crate::finding::{Edit, Finding, Fix, Relation, Safety};
use crate::pipeline::Options;
use crate::rules::{Rule, bad_allow, unused_allow};
use crate::span::{Place, Span};

/// The allows of all documents.
#[derive(Debug)]
pub(crate) struct Allows<'a> {
    texts: &'a [&'a str],
    documents: &'a [Document],
    options: &'a Options,
    allows: Vec<Allow>,
    /// What each source allows of each rule.
    covers: BTreeMap<(usize, &'static str), Covers>,
    /// The module calls of each key, by its source and address.
    calls: BTreeMap<(usize, &'a str), &'a [Place]>,
    /// What is said about allows that do not hold.
    faults: Vec<Finding>,
}

/// One allow that holds.
#[derive(Debug)]
struct Allow {
    place: Place,
    covered: Vec<Span>,
    /// With each, whether it allowed something.
    rules: Vec<(&'static Rule, bool)>,
    /// How it is removed, where that is understood.
    removal: Option<Edit>,
}

/// The parts of a text of which allows speak.
#[derive(Debug, Default)]
struct Covers {
    /// Each part, in order, with the index of its allow.
    parts: Vec<(Span, usize)>,
    /// How far each part or one before it reaches.
    reach: Vec<usize>,
}

impl<'a> Allows<'a> {
    /// Reads the comments of `documents`.
    pub(crate) fn read(texts: &'a [&'a str], documents: &'a [Document], options: &'a Options) -> Self {
        let mut read = Self {
            texts,
            documents,
            options,
            allows: Vec::new(),
            covers: BTreeMap::new(),
            calls: BTreeMap::new(),
            faults: Vec::new(),
        };
        for (source, (text, document)) in texts.iter().zip(documents).enumerate() {
            let parts = LazyCell::new(|| Parts::of(text, document));
            for comment in &document.comments {
                let place = Place {
                    source,
                    span: comment.span,
                };
                match parsed(&comment.text, options.now) {
                    None => {}
                    Some(Ok(rules)) => {
                        let removal = removal(text, comment);
                        read.add(place, rules, parts.covered(comment), removal);
                    }
                    Some(Err(fault)) => read
                        .faults
                        .push(Finding::in_source(&bad_allow::RULE, place, fault.message).help(fault.help)),
                }
            }
        }
        read.covers.values_mut().for_each(Covers::order);
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

    fn add(&mut self, place: Place, rules: Vec<&'static Rule>, covered: Vec<Span>, removal: Option<Edit>) {
        for rule in &rules {
            let covers = self.covers.entry((place.source, rule.id)).or_default();
            let index = self.allows.len();
            covers.parts.extend(covered.iter().map(|part| (*part, index)));
        }
        self.allows.push(Allow {
            place,
            covered,
            rules: rules.into_iter().map(|rule| (rule, false)).collect(),
            removal,
        });
    }

    /// Whether `finding` is allowed.
    pub(crate) fn allow(&mut self, finding: &Finding) -> bool {
        // Nobody writes a comment into a plan, and many write it at the key itself, which another file overrides.
        let related = finding.related.iter();
        let programs =
            related.filter(|related| matches!(related.relation, Relation::Program | Relation::Overridden));
        let mut places = vec![Place {
            source: finding.source,
            span: finding.span,
        }];
        places.extend(programs.map(|related| related.place));
        for at in 0..places.len() {
            let calls = self.calls.get(&(places[at].source, finding.resource.as_str()));
            places.extend(calls.copied().unwrap_or_default());
        }
        let mut is_allowed = false;
        for place in places {
            let Some(covers) = self.covers.get(&(place.source, finding.rule)) else {
                continue;
            };
            for allow in covers.at(place.span.start) {
                is_allowed = true;
                let rules = self.allows[allow].rules.iter_mut();
                for (_, is_used) in rules.filter(|(rule, _)| rule.id == finding.rule) {
                    *is_used = true;
                }
            }
        }
        is_allowed
    }

    /// What is to be said about the allows themselves, once all findings were asked about. Only those are called unused
    /// that certainly are: not of rules that were not asked, nor where something is not known.
    pub(crate) fn findings(self) -> Vec<Finding> {
        let doubts = LazyCell::new(|| Doubts::of(self.texts, self.documents));
        let mut findings = self.faults;
        for allow in self.allows {
            let is_unused = |(rule, is_used): &&(&Rule, bool)| !is_used && rule.is_asked(self.options);
            let unused: Vec<_> = allow.rules.iter().filter(is_unused).collect();
            if unused.is_empty() || doubts.are_about(allow.place.source, &allow.covered) {
                continue;
            }
            for (rule, _) in &unused {
                let message = format!("`{}` finds nothing here", rule.id);
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
                    finding.help(format!("remove `{}` from the comment", rule.id))
                });
            }
        }
        findings
    }
}

impl Covers {
    fn order(&mut self) {
        self.parts.sort_unstable();
        let mut reach = 0;
        let reaches = self.parts.iter().map(|(part, _)| {
            reach = part.end.max(reach);
            reach
        });
        self.reach = reaches.collect();
    }

    /// The allows that speak about what stands at `offset`.
    fn at(&self, offset: usize) -> impl Iterator<Item = usize> {
        let before = self.parts.partition_point(|(part, _)| part.start <= offset);
        let near = (0..before).rev().take_while(move |at| self.reach[*at] > offset);
        near.map(|at| self.parts[at])
            .filter(move |(part, _)| part.end > offset)
            .map(|(_, allow)| allow)
    }
}

/// The edit that takes `comment` out.
fn removal(text: &str, comment: &Comment) -> Option<Edit> {
    match comment.object {
        // In a list of comments, others may be needed.
        Some(_) if text.get(comment.span.range())?.ends_with(']') => None,
        Some(_) => edit::removal(text, comment.span, Part::Member, true),
        None => Some(edit::without_comment(text, comment.span)),
    }
}
