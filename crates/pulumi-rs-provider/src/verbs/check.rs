//! Is this right?

use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::path::PropertyPath;
use crate::schema::Shape;
use crate::typed::Properties;
use crate::urn::Urn;
use crate::value::{PropertyMap, PropertyValue};

/// Asks whether the inputs are right, and for them with defaults filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckRequest {
    /// Which resource.
    pub urn: Urn,
    /// The name that the program gave.
    pub name: String,
    /// The type token.
    pub token: String,
    /// The inputs as last checked. Without properties, or absent, the resource is new or is about to be replaced.
    pub old_inputs: Option<PropertyMap>,
    /// The inputs that the program gives now. They may hold unknowns and secrets.
    pub new_inputs: PropertyMap,
    /// 32 bytes, equal in preview and update, from which random names are to be made.
    pub random_seed: Vec<u8>,
    /// How the user wants resources to be named that the program does not name.
    pub autonaming: Option<Autonaming>,
    /// What the schema says of the resource.
    pub schema: Arc<Shape>,
}

/// How the user wants resources to be named that the program does not name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Autonaming {
    /// This name may be used.
    Propose(String),
    /// Exactly this name must be used.
    Enforce(String),
    /// The program must give a name.
    Disable,
}

/// The inputs with defaults filled in, and what is wrong with them.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckReply {
    /// The inputs; unknowns and secrets are kept.
    pub inputs: PropertyMap,
    /// With any failure the engine goes no further.
    pub failures: Vec<CheckFailure>,
}

impl CheckReply {
    /// Inputs with nothing wrong.
    pub fn ok(inputs: PropertyMap) -> Self {
        Self {
            inputs,
            failures: Vec::new(),
        }
    }

    /// Adds a failure. That of a secret property is told of the resource as a whole, because the engine prints the value of a top-level
    /// property beside the reason.
    pub fn fail(&mut self, path: impl Into<PropertyPath>, reason: impl Into<String>) {
        let (path, reason) = (path.into(), reason.into());
        let is_secret = path
            .top_key()
            .and_then(|key| self.inputs.get(key))
            .is_some_and(PropertyValue::contains_secret);
        self.failures.push(if is_secret {
            CheckFailure {
                reason: format!("{path}: {reason}"),
                path: PropertyPath::root(),
            }
        } else {
            CheckFailure { path, reason }
        });
    }

    /// The inputs as the author's type; nothing if there are failures, or if something is unknown that the type needs to know.
    pub fn typed<I: Properties>(&self) -> Option<I> {
        if self.failures.is_empty() {
            I::decode(self.inputs.clone()).ok()
        } else {
            None
        }
    }

    /// One top-level input as a type; nothing if it is absent, unknown or of another type.
    pub fn known<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        crate::typed::decode(self.inputs.get(key)?.clone()).ok()
    }
}

/// Something wrong with an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckFailure {
    /// The property; the root for the resource as a whole. The engine prints the value of a top-level property, so a secret one is
    /// better reported at the root.
    pub path: PropertyPath,
    /// What is wrong, without the content of secrets.
    pub reason: String,
}
