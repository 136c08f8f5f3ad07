//! Properties and their types.

use std::collections::{BTreeMap, BTreeSet};

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

/// A property of a resource, of the configuration or of an object type.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Property {
    /// Its type.
    #[serde(flatten)]
    pub r#type: Type,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The one value that it may have, a primitive; it tells the members of a union apart.
    #[serde(rename = "const", skip_serializing_if = "Option::is_none")]
    pub constant: Option<Value>,
    /// A primitive that SDKs fill in. Not every path to a provider does, so `check` must do the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Other sources of the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_info: Option<DefaultInfo>,
    /// Why not to use it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecation_message: Option<String>,
    /// Whether SDKs mark it as secret. The provider must do it as well.
    #[serde(skip_serializing_if = "is_false")]
    pub secret: bool,
    /// Whether SDKs take only values that are known when the program runs.
    #[serde(skip_serializing_if = "is_false")]
    pub plain: bool,
    /// Whether the engine itself replaces the resource when it changes.
    #[serde(skip_serializing_if = "is_false")]
    pub replace_on_changes: bool,
    /// Whether the provider decides so. SDKs only document it; [`DiffRequest::by_schema`](crate::DiffRequest::by_schema) does it.
    #[serde(skip_serializing_if = "is_false")]
    pub will_replace_on_changes: bool,
    /// Whether it is an output that no update changes; the format has no word for it.
    #[serde(skip)]
    pub stable: bool,
    /// Whether [`CheckRequest::by_schema`](crate::CheckRequest::by_schema) makes it up as a name; the format has no word for it.
    #[serde(skip)]
    pub autoname: bool,
    /// Settings of the SDK generators by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub language: BTreeMap<String, Value>,
}

impl Property {
    /// A property of which only the type is said.
    ///
    /// ```
    /// use pulumi_rs_provider::schema::{Property, Type};
    ///
    /// let password = Property { secret: true, ..Property::of(Type::String) };
    /// # let _ = password;
    /// ```
    pub fn of(r#type: Type) -> Self {
        Self {
            r#type,
            description: None,
            constant: None,
            default: None,
            default_info: None,
            deprecation_message: None,
            secret: false,
            plain: false,
            replace_on_changes: false,
            will_replace_on_changes: false,
            stable: false,
            autoname: false,
            language: BTreeMap::new(),
        }
    }
}

impl Property {
    /// Whether it may be left out because something else stands in for it.
    fn has_default(&self) -> bool {
        self.default.is_some() || self.default_info.is_some() || self.autoname
    }
}

/// Sources of a default beside a fixed value.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DefaultInfo {
    /// Environment variables, the first that is set wins.
    pub environment: Vec<String>,
}

/// The type of a property.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Type {
    /// A truth value.
    Boolean,
    /// A whole number of 32 bits.
    Integer,
    /// A number.
    Number,
    /// A text.
    String,
    /// Anything.
    Any,
    /// Anything, handed over as JSON text.
    Json,
    /// A text or a file.
    Asset,
    /// A folder of assets, or a file that packs one.
    Archive,
    /// A list.
    Array(Box<Type>),
    /// A list whose order means nothing. The format knows only lists.
    Set(Box<Type>),
    /// An object with any keys and values of one type.
    Map(Box<Type>),
    /// The token of a type in [`Package::types`](super::Package::types).
    Named(String),
    /// The token of a resource of this package: a reference to one.
    Resource(String),
    /// A type of another package, written as the format wants it: `/random/v4.16.0/schema.json#/resources/random:index%2FrandomId:RandomId`.
    External(String),
    /// Any of several types, at least two.
    OneOf(Vec<Type>),
    /// Any of several object types, told apart by one of their properties.
    Tagged {
        /// The property; each of the types has it, with a constant.
        property: String,
        /// The constants, and for each the token of its type.
        types: BTreeMap<String, String>,
    },
}

impl Type {
    /// A list of this type.
    #[must_use]
    pub fn list(self) -> Self {
        Type::Array(Box::new(self))
    }

    /// A list of this type whose order means nothing.
    #[must_use]
    pub fn set(self) -> Self {
        Type::Set(Box::new(self))
    }

    /// An object whose values are of this type.
    #[must_use]
    pub fn map(self) -> Self {
        Type::Map(Box::new(self))
    }
}

