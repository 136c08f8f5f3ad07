//! Secretness, which follows values by itself.

use std::collections::BTreeMap;

use crate::schema::{self, ComplexType, ObjectType, Shape, Type};
use crate::value::{PropertyMap, PropertyValue, copy_secrets};

/// Marks what must not be shown in a state: what the schema calls secret, and what is secret among the inputs and the outputs that are
/// carried over from the old state.
pub(crate) fn mark_secrets(
    shape: &Shape,
    inputs: &PropertyMap,
    carried: Option<&PropertyMap>,
    state: &mut PropertyMap,
) {
    copy_secrets(inputs, state);
    if let Some(carried) = carried {
        copy_secrets(carried, state);
    }
    mark_object(&shape.types, &shape.outputs, state);
}

fn mark_object(types: &BTreeMap<String, ComplexType>, object: &ObjectType, properties: &mut PropertyMap) {
    for (name, property) in &object.properties {
        let Some(value) = properties.get_mut(name) else {
            continue;
        };
        if !property.secret {
            mark_value(types, &property.r#type, value);
        } else if !value.is_null() && !value.is_secret() {
            *value = PropertyValue::secret(std::mem::replace(value, PropertyValue::Null));
        }
    }
}

fn mark_value(types: &BTreeMap<String, ComplexType>, r#type: &Type, value: &mut PropertyValue) {
    match (r#type, value) {
        (Type::Array(items) | Type::Set(items), PropertyValue::List(values)) => {
            values
                .iter_mut()
                .for_each(|value| mark_value(types, items, value));
        }
        (Type::Map(values), PropertyValue::Object(map)) => {
            map.values_mut()
                .for_each(|value| mark_value(types, values, value));
        }
        (r#type, PropertyValue::Object(map)) => {
            if let Some(object) = schema::object_type(types, r#type, map) {
                mark_object(types, object, map);
            }
        }
        _ => {}
    }
}
