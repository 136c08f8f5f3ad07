//! Property values: everything a program can pass to a resource, and a resource can give back.

mod debug;
mod decode;
mod encode;
mod secrets;
mod signature;

use std::collections::BTreeMap;

use crate::path::{PropertyPath, Segment};

pub(crate) use decode::from_json;
pub use decode::{DecodeError, DecodeErrorKind};
pub use encode::EncodeError;
pub use secrets::copy_secrets;

/// The properties of a resource by name.
///
/// A key whose value is [`PropertyValue::Null`] is not the same as a key that is absent.
pub type PropertyMap = BTreeMap<String, PropertyValue>;

/// How deep values may lie within each other, counting each object, list and secret. Deeper ones are refused in both directions,
/// which keeps every walk over a value well within a thread's stack.
pub const MAX_DEPTH: usize = 256;

/// A property value.
///
/// `Debug` shows nothing that lies under a secret. There is no `Display`.
#[derive(Clone, PartialEq)]
pub enum PropertyValue {
    /// Given, but as nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number; whole numbers are exact up to 2^53.
    Number(f64),
    /// A text.
    String(String),
    /// A list.
    List(Vec<PropertyValue>),
    /// An object.
    Object(PropertyMap),
    /// A value that must not be shown or stored in plain.
    Secret(Box<PropertyValue>),
    /// A value that will be known only after something else was made.
    Unknown(UnknownKind),
    /// A value with its dependencies; sent only to functions and components.
    Output(OutputValue),
    /// A text or a file.
    Asset(Asset),
    /// A folder of assets, or a file that packs one.
    Archive(Archive),
    /// Another resource.
    Resource(ResourceReference),
    /// A string that is not UTF-8.
    Bytes(Vec<u8>),
}

/// The type that an unknown value is said to have.
///
/// Most SDKs say `String` whatever the type, so it is kept for the way back and never relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownKind {
    /// An unknown truth value.
    Bool,
    /// An unknown number.
    Number,
    /// An unknown text.
    String,
    /// An unknown list.
    List,
    /// An unknown asset.
    Asset,
    /// An unknown archive.
    Archive,
    /// An unknown object.
    Object,
}

/// A value with its dependencies.
#[derive(Clone, PartialEq)]
pub struct OutputValue {
    /// The value, or nothing while it is unknown.
    pub value: Option<Box<PropertyValue>>,
    /// Whether the value must not be shown.
    pub secret: bool,
    /// URNs of the resources it comes from.
    pub dependencies: Vec<String>,
}

/// A text or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// SHA-256 of the content in hexadecimal, where it is known.
    pub hash: Option<String>,
    /// Where the content is.
    pub content: AssetContent,
}

/// Where the content of an [`Asset`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetContent {
    /// The content itself.
    Text(String),
    /// A file on this machine.
    Path(String),
    /// A file elsewhere.
    Uri(String),
    /// Only the hash was sent, as the engine does for old values.
    Elided,
}

/// A folder of assets, or a file that packs one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// SHA-256 of the content in hexadecimal, where it is known.
    pub hash: Option<String>,
    /// Where the content is.
    pub content: ArchiveContent,
}

/// Where the content of an [`Archive`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveContent {
    /// The members by name.
    Assets(BTreeMap<String, ArchiveMember>),
    /// A file or folder on this machine.
    Path(String),
    /// A file elsewhere.
    Uri(String),
    /// Only the hash was sent, as the engine does for old values.
    Elided,
}

/// A member of an [`Archive`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveMember {
    /// A file.
    Asset(Asset),
    /// A folder.
    Archive(Archive),
}

/// Another resource, passed as a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceReference {
    /// Its URN.
    pub urn: String,
    /// Its id; absent for a component.
    pub id: Option<ReferenceId>,
    /// The version of its package.
    pub package_version: Option<String>,
    /// Its name, from newer engines.
    pub name: Option<String>,
    /// Its type token, from newer engines.
    pub r#type: Option<String>,
}

/// The id of a referenced resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceId {
    /// It exists.
    Known(String),
    /// It is yet to be made.
    Unknown,
}

impl PropertyValue {
    /// The value as a secret; one that is a secret already is not wrapped again.
    pub fn secret(value: impl Into<PropertyValue>) -> Self {
        match value.into() {
            secret @ PropertyValue::Secret(_) => secret,
            plain => PropertyValue::Secret(Box::new(plain)),
        }
    }

