//! From the wire to property values; strict, as the engine's own decoder is.

use std::collections::BTreeMap;

use base64::Engine as _;
use prost::Message as _;
use prost::bytes::Bytes;

use super::{
    Archive, ArchiveContent, ArchiveMember, Asset, AssetContent, MAX_DEPTH, OutputValue, PropertyMap,
    PropertyValue, ReferenceId, ResourceReference, UnknownKind, signature,
};
use crate::path::{PropertyPath, Segment};
use crate::wire;

/// A value on the wire that means nothing; the sender's fault. It never holds the value itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("property `{path}`: {kind}")]
pub struct DecodeError {
    /// The property.
    pub path: PropertyPath,
    /// What is wrong with it.
    pub kind: DecodeErrorKind,
}

/// What is wrong with a value on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The bytes are not the message that should be there.
    #[error("the encoding is broken")]
    Broken,
    /// A `google.protobuf.Value` with no kind, which that type forbids.
    #[error("the value has no kind")]
    NoKind,
    /// The object claims to be a special value that this framework does not know.
    #[error("unrecognized signature")]
    UnrecognizedSignature,
    /// A special value lacks a part, or has one of a wrong type.
    #[error("malformed {0}")]
    Malformed(&'static str),
    /// NaN or an infinity, which no state file can hold.
    #[error("the number is not finite")]
    NotFinite,
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
}

impl wire::Struct {
    /// The properties in the struct.
    ///
    /// # Errors
    ///
    /// Names the first property, in the order of the wire, that is not a value.
    pub fn decode_properties(&self) -> Result<PropertyMap, DecodeError> {
        let mut path = PropertyPath::root();
        map(self, 0, &mut path).map_err(|kind| DecodeError { path, kind })
    }
}

type Decoded<T> = Result<T, DecodeErrorKind>;

/// On an error the path is left where it happened.
fn map(raw: &wire::Struct, depth: usize, path: &mut PropertyPath) -> Decoded<PropertyMap> {
    let mut decoded = PropertyMap::new();
    for entry in &raw.entries {
        let entry = wire::Entry::decode(entry.clone()).map_err(|_| DecodeErrorKind::Broken)?;
        path.push(Segment::Key(entry.key.clone()));
        let value = value(entry.value, depth, path)?;
        path.pop();
        decoded.insert(entry.key, value);
    }
    Ok(decoded)
}

fn value(raw: Bytes, depth: usize, path: &mut PropertyPath) -> Decoded<PropertyValue> {
    if depth >= MAX_DEPTH {
        return Err(DecodeErrorKind::TooDeep);
    }
    let raw = wire::Value::decode(raw).map_err(|_| DecodeErrorKind::Broken)?;
    Ok(match raw.kind.ok_or(DecodeErrorKind::NoKind)? {
        wire::Kind::Null(_) => PropertyValue::Null,
        wire::Kind::Bool(value) => PropertyValue::Bool(value),
        wire::Kind::Number(value) if value.is_finite() => PropertyValue::Number(value),
        wire::Kind::Number(_) => return Err(DecodeErrorKind::NotFinite),
        wire::Kind::String(text) => string(text),
        wire::Kind::List(list) => {
            let mut items = Vec::with_capacity(list.values.len());
            for (index, item) in list.values.into_iter().enumerate() {
                path.push(Segment::Index(index));
                items.push(value(item, depth + 1, path)?);
                path.pop();
            }
            PropertyValue::List(items)
        }
        wire::Kind::Struct(object) => special_or_plain(map(&object, depth + 1, path)?)?,
    })
}

/// The value in a JSON text, special values included; nothing if the text is not JSON or holds something malformed.
pub(crate) fn from_json(text: &str) -> Option<PropertyValue> {
    // The parser bounds the depth itself, below `MAX_DEPTH`.
    json(serde_json::from_str(text).ok()?).ok()
}

