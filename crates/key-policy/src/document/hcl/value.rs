//! What expressions evaluate to: values that share their parts, know where they were written, and may be unknown.
//!
//! [`crate::value::Value`] is what rules read. This is what functions compute with: a list of ten thousand elements
//! that ten thousand keys refer to stands in memory once.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use crate::span::{Place, Span};
use crate::value::{Content, Entry, Value};

/// Values that are nested deeper are not computed.
pub(super) const MAX_DEPTH: usize = 64;

/// A value during evaluation.
#[derive(Debug, Clone)]
pub(super) struct Val {
    pub(super) kind: Kind,
    /// Whether it must not be shown.
    pub(super) sensitive: bool,
    /// Where it was written, or computed.
    pub(super) written: Place,
    /// The reference that brought it, and all in it, to where it is used.
    pub(super) used: Option<Place>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    /// A list or a tuple.
    List(Rc<List>),
    /// A set, sorted and without repetitions as far as its elements are known.
    Set(Rc<List>),
    /// A map or an object.
    Object(Rc<Object>),
    Unknown(Rc<Unknown>),
}

/// A value that cannot be known.
#[derive(Debug)]
pub(super) struct Unknown {
    /// The expression, and what its references stand for.
    pub(super) text: String,
    /// Whether Terraform is certain to refuse the expression, which is what `try` and `can` ask for.
    pub(super) fails: bool,
}

/// Elements, and what is known of them all.
#[derive(Debug)]
pub(super) struct List {
    pub(super) items: Vec<Val>,
    facts: Facts,
}

/// Members as they were written, and what is known of them all.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) members: Vec<Member>,
    facts: Facts,
    /// The last member of each name, by name.
    by_name: OnceCell<BTreeMap<Rc<str>, usize>>,
}

/// One member of an object.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) key: Rc<str>,
    /// Where the name was written.
    pub(super) key_place: Place,
    pub(super) value: Val,
}

#[derive(Debug, Default)]
struct Facts {
    /// How many levels it has.
    depth: usize,
    /// How many values it is made of, written out.
    size: usize,
    has_unknown: bool,
    has_failure: bool,
    has_sensitive: bool,
    hash: OnceCell<u64>,
}

impl Facts {
    fn of<'a>(parts: impl Iterator<Item = &'a Val>) -> Self {
        let mut facts = Self {
            size: 1,
            ..Self::default()
        };
        for part in parts {
            facts.depth = facts.depth.max(part.depth());
            facts.size = facts.size.saturating_add(part.size());
            facts.has_unknown |= !part.is_wholly_known();
            facts.has_failure |= part.fails();
            facts.has_sensitive |= part.has_sensitive();
        }
        facts.depth += 1;
        facts
    }
}

impl Val {
    pub(super) fn new(kind: Kind, written: Place) -> Self {
        Self {
            kind,
            sensitive: false,
            written,
            used: None,
        }
    }

    pub(super) fn text(text: impl Into<Rc<str>>, written: Place) -> Self {
        Self::new(Kind::Text(text.into()), written)
    }

    pub(super) fn list(items: Vec<Val>, written: Place) -> Self {
        let facts = Facts::of(items.iter());
        Self::new(Kind::List(Rc::new(List { items, facts })), written)
    }

    /// A set of `items`: those that are known are sorted and stand once.
    pub(super) fn set(mut items: Vec<Val>, written: Place) -> Self {
        items.sort_by(|a, b| a.order(b));
        items.dedup_by(|a, b| a.is_wholly_known() && a.same(b) == Some(true));
        let facts = Facts::of(items.iter());
        Self::new(Kind::Set(Rc::new(List { items, facts })), written)
    }

    pub(super) fn object(members: Vec<Member>, written: Place) -> Self {
        let facts = Facts::of(members.iter().map(|member| &member.value));
        let by_name = OnceCell::new();
        let object = Object {
            members,
            facts,
            by_name,
        };
        Self::new(Kind::Object(Rc::new(object)), written)
    }

    pub(super) fn unknown(text: impl Into<String>, fails: bool, written: Place) -> Self {
        let text = text.into();
        Self::new(Kind::Unknown(Rc::new(Unknown { text, fails })), written)
    }

    /// Marked sensitive if it is already, or `sensitive`.
    pub(super) fn marked(mut self, sensitive: bool) -> Self {
        self.sensitive |= sensitive;
        self
    }

    /// Brought by the reference at `place`.
    pub(super) fn used_at(mut self, place: Place) -> Self {
        self.used = Some(place);
        self
    }

    /// A part of this value as a value of its own.
    pub(super) fn part(&self, part: &Val) -> Val {
        Val {
            used: self.used.or(part.used),
            sensitive: self.sensitive || part.sensitive,
            ..part.clone()
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.kind, Kind::Unknown(_))
    }

    /// Whether nothing in it is unknown.
    pub(super) fn is_wholly_known(&self) -> bool {
        match &self.kind {
            Kind::Unknown(_) => false,
            kind => !kind.facts().is_some_and(|facts| facts.has_unknown),
        }
    }

