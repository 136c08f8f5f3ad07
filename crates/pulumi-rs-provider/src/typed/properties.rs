//! A set of properties as an author's type.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Types;
use crate::path::{PropertyPath, Segment};
use crate::schema::ObjectType;
use crate::value::{PropertyMap, PropertyValue};

/// A type that holds all properties of something: the inputs or the state of a resource, the arguments or the result of a function, the
/// configuration of the provider.
///
/// Derive it by [`Schema`](macro@crate::Schema) beside serde's traits. [`PropertyMap`] has it too, for providers whose schema does not come
/// from Rust types; `()` stands for no properties.
///
/// ```
/// use pulumi_rs_provider::Schema;
/// use serde::{Deserialize, Serialize};
///
/// /// A text of random characters.
/// #[derive(Deserialize, Serialize, Schema)]
/// #[serde(rename_all = "camelCase")]
/// struct Text {
///     /// How many characters.
///     #[property(default = 8, replace)]
///     length: u32,
///     /// The text.
///     #[property(secret, stable)]
///     result: String,
/// }
/// # let _ = Text { length: 8, result: String::new() };
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of properties",
    label = "inputs, states, arguments and configurations need `Properties`",
    note = "add `#[derive(serde::Deserialize, serde::Serialize, pulumi_rs_provider::Schema)]` to the struct, or use `()` for none"
)]
pub trait Properties: Sized + Send + Sync + 'static {
    /// What the schema says of the properties; nothing if the type takes any.
    fn object(types: &mut Types) -> Option<ObjectType>;

    /// The value with these properties.
    ///
    /// # Errors
    ///
    /// When a property is missing, is of another type, or is unknown where the type has no [`Input`](crate::Input).
    fn decode(properties: PropertyMap) -> Result<Self, PropertyError>;

    /// Says whether [`decode`](Properties::decode) would succeed.
    ///
    /// # Errors
    ///
    /// As `decode`.
    fn verify(properties: &PropertyMap) -> Result<(), PropertyError> {
        Self::decode(properties.clone()).map(drop)
    }

    /// The properties of the value. What is `None` is left out.
    ///
    /// # Errors
    ///
    /// When a number or a map's key cannot be a property.
    fn encode(self) -> Result<PropertyMap, PropertyError>;
}

impl Properties for PropertyMap {
    fn object(_: &mut Types) -> Option<ObjectType> {
        None
    }

    fn decode(properties: PropertyMap) -> Result<Self, PropertyError> {
        Ok(properties)
    }

    fn verify(_: &PropertyMap) -> Result<(), PropertyError> {
        Ok(())
    }

    fn encode(self) -> Result<PropertyMap, PropertyError> {
        Ok(self)
    }
}

impl Properties for () {
    fn object(_: &mut Types) -> Option<ObjectType> {
        Some(ObjectType::default())
    }

    fn decode(_: PropertyMap) -> Result<Self, PropertyError> {
        Ok(())
    }

    fn encode(self) -> Result<PropertyMap, PropertyError> {
        Ok(PropertyMap::new())
    }
}

/// [`Properties::decode`] of a derived type.
#[doc(hidden)]
pub fn decode<T: DeserializeOwned>(properties: PropertyMap) -> Result<T, PropertyError> {
    super::decode(PropertyValue::Object(properties))
}

/// [`Properties::encode`] of a derived type.
#[doc(hidden)]
pub fn encode<T: Serialize>(properties: &T) -> Result<PropertyMap, PropertyError> {
    match super::encode(properties)? {
        PropertyValue::Object(mut properties) => {
            properties.retain(|_, value| !value.is_null());
            Ok(properties)
        }
        _ => Err(PropertyError::invalid("is not an object")),
    }
}

/// A property that does not fit a Rust type. It never holds the value itself, which may be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyError {
    /// The property.
    pub path: PropertyPath,
    /// What is wrong with it.
    pub kind: PropertyErrorKind,
}

/// What is wrong with a property.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PropertyErrorKind {
    /// It is not known yet, and the type cannot hold that.
    #[error("is not known yet")]
    Unknown,
    /// It is not there, and the type needs it.
    #[error("is missing")]
    Missing,
    /// It is of another type, or the type refused it, for the reason given.
    #[error("{0}")]
    Invalid(String),
}

impl PropertyError {
    pub(super) fn invalid(reason: impl Into<String>) -> Self {
        Self {
            path: PropertyPath::root(),
            kind: PropertyErrorKind::Invalid(reason.into()),
        }
    }

    pub(super) fn unknown() -> Self {
        Self {
            path: PropertyPath::root(),
            kind: PropertyErrorKind::Unknown,
        }
    }

    /// The same error, seen from one level further out.
    pub(super) fn within(mut self, segment: Segment) -> Self {
        self.path.push_front(segment);
        self
    }
}

impl fmt::Display for PropertyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_root() {
            write!(formatter, "`{}`: ", self.path)?;
        }
        self.kind.fmt(formatter)
    }
}

impl std::error::Error for PropertyError {}

/// A user's value is never repeated in a message, since it may be secret.
impl serde::de::Error for PropertyError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::invalid(message.to_string())
    }

    fn invalid_type(found: serde::de::Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self::invalid(format!("is {}, not {expected}", kind_of(found)))
    }

    fn invalid_value(_: serde::de::Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self::invalid(format!("is not {expected}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        let expected: Vec<_> = expected.iter().map(|name| format!("`{name}`")).collect();
        Self::invalid(format!("is none of {}", expected.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            path: PropertyPath::from(field),
            kind: PropertyErrorKind::Missing,
        }
    }
}

impl serde::ser::Error for PropertyError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::invalid(message.to_string())
    }
}

fn kind_of(found: serde::de::Unexpected<'_>) -> &'static str {
    use serde::de::Unexpected;
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "a whole number",
        Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) => "a string",
        Unexpected::Bytes(_) => "a string that is not UTF-8",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "a list",
        Unexpected::Map => "an object",
        _ => "something else",
    }
}
