//! `/_sandbox/*`: what a test or a demo asks of the sandbox itself. None of it tells a secret.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::body::Body;
use crate::error::ApiError;
use crate::fault::Fault;
use crate::key::StoredKey;

pub(crate) async fn keys(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    let keys: Vec<Value> = app.store().list()?.iter().map(StoredKey::api_key).collect();
    Ok(Json(json!({ "keys": keys })))
}

pub(crate) async fn requests(State(app): State<App>) -> Json<Value> {
    Json(json!({ "requests": app.log().entries() }))
}

pub(crate) async fn reset(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    app.reset()?;
    Ok(Json(json!({})))
}

pub(crate) async fn inject(State(app): State<App>, Body(body): Body) -> Result<Json<Value>, ApiError> {
    let faults = read_faults(body).map_err(|error| ApiError::malformed(error.to_string()))?;
    let count = faults.len();
    faults.into_iter().for_each(|fault| app.faults().inject(fault));
    Ok(Json(json!({ "injected": count })))
}

/// Reads one fault, or an array of them.
pub(crate) fn read_faults(value: Value) -> Result<Vec<Fault>, serde_json::Error> {
    match value {
        Value::Array(faults) => faults.into_iter().map(Fault::deserialize).collect(),
        fault => Ok(vec![Fault::deserialize(fault)?]),
    }
}