fn json(value: serde_json::Value) -> Decoded<PropertyValue> {
    Ok(match value {
        serde_json::Value::Null => PropertyValue::Null,
        serde_json::Value::Bool(value) => PropertyValue::Bool(value),
        serde_json::Value::Number(number) => {
            PropertyValue::Number(number.as_f64().ok_or(DecodeErrorKind::NotFinite)?)
        }
        serde_json::Value::String(text) => string(text),
        serde_json::Value::Array(items) => {
            PropertyValue::List(items.into_iter().map(json).collect::<Decoded<_>>()?)
        }
        serde_json::Value::Object(map) => {
            let map = map.into_iter().map(|(key, value)| Ok((key, json(value)?)));
            special_or_plain(map.collect::<Decoded<_>>()?)?
        }
    })
}

fn string(text: String) -> PropertyValue {
    match UnknownKind::from_sentinel(&text) {
        Some(kind) => PropertyValue::Unknown(kind),
        None => PropertyValue::String(text),
    }
}

fn special_or_plain(mut object: PropertyMap) -> Decoded<PropertyValue> {
    let Some(signature) = object.remove(signature::KEY) else {
        return Ok(PropertyValue::Object(object));
    };
    match signature.as_str() {
        Some(signature::SECRET) => {
            let value = object
                .remove("value")
                .ok_or(DecodeErrorKind::Malformed("secret"))?;
            Ok(PropertyValue::Secret(Box::new(value)))
        }
        Some(signature::OUTPUT) => output(object).map(PropertyValue::Output),
        Some(signature::RESOURCE) => reference(object).map(PropertyValue::Resource),
        Some(signature::ASSET) => asset(object).map(PropertyValue::Asset),
        Some(signature::ARCHIVE) => archive(object).map(PropertyValue::Archive),
        Some(signature::BYTES) => bytes(object).map(PropertyValue::Bytes),
        _ => Err(DecodeErrorKind::UnrecognizedSignature),
    }
}

fn output(mut object: PropertyMap) -> Decoded<OutputValue> {
    const MALFORMED: DecodeErrorKind = DecodeErrorKind::Malformed("output value");
    let secret = match object.remove("secret") {
        None => false,
        Some(PropertyValue::Bool(secret)) => secret,
        Some(_) => return Err(MALFORMED),
    };
    let dependencies = match object.remove("dependencies") {
        None => Vec::new(),
        Some(PropertyValue::List(urns)) => urns
            .into_iter()
            .map(|urn| match urn {
                PropertyValue::String(urn) => Ok(urn),
                _ => Err(MALFORMED),
            })
            .collect::<Decoded<_>>()?,
        Some(_) => return Err(MALFORMED),
    };
    Ok(OutputValue {
        value: object.remove("value").map(Box::new),
        secret,
        dependencies,
    })
}

fn reference(mut object: PropertyMap) -> Decoded<ResourceReference> {
    const WHAT: &str = "resource reference";
    let id = match object.remove("id") {
        None => None,
        Some(id) => Some(match id.expose() {
            PropertyValue::String(id) if !id.is_empty() => ReferenceId::Known(id.clone()),
            PropertyValue::String(_) | PropertyValue::Unknown(_) => ReferenceId::Unknown,
            _ => return Err(DecodeErrorKind::Malformed(WHAT)),
        }),
    };
    Ok(ResourceReference {
        urn: text(&mut object, "urn", WHAT)?.ok_or(DecodeErrorKind::Malformed(WHAT))?,
        id,
        package_version: text(&mut object, "packageVersion", WHAT)?,
        name: text(&mut object, "name", WHAT)?,
        r#type: text(&mut object, "type", WHAT)?,
    })
}

fn asset(mut object: PropertyMap) -> Decoded<Asset> {
    const WHAT: &str = "asset";
    let hash = text(&mut object, "hash", WHAT)?.filter(|hash| !hash.is_empty());
    let content = text(&mut object, "text", WHAT)?;
    let path = text(&mut object, "path", WHAT)?.filter(|path| !path.is_empty());
    let uri = text(&mut object, "uri", WHAT)?.filter(|uri| !uri.is_empty());
    let content = match (content, path, uri) {
        (None, None, None) => AssetContent::Elided,
        (Some(content), None, None) => AssetContent::Text(content),
        (content, Some(path), None) if is_blank(&content) => AssetContent::Path(path),
        (content, None, Some(uri)) if is_blank(&content) => AssetContent::Uri(uri),
        _ => return Err(DecodeErrorKind::Malformed(WHAT)),
    };
    Ok(Asset { hash, content })
}

