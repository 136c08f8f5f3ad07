//! The package schema: what a provider says of itself to SDK generators, the registry and `pulumi package`.
//!
//! The part of the format (pulumi/pulumi, pkg/codegen/schema/pulumi.json) that providers of plain resources need. The text made from
//! it is the same, byte for byte, for equal values.

use std::collections::{BTreeMap, BTreeSet};

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

/// A package. Its resources are added by [`Provider::resource`](crate::Provider::resource), each beside its code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Package {
    /// The name, as in `pulumi-resource-<name>`.
    pub name: String,
    /// Semantic version without a leading `v`.
    pub version: String,
    /// The name for people.
    pub display_name: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// Registry keywords, such as `kind/native`.
    pub keywords: Vec<String>,
    /// A web address.
    pub homepage: Option<String>,
    /// A web address.
    pub repository: Option<String>,
    /// An SPDX expression.
    pub license: Option<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// A web address.
    pub logo_url: Option<String>,
    /// Where a user's first `pulumi up` finds the binary.
    pub plugin_download_url: Option<String>,
    /// How modules are read from tokens, a regular expression.
    pub module_format: Option<String>,
    /// The provider's own configuration.
    pub config: Config,
    /// Object and enumeration types by token.
    pub types: BTreeMap<String, ComplexType>,
    /// Settings of the SDK generators by language.
    pub language: BTreeMap<String, Value>,
}

/// The provider's own configuration. Both places that the format has for it are written from here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// Markdown, shown at the SDK's provider class.
    pub description: Option<String>,
    /// The keys of `pulumi config`, which are also the arguments of an explicit provider.
    pub variables: BTreeMap<String, Property>,
    /// Those without which nothing works.
    pub required: BTreeSet<String>,
}

/// A resource.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The outputs; they should repeat the inputs.
    pub properties: BTreeMap<String, Property>,
    /// Outputs that are never null.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub required: BTreeSet<String>,
    /// The inputs.
    pub input_properties: BTreeMap<String, Property>,
    /// Inputs that a program must give.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub required_inputs: BTreeSet<String>,
    /// What `.get()` may be given beyond the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_inputs: Option<ObjectType>,
    /// Former type tokens.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Alias>,
    /// Why not to use it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecation_message: Option<String>,
}

/// A former type token of a resource.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Alias {
    /// The token.
    pub r#type: String,
}

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
    /// Whether the engine itself replaces the resource when it changes.
    #[serde(skip_serializing_if = "is_false")]
    pub replace_on_changes: bool,
    /// Whether the provider decides so; for the documentation only.
    #[serde(skip_serializing_if = "is_false")]
    pub will_replace_on_changes: bool,
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
            default: None,
            default_info: None,
            deprecation_message: None,
            secret: false,
            replace_on_changes: false,
            will_replace_on_changes: false,
            language: BTreeMap::new(),
        }
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
    /// A list.
    Array(Box<Type>),
    /// An object with any keys and values of one type.
    Map(Box<Type>),
    /// The token of a type in [`Package::types`].
    Named(String),
    /// Any of several types.
    OneOf(Vec<Type>),
}

impl Type {
    /// A list of this type.
    #[must_use]
    pub fn list(self) -> Self {
        Type::Array(Box::new(self))
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
            Type::Array(items) => {
                map.serialize_entry("type", "array")?;
                map.serialize_entry("items", items)?;
            }
            Type::Map(values) => {
                map.serialize_entry("type", "object")?;
                map.serialize_entry("additionalProperties", values)?;
            }
            Type::Named(token) => map.serialize_entry("$ref", &format!("#/types/{token}"))?,
            Type::OneOf(types) => map.serialize_entry("oneOf", types)?,
        }
        map.end()
    }
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
    /// The type of its values.
    #[serde(flatten)]
    pub r#type: Type,
    /// Its values.
    pub r#enum: Vec<EnumValue>,
}

/// A value of an enumeration.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct EnumValue {
    /// Its name in SDKs, where the value itself makes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The value.
    pub value: Value,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The package as JSON: indented, keys sorted at every level, one newline at the end.
