//! A provider under test.

use std::sync::Arc;

use super::super::connection::Launcher;
use crate::value::PropertyMap;

/// A provider under test: how it is started, and what one of its resources can be made to do.
///
/// Only what cannot be read from the schema is said here. What is left out makes the cases that need it not applicable.
#[derive(Clone)]
pub struct Subject {
    /// How the provider is started.
    pub launcher: Launcher,
    /// The token of the resource that is looked at.
    pub token: String,
    /// The configuration, as `pulumi config set` gives it: texts only, secrets marked.
    pub config: PropertyMap,
    /// A key of the configuration without which the provider cannot be configured.
    pub required_config: Option<String>,
    /// The configuration with another credential, which must not replace anything.
    pub rotated_config: Option<PropertyMap>,
    /// A configuration with something wrong in it.
    pub invalid_config: Option<PropertyMap>,
    /// Inputs of the resource with nothing wrong. The more of the optional ones there are, and the less they say what would be so
    /// anyway, the more is tested.
    pub inputs: PropertyMap,
    /// Inputs that change the resource in place.
    pub updated: Option<PropertyMap>,
    /// Inputs that replace the resource.
    pub replacing: Option<PropertyMap>,
    /// Inputs with something wrong in them.
    pub invalid: Vec<Invalid>,
    /// Inputs that make the resource's code fail in one way or another.
    pub faults: Faults,
    /// A function of the package.
    pub function: Option<Function>,
    /// What the provider manages.
    pub world: Arc<dyn World>,
}

/// Inputs with something wrong in them.
#[derive(Clone, Debug)]
pub struct Invalid {
    /// The inputs.
    pub inputs: PropertyMap,
    /// At which property it is reported, as the engine writes paths.
    pub at: String,
}

/// Inputs that make the resource's code fail in one way or another.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// The creation makes the resource and fails afterwards.
    pub partial_create: Option<PropertyMap>,
    /// An update from the usual inputs to these does a part and fails.
    pub partial_update: Option<PropertyMap>,
    /// The creation makes the resource, then waits until it is cancelled.
    pub slow_create: Option<PropertyMap>,
    /// The creation fails and makes nothing.
    pub failing_create: Option<PropertyMap>,
    /// The creation panics.
    pub panicking_create: Option<PropertyMap>,
    /// The creation makes the resource and returns a state that no engine can keep.
    pub unknown_state: Option<PropertyMap>,
    /// The creation makes the resource and returns no id.
    pub empty_id: Option<PropertyMap>,
    /// The creation writes a message for the user.
    pub talkative_create: Option<PropertyMap>,
}

/// A function of the package.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its token.
    pub token: String,
    /// Arguments with which it answers.
    pub args: PropertyMap,
    /// Whether it needs them.
    pub required: bool,
}

/// What a provider manages, seen from outside. Everything it cannot do answers nothing, and the cases that need it do not apply.
#[tonic::async_trait]
pub trait World: Send + Sync {
    /// Changes the resource behind the provider's back in something that it can be asked to change back.
    async fn drift(&self, id: &str) -> Option<()> {
        let _ = id;
        None
    }

    /// How much has been written so far, counted in any way.
    async fn writes(&self) -> Option<usize> {
        None
    }

    /// Has every call to the world fail from now on, as when a service is down.
    async fn fall_ill(&self) -> Option<()> {
        None
    }

    /// Has every call to the world refused from now on, as with a wrong credential.
    async fn refuse(&self) -> Option<()> {
        None
    }

    /// Has the next creation or update of [`Faults::partial_create`] and [`Faults::partial_update`] fail half-way, where inputs alone do not.
    async fn fail_half_way(&self) {}

    /// Takes back what was done by the other methods.
    async fn recover(&self) {}
}

/// A world that can do nothing.
struct Nowhere;

impl World for Nowhere {}

impl Subject {
    /// A provider of which only a resource and its inputs are known.
    pub fn new(launcher: Launcher, token: &str, inputs: PropertyMap) -> Self {
        Self {
            launcher,
            token: token.to_owned(),
            config: PropertyMap::new(),
            required_config: None,
            rotated_config: None,
            invalid_config: None,
            inputs,
            updated: None,
            replacing: None,
            invalid: Vec::new(),
            faults: Faults::default(),
            function: None,
            world: Arc::new(Nowhere),
        }
    }
}
