//! The schema as the verbs need it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::{ComplexType, ObjectType, Type};
use crate::value::{PropertyMap, PropertyValue};

/// What the schema says of one resource, one function or the configuration, as the requests of its verbs carry it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// The inputs, arguments or settings.
    pub inputs: ObjectType,
    /// The state or the result.
    pub outputs: ObjectType,
    /// The named types of the package.
    pub types: Arc<BTreeMap<String, ComplexType>>,
}

/// The object type that a value of this type has, if it has one: the type itself, or the member of a union that the value says it is.
pub(crate) fn object_type<'t>(
    types: &'t BTreeMap<String, ComplexType>,
    r#type: &Type,
    value: &PropertyMap,
) -> Option<&'t ObjectType> {
    let token = match r#type {
        Type::Named(token) => token,
        Type::Tagged { property, types } => types.get(value.get(property)?.expose().as_str()?)?,
        _ => return None,
    };
    match types.get(token) {
        Some(ComplexType::Object(object)) => Some(object),
        _ => None,
    }
}

/// A default or a choice as a property value.
pub(crate) fn primitive(value: &Value) -> PropertyValue {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => number.as_f64().map_or(PropertyValue::Null, PropertyValue::from),
        Value::String(text) => text.as_str().into(),
        // The format has no other defaults.
        Value::Null | Value::Array(_) | Value::Object(_) => PropertyValue::Null,
    }
}
