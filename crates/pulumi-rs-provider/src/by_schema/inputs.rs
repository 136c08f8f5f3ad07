//! The inputs that a read tells the engine.

use super::diff::Differ;
use crate::schema::{self, Shape};
use crate::value::{PropertyMap, PropertyValue, copy_secrets};

/// The live inputs in the user's own shape.
///
/// What is as it was recorded stays as it was written. What was not written and is as the default has it stays unwritten; in an import
/// nothing was written, so that the generated program holds no more than it must.
pub(crate) fn settle(shape: &Shape, recorded: Option<&PropertyMap>, mut live: PropertyMap) -> PropertyMap {
    live.retain(|key, value| {
        let was_written = recorded.is_some_and(|recorded| recorded.contains_key(key));
        was_written || !(value.is_null() || is_default(shape, key, value))
    });
    let Some(recorded) = recorded else { return live };
    copy_secrets(recorded, &mut live);
    for (key, value) in &mut live {
        let (Some(written), Some(property)) = (recorded.get(key), shape.inputs.properties.get(key)) else {
            continue;
        };
        if Differ::new(shape).is_same(&property.r#type, written, value) {
            *value = written.clone();
        }
    }
    live
}

fn is_default(shape: &Shape, key: &str, value: &PropertyValue) -> bool {
    let property = shape.inputs.properties.get(key);
    let default = property.and_then(|property| property.default.as_ref());
    default.is_some_and(|default| schema::primitive(default) == *value.expose())
}