    /// The truth value, if it is one in plain.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            PropertyValue::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if it is one in plain.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            PropertyValue::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// The text, if it is one in plain.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            PropertyValue::String(value) => Some(value),
            _ => None,
        }
    }

    /// The list, if it is one in plain.
    pub fn as_list(&self) -> Option<&[PropertyValue]> {
        match self {
            PropertyValue::List(value) => Some(value),
            _ => None,
        }
    }

    /// The object, if it is one in plain.
    pub fn as_object(&self) -> Option<&PropertyMap> {
        match self {
            PropertyValue::Object(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is [`PropertyValue::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, PropertyValue::Null)
    }

    /// Whether it must not be shown as a whole. A list that holds a secret is not one itself.
    pub fn is_secret(&self) -> bool {
        match self {
            PropertyValue::Secret(_) => true,
            PropertyValue::Output(output) => {
                output.secret || output.value.as_deref().is_some_and(PropertyValue::is_secret)
            }
            _ => false,
        }
    }

    /// Whether it is unknown as a whole, secret or not. A list that holds an unknown is not unknown itself.
    pub fn is_unknown(&self) -> bool {
        matches!(self.expose(), PropertyValue::Unknown(_))
    }

    /// The value without the marks around it. What comes back may be shown by accident; that is why this has a name to look for.
    pub fn expose(&self) -> &PropertyValue {
        const UNKNOWN: PropertyValue = PropertyValue::Unknown(UnknownKind::String);
        match self {
            PropertyValue::Secret(inner) => inner.expose(),
            PropertyValue::Output(OutputValue {
                value: Some(inner), ..
            }) => inner.expose(),
            PropertyValue::Output(OutputValue { value: None, .. }) => &UNKNOWN,
            plain => plain,
        }
    }

    /// A copy in which nothing is marked as secret any more, at any depth; for comparisons and for the wire of the managed service.
    pub fn expose_deep(&self) -> PropertyValue {
        match self.expose() {
            PropertyValue::List(items) => {
                PropertyValue::List(items.iter().map(PropertyValue::expose_deep).collect())
            }
            PropertyValue::Object(map) => PropertyValue::Object(
                map.iter()
                    .map(|(key, value)| (key.clone(), value.expose_deep()))
                    .collect(),
            ),
            plain => plain.clone(),
        }
    }

    /// Whether an unknown value lies here or anywhere inside.
    pub fn contains_unknown(&self) -> bool {
        self.any(&|value| match value {
            PropertyValue::Unknown(_) => true,
            PropertyValue::Output(output) => output.value.is_none(),
            PropertyValue::Resource(reference) => reference.id == Some(ReferenceId::Unknown),
            _ => false,
        })
    }

    /// Whether a secret lies here or anywhere inside.
    pub fn contains_secret(&self) -> bool {
        self.any(&PropertyValue::is_secret)
    }

    /// The value at a path, looking through the marks on the way.
    pub fn at(&self, path: &PropertyPath) -> Option<&PropertyValue> {
        path.segments()
            .iter()
            .try_fold(self, |value, segment| match (value.expose(), segment) {
                (PropertyValue::Object(map), Segment::Key(key)) => map.get(key),
                (PropertyValue::List(items), Segment::Index(index)) => items.get(*index),
                _ => None,
            })
    }

    /// Whether the test holds for this value or for any inside it.
    pub(crate) fn any(&self, test: &dyn Fn(&PropertyValue) -> bool) -> bool {
        test(self)
            || match self {
                PropertyValue::Secret(inner) => inner.any(test),
                PropertyValue::Output(output) => output.value.as_ref().is_some_and(|inner| inner.any(test)),
                PropertyValue::List(items) => items.iter().any(|item| item.any(test)),
                PropertyValue::Object(map) => map.values().any(|value| value.any(test)),
                _ => false,
            }
    }
}

impl From<bool> for PropertyValue {
    fn from(value: bool) -> Self {
        PropertyValue::Bool(value)
    }
}

impl From<f64> for PropertyValue {
    fn from(value: f64) -> Self {
        PropertyValue::Number(value)
    }
}

impl From<i32> for PropertyValue {
    fn from(value: i32) -> Self {
        PropertyValue::Number(value.into())
    }
}

impl From<u32> for PropertyValue {
    fn from(value: u32) -> Self {
        PropertyValue::Number(value.into())
    }
}

impl From<&str> for PropertyValue {
    fn from(value: &str) -> Self {
        PropertyValue::String(value.to_owned())
    }
}

impl From<String> for PropertyValue {
    fn from(value: String) -> Self {
        PropertyValue::String(value)
    }
}

impl From<PropertyMap> for PropertyValue {
    fn from(value: PropertyMap) -> Self {
        PropertyValue::Object(value)
    }
}

impl<T: Into<PropertyValue>> From<Vec<T>> for PropertyValue {
    fn from(values: Vec<T>) -> Self {
        PropertyValue::List(values.into_iter().map(Into::into).collect())
    }
}

/// Nothing becomes [`PropertyValue::Null`].
impl<T: Into<PropertyValue>> From<Option<T>> for PropertyValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(PropertyValue::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(entries: &[(&str, PropertyValue)]) -> PropertyValue {
        PropertyValue::Object(
            entries
                .iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone()))
                .collect(),
        )
    }

    #[test]
    fn marks_are_seen_through_only_where_said() {
        let unknown = PropertyValue::Unknown(UnknownKind::Number);
        let secret = PropertyValue::secret(unknown);
        assert!(secret.is_secret() && secret.is_unknown());
        assert_eq!(secret.as_number(), None);
        let pending = PropertyValue::Output(OutputValue {
            value: None,
            secret: false,
            dependencies: vec![],
        });
        assert!(pending.is_unknown() && !pending.is_secret());
        assert!(PropertyValue::List(vec![pending.clone()]).contains_unknown());
        assert!(!PropertyValue::List(vec![pending]).is_unknown());
    }

    #[test]
    fn a_secret_is_not_wrapped_twice() {
        let once = PropertyValue::secret("x");
        assert_eq!(PropertyValue::secret(once.clone()), once);
    }

    #[test]
    fn a_path_leads_through_secrets() {
        let value = object(&[("a", PropertyValue::secret(vec![object(&[("b", 7.into())])]))]);
        let path = PropertyPath::from("a").index(0).key("b");
        assert_eq!(value.at(&path), Some(&7.into()));
        assert_eq!(value.at(&PropertyPath::from("a").key("b")), None);
        assert_eq!(
            value.expose_deep(),
            object(&[("a", vec![object(&[("b", 7.into())])].into())])
        );
    }
}
