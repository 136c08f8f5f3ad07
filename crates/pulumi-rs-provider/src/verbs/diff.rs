//! What would change?

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::path::{PathPattern, PropertyPath};
use crate::schema::Shape;
use crate::urn::Urn;
use crate::value::PropertyMap;

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
    /// What the schema says of the resource.
    pub schema: Arc<Shape>,
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
