//! What a tool tells of a key beside its values: what becomes of it, and how it was before.

use super::{Declaration, Dialect};
use crate::change::Outcome;
use crate::path::Path;

/// What becomes of a key, as a plan, a preview or a state tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// What is done to it.
    pub outcome: Outcome,
    /// The fields that are named as different, if the tool names any: it knows of those that are not known here.
    pub changing: Option<Vec<Path>>,
    /// The fields that are named as the reason for a replacement.
    pub replacing: Vec<Path>,
    /// Another reason for one, as it stands behind "because".
    pub cause: Option<&'static str>,
}

impl From<Outcome> for Planned {
    /// What is done, without a reason.
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            changing: None,
            replacing: Vec::new(),
            cause: None,
        }
    }
}

/// A key as it is before a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Before {
    /// The key.
    pub key: Declaration,
    /// What it becomes, as an index among the declarations of the document; nothing if the tool lets go of it.
    pub becomes: Option<usize>,
}

/// An address that a key had before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Former {
    /// The address.
    pub address: String,
    /// Whose key it was there: one of another package at the same address is another key.
    pub dialect: Dialect,
}