pub(crate) fn render(package: &Package, resources: &BTreeMap<String, Resource>) -> String {
    let document = Document {
        name: &package.name,
        version: &package.version,
        display_name: &package.display_name,
        description: &package.description,
        keywords: &package.keywords,
        homepage: &package.homepage,
        repository: &package.repository,
        license: &package.license,
        publisher: &package.publisher,
        logo_url: &package.logo_url,
        plugin_download_url: &package.plugin_download_url,
        meta: package
            .module_format
            .as_deref()
            .map(|module_format| Meta { module_format }),
        config: ConfigDocument {
            variables: &package.config.variables,
            defaults: package
                .config
                .variables
                .keys()
                .filter(|key| !package.config.required.contains(*key))
                .collect(),
        },
        provider: Resource {
            description: package.config.description.clone(),
            input_properties: package.config.variables.clone(),
            required_inputs: package.config.required.clone(),
            ..Resource::default()
        },
        types: &package.types,
        resources,
        language: &package.language,
    };
    let value = serde_json::to_value(&document).expect("all keys are strings and all numbers are JSON's own");
    format!("{:#}\n", sorted(value))
}

/// Whether a JSON object keeps its keys sorted is decided by a feature that any other crate may switch, so nothing is left to it.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Object(map) => {
            let map: BTreeMap<_, _> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            map.into_iter().collect()
        }
        other => other,
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    name: &'a str,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: &'a Option<String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    keywords: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    homepage: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_url: &'a Option<String>,
    #[serde(rename = "pluginDownloadURL", skip_serializing_if = "Option::is_none")]
    plugin_download_url: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Meta<'a>>,
    config: ConfigDocument<'a>,
    provider: Resource,
    types: &'a BTreeMap<String, ComplexType>,
    resources: &'a BTreeMap<String, Resource>,
    language: &'a BTreeMap<String, Value>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    module_format: &'a str,
}

#[derive(serde::Serialize)]
struct ConfigDocument<'a> {
    variables: &'a BTreeMap<String, Property>,
    /// The format's word for the variables that may be left out.
    defaults: Vec<&'a String>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_the_configuration_stands_in_both_places() {
        let package = Package {
            name: "pets".to_owned(),
            version: "1.2.3".to_owned(),
            plugin_download_url: Some("github://api.github.com/pets".to_owned()),
            config: Config {
                variables: BTreeMap::from([
                    (
                        "token".to_owned(),
                        Property {
                            secret: true,
                            ..Property::of(Type::String)
                        },
                    ),
                    ("tags".to_owned(), Property::of(Type::String.list())),
                ]),
                required: BTreeSet::from(["token".to_owned()]),
                ..Config::default()
            },
            ..Package::default()
        };
        let expected = r##"{
  "config": {
    "defaults": [
      "tags"
    ],
    "variables": {
      "tags": {
        "items": {
          "type": "string"
        },
        "type": "array"
      },
      "token": {
        "secret": true,
        "type": "string"
      }
    }
  },
  "language": {},
  "name": "pets",
  "pluginDownloadURL": "github://api.github.com/pets",
  "provider": {
    "inputProperties": {
      "tags": {
        "items": {
          "type": "string"
        },
        "type": "array"
      },
      "token": {
        "secret": true,
        "type": "string"
      }
    },
    "properties": {},
    "requiredInputs": [
      "token"
    ]
  },
  "resources": {},
  "types": {},
  "version": "1.2.3"
}
"##;
        assert_eq!(render(&package, &BTreeMap::new()), expected);
    }

    #[test]
    fn each_type_has_its_form() {
        for (r#type, expected) in [
            (Type::Integer, r#"{"type":"integer"}"#),
            (
                Type::Number.map(),
                r#"{"type":"object","additionalProperties":{"type":"number"}}"#,
            ),
            (
                Type::Named("a:index:B".to_owned()),
                r##"{"$ref":"#/types/a:index:B"}"##,
            ),
            (
                Type::OneOf(vec![Type::Boolean, Type::Any]),
                r#"{"oneOf":[{"type":"boolean"},{"$ref":"pulumi.json#/Any"}]}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&r#type).unwrap(), expected);
        }
    }
}
