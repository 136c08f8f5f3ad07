//! How the engine writes resources and their values as JSON.

use std::collections::BTreeSet;

use crate::document::json::{self, Cursor};
use crate::document::{Declaration, Dialect, declared_part};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// The member that marks an object as something else than an object. It and the values below are from
/// `sdk/go/common/resource/sig` of Pulumi.
const SIGNATURE: &str = "4dabf18193072939515e22adb298388d";
const SECRET: &str = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT: &str = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/// The texts that stand for values which are not known yet, one for each type.
const UNKNOWNS: [&str; 7] = [
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/// What a preview shows in the place of a secret.
const HIDDEN: &str = "[secret]";

/// Parts of the name that the engine gives a resource: `urn:pulumi:<stack>::<project>::<types>::<name>`, the types
/// being those of its parents and its own, with a `$` between.
pub(super) struct Urn<'a> {
    pub(super) token: &'a str,
    name: &'a str,
    qualified: &'a str,
}

impl<'a> Urn<'a> {
    pub(super) fn parse(urn: &'a str) -> Option<Self> {
        let rest = urn.strip_prefix("urn:pulumi:")?;
        let (_, rest) = rest.split_once("::")?;
        let (_, qualified) = rest.split_once("::")?;
        let (types, name) = qualified.split_once("::")?;
        Some(Self {
            token: types.rsplit('$').next().unwrap_or(types),
            name,
            qualified,
        })
    }

    /// The name as its author knows it. Resources of two parents can have the same one; the second that is asked for
    /// has the types before it.
    pub(super) fn address(&self, taken: &mut BTreeSet<String>) -> String {
        let name = if taken.contains(self.name) {
            self.qualified
        } else {
            self.name
        };
        taken.insert(name.to_owned());
        name.to_owned()
    }
}

/// The members `names` of the object that comes, each if it is a text. The cursor stays where it is.
pub(super) fn texts<const N: usize>(
    cursor: &Cursor<'_>,
    names: [&str; N],
) -> json::Result<[Option<String>; N]> {
    let mut found = [const { None }; N];
    cursor.clone().members(|cursor, key, _| {
        match names.iter().position(|name| *name == key) {
            Some(at) if cursor.peek() == Some(b'"') => {
                found[at] = cursor.value()?.as_str().map(str::to_owned)
            }
            _ => drop(cursor.skip()?),
        }
        Ok(())
    })?;
    Ok(found)
}

/// The key of a resource of the engine's. What its author wrote are the inputs; a key that was imported has none.
pub(super) fn declaration(resource: &Value, address: &str, dialect: Dialect, span: Span) -> Declaration {
    let inputs = resource.get("inputs").filter(|inputs| {
        let members = inputs.as_object().unwrap_or_default();
        members.iter().any(|entry| !is_internal(&entry.key))
    });
    let properties = match (inputs, resource.get("outputs")) {
        (Some(inputs), _) => decoded(inputs),
        (None, Some(outputs)) => declared_part(decoded(outputs), dialect),
        (None, None) => Value::new(Content::Object(Vec::new()), span),
    };
    let mut declaration = Declaration::new(address.to_owned(), dialect, span, properties);
    declaration.options.is_retained = resource
        .get("retainOnDelete")
        .is_some_and(|value| value.content == Content::Bool(true));
    declaration
}

/// The value that the engine's JSON stands for.
pub(super) fn decoded(value: &Value) -> Value {
    match &value.content {
        Content::String(text) if UNKNOWNS.contains(&text.as_str()) => unknown(value.span),
        Content::String(text) if text == HIDDEN => secret(unknown(value.span)),
        Content::Object(entries) => match value.get(SIGNATURE).and_then(Value::as_str) {
            Some(SECRET) => secret(match value.get("plaintext").and_then(Value::as_str) {
                Some(plaintext) => revealed(plaintext, value.span),
                None => value.get("value").map_or_else(|| unknown(value.span), decoded),
            }),
            Some(OUTPUT) => {
                let inner = value.get("value").map_or_else(|| unknown(value.span), decoded);
                match value.get("secret").map(|secret| &secret.content) {
                    Some(Content::Bool(true)) => secret(inner),
                    _ => inner,
                }
            }
            Some(_) => unknown(value.span),
            None => {
                let entries = entries.iter().filter(|entry| !is_internal(&entry.key));
                let entries = entries.map(|entry| Entry {
                    key: entry.key.clone(),
                    key_span: entry.key_span,
                    value: decoded(&entry.value),
                });
                Value::new(Content::Object(entries.collect()), value.span)
            }
        },
        Content::List(items) => Value::new(Content::List(items.iter().map(decoded).collect()), value.span),
        _ => value.clone(),
    }
}

/// The value of a secret that was exported in plain. Its parts have no place of their own, as it is JSON in a text.
fn revealed(plaintext: &str, span: Span) -> Value {
    match json::parse(plaintext, 0) {
        Ok(mut value) => {
            value.used_at(span, None);
            decoded(&value)
        }
        Err(_) => unknown(span),
    }
}

fn unknown(span: Span) -> Value {
    Value::new(Content::Unknown("(known after the update)".to_owned()), span)
}

fn secret(mut value: Value) -> Value {
    value.hide();
    value
}

/// Whether a member is the engine's own.
fn is_internal(key: &str) -> bool {
    key.starts_with("__")
}
