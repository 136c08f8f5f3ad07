//! The tolerant half of the model: whatever was written, with the place of each part.
//!
//! Nothing is lost here and nothing is judged: wrong types, unknown members and members given twice are all
//! kept, so that every rule can speak about them.

use std::borrow::Cow;

use crate::document::Dialect;
use crate::secrets::redacted;
use crate::span::{Place, Span};

/// One value of a declaration, with its place.
///
/// Two values are equal if they say the same; where they stand, and whether they may be shown, does not count.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub content: Content,
    /// Where it stands.
    pub span: Span,
    /// Whether its content must not appear in any message.
    pub sensitive: bool,
    /// Where it was written, if it is not written out where it is used: a variable's default, a local, an anchor. The
    /// origin of a value that is computed, by a function or a template, is where that stands.
    pub origin: Option<Place>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Content {
    /// An explicit null, which means the same as leaving the member out.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number. Every format we read has doubles.
    Number(f64),
    /// A text without interpolation.
    String(String),
    /// A list, in the written order.
    List(Vec<Value>),
    /// An object, in the written order; a member given twice stands here twice.
    Object(Vec<Entry>),
    /// A nested block of HCL where an attribute belongs.
    Block,
    /// A value that cannot be known from the text: a variable, an interpolation, a reference. Holds the
    /// expression as written, so that two versions of it can be compared; one without an expression, or whose
    /// expression gives another value each time, holds nothing and is equal to none.
    Unknown(String),
}

/// One member of an object. Two are equal if name and value are.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The name as written.
    pub key: String,
    /// Where the name stands.
    pub key_span: Span,
    /// The value.
    pub value: Value,
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Content::Null, Content::Null) | (Content::Block, Content::Block) => true,
            (Content::Bool(one), Content::Bool(other)) => one == other,
            (Content::Number(one), Content::Number(other)) => one == other,
            (Content::String(one), Content::String(other)) => one == other,
            (Content::List(one), Content::List(other)) => one == other,
            (Content::Object(one), Content::Object(other)) => one == other,
            (Content::Unknown(one), Content::Unknown(other)) => !one.is_empty() && one == other,
            _ => false,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.content == other.content
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (&self.key, &self.value) == (&other.key, &other.value)
    }
}

impl Entry {
    /// The member of this name with another value.
    pub(crate) fn with(&self, value: Value) -> Self {
        Self {
            key: self.key.clone(),
            key_span: self.key_span,
            value,
        }
    }
}

impl Value {
    /// A value that anybody may see.
    pub fn new(content: Content, span: Span) -> Self {
        Self {
            content,
            span,
            sensitive: false,
            origin: None,
        }
    }

    /// Another content in the place of this one, shown to whom this may be shown.
    pub(crate) fn with(&self, content: Content) -> Self {
        Self {
            content,
            span: self.span,
            sensitive: self.sensitive,
            origin: self.origin,
        }
    }

    /// Whether this is an explicit null.
    pub fn is_null(&self) -> bool {
        self.content == Content::Null
    }

    /// Whether this is `true`.
    pub(crate) fn is_true(&self) -> bool {
        matches!(self.content, Content::Bool(true))
    }

