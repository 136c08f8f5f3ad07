//! What would come out?

use std::sync::Arc;

use crate::path::PathPattern;
use crate::schema::Shape;
use crate::urn::Urn;
use crate::value::{PropertyMap, PropertyValue};

/// Asks what a creation or an update would leave, before anything is done.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewRequest {
    /// Which resource.
    pub urn: Urn,
    /// The name that the program gave.
    pub name: String,
    /// The type token.
    pub token: String,
    /// The checked inputs. They may hold unknowns.
    pub inputs: PropertyMap,
    /// The live resource that would be updated; nothing if one would be created.
    pub old: Option<Live>,
    /// What the schema says of the resource.
    pub schema: Arc<Shape>,
}

/// A live resource as the last deployment left it.
#[derive(Clone, Debug, PartialEq)]
pub struct Live {
    /// Its id.
    pub id: String,
    /// Its checked inputs.
    pub inputs: PropertyMap,
    /// Its state.
    pub state: PropertyMap,
    /// What the user wants to be left alone; the new inputs respect it already.
    pub ignore_changes: Vec<PathPattern>,
}

/// The state that would come out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PreviewReply {
    /// What is surely known of it. Top-level outputs that are left out are unknown; never guess what only the service can say.
    pub state: PropertyMap,
}

impl PreviewReply {
    /// Says what an output will be. What the schema or an input calls secret becomes secret by itself.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<PropertyValue>) -> Self {
        self.state.insert(key.to_owned(), value.into());
        self
    }
}
