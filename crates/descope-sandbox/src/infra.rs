//! The infra API, `/v1/mgmt/infra`, for the entity `management_key`.

use axum::Json;
use axum::extract::State;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::App;
use crate::body::{Arguments, Body};
use crate::error::ApiError;
use crate::key::{ACTIVE, Digest, ReBac, StoredKey, new_secret, null_as_default};
use crate::rules;
use crate::schema::Shape;

const ENTITY: &str = "management_key";

type Reply = Result<Json<Envelope>, ApiError>;

/// A key in a reply. In the order of the contract, so that a reply which is cut short tells the id first.
#[derive(Serialize)]
pub(crate) struct Envelope {
    entity: &'static str,
    id: String,
    data: Value,
}

#[derive(Deserialize)]
struct Create {
    data: Data,
}

#[derive(Deserialize)]
struct Update {
    id: String,
    data: Data,
}

/// A full document: what is left out is empty.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    name: String,
    #[serde(default, deserialize_with = "null_as_default")]
    description: String,
    #[serde(default = "active")]
    status: String,
    #[serde(default)]
    expire_time: i64,
    #[serde(default, deserialize_with = "null_as_default")]
    permitted_ips: Vec<String>,
    re_bac: ReBac,
}

pub(crate) async fn create(State(app): State<App>, Body(body): Body) -> Reply {
    served_entity(body.get("entity").and_then(Value::as_str))?;
    let Create { data } = Shape::InfraCreate.read(body)?;
    let refuse = |message| Shape::InfraCreate.refuse(message);
    // A model: that a new key cannot be inactive is known of the clients only.
    if data.status != ACTIVE {
        return Err(refuse(
            "`/data/status`: a new key is active; create it, then deactivate it".to_owned(),
        ));
    }
    rules::check_networks("/data", &data.permitted_ips).map_err(refuse)?;
    if app.is_strict() {
        rules::check_strictly("/data", &data.re_bac, data.expire_time, app.now()).map_err(refuse)?;
    }
    let secret = new_secret();
    let key = app.store().create(|id| StoredKey {
        id,
        name: data.name,
        description: data.description,
        status: data.status,
        created_time: app.now(),
        expire_time: data.expire_time,
        permitted_ips: data.permitted_ips,
        re_bac: data.re_bac,
        digest: Digest::of(secret.expose_secret()),
    })?;
    let mut stored = key.infra_data();
    stored["cleartext"] = secret.expose_secret().into();
    Ok(envelope(key.id, stored))
}

pub(crate) async fn read(State(app): State<App>, arguments: Arguments) -> Reply {
    served_entity(Some(arguments.required("entity")?))?;
    let id = arguments.required("id")?;
    let key = app.store().get(id)?.ok_or_else(|| ApiError::no_key(id))?;
    let data = key.infra_data();
    Ok(envelope(key.id, data))
}

pub(crate) async fn update(State(app): State<App>, Body(body): Body) -> Reply {
    served_entity(body.get("entity").and_then(Value::as_str))?;
    let Update { id, data } = Shape::InfraUpdate.read(body)?;
    let refuse = |message| Shape::InfraUpdate.refuse(message);
    rules::check_networks("/data", &data.permitted_ips).map_err(refuse)?;
    let key = app.store().change(&id, |key| {
        // A model, as the service's answer is unknown: both make another key, so neither is changed in silence.
        if !key.re_bac.same_grants(&data.re_bac) {
            return Err(refuse(
                "`/data/reBac`: the grants of a key cannot be changed".to_owned(),
            ));
        }
        if key.expire_time != data.expire_time {
            return Err(refuse(
                "`/data/expireTime`: the expiry of a key cannot be changed".to_owned(),
            ));
        }
        key.name = data.name;
        key.description = data.description;
        key.status = data.status;
        key.permitted_ips = data.permitted_ips;
        Ok(())
    })?;
    let data = key.infra_data();
    Ok(envelope(key.id, data))
}

/// A model: a second delete of the same key is told that there is none.
pub(crate) async fn delete(State(app): State<App>, arguments: Arguments) -> Result<Json<Value>, ApiError> {
    served_entity(Some(arguments.required("entity")?))?;
    let id = arguments.required("id")?;
    match app.store().delete(&[id.to_owned()])? {
        0 => Err(ApiError::no_key(id)),
        _ => Ok(Json(json!({}))),
    }
}

fn served_entity(entity: Option<&str>) -> Result<(), ApiError> {
    match entity {
        Some(ENTITY) => Ok(()),
        Some(other) => Err(ApiError::invalid_argument(format!(
            "the entity `{other}` is not served here"
        ))),
        None => Err(ApiError::missing("entity")),
    }
}

fn envelope(id: String, data: Value) -> Json<Envelope> {
    Json(Envelope {
        entity: ENTITY,
        id,
        data,
    })
}

fn active() -> String {
    ACTIVE.to_owned()
}
