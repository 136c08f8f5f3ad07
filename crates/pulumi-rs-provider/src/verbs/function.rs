//! Functions.

use crate::value::PropertyMap;
use crate::verbs::CheckFailure;

/// Calls a function.
#[derive(Clone, Debug, PartialEq)]
pub struct InvokeRequest<A = PropertyMap> {
    /// The token of the function.
    pub token: String,
    /// The arguments, checked by the schema, with defaults filled in.
    pub args: A,
    /// Whether this is a preview. An optional argument that is absent may then be one that is not known yet.
    pub preview: bool,
}

/// What a function answers.
#[derive(Clone, Debug, PartialEq)]
pub enum InvokeReply<R = PropertyMap> {
    /// Its result.
    Returned(R),
    /// What is wrong with the arguments.
    Refused(Vec<CheckFailure>),
}
