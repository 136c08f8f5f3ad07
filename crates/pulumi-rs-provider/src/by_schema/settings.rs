//! The configuration in its final form.

use std::collections::BTreeSet;

use super::check::default_of;
use crate::error::{Error, MissingKey};
use crate::schema::Shape;
use crate::typed::Properties;
use crate::value::PropertyMap;

/// The configuration as the author's type, with what the environment and the defaults add.
///
/// `essential` names the settings without which the type cannot be. Without it the type takes anything, and its author looks for the rest.
pub(crate) fn decode_config<A: Properties>(
    shape: &Shape,
    essential: Option<&BTreeSet<String>>,
    mut args: PropertyMap,
) -> Result<A, Error> {
    if let Some(essential) = essential {
        let mut missing = Vec::new();
        args.retain(|_, value| !value.expose().is_null());
        for (name, property) in &shape.inputs.properties {
            if args.contains_key(name) {
                continue;
            }
            if let Some(default) = default_of(property) {
                args.insert(name.clone(), default);
            } else if essential.contains(name) {
                missing.push(MissingKey {
                    name: name.clone(),
                    description: property.description.clone().unwrap_or_default(),
                });
            }
        }
        if !missing.is_empty() {
            return Err(Error::MissingConfiguration(missing));
        }
    }
    A::decode(args).map_err(|error| Error::InvalidArgument(format!("in the configuration, {error}")))
}
