//! The client's errors in the words of the framework.

use descope_client::Error as ClientError;
use pulumi_rs_provider::Error;

/// The same error, of the kind that tells the engine what to make of it.
pub(crate) fn of_client(error: &ClientError) -> Error {
    let message = match error.help() {
        Some(help) => format!("{error}; {help}"),
        None => error.to_string(),
    };
    match error {
        ClientError::EmptyId
        | ClientError::NoManagementKey
        | ClientError::InvalidManagementKey
        | ClientError::InvalidUserAgent
        | ClientError::InvalidBaseUrl { .. }
        | ClientError::InsecureBaseUrl { .. }
        | ClientError::InvalidProjectId
        | ClientError::Refused(_) => Error::InvalidArgument(message),
        ClientError::Unauthorized(_) => Error::Unauthenticated(message),
        ClientError::Forbidden(_) => Error::PermissionDenied(message),
        ClientError::NotFound(_) => Error::NotFound(format!(
            "{message}; it was deleted elsewhere: run `pulumi refresh` and then `pulumi up`"
        )),
        ClientError::RateLimited { .. } | ClientError::Paced { .. } => Error::ResourceExhausted(message),
        ClientError::OutcomeUnknown { .. } => Error::Aborted(message),
        // The network, the machine, the service, and whatever kinds come later.
        _ => Error::Unavailable(message),
    }
}
