//! How the engine writes resources and their values as JSON.

use std::collections::{BTreeMap, BTreeSet};

use super::dialect_of;
use crate::document::json::{self, Cursor};
use crate::document::{Declaration, Dialect, Former, declared_part};
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

    /// The name as its author knows it, with the types before it if others share it.
    pub(super) fn address(&self, shared: &BTreeSet<&str>) -> &'a str {
        if shared.contains(self.name) {
            self.qualified
        } else {
            self.name
        }
    }

    /// Whether both name one resource, whatever stack it is of.
    pub(super) fn is(&self, other: &Urn<'_>) -> bool {
        self.qualified == other.qualified
    }

    /// The addresses that this was, with the types of the parents and without.
    pub(super) fn former(&self) -> impl Iterator<Item = Former> + use<'a> {
        let (dialect, addresses) = (dialect_of(self.token), [self.qualified, self.name]);
        let former = move |address: &str| {
            Some(Former {
                address: address.to_owned(),
                dialect: dialect?,
            })
        };
        addresses.into_iter().filter_map(former)
    }
}

/// The names that several of these resources have: those of two parents can have the same one.
pub(super) fn shared_names<'a>(urns: impl Iterator<Item = Urn<'a>>) -> BTreeSet<&'a str> {
    let mut known = BTreeMap::new();
    let shared = urns.filter_map(|urn| {
        let first = *known.entry(urn.name).or_insert(urn.qualified);
        (first != urn.qualified).then_some(urn.name)
    });
    shared.collect()
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

/// The key that is the resource `urn` of the engine's. What its author wrote are the inputs; a key that was imported has
/// none.
pub(super) fn declaration(
    resource: &Value,
    urn: &Urn<'_>,
    address: String,
    dialect: Dialect,
    span: Span,
) -> Declaration {
    let inputs = resource.get("inputs").filter(|inputs| {
        let members = inputs.as_object().unwrap_or_default();
        members.iter().any(|entry| !is_internal(&entry.key))
    });
    let properties = match (inputs, resource.get("outputs")) {
        (Some(inputs), _) => decoded(inputs),
        (None, Some(outputs)) => declared_part(decoded(outputs), dialect),
        (None, None) => Value::new(Content::Object(Vec::new()), span),
    };
    let mut declaration = Declaration::new(address, dialect, span, properties);
    declaration.qualified = Some(urn.qualified.to_owned());
    declaration.options.is_retained = is_set(resource, "retainOnDelete");
    declaration.options.is_tainted = is_set(resource, "taint");
    declaration
}

/// The same, of one that was replaced already and is still to be deleted.
pub(super) fn former_declaration(
    resource: &Value,
    urn: &Urn<'_>,
    address: &str,
    dialect: Dialect,
    span: Span,
) -> Declaration {
    let address = format!("{address} (pending delete)");
    let mut declaration = declaration(resource, urn, address, dialect, span);
    declaration.qualified = None;
    declaration.options.is_former = true;
    declaration
}

/// Whether the engine marks a resource with the member `name`.
pub(super) fn is_set(resource: &Value, name: &str) -> bool {
    resource.get(name).is_some_and(Value::is_true)
}

/// The value that the engine's JSON stands for.
pub(super) fn decoded(value: &Value) -> Value {
    match &value.content {
        Content::String(text) if UNKNOWNS.contains(&text.as_str()) => unknown(value.span),
        Content::String(text) if text == HIDDEN => secret(unknown(value.span)),
        Content::Object(entries) => match value.get(SIGNATURE).and_then(Value::as_str) {
            Some(SECRET) => secret(match value.get("plaintext").and_then(Value::as_str) {
                Some(plaintext) => revealed(plaintext, value.span),
                None => match value.get("ciphertext").and_then(Value::as_str) {
                    Some(ciphertext) if ciphertext != HIDDEN => encrypted(ciphertext, value.span),
                    _ => value.get("value").map_or_else(|| unknown(value.span), decoded),
                },
            }),
            Some(OUTPUT) => {
                let inner = value.get("value").map_or_else(|| unknown(value.span), decoded);
                match is_set(value, "secret") {
                    true => secret(inner),
                    false => inner,
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

/// A value that is not told: of two of them nobody knows whether they are the same.
fn unknown(span: Span) -> Value {
    Value::new(Content::Unknown(String::new()), span)
}

/// A value that only the engine can read. What is encrypted alike was not changed.
fn encrypted(ciphertext: &str, span: Span) -> Value {
    Value::new(Content::Unknown(ciphertext.to_owned()), span)
}

fn secret(mut value: Value) -> Value {
    value.hide();
    value
}

/// Whether a member is the engine's own.
fn is_internal(key: &str) -> bool {
    key.starts_with("__")
}