    /// The text, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.content {
            Content::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements, if this is a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match &self.content {
            Content::List(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if this is an object.
    pub fn as_object(&self) -> Option<&[Entry]> {
        match &self.content {
            Content::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The first member called `key` that is not null.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?
            .iter()
            .find(|entry| entry.key == key && !entry.value.is_null())
            .map(|entry| &entry.value)
    }

    /// The text that `dialect` takes this for: some turn a number into its text where a text is wanted.
    pub fn text_in(&self, dialect: Dialect) -> Option<Cow<'_, str>> {
        match &self.content {
            Content::String(text) => Some(Cow::Borrowed(text)),
            Content::Number(number) if dialect.converts_to_text() => Some(Cow::Owned(number.to_string())),
            Content::Bool(value) if dialect.converts_to_text() => Some(Cow::Owned(value.to_string())),
            _ => None,
        }
    }

    /// The number that `dialect` takes this for. Terraform reads a number from a text where one is wanted.
    pub fn number_in(&self, dialect: Dialect) -> Option<f64> {
        match &self.content {
            Content::Number(number) => Some(*number),
            Content::String(text) if dialect.converts_to_number() => {
                text.parse().ok().filter(|number: &f64| number.is_finite())
            }
            _ => None,
        }
    }

    /// How many values in here cannot be known.
    pub fn unknowns(&self) -> usize {
        match &self.content {
            Content::Unknown(_) => 1,
            Content::List(items) => items.iter().map(Self::unknowns).sum(),
            Content::Object(entries) => entries.iter().map(|entry| entry.value.unknowns()).sum(),
            _ => 0,
        }
    }

    /// Whether this or anything in it is sensitive.
    pub fn has_sensitive(&self) -> bool {
        self.sensitive
            || match &self.content {
                Content::List(items) => items.iter().any(Self::has_sensitive),
                Content::Object(entries) => entries.iter().any(|entry| entry.value.has_sensitive()),
                _ => false,
            }
    }

    /// Marks this and all in it as sensitive.
    pub(crate) fn hide(&mut self) {
        self.sensitive = true;
        match &mut self.content {
            Content::List(items) => items.iter_mut().for_each(Self::hide),
            Content::Object(entries) => entries.iter_mut().for_each(|entry| entry.value.hide()),
            _ => {}
        }
    }

    /// Makes `span` the place of this and all in it: it is used there as a whole. Where each part was written becomes
    /// its origin, if that is in a source. Returns how many values it is made of.
    pub(crate) fn used_at(&mut self, span: Span, written_in: Option<usize>) -> usize {
        if let Some(source) = written_in {
            let place = Place {
                source,
                span: self.span,
            };
            self.origin.get_or_insert(place);
        }
        self.span = span;
        1 + match &mut self.content {
            Content::List(items) => items.iter_mut().map(|item| item.used_at(span, written_in)).sum(),
            Content::Object(entries) => entries
                .iter_mut()
                .map(|entry| {
                    entry.key_span = span;
                    entry.value.used_at(span, written_in)
                })
                .sum(),
            _ => 0,
        }
    }

    /// Moves every place in here `by` bytes towards the end.
    pub(crate) fn shift(&mut self, by: usize) {
        if by == 0 {
            return;
        }
        self.span = self.span.shifted(by);
        if let Some(place) = &mut self.origin {
            place.span = place.span.shifted(by);
        }
        match &mut self.content {
            Content::List(items) => items.iter_mut().for_each(|item| item.shift(by)),
            Content::Object(entries) => {
                for entry in entries {
                    entry.key_span = entry.key_span.shifted(by);
                    entry.value.shift(by);
                }
            }
            _ => {}
        }
    }

    /// The places of everything sensitive in here, in the source `source`, and wherever it was written.
    pub(crate) fn sensitive_places(&self, source: usize) -> Vec<Place> {
        let mut places = Vec::new();
        self.add_sensitive(source, false, &mut places);
        places
    }

    fn add_sensitive(&self, source: usize, is_inside: bool, places: &mut Vec<Place>) {
        let is_sensitive = is_inside || self.sensitive;
        if is_sensitive {
            let here = Place {
                source,
                span: self.span,
            };
            places.extend((!is_inside).then_some(here));
            places.extend(self.origin);
        }
        match &self.content {
            Content::List(items) => {
                for item in items {
                    item.add_sensitive(source, is_sensitive, places);
                }
            }
            Content::Object(entries) => {
                for entry in entries {
                    entry.value.add_sensitive(source, is_sensitive, places);
                }
            }
            _ => {}
        }
    }

    /// The value in a message: backquoted, cut short, and hidden if it is sensitive or not known.
    pub fn shown(&self) -> String {
        if self.has_sensitive() {
            return "(sensitive)".to_owned();
        }
        match &self.content {
            Content::Null => "`null`".to_owned(),
            Content::Bool(value) => format!("`{value}`"),
            Content::Number(value) => format!("`{}`", number(*value)),
            Content::String(text) => format!("`{}`", shortened(text)),
            Content::List(items) => format!("a list of {}", items.len()),
            Content::Object(_) => "an object".to_owned(),
            Content::Block => "a block".to_owned(),
            Content::Unknown(_) => "(not known here)".to_owned(),
        }
    }
}

/// A number in a message: one that has more digits than anybody counts is written with an exponent.
pub(crate) fn number(number: f64) -> String {
    const LONG: f64 = 1e18;
    if number.abs() < LONG {
        number.to_string()
    } else {
        format!("{number:e}")
    }
}

/// The first 60 characters of `text` on one line, so that a message stays one: a line break is shown as `\n`. What could
/// be the secret of a key is not shown.
pub(crate) fn shortened(text: &str) -> String {
    const LIMIT: usize = 60;
    let text = &*redacted(text);
    let mut line = String::new();
    for c in text.chars().take(LIMIT) {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    if text.chars().count() > LIMIT {
        line.push('…');
    }
    line
}
