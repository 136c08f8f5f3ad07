//! From property values to the wire.
//!
//! The keys of each object are written in their order, so that equal values have equal bytes, and the same as the engine's own
//! encoder gives them.

use base64::Engine as _;
use prost::Message as _;

use super::{
    Archive, ArchiveContent, ArchiveMember, Asset, AssetContent, MAX_DEPTH, OutputValue, PropertyMap,
    PropertyValue, ReferenceId, ResourceReference, signature,
};
use crate::path::{PropertyPath, Segment};
use crate::wire;

/// A value that cannot be sent; the provider's fault. It never holds the value itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// NaN or an infinity, which no state file can hold.
    #[error("property `{0}`: the number is not finite")]
    NotFinite(PropertyPath),
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("property `{0}`: nested deeper than {MAX_DEPTH} levels")]
    TooDeep(PropertyPath),
}

impl wire::Struct {
    /// The struct for the properties.
    ///
    /// # Errors
    ///
    /// Names the first property that has no form on the wire.
    pub fn encode_properties(properties: &PropertyMap) -> Result<Self, EncodeError> {
        map(properties, 0, &mut PropertyPath::root())
    }
}

type Encoded<T> = Result<T, EncodeError>;

fn map(properties: &PropertyMap, depth: usize, path: &mut PropertyPath) -> Encoded<wire::Struct> {
    let mut raw = wire::Struct::default();
    for (key, property) in properties {
        path.push(Segment::Key(key.clone()));
        push(&mut raw, key, value(property, depth, path)?);
        path.pop();
    }
    Ok(raw)
}

fn value(property: &PropertyValue, depth: usize, path: &mut PropertyPath) -> Encoded<wire::Value> {
    if depth >= MAX_DEPTH {
        return Err(EncodeError::TooDeep(path.clone()));
    }
    let kind = match property {
        PropertyValue::Null => wire::Kind::Null(0),
        PropertyValue::Bool(value) => wire::Kind::Bool(*value),
        PropertyValue::Number(value) if value.is_finite() => wire::Kind::Number(*value),
        PropertyValue::Number(_) => return Err(EncodeError::NotFinite(path.clone())),
        PropertyValue::String(text) => wire::Kind::String(text.clone()),
        PropertyValue::Unknown(kind) => wire::Kind::String(kind.sentinel().to_owned()),
        PropertyValue::List(items) => {
            let mut list = wire::List::default();
            for (index, item) in items.iter().enumerate() {
                path.push(Segment::Index(index));
                list.values
                    .push(value(item, depth + 1, path)?.encode_to_vec().into());
                path.pop();
            }
            wire::Kind::List(list)
        }
        PropertyValue::Object(object) => wire::Kind::Struct(map(object, depth + 1, path)?),
        PropertyValue::Secret(inner) => {
            let mut raw = special(signature::SECRET);
            push(&mut raw, "value", value(inner, depth + 1, path)?);
            wire::Kind::Struct(raw)
        }
        PropertyValue::Output(output) => wire::Kind::Struct(encode_output(output, depth, path)?),
        PropertyValue::Asset(asset) => wire::Kind::Struct(encode_asset(asset)),
        PropertyValue::Archive(archive) => wire::Kind::Struct(encode_archive(archive, depth, path)?),
        PropertyValue::Resource(reference) => wire::Kind::Struct(encode_reference(reference)),
        PropertyValue::Bytes(bytes) => {
            let mut raw = special(signature::BYTES);
            push_text(
                &mut raw,
                "value",
                &base64::engine::general_purpose::STANDARD.encode(bytes),
            );
            wire::Kind::Struct(raw)
        }
    };
    Ok(wire::Value { kind: Some(kind) })
}

