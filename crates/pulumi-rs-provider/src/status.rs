//! Errors as gRPC statuses, with the details that the engine reads from the trailer.

use prost::Message;
use tonic::{Code, Status};

use crate::error::{Error, MissingKey};
use crate::proto::google_rpc;
use crate::proto::{ConfigureErrorMissingKeys, ErrorResourceInitFailed, configure_error_missing_keys};
use crate::redact::Secrets;

/// The status for an author's error.
pub(crate) fn from_error(error: Error, package: &str, report: &str, secrets: &Secrets) -> Status {
    let code = match error {
        Error::InvalidArgument(_) => Code::InvalidArgument,
        Error::NotFound(_) => Code::NotFound,
        Error::AlreadyExists(_) => Code::AlreadyExists,
        Error::PermissionDenied(_) => Code::PermissionDenied,
        Error::Unauthenticated(_) => Code::Unauthenticated,
        Error::FailedPrecondition(_) => Code::FailedPrecondition,
        Error::ResourceExhausted(_) => Code::ResourceExhausted,
        Error::Unavailable(_) => Code::Unavailable,
        Error::DeadlineExceeded(_) => Code::DeadlineExceeded,
        Error::Cancelled(_) => Code::Cancelled,
        Error::Aborted(_) => Code::Aborted,
        Error::MissingConfiguration(keys) => return missing_configuration(keys, package, secrets),
        Error::Bug(what) => {
            let text = format!("bug in the provider: {what}; {report}");
            return Status::internal(secrets.mask(&text));
        }
    };
    Status::new(code, secrets.mask(&error.to_string()))
}

/// The CLI prints each name in a command to copy, so the names are those that `pulumi config set` takes.
fn missing_configuration(keys: Vec<MissingKey>, package: &str, secrets: &Secrets) -> Status {
    let missing_keys: Vec<_> = keys
        .into_iter()
        .map(|key| configure_error_missing_keys::MissingKey {
            name: format!("{package}:{}", key.name),
            description: secrets.mask(&key.description),
        })
        .collect();
    let names: Vec<_> = missing_keys.iter().map(|key| format!("`{}`", key.name)).collect();
    let message = format!("missing required configuration: {}", names.join(", "));
    with_detail(
        Code::InvalidArgument,
        message,
        "ConfigureErrorMissingKeys",
        &ConfigureErrorMissingKeys { missing_keys },
    )
}

/// The status for a resource that exists although the verb failed: the engine saves what the detail says.
pub(crate) fn init_failed(detail: &ErrorResourceInitFailed) -> Status {
    let message = format!(
        "resource `{}` was left incomplete: {}",
        detail.id,
        detail.reasons.join("; ")
    );
    // Any code but Internal, DataLoss and Unknown, which make the engine doubt the state in the detail.
    with_detail(Code::Aborted, message, "ErrorResourceInitFailed", detail)
}

fn with_detail(code: Code, message: String, name: &str, detail: &impl Message) -> Status {
    let details = google_rpc::Status {
        code: code.into(),
        // The engine reads code and message from here, not from the plain trailers.
        message: message.clone(),
        details: vec![prost_types::Any {
            type_url: format!("type.googleapis.com/pulumirpc.{name}"),
            value: detail.encode_to_vec(),
        }],
    };
    Status::with_details(code, message, details.encode_to_vec().into())
}