    /// Whether Terraform is certain to refuse it.
    pub(super) fn fails(&self) -> bool {
        match &self.kind {
            Kind::Unknown(unknown) => unknown.fails,
            kind => kind.facts().is_some_and(|facts| facts.has_failure),
        }
    }

    /// Whether it or anything in it is sensitive.
    pub(super) fn has_sensitive(&self) -> bool {
        self.sensitive || self.kind.facts().is_some_and(|facts| facts.has_sensitive)
    }

    pub(super) fn depth(&self) -> usize {
        self.kind.facts().map_or(0, |facts| facts.depth)
    }

    /// How many values it is made of, written out.
    pub(super) fn size(&self) -> usize {
        self.kind.facts().map_or(1, |facts| facts.size)
    }

    /// The elements of a list or a set, each as a value of its own.
    pub(super) fn elements(&self) -> Option<impl ExactSizeIterator<Item = Val> + DoubleEndedIterator + '_> {
        match &self.kind {
            Kind::List(list) | Kind::Set(list) => Some(list.items.iter().map(|item| self.part(item))),
            _ => None,
        }
    }

    /// The members of an object in the order of their names, each once.
    pub(super) fn members(&self) -> Option<impl ExactSizeIterator<Item = Member> + '_> {
        match &self.kind {
            Kind::Object(object) => Some(object.by_name().values().map(|&at| {
                let member = &object.members[at];
                Member {
                    value: self.part(&member.value),
                    ..member.clone()
                }
            })),
            _ => None,
        }
    }

    /// The member called `key`.
    pub(super) fn member(&self, key: &str) -> Option<Val> {
        match &self.kind {
            Kind::Object(object) => object
                .by_name()
                .get(key)
                .map(|&at| self.part(&object.members[at].value)),
            _ => None,
        }
    }

    /// The text that Terraform turns it into where a text is wanted.
    pub(super) fn as_text(&self) -> Option<Rc<str>> {
        /// Up to here doubles hold every whole number.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match &self.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::Bool(value) => Some(value.to_string().into()),
            Kind::Number(number) if number.abs() < EXACT => Some(number.to_string().into()),
            _ => None,
        }
    }

    /// The number that Terraform turns it into where a number is wanted.
    pub(super) fn as_number(&self) -> Option<f64> {
        match &self.kind {
            Kind::Number(number) => Some(*number),
            Kind::Text(text) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                text.parse().ok().filter(|number: &f64| number.is_finite())
            }
            _ => None,
        }
    }

    /// The boolean that Terraform turns it into where one is wanted.
    pub(super) fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Bool(value) => Some(*value),
            Kind::Text(text) => match &**text {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// A whole number that can count or index.
    pub(super) fn as_index(&self) -> Option<i64> {
        self.as_number()
            .filter(|number| number.fract() == 0.0 && number.abs() < 1e15)
            .map(|number| number as i64)
    }

    /// Whether both say the same, if that is certain.
    pub(super) fn same(&self, other: &Val) -> Option<bool> {
        let all = |pairs: &mut dyn Iterator<Item = Option<bool>>| {
            let mut certain = true;
            for pair in pairs {
                match pair {
                    Some(false) => return Some(false),
                    Some(true) => {}
                    None => certain = false,
                }
            }
            certain.then_some(true)
        };
        match (&self.kind, &other.kind) {
            (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => None,
            (Kind::Null, Kind::Null) => Some(true),
            (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
            (Kind::Number(a), Kind::Number(b)) => Some(a == b),
            (Kind::Text(a), Kind::Text(b)) => Some(a == b),
            (Kind::List(a), Kind::List(b)) | (Kind::Set(a), Kind::Set(b)) if Rc::ptr_eq(a, b) => Some(true),
            (Kind::Object(a), Kind::Object(b)) if Rc::ptr_eq(a, b) => Some(true),
            (Kind::List(a), Kind::List(b)) | (Kind::Set(a), Kind::Set(b)) => {
                if a.items.len() != b.items.len() {
                    return (self.is_wholly_known() && other.is_wholly_known()).then_some(false);
                }
                all(&mut a.items.iter().zip(&b.items).map(|(a, b)| a.same(b)))
            }
            (Kind::Object(a), Kind::Object(b)) => {
                if !a.by_name().keys().eq(b.by_name().keys()) {
                    return Some(false);
                }
                let (left, right) = (a.by_name().values(), b.by_name().values());
                all(&mut left
                    .zip(right)
                    .map(|(&left, &right)| a.members[left].value.same(&b.members[right].value)))
            }
            _ => Some(false),
        }
    }

    /// The order in which Terraform keeps the elements of a set. Unknown ones stand last.
    pub(super) fn order(&self, other: &Val) -> std::cmp::Ordering {
        let rank = |val: &Val| match val.kind {
            Kind::Null => 0,
            Kind::Bool(_) => 1,
            Kind::Number(_) => 2,
            Kind::Text(_) => 3,
            Kind::List(_) | Kind::Set(_) | Kind::Object(_) => 4,
            Kind::Unknown(_) => 5,
        };
        match (&self.kind, &other.kind) {
            (Kind::Bool(a), Kind::Bool(b)) => a.cmp(b),
            (Kind::Number(a), Kind::Number(b)) => a.total_cmp(b),
            (Kind::Text(a), Kind::Text(b)) => a.cmp(b),
            _ if rank(self) == 4 && rank(other) == 4 => self.hash().cmp(&other.hash()),
            _ => rank(self).cmp(&rank(other)),
        }
    }

    /// A number that two values share if they say the same.
    pub(super) fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        match &self.kind {
            Kind::Null => 0_u8.hash(&mut hasher),
            Kind::Bool(value) => (1_u8, value).hash(&mut hasher),
            Kind::Number(number) => (2_u8, number.to_bits()).hash(&mut hasher),
            Kind::Text(text) => (3_u8, text).hash(&mut hasher),
            Kind::Unknown(unknown) => (4_u8, &unknown.text).hash(&mut hasher),
            Kind::List(list) | Kind::Set(list) => {
                let hash = list.facts.hash.get_or_init(|| {
                    let mut hasher = DefaultHasher::new();
                    list.items.iter().for_each(|item| item.hash().hash(&mut hasher));
                    hasher.finish()
                });
                (5_u8, hash).hash(&mut hasher);
            }
            Kind::Object(object) => {
                let hash = object.facts.hash.get_or_init(|| {
                    let mut hasher = DefaultHasher::new();
                    for (name, &at) in object.by_name() {
                        (name, object.members[at].value.hash()).hash(&mut hasher);
                    }
                    hasher.finish()
                });
                (6_u8, hash).hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    /// Whether `text`, at the place of this value, says it as it is.
    fn is_literal(&self, text: &str) -> bool {
        match &self.kind {
            Kind::Unknown(_) => true,
            Kind::List(_) | Kind::Set(_) => is_bracketed(text, '['),
            Kind::Object(_) => is_bracketed(text, '{'),
            Kind::Null | Kind::Bool(_) => !text.ends_with(')'),
            Kind::Number(_) => text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '"')),
            Kind::Text(_) => {
                let is_plain = !text.contains("${") && !text.contains("%{");
                is_plain && (text.starts_with('"') || text.starts_with("<<"))
            }
        }
    }

    /// What rules read: each part with the place, within `site`, where it is used, and its origin where that is
    /// elsewhere.
    ///
    /// `text` gives what is written at a place: a value that is computed there is not written there.
    pub(super) fn to_value<'t>(&self, site: Place, text: &dyn Fn(Place) -> &'t str) -> Value {
        let within = |place: &Place| {
            place.source == site.source
                && site.span.start <= place.span.start
                && place.span.end <= site.span.end
        };
        let used = self.used.filter(within);
        let own = Some(self.written).filter(|place| used.is_none() && within(place));
        let place = used.or(own).unwrap_or(site);
        let inner = used.or(self.used.map(|_| site));
        let part = |part: &Val| {
            let part = Val {
                used: inner.or(part.used),
                sensitive: self.sensitive || part.sensitive,
                ..part.clone()
            };
            part.to_value(site, text)
        };
        let content = match &self.kind {
            Kind::Null => Content::Null,
            Kind::Bool(value) => Content::Bool(*value),
            Kind::Number(number) => Content::Number(*number),
            Kind::Text(text) => Content::String(text.to_string()),
            Kind::List(list) | Kind::Set(list) => Content::List(list.items.iter().map(part).collect()),
            Kind::Object(object) => Content::Object(
                object
                    .members
                    .iter()
                    .map(|member| Entry {
                        key: member.key.to_string(),
                        key_span: match inner {
                            None if within(&member.key_place) => member.key_place.span,
                            _ => place.span,
                        },
                        value: part(&member.value),
                    })
                    .collect(),
            ),
            Kind::Unknown(unknown) => Content::Unknown(unknown.text.clone()),
        };
        Value {
            content,
            span: place.span,
            sensitive: self.sensitive,
            origin: Some(self.written).filter(|written| {
                written.source != NOWHERE.source && (*written != place || !self.is_literal(text(place)))
            }),
        }
    }
}

/// Whether `text` writes a collection out, and is no `for`.
fn is_bracketed(text: &str, bracket: char) -> bool {
    text.strip_prefix(bracket).is_some_and(|inner| {
        let inner = inner.trim_start();
        !inner.starts_with("for ")
    })
}

impl Kind {
    fn facts(&self) -> Option<&Facts> {
        match self {
            Kind::List(list) | Kind::Set(list) => Some(&list.facts),
            Kind::Object(object) => Some(&object.facts),
            _ => None,
        }
    }
}

impl Object {
    fn by_name(&self) -> &BTreeMap<Rc<str>, usize> {
        self.by_name.get_or_init(|| {
            let numbered = self.members.iter().enumerate();
            numbered.map(|(at, member)| (member.key.clone(), at)).collect()
        })
    }
}

/// A place in no text, for values that nobody wrote.
pub(super) const NOWHERE: Place = Place {
    source: usize::MAX,
    span: Span { start: 0, end: 0 },
};
