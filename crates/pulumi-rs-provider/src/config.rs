//! The provider's own configuration as it comes from the engine.
//!
//! Stack configuration is text whatever its type; explicit providers of some SDKs send everything but text as JSON text, others send
//! typed values. The engine's own keys come mixed in. All of that ends here.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{self, ComplexType, Config, ObjectType, Type};
use crate::value::{PropertyMap, PropertyValue, from_json};

/// The named types of the package.
type Types = BTreeMap<String, ComplexType>;

/// The engine's key for the version of the package, which a reply must echo.
pub(crate) const VERSION: &str = "version";

/// The user's own keys: without the version and what is internal to the engine.
pub(crate) fn user_keys(mut properties: PropertyMap) -> PropertyMap {
    properties.retain(|key, _| key != VERSION && !key.starts_with("__"));
    properties
}

/// The values as secrets where the schema calls them so.
pub(crate) fn mark_secrets(config: &Config, mut properties: PropertyMap) -> PropertyMap {
    for (key, value) in &mut properties {
        if config.variables.get(key).is_some_and(|variable| variable.secret) && !value.is_null() {
            *value = PropertyValue::secret(std::mem::replace(value, PropertyValue::Null));
        }
    }
    properties
}

/// The values in the types of the schema, where they came as JSON text. What does not fit stays as it is, for the author to report.
///
/// Keys of named objects are those of the schema, where an SDK wrote them in snake_case.
pub(crate) fn typed(config: &Config, types: &Types, properties: PropertyMap) -> PropertyMap {
    let decode = |(key, value): (String, PropertyValue)| match config.variables.get(&key) {
        Some(variable) => {
            let value = typed_value(&variable.r#type, value)?;
            Some((key, camel_case_keys(types, &variable.r#type, value)))
        }
        None => Some((key, value)),
    };
    properties.into_iter().filter_map(decode).collect()
}

/// Nothing if an empty text stands for a value that cannot be empty.
fn typed_value(r#type: &Type, value: PropertyValue) -> Option<PropertyValue> {
    match value {
        PropertyValue::Secret(inner) => typed_value(r#type, *inner).map(PropertyValue::secret),
        PropertyValue::String(text) => typed_text(r#type, text),
        other => Some(other),
    }
}

/// A text in the type of the schema; nothing if an empty text stands for a value that cannot be empty.
pub(crate) fn typed_text(r#type: &Type, text: String) -> Option<PropertyValue> {
    match r#type {
        Type::String | Type::Any | Type::Json | Type::OneOf(_) => Some(PropertyValue::String(text)),
        _ if text.is_empty() => None,
        _ => Some(match from_json(&text) {
            Some(decoded) if fits(r#type, decoded.expose()) => decoded,
            _ => PropertyValue::String(text),
        }),
    }
}

/// The value with the keys of the schema in place of the same in snake_case.
fn camel_case_keys(types: &Types, r#type: &Type, value: PropertyValue) -> PropertyValue {
    match (r#type, value) {
        (r#type, PropertyValue::Secret(inner)) => {
            PropertyValue::secret(camel_case_keys(types, r#type, *inner))
        }
        (Type::Array(items) | Type::Set(items), PropertyValue::List(values)) => {
            let values = values
                .into_iter()
                .map(|value| camel_case_keys(types, items, value));
            PropertyValue::List(values.collect())
        }
        (Type::Map(values), PropertyValue::Object(map)) => {
            let entries = map.into_iter();
            let entries = entries.map(|(key, value)| (key, camel_case_keys(types, values, value)));
            PropertyValue::Object(entries.collect())
        }
        (r#type, PropertyValue::Object(map)) => match schema::object_type(types, r#type, &map) {
            Some(object) => PropertyValue::Object(camel_case_object(types, object, map)),
            None => PropertyValue::Object(map),
        },
        (_, value) => value,
    }
}

fn camel_case_object(types: &Types, object: &ObjectType, map: PropertyMap) -> PropertyMap {
    let given: BTreeSet<String> = map.keys().cloned().collect();
    let rename = |(key, value): (String, PropertyValue)| {
        let is_meant = |name: &&String| snake_case(name) == key && !given.contains(*name);
        let name = match object.properties.contains_key(&key) {
            true => key,
            false => object.properties.keys().find(is_meant).cloned().unwrap_or(key),
        };
        let value = match object.properties.get(&name) {
            Some(property) => camel_case_keys(types, &property.r#type, value),
            None => value,
        };
        (name, value)
    };
    map.into_iter().map(rename).collect()
}

fn snake_case(name: &str) -> String {
    name.chars().fold(String::new(), |mut text, character| {
        if character.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(character.to_ascii_lowercase());
        text
    })
}

fn fits(r#type: &Type, value: &PropertyValue) -> bool {
    match (r#type, value) {
        (_, PropertyValue::Unknown(_)) => true,
        (Type::Boolean, PropertyValue::Bool(_)) => true,
        (Type::Integer | Type::Number, PropertyValue::Number(_)) => true,
        (Type::Array(_) | Type::Set(_), PropertyValue::List(_)) => true,
        // A named type may also be an enumeration of texts, and those are never JSON.
        (Type::Map(_) | Type::Named(_) | Type::Tagged { .. }, PropertyValue::Object(_)) => true,
        _ => false,
    }
}

/// The configuration of an old engine: `<package>:config:<key>` to text.
pub(crate) fn from_variables(package: &str, variables: BTreeMap<String, String>) -> PropertyMap {
    let prefix = format!("{package}:config:");
    let own = |(key, value): (String, String)| Some((key.strip_prefix(&prefix)?.to_owned(), value.into()));
    variables.into_iter().filter_map(own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Property;
    use crate::value::UnknownKind;

    fn config() -> Config {
        let variable = |name: &str, r#type| (name.to_owned(), Property::of(r#type));
        let mut variables = BTreeMap::from([
            variable("flag", Type::Boolean),
            variable("count", Type::Integer),
            variable("list", Type::String.list()),
            variable("object", Type::Named("p:index:T".to_owned())),
            variable("text", Type::String),
        ]);
        variables.insert(
            "key".to_owned(),
            Property {
                secret: true,
                ..Property::of(Type::String)
            },
        );
        Config {
            variables,
            ..Config::default()
        }
    }

    fn one(key: &str, value: impl Into<PropertyValue>) -> PropertyMap {
        PropertyMap::from([(key.to_owned(), value.into())])
    }

    #[test]
    fn json_text_becomes_a_value_where_the_schema_wants_one() {
        let secret_list =
            r#"["a",{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","value":"b"}]"#;
        let unknown = PropertyValue::Unknown(UnknownKind::String);
        for (given, expected) in [
            (one("flag", "true"), one("flag", true)),
            (one("flag", true), one("flag", true)),
            (one("flag", "yes"), one("flag", "yes")),
            (one("flag", ""), PropertyMap::new()),
            (one("count", "5"), one("count", 5)),
            (one("count", "[5]"), one("count", "[5]")),
            (
                one("list", secret_list),
                one("list", vec!["a".into(), PropertyValue::secret("b")]),
            ),
            (
                one("list", PropertyValue::secret("[]")),
                one("list", PropertyValue::secret(PropertyValue::List(vec![]))),
            ),
            (
                one("count", "\"04da6b54-80e4-46f7-96ec-b56ff0331ba9\""),
                one("count", unknown),
            ),
            (one("object", "active"), one("object", "active")),
            (one("text", "5"), one("text", "5")),
            (one("text", ""), one("text", "")),
            (one("other", "5"), one("other", "5")),
        ] {
            assert_eq!(typed(&config(), &Types::new(), given), expected);
        }
    }

    #[test]
    fn keys_in_snake_case_are_those_of_the_schema() {
        let properties = ["userName", "password"].map(|name| (name.to_owned(), Property::of(Type::String)));
        let object = ObjectType {
            properties: properties.into(),
            ..ObjectType::default()
        };
        let types = Types::from([("p:index:T".to_owned(), ComplexType::Object(object))]);
        let both = r#"{"user_name":"a","userName":"b"}"#;
        for (given, expected) in [
            (
                r#"{"user_name":"a","password":"b"}"#,
                r#"{"userName":"a","password":"b"}"#,
            ),
            (both, both),
            (r#"{"other_name":"a"}"#, r#"{"other_name":"a"}"#),
        ] {
            let expected = one("object", from_json(expected).unwrap());
            assert_eq!(typed(&config(), &types, one("object", given)), expected);
        }
    }

    #[test]
    fn secrets_are_marked_by_the_schema() {
        assert_eq!(
            mark_secrets(&config(), one("key", "k")),
            one("key", PropertyValue::secret("k"))
        );
        assert_eq!(mark_secrets(&config(), one("text", "k")), one("text", "k"));
        assert_eq!(
            mark_secrets(&config(), one("key", PropertyValue::Null)),
            one("key", PropertyValue::Null)
        );
    }

    #[test]
    fn the_engines_own_keys_are_left_out() {
        let mut given = one("version", "1.0.0");
        given.extend(one("__internal", true));
        given.extend(one("text", "x"));
        assert_eq!(user_keys(given), one("text", "x"));
        let variables = [("p:config:text", "x"), ("q:config:text", "y")];
        let variables = variables
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        assert_eq!(from_variables("p", variables), one("text", "x"));
    }
}