/// Some SDKs send every field and leave the unused ones empty.
fn is_blank(text: &Option<String>) -> bool {
    text.as_ref().is_none_or(String::is_empty)
}

fn archive(mut object: PropertyMap) -> Decoded<Archive> {
    const WHAT: &str = "archive";
    let hash = text(&mut object, "hash", WHAT)?.filter(|hash| !hash.is_empty());
    let path = text(&mut object, "path", WHAT)?.filter(|path| !path.is_empty());
    let uri = text(&mut object, "uri", WHAT)?.filter(|uri| !uri.is_empty());
    let content = match (object.remove("assets"), path, uri) {
        (None, None, None) => ArchiveContent::Elided,
        (Some(PropertyValue::Object(members)), None, None) => {
            ArchiveContent::Assets(archive_members(members)?)
        }
        (None, Some(path), None) => ArchiveContent::Path(path),
        (None, None, Some(uri)) => ArchiveContent::Uri(uri),
        _ => return Err(DecodeErrorKind::Malformed(WHAT)),
    };
    Ok(Archive { hash, content })
}

fn archive_members(members: PropertyMap) -> Decoded<BTreeMap<String, ArchiveMember>> {
    let member = |(name, value)| match value {
        PropertyValue::Asset(asset) => Ok((name, ArchiveMember::Asset(asset))),
        PropertyValue::Archive(archive) => Ok((name, ArchiveMember::Archive(archive))),
        _ => Err(DecodeErrorKind::Malformed("archive")),
    };
    members.into_iter().map(member).collect()
}

fn bytes(mut object: PropertyMap) -> Decoded<Vec<u8>> {
    const WHAT: &str = "byte string";
    let encoded = text(&mut object, "value", WHAT)?.ok_or(DecodeErrorKind::Malformed(WHAT))?;
    base64::engine::general_purpose::STANDARD
        .decode(encoded)
        .map_err(|_| DecodeErrorKind::Malformed(WHAT))
}

fn text(object: &mut PropertyMap, key: &str, what: &'static str) -> Decoded<Option<String>> {
    match object.remove(key) {
        None => Ok(None),
        Some(PropertyValue::String(text)) => Ok(Some(text)),
        Some(_) => Err(DecodeErrorKind::Malformed(what)),
    }
}

#[cfg(test)]
mod tests {
    use prost_types::value::Kind;
    use prost_types::{ListValue, Struct, Value};

    use super::*;

    fn of(kind: Kind) -> Value {
        Value { kind: Some(kind) }
    }

    fn string(text: &str) -> Value {
        of(Kind::StringValue(text.to_owned()))
    }

    fn object(entries: &[(&str, Value)]) -> Value {
        let fields = entries
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect();
        of(Kind::StructValue(Struct { fields }))
    }

    fn special(signature: &str, entries: &[(&str, Value)]) -> Value {
        let mut all = vec![(signature::KEY, string(signature))];
        all.extend_from_slice(entries);
        object(&all)
    }

    fn decode(value: Value) -> Result<PropertyValue, DecodeError> {
        let fields = [("p".to_owned(), value)].into();
        let raw = wire::Struct::from(&Struct { fields });
        raw.decode_properties().map(|mut map| map.remove("p").unwrap())
    }

