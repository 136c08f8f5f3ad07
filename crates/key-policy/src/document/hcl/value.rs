//! What expressions evaluate to: values that share their parts, know where they were written, and may be unknown.
//!
//! [`crate::value::Value`] is what rules read. This is what functions compute with: a list of ten thousand elements
//! that ten thousand keys refer to stands in memory once.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::eval::{Fault, wrong};
use crate::span::{Place, Span};

/// Values that are nested deeper are not computed.
pub(super) const MAX_DEPTH: usize = 64;

/// So many bytes of a text count for one value.
pub(super) const TEXT: usize = 16;

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
#[derive(Debug, Default)]
pub(super) struct Unknown {
    /// The expression, and what its references stand for.
    pub(super) text: String,
    /// Whether Terraform is certain to refuse the expression, which is what `try` and `can` ask for.
    pub(super) fails: bool,
    /// Whether it gives out the secret of a key.
    secret: bool,
    /// What each of its elements is like, if it is known of a collection only that.
    pub(super) element: Option<Val>,
}

/// Elements, and what is known of them all.
#[derive(Debug)]
pub(super) struct List {
    pub(super) items: Vec<Val>,
    /// Whether all are of one type, as in a list or a set and not in a tuple.
    pub(super) is_uniform: bool,
    pub(super) facts: Facts,
}

/// Members as they were written, and what is known of them all.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) members: Vec<Member>,
    /// Whether all are of one type, as in a map and not in an object.
    pub(super) is_uniform: bool,
    pub(super) facts: Facts,
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
pub(super) struct Facts {
    /// How many levels it has.
    depth: usize,
    /// How many values it is made of, written out.
    size: usize,
    has_unknown: bool,
    has_failure: bool,
    has_sensitive: bool,
    has_secret: bool,
    pub(super) hash: OnceCell<u64>,
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
            facts.has_secret |= part.shows_secret();
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

    /// A list of `items`, which have one type.
    pub(super) fn list(items: Vec<Val>, written: Place) -> Self {
        Self::new(Kind::List(Rc::new(List::new(items, true))), written)
    }

    /// A tuple of `items`, of whatever types.
    pub(super) fn tuple(items: Vec<Val>, written: Place) -> Self {
        Self::new(Kind::List(Rc::new(List::new(items, false))), written)
    }

    /// A set of `items`: those that are known are sorted and stand once.
    pub(super) fn set(mut items: Vec<Val>, written: Place) -> Self {
        Self::sort(&mut items);
        items.dedup_by(|a, b| a.is_wholly_known() && a.same(b) == Some(true));
        let set = Rc::new(List::new(items, true));
        // An element of a set is its own key, so nothing of a set with a sensitive one can be shown.
        let sensitive = set.facts.has_sensitive;
        Self::new(Kind::Set(set), written).marked(sensitive)
    }

    /// An object with `members` of whatever types.
    pub(super) fn object(members: Vec<Member>, written: Place) -> Self {
        Self::new(Kind::Object(Rc::new(Object::new(members, false))), written)
    }

    /// A map with `members`, which have one type.
    pub(super) fn map(members: Vec<Member>, written: Place) -> Self {
        Self::new(Kind::Object(Rc::new(Object::new(members, true))), written)
    }

    pub(super) fn unknown(text: impl Into<String>, fails: bool, written: Place) -> Self {
        let text = text.into();
        let unknown = Unknown {
            text,
            fails,
            ..Unknown::default()
        };
        Self::new(Kind::Unknown(Rc::new(unknown)), written)
    }

    /// An unknown that gives out the secret of a key, if `secret`.
    pub(super) fn telling(text: impl Into<String>, secret: bool, written: Place) -> Self {
        let text = text.into();
        let unknown = Unknown {
            text,
            secret,
            ..Unknown::default()
        };
        Self::new(Kind::Unknown(Rc::new(unknown)), written)
    }

