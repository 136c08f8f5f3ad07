//! `/_sandbox/*`: what a test or a demo asks of the sandbox itself. None of it tells a secret.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::body::Body;
use crate::error::ApiError;
use crate::event::Event;
use crate::fault::Fault;
use crate::key::StoredKey;
use crate::keys::{self, Listed};
use crate::model::SWITCHES;

/// How much of a long list is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    /// The newest so many entries; all without it.
    newest: Option<usize>,
}

pub(crate) async fn keys(State(app): State<App>, part: Asked) -> Result<Response, ApiError> {
    match newest(part)? {
        None => keys::list(&app, Listed::Stored),
        Some(count) => {
            let (keys, total) = app.store().newest(count)?;
            let keys: Vec<Value> = keys.iter().map(StoredKey::api_key).collect();
            Ok(Json(json!({ "keys": keys, "total": total })).into_response())
        }
    }
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

pub(crate) async fn requests(State(app): State<App>, part: Asked) -> Result<Json<Value>, ApiError> {
    let count = newest(part)?;
    let log = app.log();
    Ok(Json(match count {
        None => json!({ "requests": log.entries() }),
        Some(count) => json!({ "requests": log.newest(count), "total": log.len() }),
    }))
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

type Asked = Result<Query<Part>, QueryRejection>;

/// The number in `?newest=NUMBER`.
fn newest(part: Asked) -> Result<Option<usize>, ApiError> {
    part.map(|Query(part)| part.newest)
        .map_err(|error| ApiError::malformed(error.body_text()))
}

/// Reads one fault, or an array of them.
pub(crate) fn read_faults(value: Value) -> Result<Vec<Fault>, serde_json::Error> {
    match value {
        Value::Array(faults) => faults.into_iter().map(Fault::deserialize).collect(),
        fault => Ok(vec![Fault::deserialize(fault)?]),
    }
}