    #[test]
    fn faults_name_the_property_and_the_reason() {
        use DecodeErrorKind::*;
        let nested = |value| {
            object(&[(
                "q",
                of(Kind::ListValue(ListValue {
                    values: vec![string("x"), value],
                })),
            )])
        };
        for (value, kind) in [
            (Value { kind: None }, NoKind),
            (of(Kind::NumberValue(f64::NAN)), NotFinite),
            (of(Kind::NumberValue(f64::NEG_INFINITY)), NotFinite),
            (special("no such signature", &[]), UnrecognizedSignature),
            (
                object(&[(signature::KEY, of(Kind::BoolValue(true)))]),
                UnrecognizedSignature,
            ),
            (special(signature::SECRET, &[]), Malformed("secret")),
            (
                special(signature::OUTPUT, &[("secret", string("yes"))]),
                Malformed("output value"),
            ),
            (
                special(signature::OUTPUT, &[("dependencies", string("urn"))]),
                Malformed("output value"),
            ),
            (
                special(signature::RESOURCE, &[("id", string("7"))]),
                Malformed("resource reference"),
            ),
            (
                special(signature::ASSET, &[("hash", of(Kind::BoolValue(true)))]),
                Malformed("asset"),
            ),
            (
                special(signature::ASSET, &[("text", string("a")), ("path", string("b"))]),
                Malformed("asset"),
            ),
            (
                special(signature::ARCHIVE, &[("assets", object(&[("m", string("x"))]))]),
                Malformed("archive"),
            ),
            (
                special(signature::BYTES, &[("value", string("not base64!"))]),
                Malformed("byte string"),
            ),
        ] {
            let path = PropertyPath::from("p").key("q").index(1);
            assert_eq!(decode(nested(value)), Err(DecodeError { path, kind }));
        }
    }

    #[test]
    fn special_values_are_recognised() {
        for (value, expected) in [
            (
                special(signature::SECRET, &[("value", of(Kind::NullValue(0)))]),
                PropertyValue::secret(PropertyValue::Null),
            ),
            (
                special(signature::RESOURCE, &[("urn", string("u")), ("id", string(""))]),
                PropertyValue::Resource(ResourceReference {
                    urn: "u".to_owned(),
                    id: Some(ReferenceId::Unknown),
                    package_version: None,
                    name: None,
                    r#type: None,
                }),
            ),
            (
                special(signature::ASSET, &[("text", string("")), ("path", string("p"))]),
                PropertyValue::Asset(Asset {
                    hash: None,
                    content: AssetContent::Path("p".to_owned()),
                }),
            ),
            (
                special(signature::BYTES, &[("value", string("/w=="))]),
                PropertyValue::Bytes(vec![0xff]),
            ),
            (
                special(signature::OUTPUT, &[]),
                PropertyValue::Output(OutputValue {
                    value: None,
                    secret: false,
                    dependencies: vec![],
                }),
            ),
        ] {
            assert_eq!(decode(value), Ok(expected));
        }
    }

    #[test]
    fn the_depth_is_bounded_on_the_stack_of_a_small_thread() {
        // The plain protobuf encoder is recursive itself, so the deep message is put together from the inside out.
        let deep = |levels: usize| {
            let null = wire::Value {
                kind: Some(wire::Kind::Null(0)),
            };
            let inner = (0..levels).fold(null, |value, _| {
                let values = vec![Bytes::from(value.encode_to_vec())];
                wire::Value {
                    kind: Some(wire::Kind::List(wire::List { values })),
                }
            });
            let entry = wire::Entry {
                key: "p".to_owned(),
                value: inner.encode_to_vec().into(),
            };
            wire::Struct {
                entries: vec![entry.encode_to_vec().into()],
            }
            .decode_properties()
        };
        std::thread::Builder::new()
            .stack_size(2 << 20)
            .spawn(move || {
                let allowed = deep(MAX_DEPTH - 1).unwrap();
                assert_eq!(allowed.clone(), allowed);
                assert_eq!(
                    wire::Struct::encode_properties(&allowed)
                        .unwrap()
                        .decode_properties(),
                    Ok(allowed)
                );
                assert_eq!(deep(MAX_DEPTH).unwrap_err().kind, DecodeErrorKind::TooDeep);
                assert_eq!(deep(5_000).unwrap_err().kind, DecodeErrorKind::TooDeep);
            })
            .unwrap()
            .join()
            .unwrap();
    }
}
