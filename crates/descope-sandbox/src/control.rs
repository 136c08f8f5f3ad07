//! `/_sandbox/*`: what a test or a demo asks of the sandbox itself. None of it tells a secret.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::body::Body;
use crate::error::ApiError;
use crate::event::Event;
use crate::fault::Fault;
use crate::keys;
use crate::model::SWITCHES;

pub(crate) async fn keys(State(app): State<App>) -> Result<Response, ApiError> {
    keys::list(&app)
}

pub(crate) async fn projects(State(app): State<App>) -> Json<Value> {
    Json(json!({ "projects": app.projects() }))
}

/// The switches as they are set.
pub(crate) async fn model(State(app): State<App>) -> Json<Value> {
    let values: BTreeMap<_, _> = SWITCHES
        .iter()
        .map(|switch| (switch.name, switch.value(app.model())))
        .collect();
    Json(json!({ "model": values }))
}

pub(crate) async fn requests(State(app): State<App>) -> Json<Value> {
    Json(json!({ "requests": app.log().entries() }))
}

pub(crate) async fn reset(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    app.reset().await?;
    Ok(Json(json!({})))
}

pub(crate) async fn inject(State(app): State<App>, Body(body): Body) -> Result<Json<Value>, ApiError> {
    let faults = read_faults(body).map_err(|error| ApiError::malformed(error.to_string()))?;
    let count = faults.len();
    faults.into_iter().for_each(|fault| app.faults().inject(fault));
    app.tell(|| Event::Faults);
    Ok(Json(json!({ "injected": count })))
}

pub(crate) async fn faults(State(app): State<App>) -> Json<Value> {
    Json(json!({ "faults": app.faults().list() }))
}

pub(crate) async fn clear_faults(State(app): State<App>) -> Json<Value> {
    let cleared = std::mem::take(&mut *app.faults());
    app.tell(|| Event::Faults);
    Json(json!({ "cleared": cleared.list().len() }))
}

/// Reads one fault, or an array of them.
pub(crate) fn read_faults(value: Value) -> Result<Vec<Fault>, serde_json::Error> {
    match value {
        Value::Array(faults) => faults.into_iter().map(Fault::deserialize).collect(),
        fault => Ok(vec![Fault::deserialize(fault)?]),
    }
}
