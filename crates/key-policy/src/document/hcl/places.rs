//! From what expressions evaluate to, to what rules read: each part with its place and its origin.

use super::value::{Kind, NOWHERE, Val};
use crate::span::Place;
use crate::value::{Content, Entry, Value};

impl Val {
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
