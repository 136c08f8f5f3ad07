//! What goes into each verb of a resource and what comes out.

use std::collections::{BTreeMap, BTreeSet};

use crate::path::{PathPattern, PropertyPath};
use crate::urn::Urn;
use crate::value::PropertyMap;

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

/// Asks what would change.
#[derive(Clone, Debug, PartialEq)]
pub struct DiffRequest {
    /// Which resource.
    pub urn: Urn,
    /// The name that the program gave.
    pub name: String,
    /// The type token.
    pub token: String,
    /// The id of the live resource.
    pub id: String,
    /// The checked inputs of the last deployment.
    pub old_inputs: PropertyMap,
    /// The state that the last deployment left.
    pub old_state: PropertyMap,
    /// The checked inputs of this deployment. They may hold unknowns.
    pub new_inputs: PropertyMap,
    /// What the user wants to be left alone. Changes at these paths are dropped after the verb, whether it looks at them or not.
    pub ignore_changes: Vec<PathPattern>,
}

/// What would change. The default is: nothing.
///
/// Everything that the engine is told comes from `changes`: whether there is a change, which properties are concerned, whether the
/// resource is replaced.
///
/// ```
/// use pulumi_rs_provider::{Change, Diff};
///
/// let mut diff = Diff::default();
/// diff.changes.insert("expireTime".into(), Change::update().in_inputs().replacing());
/// assert!(diff.replaces());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// The changes by property. The root is not a property.
    pub changes: BTreeMap<PropertyPath, Change>,
    /// Whether the old resource must go before the new one comes, because a name or a quota allows only one.
    pub delete_before_replace: bool,
    /// Outputs that an update surely keeps, so that a preview knows them.
    pub stables: BTreeSet<String>,
}

impl Diff {
    /// Whether the changes can only be made by a new resource.
    pub fn replaces(&self) -> bool {
        self.changes.values().any(|change| change.replace)
    }
}

/// A change of one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happens to it.
    pub kind: ChangeKind,
    /// Whether this needs a new resource.
    pub replace: bool,
    /// Whether the old value shown to the user is taken from the old inputs; otherwise from the old state.
    pub input_diff: bool,
}

/// What happens to a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there.
    Add,
    /// It will not be there.
    Delete,
    /// It gets another value.
    Update,
}

impl Change {
    /// A property that was not there.
    pub fn add() -> Self {
        Self {
            kind: ChangeKind::Add,
            replace: false,
            input_diff: false,
        }
    }

    /// A property that will not be there.
    pub fn delete() -> Self {
        Self {
            kind: ChangeKind::Delete,
            ..Self::add()
        }
    }

    /// A property that gets another value.
    pub fn update() -> Self {
        Self {
            kind: ChangeKind::Update,
            ..Self::add()
        }
    }

    /// The change, needing a new resource.
    #[must_use]
    pub fn replacing(self) -> Self {
        Self {
            replace: true,
            ..self
        }
    }

    /// The change, its old value being the old input.
    #[must_use]
    pub fn in_inputs(self) -> Self {
        Self {
            input_diff: true,
            ..self
        }
    }
}

/// Asks for a new resource.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateRequest {
    /// Which resource.
    pub urn: Urn,
    /// The name that the program gave.
    pub name: String,
    /// The type token.
    pub token: String,
    /// The checked inputs. Only in a preview may they hold unknowns.
    pub inputs: PropertyMap,
    /// Whether this only asks what would come out: nothing may be done then, and values that the service makes are unknown.
    pub preview: bool,
}

/// The new resource.
#[derive(Clone, Debug, PartialEq)]
pub enum CreateReply {
    /// It exists as asked for.
    Created {
        /// Its id, never empty; in a preview it is ignored.
        id: String,
        /// Its whole state; secrets are marked. In a preview, top-level outputs that are left out are unknown.
        state: PropertyMap,
    },
    /// It exists, but is not as asked for, and must not be forgotten. The next deployment calls `update`.
    Partial {
        /// Its id.
        id: String,
        /// Its state as it really is.
        state: PropertyMap,
        /// What went wrong.
        reasons: Vec<String>,
    },
}

/// Asks for the live state.
///
/// In an import both `inputs` and `state` are absent: the id must be enough. Otherwise they hold what the engine remembers.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadRequest {
    /// Which resource.
    pub urn: Urn,
    /// The name that the program gave.
    pub name: String,
    /// The type token.
    pub token: String,
    /// The id of the live resource.
    pub id: String,
    /// The inputs that the engine remembers.
    pub inputs: Option<PropertyMap>,
    /// The state that the engine remembers. What the service never tells again must be carried over from here.
    pub state: Option<PropertyMap>,
}

/// The live state.
#[derive(Clone, Debug, PartialEq)]
pub enum ReadReply {
    /// It exists.
    Found {
        /// Its id; another one than was asked for replaces it in the engine's memory.
        id: String,
        /// Inputs that would lead to this state, in the user's own shape. An import writes a program from them.
        inputs: PropertyMap,
        /// Its whole state; secrets are marked.
        state: PropertyMap,
    },
    /// It exists, but not in health.
    Partial {
        /// Its id.
        id: String,
        /// Inputs that would lead to this state.
        inputs: PropertyMap,
        /// Its whole state; secrets are marked.
        state: PropertyMap,
        /// What is wrong with it.
        reasons: Vec<String>,
    },
    /// The service says that it does not exist. A service that cannot be reached is an error instead.
    Gone,
}

/// Asks for a change in place.
///
/// It also comes without any difference, when an earlier deployment was left partial.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateRequest {
    /// Which resource.
    pub urn: Urn,
    /// The name that the program gave.
    pub name: String,
    /// The type token.
    pub token: String,
    /// The id of the live resource, which stays.
    pub id: String,
    /// The checked inputs of the last deployment.
    pub old_inputs: PropertyMap,
    /// The state that the last deployment left.
    pub old_state: PropertyMap,
    /// The checked inputs of this deployment. Only in a preview may they hold unknowns.
    pub new_inputs: PropertyMap,
    /// What the user wants to be left alone; the new inputs respect it already.
    pub ignore_changes: Vec<PathPattern>,
    /// Whether this only asks what would come out.
    pub preview: bool,
}

/// The changed resource.
#[derive(Clone, Debug, PartialEq)]
pub enum UpdateReply {
    /// It is as asked for.
    Updated {
        /// Its whole new state; secrets are marked, and what the service never tells again is carried over.
        state: PropertyMap,
    },
    /// It is only partly as asked for. The next deployment calls `update` again.
    Partial {
        /// Its state as it really is.
        state: PropertyMap,
        /// What went wrong.
        reasons: Vec<String>,
    },
}

/// Asks for the end of a resource. One that is gone already is a success.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteRequest {
    /// Which resource.
    pub urn: Urn,
    /// The name that the program gave.
    pub name: String,
    /// The type token.
    pub token: String,
    /// The id of the live resource.
    pub id: String,
    /// The checked inputs of the last deployment.
    pub inputs: PropertyMap,
    /// The state that the last deployment left.
    pub state: PropertyMap,
}

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
}

/// Hands over the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigureRequest {
    /// Which provider, from newer engines.
    pub urn: Option<Urn>,
    /// Its id, from newer engines.
    pub id: Option<String>,
    /// The configuration, decoded; secrets are marked.
    pub args: PropertyMap,
}
