//! The key API, `/v1/mgmt/managementkey`, over the same keys as the infra API.

use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::body::{Arguments, Body, Seconds};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::key::{ACTIVE, ReBac, StoredKey, null_as_default};
use crate::keys::{self, Form, Listed, NewKey};
use crate::model::{BothExpiries, DeleteMissing, PatchWithoutStatus};
use crate::rules::Rules;
use crate::schema::Shape;

const CREATE: Form = Form {
    shape: Shape::KeyCreate,
    prefix: "",
};

const UPDATE: Form = Form {
    shape: Shape::KeyUpdate,
    prefix: "",
};

type Reply = Result<Json<Value>, ApiError>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Create {
    name: String,
    #[serde(default, deserialize_with = "null_as_default")]
    description: String,
    #[serde(default)]
    expires_in: Seconds,
    #[serde(default)]
    expire_time: Seconds,
    #[serde(default, deserialize_with = "null_as_default")]
    permitted_ips: Vec<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    re_bac: ReBac,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Update {
    id: String,
    name: String,
    status: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    description: String,
    #[serde(default, deserialize_with = "null_as_default")]
    permitted_ips: Vec<String>,
}

#[derive(Deserialize)]
struct Delete {
    ids: Vec<String>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

/// What a search may be told: nothing.
#[derive(Deserialize)]
struct NoArguments {}

pub(crate) async fn create(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Reply {
    let request: Create = CREATE.shape.read(body, app.model())?;
    let (relative, absolute) = (request.expires_in.value(), request.expire_time.value());
    let created_time = app.now();
    let expire_time = expiry(app.model().both_expiries, relative, absolute, created_time)
        .map_err(|message| CREATE.shape.refuse(message))?;
    let new = NewKey {
        name: request.name,
        description: request.description,
        status: ACTIVE.to_owned(),
        created_time,
        expire_time,
        expiry_member: if absolute == expire_time {
            "expireTime"
        } else {
            "expiresIn"
        },
        permitted_ips: request.permitted_ips,
        re_bac: request.re_bac,
    };
    let (key, secret) = keys::create(&app, &caller, CREATE, new).await?;
    Ok(Json(
        json!({ "cleartext": secret.expose_secret(), "key": key.api_key() }),
    ))
}

pub(crate) async fn read(State(app): State<App>, Arguments(arguments): Arguments) -> Reply {
    let Named { id } = Shape::KeyQuery.read(arguments, app.model())?;
    Ok(Json(match keys::read(&app, &id)? {
        Some(key) => json!({ "key": key.api_key() }),
        None => json!({}),
    }))
}

/// Replaces all that can be changed, although the method is PATCH: what is left out is reset.
pub(crate) async fn update(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Reply {
    let request: Update = UPDATE.shape.read(body, app.model())?;
    Rules::new(&app, UPDATE.prefix)
        .networks(&request.permitted_ips)
        .check()
        .map_err(|message| UPDATE.shape.refuse(message))?;
    let status = match (request.status, app.model().patch_without_status) {
        (None, PatchWithoutStatus::Refuse) => {
            return Err(UPDATE.shape.refuse("`/status`: is missing".to_owned()));
        }
        (None, PatchWithoutStatus::Active) => Some(ACTIVE.to_owned()),
        (status, _) => status,
    };
    let edit = move |key: &mut StoredKey| {
        key.name = request.name;
        key.description = request.description;
        key.permitted_ips = request.permitted_ips;
        if let Some(status) = status {
            key.status = status;
        }
        Ok(())
    };
    let key = keys::update(&app, &caller, UPDATE, request.id, edit).await?;
    Ok(Json(json!({ "key": key.api_key() })))
}

/// Ids of keys that do not exist are passed over, and the count tells.
pub(crate) async fn delete(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    Body(body): Body,
) -> Reply {
    let Delete { ids } = Shape::KeyDelete.read(body, app.model())?;
    let first = ids.first().cloned().unwrap_or_default();
    match (
        keys::delete(&app, &caller, ids).await?,
        app.model().key_delete_missing,
    ) {
        (0, DeleteMissing::NotFound) => Err(ApiError::no_key(&first)),
        (total, _) => Ok(Json(json!({ "total": total }))),
    }
}

pub(crate) async fn search(
    State(app): State<App>,
    Arguments(arguments): Arguments,
) -> Result<Response, ApiError> {
    let NoArguments {} = Shape::KeySearch.read(arguments, app.model())?;
    keys::list(&app, Listed::Spread)
}

/// The moment of expiry from a relative and an absolute number of seconds, 0 = not given.
fn expiry(both: BothExpiries, relative: i64, absolute: i64, now: i64) -> Result<i64, String> {
    match (relative, absolute, both) {
        (0, _, _) => Ok(absolute),
        (_, 0, _) | (_, _, BothExpiries::Relative) => Ok(now.saturating_add(relative)),
        (_, _, BothExpiries::Absolute) => Ok(absolute),
        (_, _, BothExpiries::Refuse) => Err("`/expiresIn`: cannot be given beside `expireTime`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_is_relative_or_absolute() {
        use BothExpiries::{Absolute, Refuse, Relative};
        for (both, relative, absolute, expected) in [
            (Refuse, 0, 0, Some(0)),
            (Refuse, 60, 0, Some(1060)),
            (Refuse, 0, 5000, Some(5000)),
            (Refuse, 60, 5000, None),
            (Relative, 60, 5000, Some(1060)),
            (Absolute, 60, 5000, Some(5000)),
            (Absolute, 60, 0, Some(1060)),
            (Refuse, i64::MAX, 0, Some(i64::MAX)),
        ] {
            let found = expiry(both, relative, absolute, 1000);
            assert_eq!(found.ok(), expected, "{both} {relative} {absolute}");
        }
    }
}
