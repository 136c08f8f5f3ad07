//! Properties as they stand on the wire, written as JSON.
//!
//! A test that writes `{"4dabf…": "1b470…", "value": "x"}` by hand sends just that, whatever this crate's own encoder would do. These
//! functions go through the ready-made types of `prost-types` for the same reason.

use prost_types::value::Kind;
use serde_json::{Value, json};

use crate::value::UnknownKind;
use crate::wire::Struct;

/// The key by which the wire tells special values from objects.
pub const SIGNATURE: &str = "4dabf18193072939515e22adb298388d";

/// The signature of a secret.
pub const SECRET: &str = "1b47061264138c4ac30d75fd1eb44270";

/// The signature of an output value.
pub const OUTPUT: &str = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/// The signature of a reference to a resource.
pub const RESOURCE: &str = "5cf8f73096256a8f31e491e813e4eb8e";

/// The signature of an asset.
pub const ASSET: &str = "c44067f5952c0a294b673a41bacd8c17";

/// The signature of an archive.
pub const ARCHIVE: &str = "0def7320c3a5731c473e5ecbe6d01bc7";

/// The signature of a string that is not UTF-8.
pub const BYTES: &str = "803fd3297a5875dc03ca845dda5d2a98";

/// The texts that stand for unknown values.
pub const UNKNOWNS: [(UnknownKind, &str); 7] = [
    (UnknownKind::Bool, "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"),
    (UnknownKind::Number, "3eeb2bf0-c639-47a8-9e75-3b44932eb421"),
    (UnknownKind::String, "04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
    (UnknownKind::List, "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"),
    (UnknownKind::Asset, "030794c1-ac77-496b-92df-f27374a8bd58"),
    (UnknownKind::Archive, "e48ece36-62e2-4504-bad9-02848725956a"),
    (UnknownKind::Object, "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"),
];

/// A special value: an object with a signature.
pub fn special(signature: &str, mut entries: Value) -> Value {
    entries[SIGNATURE] = json!(signature);
    entries
}

/// A secret.
pub fn secret(value: Value) -> Value {
    special(SECRET, json!({ "value": value }))
}

/// An unknown text, which most SDKs send for an unknown of any type.
pub fn unknown() -> Value {
    json!(UNKNOWNS[2].1)
}

/// The struct for a JSON object, as any program with a protobuf library would send it; nothing for other JSON.
pub fn to_struct(value: &Value) -> Option<Struct> {
    match plain(value).kind {
        Some(Kind::StructValue(plain)) => Some(Struct::from(&plain)),
        _ => None,
    }
}

fn plain(value: &Value) -> prost_types::Value {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(value) => Kind::BoolValue(*value),
        // Every JSON number has a double nearest to it.
        Value::Number(value) => Kind::NumberValue(value.as_f64().unwrap_or(f64::NAN)),
        Value::String(text) => Kind::StringValue(text.clone()),
        Value::Array(items) => Kind::ListValue(prost_types::ListValue {
            values: items.iter().map(plain).collect(),
        }),
        Value::Object(members) => Kind::StructValue(prost_types::Struct {
            fields: members
                .iter()
                .map(|(key, value)| (key.clone(), plain(value)))
                .collect(),
        }),
    };
    prost_types::Value { kind: Some(kind) }
}

/// The JSON object for a struct, as any program with a protobuf library would read it.
///
/// # Errors
///
/// When the struct is malformed, or nested deeper than such a library reads.
pub fn from_struct(raw: &Struct) -> Result<Value, prost::DecodeError> {
    prost_types::Struct::try_from(raw).map(|plain| json(Kind::StructValue(plain)))
}

fn json(kind: Kind) -> Value {
    match kind {
        Kind::NullValue(_) => Value::Null,
        Kind::BoolValue(value) => json!(value),
        Kind::NumberValue(value) => json!(value),
        Kind::StringValue(text) => json!(text),
        Kind::ListValue(list) => list.values.into_iter().map(member).collect(),
        Kind::StructValue(object) => object
            .fields
            .into_iter()
            .map(|(key, value)| (key, member(value)))
            .collect(),
    }
}

fn member(value: prost_types::Value) -> Value {
    value.kind.map_or(Value::Null, json)
}