impl Serialize for Type {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Type::Boolean => map.serialize_entry("type", "boolean")?,
            Type::Integer => map.serialize_entry("type", "integer")?,
            Type::Number => map.serialize_entry("type", "number")?,
            Type::String => map.serialize_entry("type", "string")?,
            Type::Any => map.serialize_entry("$ref", "pulumi.json#/Any")?,
            Type::Json => map.serialize_entry("$ref", "pulumi.json#/Json")?,
            Type::Asset => map.serialize_entry("$ref", "pulumi.json#/Asset")?,
            Type::Archive => map.serialize_entry("$ref", "pulumi.json#/Archive")?,
            Type::Array(items) | Type::Set(items) => {
                map.serialize_entry("type", "array")?;
                map.serialize_entry("items", items)?;
            }
            Type::Map(values) => {
                map.serialize_entry("type", "object")?;
                map.serialize_entry("additionalProperties", values)?;
            }
            Type::Named(token) => map.serialize_entry("$ref", &reference("types", token))?,
            Type::Resource(token) => map.serialize_entry("$ref", &reference("resources", token))?,
            Type::External(reference) => map.serialize_entry("$ref", reference)?,
            Type::OneOf(types) => map.serialize_entry("oneOf", types)?,
            Type::Tagged { property, types } => {
                let members: BTreeSet<&String> = types.values().collect();
                let members: Vec<_> = members.into_iter().cloned().map(Type::Named).collect();
                let mapping: BTreeMap<_, _> = types
                    .iter()
                    .map(|(constant, token)| (constant, reference("types", token)))
                    .collect();
                map.serialize_entry("oneOf", &members)?;
                let discriminator = serde_json::json!({ "propertyName": property, "mapping": mapping });
                map.serialize_entry("discriminator", &discriminator)?;
            }
        }
        map.end()
    }
}

/// A slash in a token would part the path of the reference.
fn reference(section: &str, token: &str) -> String {
    format!("#/{section}/{}", token.replace('%', "%25").replace('/', "%2F"))
}

/// A type with a token of its own.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum ComplexType {
    /// An object.
    Object(ObjectType),
    /// An enumeration.
    Enum(EnumType),
}

/// An object with known properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObjectType {
    /// Markdown.
    pub description: Option<String>,
    /// Its properties.
    pub properties: BTreeMap<String, Property>,
    /// Those that must be given.
    pub required: BTreeSet<String>,
}

impl ObjectType {
    /// The same for inputs: what has a default need not be given.
    #[must_use]
    pub fn as_inputs(mut self) -> Self {
        let properties = &self.properties;
        self.required.retain(|name| {
            properties
                .get(name)
                .is_none_or(|property| !property.has_default())
        });
        self
    }
}

impl Serialize for ObjectType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "object")?;
        if let Some(description) = &self.description {
            map.serialize_entry("description", description)?;
        }
        map.serialize_entry("properties", &self.properties)?;
        if !self.required.is_empty() {
            map.serialize_entry("required", &self.required)?;
        }
        map.end()
    }
}

/// An enumeration.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct EnumType {
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The type of its values, a primitive.
    #[serde(flatten)]
    pub r#type: Type,
    /// Its values.
    pub r#enum: Vec<EnumValue>,
}

/// A value of an enumeration.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnumValue {
    /// Its name in SDKs, where the value itself makes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The value.
    pub value: Value,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Why not to use it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecation_message: Option<String>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_form() {
        let tagged = Type::Tagged {
            property: "kind".to_owned(),
            types: [("cat", "a:index:Cat"), ("dog", "a:index:Dog")]
                .map(|(constant, token)| (constant.to_owned(), token.to_owned()))
                .into(),
        };
        for (r#type, expected) in [
            (Type::Integer, r#"{"type":"integer"}"#),
            (
                Type::Number.map(),
                r#"{"type":"object","additionalProperties":{"type":"number"}}"#,
            ),
            (
                Type::Archive.list(),
                r#"{"type":"array","items":{"$ref":"pulumi.json#/Archive"}}"#,
            ),
            (
                Type::Named("a:index/b:B".to_owned()),
                r##"{"$ref":"#/types/a:index%2Fb:B"}"##,
            ),
            (
                Type::Resource("a:index:B".to_owned()),
                r##"{"$ref":"#/resources/a:index:B"}"##,
            ),
            (
                Type::OneOf(vec![Type::Boolean, Type::Any]),
                r#"{"oneOf":[{"type":"boolean"},{"$ref":"pulumi.json#/Any"}]}"#,
            ),
            (
                tagged,
                r##"{"oneOf":[{"$ref":"#/types/a:index:Cat"},{"$ref":"#/types/a:index:Dog"}],"discriminator":{"mapping":{"cat":"#/types/a:index:Cat","dog":"#/types/a:index:Dog"},"propertyName":"kind"}}"##,
            ),
        ] {
            assert_eq!(serde_json::to_string(&r#type).unwrap(), expected);
        }
    }
}
