//! What is done to a live resource. None of this happens in a preview.
//!
//! Secretness follows by itself: an output is secret where the schema says so, and where the input of the same name is.

use crate::path::PathPattern;
use crate::urn::Urn;
use crate::value::PropertyMap;

/// Asks for a new resource.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateRequest<I = PropertyMap> {
    /// Which resource.
    pub urn: Urn,
    /// The name that the program gave.
    pub name: String,
    /// The type token.
    pub token: String,
    /// The checked inputs. All of them are known.
    pub inputs: I,
}

/// The new resource.
#[derive(Clone, Debug, PartialEq)]
pub enum CreateReply<S = PropertyMap> {
    /// It exists as asked for.
    Created {
        /// Its id, never empty.
        id: String,
        /// Its whole state.
        state: S,
    },
    /// It exists, but is not as asked for, and must not be forgotten. The next deployment calls `update`.
    Partial {
        /// Its id.
        id: String,
        /// Its state as it really is.
        state: S,
        /// What went wrong.
        reasons: Vec<String>,
    },
}

/// Asks for the live state.
///
/// In an import both `inputs` and `state` are absent: the id must be enough. Otherwise they hold what the engine remembers.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadRequest<I = PropertyMap, S = PropertyMap> {
    /// Which resource.
    pub urn: Urn,
    /// The name that the program gave.
    pub name: String,
    /// The type token.
    pub token: String,
    /// The id of the live resource.
    pub id: String,
    /// The inputs that the engine remembers.
    pub inputs: Option<I>,
    /// The state that the engine remembers. What the service never tells again must be carried over from here.
    pub state: Option<S>,
}

/// The live state.
#[derive(Clone, Debug, PartialEq)]
pub enum ReadReply<I = PropertyMap, S = PropertyMap> {
    /// It exists.
    Found {
        /// Its id; another one than was asked for replaces it in the engine's memory.
        id: String,
        /// Inputs that would lead to this state, in the user's own shape. An import writes a program from them.
        inputs: I,
        /// Its whole state.
        state: S,
    },
    /// It exists, but not in health.
    Partial {
        /// Its id.
        id: String,
        /// Inputs that would lead to this state.
        inputs: I,
        /// Its whole state.
        state: S,
        /// What is wrong with it.
        reasons: Vec<String>,
    },
    /// The service says that it does not exist. A service that cannot be reached is an error instead.
    Gone,
}

impl<I, S> ReadRequest<I, S> {
    /// For a resource that lives in the state alone: it is as it was recorded, and cannot be imported.
    pub fn as_recorded(self) -> ReadReply<I, S> {
        match (self.inputs, self.state) {
            (Some(inputs), Some(state)) => ReadReply::Found {
                id: self.id,
                inputs,
                state,
            },
            _ => ReadReply::Gone,
        }
    }
}

/// Asks for a change in place.
///
/// It also comes without any difference, when an earlier deployment was left partial.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateRequest<I = PropertyMap, S = PropertyMap> {
    /// Which resource.
    pub urn: Urn,
    /// The name that the program gave.
    pub name: String,
    /// The type token.
    pub token: String,
    /// The id of the live resource, which stays.
    pub id: String,
    /// The checked inputs of the last deployment.
    pub old_inputs: I,
    /// The state that the last deployment left.
    pub old_state: S,
    /// The checked inputs of this deployment. All of them are known.
    pub new_inputs: I,
    /// What the user wants to be left alone; the new inputs respect it already.
    pub ignore_changes: Vec<PathPattern>,
}

/// The changed resource.
#[derive(Clone, Debug, PartialEq)]
pub enum UpdateReply<S = PropertyMap> {
    /// It is as asked for.
    Updated {
        /// Its whole new state; what the service never tells again is carried over.
        state: S,
    },
    /// It is only partly as asked for. The next deployment calls `update` again.
    Partial {
        /// Its state as it really is.
        state: S,
        /// What went wrong.
        reasons: Vec<String>,
    },
}

/// Asks for the end of a resource. One that is gone already is a success.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteRequest<I = PropertyMap, S = PropertyMap> {
    /// Which resource.
    pub urn: Urn,
    /// The name that the program gave.
    pub name: String,
    /// The type token.
    pub token: String,
    /// The id of the live resource.
    pub id: String,
    /// The checked inputs of the last deployment.
    pub inputs: I,
    /// The state that the last deployment left.
    pub state: S,
}
