//! What an older version of a provider recorded, or a program says of a resource that it only looks up.

use crate::schema::{ObjectType, Shape, Type, primitive};
use crate::value::{PropertyMap, PropertyValue};

/// Fills in empty values for the properties that every state has by now. An older version may not have recorded them, and a program that
/// looks a resource up does not know them; neither must keep a resource from being read or deleted.
pub(crate) fn complete(shape: &Shape, object: &ObjectType, properties: &mut PropertyMap) {
    for (name, property) in &object.properties {
        let given = properties.get(name).is_some_and(|value| !value.is_null());
        if given || !shape.outputs.required.contains(name) {
            continue;
        }
        let default = property.default.as_ref().map(primitive);
        if let Some(value) = default.or_else(|| empty(&property.r#type)) {
            properties.insert(name.clone(), value);
        }
    }
}

/// Nothing for types of which no value is the obvious one.
fn empty(r#type: &Type) -> Option<PropertyValue> {
    match r#type {
        Type::Boolean => Some(false.into()),
        Type::Integer | Type::Number => Some(0.into()),
        Type::String => Some("".into()),
        Type::Array(_) | Type::Set(_) => Some(PropertyValue::List(Vec::new())),
        Type::Map(_) => Some(PropertyMap::new().into()),
        _ => None,
    }
}
