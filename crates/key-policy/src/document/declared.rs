//! Keys as tools write them, with all that they know of them.

use super::Dialect;
use crate::fields::{Kind, MANAGEMENT_KEY, Object, Presence};
use crate::value::{Content, Value};

/// The part of a key's values that its author can set, as tools write them: all fields, those that the service sets
/// among them, and those that were left out as empty values. Such a value is null here, so that its place is known.
pub(super) fn declared_part(properties: Value, dialect: Dialect) -> Value {
    authored(properties, &MANAGEMENT_KEY, dialect)
}

fn authored(value: Value, object: &'static Object, dialect: Dialect) -> Value {
    let Content::Object(entries) = value.content else {
        return value;
    };
    let entries = entries.into_iter().filter_map(|mut entry| {
        let field = object.field(&entry.key, dialect)?;
        let left_out = match &entry.value.content {
            Content::Null => true,
            Content::String(text) => text.is_empty(),
            Content::Number(number) => *number == 0.0,
            Content::List(items) => items.is_empty(),
            _ => false,
        };
        if field.is_read_only() {
            return None;
        }
        if left_out && field.presence == Presence::Optional {
            entry.value.content = Content::Null;
        }
        entry.value = match &field.kind {
            Kind::Object(inner) => authored(entry.value, inner, dialect),
            Kind::List(Kind::Object(inner)) => match entry.value.content {
                Content::List(items) => {
                    let items = items.into_iter().map(|item| authored(item, inner, dialect));
                    Value {
                        content: Content::List(items.collect()),
                        ..entry.value
                    }
                }
                content => Value {
                    content,
                    ..entry.value
                },
            },
            _ => entry.value,
        };
        Some(entry)
    });
    Value {
        content: Content::Object(entries.collect()),
        ..value
    }
}
