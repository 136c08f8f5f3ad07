//! The infra API, `/v1/mgmt/infra`, for the entity `management_key`.

use axum::extract::State;
use axum::{Extension, Json};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::App;
use crate::body::{Arguments, Body, Seconds};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::key::{ACTIVE, ReBac, StoredKey, null_as_default};
use crate::keys::{self, Form, NewKey};
use crate::model::{DeleteMissing, FixedFields, Verdict};
use crate::rules::Rules;
use crate::schema::Shape;

const ENTITY: &str = "management_key";

const CREATE: Form = Form {
    shape: Shape::InfraCreate,
    prefix: "/data",
};

const UPDATE: Form = Form {
    shape: Shape::InfraUpdate,
    prefix: "/data",
};

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

#[derive(Deserialize)]
struct Named {
    id: String,
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
    expire_time: Seconds,
    #[serde(default, deserialize_with = "null_as_default")]
    permitted_ips: Vec<String>,
    re_bac: ReBac,
}

pub(crate) async fn create(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Reply {
    served_entity(&body)?;
    let Create { data } = CREATE.shape.read(body, app.model())?;
    if data.status != ACTIVE && app.model().inactive_create == Verdict::Refuse {
        return Err(CREATE
            .shape
            .refuse("`/data/status`: a new key is active; create it, then deactivate it".to_owned()));
    }
    let new = NewKey {
        name: data.name,
        description: data.description,
        status: data.status,
        created_time: app.now(),
        expire_time: data.expire_time.value(),
        expiry_member: "expireTime",
        permitted_ips: data.permitted_ips,
        re_bac: data.re_bac,
    };
    let (key, secret) = keys::create(&app, &caller, CREATE, new).await?;
    let mut stored = key.infra_data();
    stored["cleartext"] = secret.expose_secret().into();
    Ok(envelope(key.id, stored))
}

pub(crate) async fn read(
    State(app): State<App>,
    Arguments(arguments): Arguments,
) -> Result<Json<Value>, ApiError> {
    served_entity(&arguments)?;
    let Named { id } = Shape::InfraQuery.read(arguments, app.model())?;
    Ok(Json(match keys::read(&app, &id)? {
        Some(key) => json!({ "entity": ENTITY, "id": key.id, "data": key.infra_data() }),
        None => json!({}),
    }))
}

pub(crate) async fn update(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Reply {
    served_entity(&body)?;
    let Update { id, data } = UPDATE.shape.read(body, app.model())?;
    Rules::new(&app, UPDATE.prefix)
        .networks(&data.permitted_ips)
        .check()
        .map_err(|message| UPDATE.shape.refuse(message))?;
    let editing = app.clone();
    let edit = move |key: &mut StoredKey| {
        fixed_fields(&editing, key, data.re_bac, data.expire_time.value())?;
        key.name = data.name;
        key.description = data.description;
        key.status = data.status;
        key.permitted_ips = data.permitted_ips;
        Ok(())
    };
    let key = keys::update(&app, &caller, UPDATE, id, edit).await?;
    let data = key.infra_data();
    Ok(envelope(key.id, data))
}

/// Does with grants and an expiry that are not those of the key what the switch says.
fn fixed_fields(app: &App, key: &mut StoredKey, re_bac: ReBac, expire_time: i64) -> Result<(), ApiError> {
    let refuse = |message| Err(UPDATE.shape.refuse(message));
    let same_grants = key.re_bac.same_grants(&re_bac);
    let same_expiry = key.expire_time == expire_time;
    match app.model().fixed_fields {
        FixedFields::Refuse if !same_grants => {
            refuse("`/data/reBac`: the grants of a key cannot be changed".to_owned())
        }
        FixedFields::Refuse if !same_expiry => {
            refuse("`/data/expireTime`: the expiry of a key cannot be changed".to_owned())
        }
        FixedFields::Refuse | FixedFields::Ignore => Ok(()),
        FixedFields::Apply => {
            let mut rules = Rules::new(app, UPDATE.prefix);
            if !same_grants {
                rules = rules.grants(&re_bac);
            }
            if !same_expiry {
                rules = rules.late_expiry(expire_time).past_expiry(expire_time, app.now());
            }
            rules.check().map_err(|message| UPDATE.shape.refuse(message))?;
            key.re_bac = re_bac;
            key.expire_time = expire_time;
            Ok(())
        }
    }
}

pub(crate) async fn delete(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Arguments(arguments): Arguments,
) -> Result<Json<Value>, ApiError> {
    served_entity(&arguments)?;
    let Named { id } = Shape::InfraQuery.read(arguments, app.model())?;
    match (
        keys::delete(&app, &caller, vec![id.clone()]).await?,
        app.model().infra_delete_missing,
    ) {
        (0, DeleteMissing::NotFound) => Err(ApiError::no_key(&id)),
        _ => Ok(Json(json!({}))),
    }
}

/// Tells an entity that the service has and this sandbox has not from a request of a wrong shape.
fn served_entity(request: &Value) -> Result<(), ApiError> {
    match request.get("entity") {
        Some(Value::String(other)) if other != ENTITY => Err(ApiError::invalid_argument(format!(
            "`/entity`: `{other}` is not served here"
        ))),
        None if request.is_object() => Err(ApiError::missing("`/entity`: is missing")),
        _ => Ok(()),
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
