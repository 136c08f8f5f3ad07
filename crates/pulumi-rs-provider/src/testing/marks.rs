//! Marks on values, as the engine takes them off for providers that do not understand them, and puts them back.

use crate::proto::ProviderHandshakeResponse;
use crate::value::{OutputValue, PropertyMap, PropertyValue, ReferenceId, ResourceReference, UnknownKind};

/// The properties in the forms that a provider said it understands.
pub(super) fn as_accepted(properties: &PropertyMap, accepts: &ProviderHandshakeResponse) -> PropertyMap {
    properties
        .iter()
        .map(|(key, value)| (key.clone(), accepted(value, accepts)))
        .collect()
}

fn accepted(value: &PropertyValue, accepts: &ProviderHandshakeResponse) -> PropertyValue {
    let secret = |secret: bool, value: PropertyValue| match secret && accepts.accept_secrets {
        true => PropertyValue::secret(value),
        false => value,
    };
    match value {
        PropertyValue::Secret(inner) => secret(true, accepted(inner, accepts)),
        // Outputs go to components only, where this kit does not go.
        PropertyValue::Output(OutputValue {
            value, secret: mark, ..
        }) => {
            let known = value.as_deref().map(|inner| accepted(inner, accepts));
            secret(
                *mark,
                known.unwrap_or(PropertyValue::Unknown(UnknownKind::String)),
            )
        }
        PropertyValue::Resource(reference) if !accepts.accept_resources => id_of(reference),
        PropertyValue::List(items) => items
            .iter()
            .map(|item| accepted(item, accepts))
            .collect::<Vec<_>>()
            .into(),
        PropertyValue::Object(members) => as_accepted(members, accepts).into(),
        plain => plain.clone(),
    }
}

fn id_of(reference: &ResourceReference) -> PropertyValue {
    match &reference.id {
        Some(ReferenceId::Known(id)) => id.as_str().into(),
        Some(ReferenceId::Unknown) => PropertyValue::Unknown(UnknownKind::String),
        None => reference.urn.as_str().into(),
    }
}

/// Marks as secret every output whose like-named input holds a secret. Objects are gone through, lists are marked as a whole.
pub(super) fn annotate_secrets(outputs: &mut PropertyMap, inputs: &PropertyMap) {
    for (key, input) in inputs {
        match (outputs.get_mut(key), input) {
            (Some(PropertyValue::Object(outputs)), PropertyValue::Object(inputs)) => {
                annotate_secrets(outputs, inputs)
            }
            (Some(output), input) if input.contains_secret() => {
                *output = PropertyValue::secret(std::mem::replace(output, PropertyValue::Null));
            }
            _ => {}
        }
    }
}