fn encode_output(output: &OutputValue, depth: usize, path: &mut PropertyPath) -> Encoded<wire::Struct> {
    let mut raw = special(signature::OUTPUT);
    if !output.dependencies.is_empty() {
        let values = output
            .dependencies
            .iter()
            .map(|urn| plain_text(urn).encode_to_vec().into())
            .collect();
        push(
            &mut raw,
            "dependencies",
            wire::Value {
                kind: Some(wire::Kind::List(wire::List { values })),
            },
        );
    }
    if output.secret {
        push(
            &mut raw,
            "secret",
            wire::Value {
                kind: Some(wire::Kind::Bool(true)),
            },
        );
    }
    if let Some(inner) = &output.value {
        push(&mut raw, "value", value(inner, depth + 1, path)?);
    }
    Ok(raw)
}

fn encode_asset(asset: &Asset) -> wire::Struct {
    let mut raw = special(signature::ASSET);
    push_optional(&mut raw, "hash", asset.hash.as_deref());
    match &asset.content {
        AssetContent::Text(text) => push_text(&mut raw, "text", text),
        AssetContent::Path(path) => push_text(&mut raw, "path", path),
        AssetContent::Uri(uri) => push_text(&mut raw, "uri", uri),
        AssetContent::Elided => {}
    }
    raw
}

fn encode_archive(archive: &Archive, depth: usize, path: &PropertyPath) -> Encoded<wire::Struct> {
    // Archives lie within archives without passing through `value`.
    if depth >= MAX_DEPTH {
        return Err(EncodeError::TooDeep(path.clone()));
    }
    let mut raw = special(signature::ARCHIVE);
    if let ArchiveContent::Assets(members) = &archive.content {
        let mut assets = wire::Struct::default();
        for (name, member) in members {
            let member = match member {
                ArchiveMember::Asset(asset) => encode_asset(asset),
                ArchiveMember::Archive(archive) => encode_archive(archive, depth + 2, path)?,
            };
            push(
                &mut assets,
                name,
                wire::Value {
                    kind: Some(wire::Kind::Struct(member)),
                },
            );
        }
        push(
            &mut raw,
            "assets",
            wire::Value {
                kind: Some(wire::Kind::Struct(assets)),
            },
        );
    }
    push_optional(&mut raw, "hash", archive.hash.as_deref());
    match &archive.content {
        ArchiveContent::Path(path) => push_text(&mut raw, "path", path),
        ArchiveContent::Uri(uri) => push_text(&mut raw, "uri", uri),
        ArchiveContent::Assets(_) | ArchiveContent::Elided => {}
    }
    Ok(raw)
}

fn encode_reference(reference: &ResourceReference) -> wire::Struct {
    let mut raw = special(signature::RESOURCE);
    match &reference.id {
        Some(ReferenceId::Known(id)) => push_text(&mut raw, "id", id),
        // An id that is present and empty is how the engine itself writes an unknown one.
        Some(ReferenceId::Unknown) => push_text(&mut raw, "id", ""),
        None => {}
    }
    push_optional(&mut raw, "name", reference.name.as_deref());
    push_optional(&mut raw, "packageVersion", reference.package_version.as_deref());
    push_optional(&mut raw, "type", reference.r#type.as_deref());
    push_text(&mut raw, "urn", &reference.urn);
    raw
}

fn special(signature: &str) -> wire::Struct {
    let mut raw = wire::Struct::default();
    push_text(&mut raw, signature::KEY, signature);
    raw
}

fn plain_text(text: &str) -> wire::Value {
    wire::Value {
        kind: Some(wire::Kind::String(text.to_owned())),
    }
}

fn push_optional(raw: &mut wire::Struct, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        push_text(raw, key, text);
    }
}

fn push_text(raw: &mut wire::Struct, key: &str, text: &str) {
    push(raw, key, plain_text(text));
}

fn push(raw: &mut wire::Struct, key: &str, value: wire::Value) {
    let entry = wire::Entry {
        key: key.to_owned(),
        value: value.encode_to_vec().into(),
    };
    raw.entries.push(entry.encode_to_vec().into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_form_on_the_wire_is_named() {
        let properties = PropertyMap::from([("a".to_owned(), vec![1.0, f64::INFINITY].into())]);
        let error = wire::Struct::encode_properties(&properties).unwrap_err();
        assert_eq!(error, EncodeError::NotFinite(PropertyPath::from("a").index(1)));
    }
}