    /// A collection of which it is only known that each of its elements is like `element`.
    pub(super) fn some_of(element: Val, text: String, written: Place) -> Self {
        let unknown = Unknown {
            text,
            fails: false,
            secret: element.shows_secret(),
            element: Some(element),
        };
        Self::new(Kind::Unknown(Rc::new(unknown)), written)
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

    /// Whether it gives out the secret of a key, without a mark that keeps it from being shown.
    pub(super) fn shows_secret(&self) -> bool {
        let has_secret = match &self.kind {
            Kind::Unknown(unknown) => unknown.secret,
            kind => kind.facts().is_some_and(|facts| facts.has_secret),
        };
        has_secret && !self.sensitive
    }

    /// What each element is like, if that is all that is known.
    pub(super) fn element(&self) -> Option<Val> {
        match &self.kind {
            Kind::Unknown(unknown) => unknown.element.as_ref().map(|element| self.part(element)),
            _ => None,
        }
    }

    pub(super) fn depth(&self) -> usize {
        self.kind.facts().map_or(0, |facts| facts.depth)
    }

    /// How many values it is made of, written out; a long text counts for several.
    pub(super) fn size(&self) -> usize {
        match &self.kind {
            Kind::Text(text) => 1 + text.len() / TEXT,
            Kind::Unknown(unknown) => 1 + unknown.text.len() / TEXT,
            kind => kind.facts().map_or(1, |facts| facts.size),
        }
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
    pub(super) fn as_text(&self) -> Result<Rc<str>, Fault> {
        match &self.kind {
            Kind::Text(text) => Ok(text.clone()),
            Kind::Bool(value) => Ok(value.to_string().into()),
            // Terraform has a zero below zero, which it writes in some places only.
            Kind::Number(number) if *number == 0.0 && number.is_sign_negative() => Err(Fault::Unknown),
            Kind::Number(number) => Ok(number.to_string().into()),
            _ => Err(wrong(self)),
        }
    }

    /// The number that Terraform turns it into where a number is wanted.
    pub(super) fn as_number(&self) -> Result<f64, Fault> {
        match &self.kind {
            Kind::Number(number) => Ok(*number),
            Kind::Text(text) => decimal(text),
            _ => Err(wrong(self)),
        }
    }

    /// The boolean that Terraform turns it into where one is wanted.
    pub(super) fn as_bool(&self) -> Result<bool, Fault> {
        match &self.kind {
            Kind::Bool(value) => Ok(*value),
            Kind::Text(text) => match &**text {
                "true" | "1" => Ok(true),
                "false" | "0" => Ok(false),
                _ => Err(Fault::Fails),
            },
            _ => Err(wrong(self)),
        }
    }

    /// A whole number that can count or index.
    pub(super) fn as_index(&self) -> Result<i64, Fault> {
        match self.as_number()? {
            number if number.fract() != 0.0 => Err(Fault::Fails),
            number if number.abs() < 1e15 => Ok(number as i64),
            _ => Err(Fault::Unknown),
        }
    }
}

/// The number that a text says in decimal, if a double is written like it: Terraform's have more digits.
pub(super) fn decimal(text: &str) -> Result<f64, Fault> {
    let Some(written) = digits(text) else {
        // Go reads numbers with an exponent of two as well.
        let has_power = text
            .split_once(['p', 'P'])
            .is_some_and(|(number, _)| digits(number).is_some());
        return Err(if has_power { Fault::Unknown } else { Fault::Fails });
    };
    let number: f64 = text.parse().map_err(|_| Fault::Unknown)?;
    match digits(&format!("{number:e}")) == Some(written) {
        true => Ok(number),
        false => Err(Fault::Unknown),
    }
}

/// Whether a decimal number is below zero, its digits without zeros at the ends, and where its point stands before them.
fn digits(text: &str) -> Option<(bool, String, i64)> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let is_number = !all.is_empty() && all.bytes().all(|byte| byte.is_ascii_digit());
    let exponent: i64 = exponent.parse().ok().filter(|_| is_number)?;
    let significant = all.trim_start_matches('0');
    let point = match significant {
        "" => 0,
        _ => exponent.checked_add(whole.len() as i64 - (all.len() - significant.len()) as i64)?,
    };
    let digits = significant.trim_end_matches('0').to_owned();
    Some((text.starts_with('-'), digits, point))
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

impl List {
    fn new(items: Vec<Val>, is_uniform: bool) -> Self {
        Self {
            facts: Facts::of(items.iter()),
            items,
            is_uniform,
        }
    }
}

impl Object {
    fn new(members: Vec<Member>, is_uniform: bool) -> Self {
        Self {
            facts: Facts::of(members.iter().map(|member| &member.value)),
            members,
            is_uniform,
            by_name: OnceCell::new(),
        }
    }

    pub(super) fn by_name(&self) -> &BTreeMap<Rc<str>, usize> {
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

/// Whether `text` is as Terraform would have it: it composes characters that are written as several, which is left to it.
pub(super) fn is_composed(text: &str) -> bool {
    let joins =
        |c: char| matches!(c, '\u{300}'..='\u{36f}' | '\u{1160}'..='\u{11ff}' | '\u{3099}' | '\u{309a}');
    text.is_ascii() || !text.contains(joins)
}
