//! Reading of bodies and queries, refused in the words of the API.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::app::App;
use crate::error::ApiError;
use crate::model::ContentType;

/// A JSON body.
pub(crate) struct Body(pub(crate) Value);

impl FromRequest<App> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let content_type = request.headers().get(CONTENT_TYPE);
        let essence = content_type.and_then(|value| value.to_str().ok()?.split(';').next());
        let is_json = essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"));
        if app.model().content_type == ContentType::Json && !is_json {
            return Err(ApiError::malformed(
                "the content type of the body is not `application/json`",
            ));
        }
        let bytes = Bytes::from_request(request, app)
            .await
            .map_err(|error: BytesRejection| ApiError::malformed(error.body_text()))?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| ApiError::malformed(format!("the body is not JSON: {error}")))
    }
}

/// The query, as an object of strings.
pub(crate) struct Arguments(pub(crate) Value);

impl<S: Send + Sync> FromRequestParts<S> for Arguments {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|error: QueryRejection| ApiError::malformed(error.body_text()))?;
        let mut arguments = BTreeMap::new();
        for (name, value) in pairs {
            if arguments.contains_key(&name) {
                // Which of the two is meant is anybody's guess, and a guess may delete the wrong key.
                return Err(ApiError::malformed(format!("`/{name}`: is given twice")));
            }
            arguments.insert(name, Value::String(value));
        }
        Ok(Self(Value::Object(arguments.into_iter().collect::<Map<_, _>>())))
    }
}

/// Seconds, as the number that most clients send or the text that the reference asks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Seconds {
    Number(i64),
    /// Such as `60.0`, which JSON holds for the same number.
    Float(f64),
    Text(String),
}

impl Default for Seconds {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl Seconds {
    /// The schema lets only whole numbers through. What is beyond the range is as late as can be.
    pub(crate) fn value(&self) -> i64 {
        match self {
            Self::Number(number) => *number,
            Self::Float(number) => *number as i64,
            Self::Text(text) => text.parse().unwrap_or(i64::MAX),
        }
    }
}
