//! The provider's own configuration.

use std::sync::Arc;

use crate::path::PathPattern;
use crate::schema::Shape;
use crate::urn::Urn;
use crate::value::PropertyMap;

/// Asks whether the provider's configuration is right.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckConfigRequest {
    /// Which provider.
    pub urn: Urn,
    /// The name of the provider.
    pub name: String,
    /// The configuration of the last deployment.
    pub old_inputs: Option<PropertyMap>,
    /// The configuration as the user wrote it; the reply should keep this form. The engine sends it without marks, so what the schema
    /// calls secret is marked here by the framework.
    pub new_inputs: PropertyMap,
    /// The same with lists, numbers and so on decoded where they came as JSON text.
    pub args: PropertyMap,
    /// What the schema says of the configuration.
    pub schema: Arc<Shape>,
}

/// Asks what a new configuration would change. A replaced provider replaces all its resources.
#[derive(Clone, Debug, PartialEq)]
pub struct DiffConfigRequest {
    /// Which provider.
    pub urn: Urn,
    /// The name of the provider.
    pub name: String,
    /// The configuration of the last deployment, decoded; what the schema calls secret is marked.
    pub old_inputs: PropertyMap,
    /// The configuration of this deployment, decoded; what the schema calls secret is marked.
    pub new_inputs: PropertyMap,
    /// What the user wants to be left alone.
    pub ignore_changes: Vec<PathPattern>,
    /// What the schema says of the configuration.
    pub schema: Arc<Shape>,
}

/// Hands over the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigureRequest<A = PropertyMap> {
    /// Which provider, from newer engines.
    pub urn: Option<Urn>,
    /// Its id, from newer engines.
    pub id: Option<String>,
    /// The configuration, decoded. What is not set is taken from the environment, or is the default, as the schema says.
    pub args: A,
}
