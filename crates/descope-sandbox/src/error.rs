//! Refusals in the words of the API, and what can keep a sandbox from starting.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::task::JoinError;

use crate::model::{Model, RefusedCaller};

/// Why a sandbox cannot run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is reachable by other machines, and nothing said that it may be. The user's fault.
    #[error("`{0}` is not a loopback address")]
    BeyondLoopback(SocketAddr),
    /// The address cannot be listened on. The user's fault, or another program has it.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The state file cannot be opened: no such folder, another format, or another sandbox has it.
    #[error("cannot open the state file `{}`", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: Box<redb::Error>,
    },
    /// There is no calling key, so nobody could call. The user's fault.
    #[error("there is no calling key")]
    NoKey,
    /// Serving ended by a fault of the sandbox.
    #[error("serving failed")]
    Serve(#[source] JoinError),
    /// The thread that writes cannot be started: the machine is out of something.
    #[error("cannot start the thread of the store")]
    Thread(#[source] io::Error),
}

/// An error reply of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: String,
    description: String,
    message: String,
    /// Whole seconds, for the header.
    retry_after: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(
        status: StatusCode,
        code: impl Into<String>,
        description: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            description: description.into(),
            message: message.into(),
            retry_after: None,
        }
    }

    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "E011001",
            "Request is malformed",
            message,
        )
    }

    pub(crate) fn missing(message: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "E011002",
            "Request is missing required arguments",
            message,
        )
    }

    pub(crate) fn invalid_argument(message: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "E011004",
            "Request arguments are invalid",
            message,
        )
    }

    /// The switch `refused-caller` is for the status of the service, which is unknown as its code is.
    pub(crate) fn refused_caller(model: &Model, message: &str) -> Self {
        match model.refused_caller {
            RefusedCaller::Unauthorized => {
                Self::own(StatusCode::UNAUTHORIZED, "E000401", "Unauthorized", message)
            }
            RefusedCaller::Forbidden => Self::own(StatusCode::FORBIDDEN, "E000403", "Forbidden", message),
        }
    }

    pub(crate) fn rate_limited(message: &str, retry_after: u64) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "E130429",
                "Rate limit exceeded",
                message,
            )
        }
    }

    /// A real lack of permission has the code that permissions have which did not spread yet.
    pub(crate) fn forbidden(message: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "E111009",
            "Management key is forbidden",
            message,
        )
    }

    /// A model: the service's status and code for a missing key are unknown.
    pub(crate) fn no_key(id: &str) -> Self {
        let message = format!("there is no management key `{id}`");
        Self::own(
            StatusCode::NOT_FOUND,
            "E000404",
            "Management key not found",
            &message,
        )
    }

    pub(crate) fn no_route(method: &str, path: &str) -> Self {
        let message = format!("{method} {path} is not served");
        Self::own(StatusCode::NOT_FOUND, "E000404", "Not found", &message)
    }

    pub(crate) fn internal(error: &dyn std::error::Error) -> Self {
        Self::own(
            StatusCode::INTERNAL_SERVER_ERROR,
            "E000500",
            "Server error",
            &error.to_string(),
        )
    }

    /// A reply whose code the sandbox chose, and says so.
    fn own(status: StatusCode, code: &str, description: &str, message: &str) -> Self {
        let message =
            format!("{message} (the code is the sandbox's own choice: that of the service is unknown)");
        Self::new(status, code, description, message)
    }
}

impl From<redb::Error> for ApiError {
    fn from(error: redb::Error) -> Self {
        Self::internal(&error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({
            "errorCode": self.code,
            "errorDescription": self.description,
            "errorMessage": self.message,
        });
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}
