//! What an author answers when a verb cannot be done.

/// A verb that could not be done, with a message for the user.
///
/// The kind decides the gRPC code, and that decides what the engine thinks of the state: for every kind but [`Error::Bug`] it takes the
/// resource to be as it was. So an error from `create` promises that nothing was created; if something was, the answer is
/// [`CreateReply::Partial`](crate::CreateReply::Partial).
///
/// Messages go to terminals and logs. Do not put secrets there; as a second net, the framework masks the exact secrets of the call
/// and of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request makes no sense; the user's fault.
    #[error("{0}")]
    InvalidArgument(String),
    /// What the request refers to does not exist.
    #[error("{0}")]
    NotFound(String),
    /// What should be made is there already.
    #[error("{0}")]
    AlreadyExists(String),
    /// The caller is known and may not do this.
    #[error("{0}")]
    PermissionDenied(String),
    /// The caller's credentials are wrong or missing.
    #[error("{0}")]
    Unauthenticated(String),
    /// The service's state forbids it until something else is done.
    #[error("{0}")]
    FailedPrecondition(String),
    /// A quota or a rate limit is used up.
    #[error("{0}")]
    ResourceExhausted(String),
    /// The service cannot be reached or is failing; trying again may help.
    #[error("{0}")]
    Unavailable(String),
    /// The time given was not enough.
    #[error("{0}")]
    DeadlineExceeded(String),
    /// The user asked to stop.
    #[error("{0}")]
    Cancelled(String),
    /// Somebody else changed the same thing meanwhile.
    #[error("{0}")]
    Aborted(String),
    /// Configuration without which nothing works; the CLI prints how to set each key. Only for `configure`.
    #[error("configuration is missing")]
    MissingConfiguration(Vec<MissingKey>),
    /// The provider itself is wrong; the engine then takes the state of the resource to be uncertain.
    #[error("{0}")]
    Bug(String),
}

/// What a verb answers: a reply, or why there is none.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A configuration key that must be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingKey {
    /// The key without the package, `token` for `pulumi config set pets:token`.
    pub name: String,
    /// What to set it to.
    pub description: String,
}
