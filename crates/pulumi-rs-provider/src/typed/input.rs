//! Values that may be unknown or secret, for serde.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};

use super::hidden::{self, Marks};
use crate::value::{Archive, Asset, PropertyValue};

/// A value of an author's type that may be unknown, and may be secret.
///
/// A plain `T` in a struct must be known; that is what most properties want, because creating and updating happen only with
/// known values. `Input<T>` decodes at any depth where a preview or a check should look at the known parts of inputs that are not known
/// as a whole, or where the author wants to see what is secret.
///
/// Our own encoder and decoder keep all of it. Other formats see the plain value, secret or not, so that inputs can be sent to a
/// service as they are; an unknown value is an error there.
///
/// ```
/// use pulumi_rs_provider::{Input, PropertyMap, PropertyValue, Properties as _, Schema};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Deserialize, Serialize, Schema)]
/// struct Login {
///     user: Input<String>,
///     password: Input<String>,
/// }
///
/// let login = Login::decode(PropertyMap::from([
///     ("user".to_owned(), PropertyValue::Unknown(pulumi_rs_provider::UnknownKind::String)),
///     ("password".to_owned(), PropertyValue::secret("hunter2")),
/// ]))?;
/// assert_eq!(login.user.known(), None);
/// assert_eq!(login.password.known().map(String::len), Some(7));
/// assert_eq!(format!("{:?}", login.password), "[secret]");
/// # Ok::<(), pulumi_rs_provider::PropertyError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Input<T> {
    value: Option<T>,
    secret: bool,
    dependencies: Vec<String>,
}

impl<T> Input<T> {
    /// A known value that is no secret.
    pub fn new(value: T) -> Self {
        Self {
            value: Some(value),
            secret: false,
            dependencies: Vec::new(),
        }
    }

    /// A value that is not known yet.
    pub fn unknown() -> Self {
        Self {
            value: None,
            secret: false,
            dependencies: Vec::new(),
        }
    }

    /// The same value as a secret.
    #[must_use]
    pub fn into_secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// The value, if it is known. What comes back is plain, even of a secret.
    pub fn known(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// The value, if it is known. What comes back is plain, even of a secret.
    pub fn into_known(self) -> Option<T> {
        self.value
    }

    /// Whether it must not be shown.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Whether it is not known yet.
    pub fn is_unknown(&self) -> bool {
        self.value.is_none()
    }

    /// URNs of the resources it comes from; the engine tells them only to functions and components.
    pub fn dependencies(&self) -> &[String] {
        &self.dependencies
    }

    /// What follows from the value: unknown, secret and dependent as the value is.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Input<U> {
        Input {
            value: self.value.map(change),
            secret: self.secret,
            dependencies: self.dependencies,
        }
    }
}

impl<T> From<T> for Input<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Nothing that is secret is shown.
impl<T: fmt::Debug> fmt::Debug for Input<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            _ if self.secret => formatter.write_str("[secret]"),
            Some(value) => value.fmt(formatter),
            None => formatter.write_str("[unknown]"),
        }
    }
}

impl<T: Serialize> Serialize for Input<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        hidden::put_marks(Marks {
            secret: self.secret,
            dependencies: self.dependencies.clone(),
        });
        let written = match &self.value {
            Some(value) => serializer.serialize_newtype_struct(hidden::INPUT, value),
            None => serializer.serialize_newtype_struct(hidden::UNKNOWN_INPUT, &Unwritable),
        };
        // Another format has not taken them.
        drop(hidden::take_marks());
        written
    }
}

/// What other formats find in place of an unknown value.
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom(
            "a value that is not known yet cannot be written",
        ))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Input<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(hidden::INPUT, InputVisitor(PhantomData))
    }
}

struct InputVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for InputVisitor<T> {
    type Value = Input<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Input<T>, D::Error> {
        // Taken before anything inside can put its own.
        let marks = hidden::take_marks().unwrap_or_default();
        Ok(Input {
            value: Some(T::deserialize(deserializer)?),
            secret: marks.secret,
            dependencies: marks.dependencies,
        })
    }

    fn visit_unit<E>(self) -> Result<Input<T>, E> {
        let marks = hidden::take_marks().unwrap_or_default();
        Ok(Input {
            value: None,
            secret: marks.secret,
            dependencies: marks.dependencies,
        })
    }
}

/// Any value whatever, with all its marks. Only our own encoder and decoder can carry it.
impl<'de> Deserialize<'de> for PropertyValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(hidden::VALUE, WholeVisitor)
    }
}

struct WholeVisitor;

impl Visitor<'_> for WholeVisitor {
    type Value = PropertyValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a property value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<PropertyValue, E> {
        hidden::take_value().ok_or_else(|| E::custom("only properties hold property values"))
    }
}

impl Serialize for PropertyValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        hidden::put_value(self.clone());
        let written = serializer.serialize_newtype_struct(hidden::VALUE, &Unwritable);
        drop(hidden::take_value());
        written
    }
}

/// Types that are one case of a property value.
macro_rules! one_case {
    ($($name:ident: $expected:literal),*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match PropertyValue::deserialize(deserializer)?.expose() {
                    PropertyValue::$name(value) => Ok(value.clone()),
                    PropertyValue::Unknown(_) => Err(serde::de::Error::custom("is not known yet")),
                    _ => Err(serde::de::Error::custom(concat!("is not ", $expected))),
                }
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                PropertyValue::$name(self.clone()).serialize(serializer)
            }
        }
    )*};
}

one_case!(Asset: "an asset", Archive: "an archive");
